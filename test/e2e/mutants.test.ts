/** Who can tell a coordinator that is right from one that is nearly right: shipped scenarios, each against some small mistakes. */

import { beforeAll, describe, expect, it } from 'vitest'
import type { GremlinSetting } from '../../src/core/gremlin.ts'
import type { InvariantName } from '../../src/core/invariant.ts'
import type { Variant } from '../../src/core/pattern.ts'
import type { Scenario } from '../../src/core/scenario.ts'
import { FORGIVEN, MUTANTS } from '../planted/mutants.ts'
import { type Cell, type CellResult, runCells } from '../support/cells.ts'
import { violatedIn } from '../support/runs.ts'
import { gremlin, withTries } from '../support/scenarios.ts'
import { shippedScenario } from '../support/shipped-scenarios.ts'

type Workflow = '2pc' | 'saga'

/**
 * Mutant, the workflow it is planted in, the scenario, and the invariant that must be among those that turn red. A sample: over real
 * processes each takes seconds, and `test/canary.test.ts` has all of them in the virtual world.
 */
const TABLE: readonly (readonly [mutant: string, Workflow, scenario: string, InvariantName])[] = [
  ['pivot-taken-for-done', 'saga', 'coordinator-crash', 'all-or-nothing'],
  ['decided-late', '2pc', 'coordinator-crash', 'all-or-nothing'],
  ['blind-vote', '2pc', 'last-console', 'never-oversold'],
  ['no-tombstone', 'saga', 'last-console, very slow', 'all-or-nothing'],
  ['votes-in-memory', '2pc', 'slow-coordinator', 'all-or-nothing'],
  ['turned-in-memory', 'saga', 'partition', 'all-or-nothing'],
  ['captures-twice', '2pc', 'calm', 'charged-at-most-once'],
]

/** Mutants that nothing turns red for, and why not. */
const FORGIVEN_TABLE: readonly (readonly [mutant: string, Workflow, scenario: string, why: string])[] = [
  ['aborts-the-living', '2pc', 'slow-coordinator', 'the first decision wins, and the buyer is told of it'],
  ['keeps-it-from-the-bank', '2pc', 'calm', 'whoever has voted asks until it is told'],
]

const ONE = { attempts: [1] }

/**
 * A shipped scenario, made small: a few orders, and gremlins of its kinds on listed purchases. What has to come before something else
 * comes more than a second before it, since three laboratories share the machine.
 */
interface Cut {
  readonly orders: number
  readonly ratePerSecond?: number
  readonly gremlins: readonly GremlinSetting[]
  readonly changes?: Partial<Scenario>
  /** Tries of one call; the scenario's own retries where it is missing. */
  readonly tries?: number
}

const crashAt = (at: GremlinSetting['at'][number], purchase: string) =>
  gremlin('crash', 'order', { ...ONE, name: at, operations: [], at: [at], purchases: [purchase] })
const pauseFor = (delayMs: number, purchase: string) =>
  gremlin('pause', 'order', {
    ...ONE,
    name: `pause of ${purchase}`,
    operations: [],
    at: ['before-decision'],
    purchases: [purchase],
    options: { fromMs: delayMs, toMs: delayMs },
  })

const CUTS: Readonly<Record<string, Cut>> = {
  'coordinator-crash': {
    orders: 6,
    ratePerSecond: 20,
    gremlins: [
      // The charge of the first one is begun, and never done, when the second one's crash takes it along.
      gremlin('error-answer', 'payment', {
        operations: ['do', 'prepare'],
        purchases: ['p-1'],
        options: { status: 503 },
      }),
      crashAt('between-steps', 'p-2'),
      crashAt('between-commits', 'p-2'),
    ],
    changes: { deadlineMs: 2_500 },
  },
  'last-console': {
    orders: 12,
    ratePerSecond: 200,
    // Everybody has voted before the first of them is decided, however fast the machine is.
    gremlins: [
      gremlin('latency', 'inventory', { operations: ['do', 'prepare'], options: { fromMs: 40, toMs: 60 } }),
      gremlin('pause', 'order', { at: ['before-decision'], options: { fromMs: 1_500, toMs: 1_500 } }),
    ],
    changes: { products: [{ name: 'console', priceCents: 50_000, stock: 2, weight: 1 }] },
  },
  'last-console, very slow': {
    orders: 3,
    gremlins: [
      gremlin('latency', 'inventory', {
        operations: ['do', 'prepare'],
        purchases: ['p-1'],
        options: { fromMs: 3_000, toMs: 3_000 },
      }),
    ],
    // Given up, and undone, before the request arrives.
    changes: { deadlineMs: 700 },
  },
  'slow-coordinator': {
    orders: 3,
    ratePerSecond: 10,
    // One is decided in time, the other one too late; meanwhile participants ask, and one of them dies.
    gremlins: [
      pauseFor(1_500, 'p-1'),
      pauseFor(4_200, 'p-2'),
      gremlin('crash-after-commit', 'inventory', { ...ONE, operations: ['do', 'prepare'], purchases: ['p-3'] }),
    ],
    changes: { deadlineMs: 4_000 },
  },
  partition: {
    orders: 3,
    gremlins: [gremlin('partition', 'payment', { operations: [], toMs: 2_000 }), crashAt('while-compensating', 'p-2')],
    // Its recovery comes when payment can be reached again.
    changes: { restartAfterMs: 2_200, deadlineMs: 7_000 },
    tries: 2,
  },
  calm: { orders: 6, gremlins: [] },
}

/** The cut scenario with one variant: the workflow as it is shipped, or with a mutant in it. */
function cellOf(scenarioName: string, workflow: Workflow, mutant?: string): Cell {
  const [shippedName = ''] = scenarioName.split(',')
  const shipped = shippedScenario(shippedName)
  const { orders, ratePerSecond = 40, gremlins, changes, tries } = CUTS[scenarioName] as Cut
  const found = shipped.variants.find(({ name }) => name === workflow) as Variant
  const limited = tries === undefined ? found : withTries(found, tries)
  const scenario: Scenario = {
    ...shipped,
    traffic: { ...shipped.traffic, orders, ratePerSecond, arrivals: 'paced' },
    restartAfterMs: 150,
    quietWithinMs: 8_000,
    gremlins,
    ...changes,
    variants: [{ ...limited, name: mutant ?? workflow }],
    // Whatever is violated is found out by the test.
    expectations: {},
  }
  return { name: mutant ?? soundNameOf(scenarioName, workflow), scenario }
}

function soundNameOf(scenario: string, workflow: Workflow): string {
  return `${workflow} in ${scenario}`
}

const SOUND = [...new Set(TABLE.map(([, workflow, scenario]) => JSON.stringify([scenario, workflow])))].map(
  (pair) => JSON.parse(pair) as [scenario: string, Workflow],
)

let results: Map<string, CellResult>
const resultOf = (name: string) => results.get(name) as CellResult

beforeAll(async () => {
  const mutated = [...TABLE, ...FORGIVEN_TABLE].map(([mutant, workflow, scenario]) =>
    cellOf(scenario, workflow, mutant),
  )
  const sound = SOUND.map(([scenario, workflow]) => cellOf(scenario, workflow))
  results = await runCells([...mutated, ...sound], { childEntry: new URL('../planted/child.ts', import.meta.url) })
}, 120_000)

it('has some mutants, and every one that is forgiven, once', () => {
  expect(Object.keys(MUTANTS)).toEqual(expect.arrayContaining(TABLE.map(([mutant]) => mutant)))
  expect(FORGIVEN_TABLE.map(([mutant]) => mutant).sort()).toEqual(Object.keys(FORGIVEN).sort())
})

describe.each(TABLE)('%s', (mutant, workflow, scenario, invariant) => {
  it(`turns ${invariant} red in ${scenario} when ${MUTANTS[mutant]?.about}`, () => {
    const result = resultOf(mutant)
    expect(violatedIn(result)).toContain(invariant)
    expect(result.verdict).toBe('FAIL')
    expect(violatedIn(resultOf(soundNameOf(scenario, workflow)))).not.toContain(invariant)
  })
})

it.each(FORGIVEN_TABLE)('%s breaks no promise of %s in %s: %s', (mutant) => {
  expect(violatedIn(resultOf(mutant))).toEqual([])
  expect(resultOf(mutant)).toMatchObject({ verdict: 'PASS', lossCents: 0 })
})

it('aborts what would have been confirmed, if anybody may abort the living', () => {
  const [sound, mutant] = [soundNameOf('slow-coordinator', '2pc'), 'aborts-the-living'].map(resultOf)
  expect(mutant?.orders.confirmed).toBeLessThan(sound?.orders.confirmed ?? 0)
})

it.each(SOUND)('%s is clean in %s without a mutant, under the same gremlins', (scenario, workflow) => {
  const sound = resultOf(soundNameOf(scenario, workflow))
  expect(violatedIn(sound)).toEqual([])
  expect(sound).toMatchObject({ verdict: 'PASS', reasons: [], quietAfterMs: expect.any(Number) })
})
