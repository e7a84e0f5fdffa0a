import { describe, expect, test } from 'vitest'
import { buildScenario, NO_EXPECTATION } from '../../test/support/build-facts.ts'
import type { GremlinSetting } from '../core/gremlin.ts'
import { INVARIANTS, type InvariantName } from '../core/invariant.ts'
import type { KindResult } from '../core/result.ts'
import type { Expectation } from '../core/scenario.ts'
import { invariantCatalogue } from './catalogue.ts'
import { expectedOf, type Findings, judgeExpectations } from './judge.ts'
import { NO_LOSS } from './loss.ts'

const GREMLIN: GremlinSetting = {
  name: 'drop',
  gremlin: 'dropped-answer',
  on: 'inventory',
  operations: [],
  purchases: [],
  attempts: [],
  at: [],
  probability: 0.1,
  fromMs: 0,
  toMs: null,
  options: {},
}
const STRUCK = { name: 'drop', gremlin: 'dropped-answer', on: 'inventory', tossed: 40, strikes: 4, applies: true }
const NOTHING = { p50: null, p90: null, p99: null, max: null }
const TRANSACTIONS = {
  inDoubtMs: NOTHING,
  lockedStockMs: NOTHING,
  lockedAccountMs: NOTHING,
  refusedByLock: 7,
  compensations: 0,
  recoveries: 0,
  heuristics: 0,
  messagesPerOrder: null,
}
const WITH_GREMLIN = { scenario: buildScenario({ gremlins: [GREMLIN] }), gremlins: [STRUCK] }

interface Case {
  readonly expectation?: Partial<Expectation>
  readonly violations?: Partial<Record<InvariantName, number>>
  readonly subjects?: number
  readonly figures?: Partial<Findings['figures']>
}

function judge(
  { expectation = {}, violations = {}, subjects = 100, figures = {} }: Case,
  more: Partial<Findings> = {},
) {
  const full = { ...NO_EXPECTATION, ...expectation }
  return judgeExpectations({
    scenario: buildScenario(),
    expectation: full,
    invariants: INVARIANTS.map((name) => ({
      ...invariantCatalogue[name],
      violations: violations[name] ?? 0,
      subjects,
      expected: expectedOf(name, full),
      samples: [],
    })),
    figures: {
      orders: { arrived: 100, confirmed: 90, cancelled: 0, refused: 10, failed: 0, inDoubt: 0 },
      latencyMs: { p50: 10, p90: 20, p99: 100, max: 200 },
      goodputPerSecond: 50,
      kinds: [],
      loss: NO_LOSS,
      atRisk: 100,
      turnedAway: 0,
      transactions: TRANSACTIONS,
      ...figures,
    },
    gremlins: [],
    quiet: true,
    interrupted: null,
    ...more,
  })
}

test('what was named and could not be violated is not said to hold', () => {
  const { expectations, verdict } = judge({ expectation: { holds: ['nothing-left-locked'] }, subjects: 0 })
  expect(expectations).toMatchObject([{ holds: false, inconclusive: 'nothing in this run could have violated it' }])
  expect(verdict).toBe('INCONCLUSIVE')
})

test('a run that did not come to rest decides neither what must hold at rest nor a bound', () => {
  const expectation: Partial<Expectation> = {
    holds: ['all-or-nothing', 'charged-at-most-once'],
    bounds: [{ metric: 'confirmed-at-least', value: 95 }],
  }
  const { expectations, verdict } = judge({ expectation }, { quiet: false })
  expect(expectations.map(({ holds, inconclusive }) => [holds, inconclusive !== null])).toEqual([
    [true, false],
    [false, true],
    [false, true],
  ])
  expect(verdict).toBe('INCONCLUSIVE')
})

test('a variant that met fewer buyers than the others is not compared', () => {
  const { verdict, reasons } = judge({ figures: { turnedAway: 3 } })
  expect(verdict).toBe('INCONCLUSIVE')
  expect(reasons).toEqual(['The traffic itself turned 3 buyers away: too many were waiting at once.'])
})

test('a clean run without gremlins passes', () => {
  expect(judge({})).toEqual({ verdict: 'PASS', reasons: [], expectations: [] })
})

test('a violation that no expectation names fails, and is named', () => {
  expect(judge({ violations: { 'never-oversold': 3 } })).toEqual({
    verdict: 'FAIL',
    reasons: ['never-oversold was violated 3 times, and no expectation names it.'],
    expectations: [],
  })
})

test('an invariant that is expected to hold', () => {
  const expectation = { holds: ['money-conserved' as const] }
  expect(judge({ expectation })).toMatchObject({
    verdict: 'PASS',
    expectations: [{ expectation: 'money-conserved holds', holds: true, inconclusive: null }],
  })
  expect(judge({ expectation, violations: { 'money-conserved': 1 } })).toMatchObject({
    verdict: 'FAIL',
    reasons: ['money-conserved was violated 1 time, and was expected to hold.'],
    expectations: [{ holds: false, inconclusive: null }],
  })
})

test('an allowed violation is neither here nor there', () => {
  const expectation = { allowed: ['no-order-lost' as const] }
  expect(judge({ expectation }).verdict).toBe('PASS')
  expect(judge({ expectation, violations: { 'no-order-lost': 5 } }).verdict).toBe('PASS')
})

test('an expected violation must come, given ten chances', () => {
  const expectation = { violated: ['charged-at-most-once' as const] }
  expect(judge({ expectation, violations: { 'charged-at-most-once': 1 }, subjects: 1 })).toMatchObject({
    verdict: 'PASS',
    expectations: [{ expectation: 'charged-at-most-once is violated', holds: true, inconclusive: null }],
  })
  expect(judge({ expectation, subjects: 10 })).toMatchObject({
    verdict: 'FAIL',
    reasons: ['charged-at-most-once was expected to be violated, and held in spite of 10 chances.'],
  })
  expect(judge({ expectation, subjects: 9 })).toMatchObject({
    verdict: 'INCONCLUSIVE',
    expectations: [{ holds: false, inconclusive: 'only 9 chances, and 10 are needed' }],
  })
})

test('with gremlins the chances are the purchases at risk', () => {
  const expectation = { violated: ['charged-at-most-once' as const] }
  expect(judge({ expectation, figures: { atRisk: 9 } }, WITH_GREMLIN).verdict).toBe('INCONCLUSIVE')
  expect(judge({ expectation, figures: { atRisk: 10 }, subjects: 0 }, WITH_GREMLIN).verdict).toBe('FAIL')
})

test('a gremlin that never struck proves nothing', () => {
  const idle = { ...STRUCK, strikes: 0 }
  expect(judge({}, WITH_GREMLIN).verdict).toBe('PASS')
  expect(judge({}, { ...WITH_GREMLIN, gremlins: [idle] })).toMatchObject({
    verdict: 'INCONCLUSIVE',
    reasons: ['The gremlin drop on inventory never struck (40 tosses).'],
  })
  expect(judge({}, { ...WITH_GREMLIN, gremlins: [] }).reasons).toEqual([
    'The gremlin drop on inventory never struck (0 tosses).',
  ])
})

test('a gremlin that waits for moments this variant never passes is not missed', () => {
  const scenario = buildScenario({ gremlins: [GREMLIN, { ...GREMLIN, name: 'dies' }] })
  const idle = { ...STRUCK, name: 'dies', tossed: 0, strikes: 0, applies: false }
  expect(judge({}, { scenario, gremlins: [STRUCK, idle] })).toMatchObject({ verdict: 'PASS', reasons: [] })
})

test('a variant to which no gremlin applies proves nothing', () => {
  const idle = { ...STRUCK, tossed: 0, strikes: 0, applies: false }
  expect(judge({}, { ...WITH_GREMLIN, gremlins: [idle] })).toMatchObject({
    verdict: 'INCONCLUSIVE',
    reasons: ['No gremlin of this scenario applies to this variant.'],
  })
  expect(judge({ violations: { 'charged-at-most-once': 1 } }, { ...WITH_GREMLIN, gremlins: [idle] }).verdict).toBe(
    'FAIL',
  )
  // A scenario that is calm on purpose has nothing that could apply.
  expect(judge({})).toMatchObject({ verdict: 'PASS', reasons: [] })
})

test('neither does a run in which nothing arrived', () => {
  const orders = { arrived: 0, confirmed: 0, cancelled: 0, refused: 0, failed: 0, inDoubt: 0 }
  expect(judge({ figures: { orders } })).toMatchObject({ verdict: 'INCONCLUSIVE', reasons: ['No purchase arrived.'] })
})

test('a run that is not quiet, or was cut short, is inconclusive', () => {
  expect(judge({}, { quiet: false })).toMatchObject({
    verdict: 'INCONCLUSIVE',
    reasons: ['The run did not become quiet within 1000 ms.'],
  })
  expect(judge({}, { interrupted: 'Ctrl-C' })).toMatchObject({
    verdict: 'INCONCLUSIVE',
    reasons: ['The run was cut short: Ctrl-C.'],
  })
})

test('without quiet, what must hold in the end is not decided; what must hold always is', () => {
  const eventually = { violations: { 'no-order-lost': 2 } }
  expect(judge(eventually, { quiet: false }).verdict).toBe('INCONCLUSIVE')
  expect(judge({ ...eventually, expectation: { violated: ['no-order-lost'] } }, { quiet: false }).verdict).toBe(
    'INCONCLUSIVE',
  )
  expect(judge({ violations: { 'charged-at-most-once': 1 } }, { quiet: false })).toMatchObject({
    verdict: 'FAIL',
    reasons: [
      'charged-at-most-once was violated 1 time, and no expectation names it.',
      'The run did not become quiet within 1000 ms.',
    ],
  })
})

test('bounds are compared with the figures', () => {
  const bounds = [
    { metric: 'goodput-per-second-at-least', value: 50 },
    { metric: 'p50-ms-at-most', value: 10 },
    { metric: 'p99-ms-at-most', value: 99 },
    { metric: 'confirmed-at-least', value: 91 },
    { metric: 'loss-cents-at-most', value: 0 },
  ] as const
  const { verdict, reasons, expectations } = judge({ expectation: { bounds } })
  expect(verdict).toBe('FAIL')
  expect(expectations.map(({ expectation, holds }) => `${expectation}: ${holds}`)).toEqual([
    'goodput at least 50 per second: true',
    'p50 of the latency at most 10 ms: true',
    'p99 of the latency at most 99 ms: false',
    'confirmed purchases at least 91: false',
    'loss at most USD 0.00: true',
  ])
  expect(reasons).toEqual([
    'Expected p99 of the latency at most 99 ms, and it was 100 ms.',
    'Expected confirmed purchases at least 91, and it was 90.',
  ])
})

test.each([
  ['refused-at-most', 10, 'refused purchases at most 10', true],
  ['refused-at-most', 9, 'refused purchases at most 9', false],
  ['failed-at-most', 2, 'failed purchases at most 2', true],
  ['failed-at-most', 1, 'failed purchases at most 1', false],
  ['failed-at-least', 2, 'failed purchases at least 2', true],
  ['failed-at-least', 3, 'failed purchases at least 3', false],
  ['refused-by-lock-at-least', 7, 'purchases refused by a lock at least 7', true],
  ['refused-by-lock-at-least', 8, 'purchases refused by a lock at least 8', false],
  ['refused-by-lock-at-most', 7, 'purchases refused by a lock at most 7', true],
  ['refused-by-lock-at-most', 6, 'purchases refused by a lock at most 6', false],
] as const)('the bound %s %i', (metric, value, expectation, holds) => {
  const orders = { arrived: 100, confirmed: 88, cancelled: 0, refused: 10, failed: 2, inDoubt: 0 }
  const bounds = [{ metric, value }]
  expect(judge({ expectation: { bounds }, figures: { orders } })).toMatchObject({
    verdict: holds ? 'PASS' : 'FAIL',
    expectations: [{ expectation, holds, inconclusive: null }],
  })
})

test('a bound on what was not measured, or not to the end, is not decided', () => {
  const bounds = [{ metric: 'p99-ms-at-most', value: 1 }] as const
  const latencyMs = { p50: null, p90: null, p99: null, max: null }
  expect(judge({ expectation: { bounds }, figures: { latencyMs } })).toMatchObject({
    verdict: 'INCONCLUSIVE',
    expectations: [{ inconclusive: 'nothing was measured' }],
  })
  expect(judge({ expectation: { bounds } }, { interrupted: 'Ctrl-C' }).verdict).toBe('INCONCLUSIVE')
})

const IN_FOCUS = { arrived: 40, good: 38, unanswered: 0, latencyMs: { p50: 5, p90: 9, p99: 310.5, max: 400 } }
const STOCK: KindResult = {
  kind: 'stock',
  ...IN_FOCUS,
  goodputPerSecond: 1,
  refusals: {},
  focus: IN_FOCUS,
  goodput: [],
}

test.each([
  ['good-share-at-least', 0.95, 'good share of stock in focus at least 95 %', true],
  ['good-share-at-least', 0.96, 'good share of stock in focus at least 96 %', false],
  ['good-share-at-most', 0.95, 'good share of stock in focus at most 95 %', true],
  ['good-share-at-most', 0.5, 'good share of stock in focus at most 50 %', false],
  ['focus-p99-ms-at-most', 311, 'p99 of stock in focus at most 311 ms', true],
  ['focus-p99-ms-at-most', 310, 'p99 of stock in focus at most 310 ms', false],
] as const)('the bound %s %d on a kind', (metric, value, expectation, holds) => {
  const bounds = [{ kind: 'stock', metric, value }] as const
  expect(judge({ expectation: { bounds }, figures: { kinds: [STOCK] } })).toMatchObject({
    verdict: holds ? 'PASS' : 'FAIL',
    expectations: [{ expectation, holds, inconclusive: null }],
  })
})

test.each(['good-share-at-least', 'good-share-at-most', 'focus-p99-ms-at-most'] as const)(
  'the bound %s on a kind that nobody came for is not decided',
  (metric) => {
    const nobody = { arrived: 0, good: 0, unanswered: 0, latencyMs: NOTHING }
    const bounds = [{ kind: 'stock', metric, value: 1 }] as const
    for (const kinds of [[], [{ ...STOCK, focus: nobody }]]) {
      expect(judge({ expectation: { bounds }, figures: { kinds } })).toMatchObject({
        verdict: 'INCONCLUSIVE',
        expectations: [{ inconclusive: 'nothing was measured' }],
      })
    }
  },
)

test('a run without orders is one all the same when somebody came', () => {
  const orders = { arrived: 0, confirmed: 0, cancelled: 0, refused: 0, failed: 0, inDoubt: 0 }
  expect(judge({ figures: { orders, kinds: [STOCK] } }).reasons).toEqual([])
  expect(judge({ figures: { orders } }).reasons).toEqual(['No purchase arrived.'])
})

test.each([
  [0, 'PASS'],
  [1, 'PASS'],
  [2, 'FAIL'],
])('whoever never had an answer has waited longer than any bound: %d of 100', (unanswered, verdict) => {
  const figures = { arrived: 100, good: 90, unanswered, latencyMs: { p50: 10, p90: 20, p99: 30, max: 40 } }
  const order: KindResult = { ...STOCK, ...figures, kind: 'order', focus: figures }
  for (const bound of [
    { metric: 'p99-ms-at-most', value: 1_000 },
    { kind: 'order', metric: 'focus-p99-ms-at-most', value: 1_000 },
  ] as const) {
    // Of those who were no orders the variant's latency says nothing.
    const judged = judge({
      expectation: { bounds: [bound] },
      figures: { kinds: [order, { ...STOCK, unanswered: 40 }] },
    })
    expect(judged.verdict).toBe(verdict)
    if (verdict === 'FAIL') expect(judged.reasons[0]).toContain('and it was longer than anybody waited.')
  }
  const median = [{ metric: 'p50-ms-at-most', value: 1_000 }] as const
  expect(judge({ expectation: { bounds: median }, figures: { kinds: [order] } }).verdict).toBe('PASS')
})

test('where all waited in vain the bound on latency is broken, and not undecided', () => {
  const nobody = { arrived: 5, good: 0, unanswered: 5, latencyMs: NOTHING }
  const bounds = [{ kind: 'stock', metric: 'focus-p99-ms-at-most', value: 1_000 }] as const
  expect(judge({ expectation: { bounds }, figures: { kinds: [{ ...STOCK, focus: nobody }] } }).verdict).toBe('FAIL')
})

test.each(['confirmed-at-least', 'refused-at-most', 'failed-at-most', 'refused-by-lock-at-most'] as const)(
  'the bound %s is not decided where nobody came for an order',
  (metric) => {
    const orders = { arrived: 0, confirmed: 0, cancelled: 0, refused: 0, failed: 0, inDoubt: 0 }
    const judged = judge({ expectation: { bounds: [{ metric, value: 0 }] }, figures: { orders, kinds: [STOCK] } })
    expect(judged).toMatchObject({
      verdict: 'INCONCLUSIVE',
      expectations: [{ inconclusive: 'nothing was measured' }],
    })
  },
)

test('a switch that never came leaves the run undecided', () => {
  const missed = { atMs: 9_000, policy: 'breaker', edge: null, on: false }
  expect(judge({}, { missedSwitches: [missed] })).toMatchObject({
    verdict: 'INCONCLUSIVE',
    reasons: ['The switch of breaker after 9000 ms never came: the traffic was over before.'],
  })
})

describe('strikes that are decided', () => {
  const strike = { gremlin: 'drop', purchase: 'p-1', operation: 'do', effect: 'deduct', attempt: 1 } as const
  const other: GremlinSetting = { ...GREMLIN, name: 'other' }
  const scenario = { ...buildScenario({ gremlins: [GREMLIN, other] }), strikes: [strike] }
  const spared = { ...STRUCK, name: 'other', strikes: 0 }
  const decided = (strikes: number, more: Case = {}, applies = true) =>
    judge(more, { scenario, gremlins: [{ ...STRUCK, strikes, applies }, spared] })
  const violated: Case = { expectation: { violated: ['all-or-nothing'] }, figures: { atRisk: 1 } }

  test('leave nobody waiting for the gremlins that they do not name', () => {
    expect(decided(1)).toMatchObject({ verdict: 'PASS', reasons: [] })
    expect(decided(0, {}, false).verdict).toBe('PASS')
  })

  test('that did not come leave the run inconclusive', () => {
    const { verdict, reasons } = decided(0)
    expect(verdict).toBe('INCONCLUSIVE')
    expect(reasons.join()).toContain('drop was to strike 1 time, and struck 0 times')
  })

  test('are all the chances that there are: one is enough, either way', () => {
    expect(decided(1, { ...violated, violations: { 'all-or-nothing': 1 } }).verdict).toBe('PASS')
    expect(decided(1, violated)).toMatchObject({
      verdict: 'FAIL',
      reasons: ['all-or-nothing was expected to be violated, and held although all came (1 strike).'],
    })
    expect(decided(0, violated).verdict).toBe('INCONCLUSIVE')
  })
})
