/** Two results to try reports on: a run of four variants in which everything happens, and one in which nothing does. */

import {
  INVARIANTS,
  type InvariantKind,
  type InvariantName,
  type Strike,
  type Violation,
} from '../../src/core/invariant.ts'
import {
  type GremlinCount,
  type InvariantResult,
  type LatencyBucket,
  type Loss,
  MOST_SAMPLES,
  type OrderCounts,
  type Quantiles,
  type Result,
  type Series,
  type Transactions,
  type VariantResult,
  type Verdict,
} from '../../src/core/result.ts'
import type { Scenario } from '../../src/core/scenario.ts'
import { exampleDependencies } from './example-dependencies.ts'
import { CONSOLE_CENTS, GREMLINS, SCENARIO } from './example-scenario.ts'

const BEGAN_AT_MS = 1_800_000_000_000

const PROMISES: Record<InvariantName, { kind: InvariantKind; promise: string }> = {
  'charged-at-most-once': { kind: 'always', promise: 'No purchase is charged more than once.' },
  'deducted-at-most-once': { kind: 'always', promise: 'No purchase takes its goods from stock more than once.' },
  'never-oversold': { kind: 'always', promise: 'Stock never falls below zero.' },
  'money-conserved': { kind: 'always', promise: 'The accounts of the bank sum to a constant.' },
  'all-or-nothing': {
    kind: 'eventually',
    promise: 'A purchase is confirmed if and only if it is charged and deducted.',
  },
  'no-order-lost': { kind: 'eventually', promise: 'Every accepted order reaches a final state.' },
  'buyer-told-the-truth': { kind: 'eventually', promise: 'What a buyer was told is what the ledgers say.' },
  'notified-exactly-once': { kind: 'eventually', promise: 'A confirmed purchase is notified exactly once.' },
  'nothing-left-locked': { kind: 'eventually', promise: 'No stock and no money stays locked.' },
  'history-complete': { kind: 'eventually', promise: 'Every charge is in the payment history once.' },
  'requests-conserved': { kind: 'eventually', promise: 'Every purchase that arrived ends in exactly one class.' },
  'books-balance': { kind: 'eventually', promise: 'Balance and stock equal opening plus ledger.' },
}

/** Numbers that look like chance and never change. */
function wobble(index: number, salt: number): number {
  const x = Math.sin(index * 12.9898 + salt * 78.233) * 43_758.5453
  return x - Math.floor(x)
}

function strike(index: number, purchase: string): Strike {
  return {
    gremlin: 'warehouse-dies',
    kind: 'crash-after-commit',
    node: 'inventory',
    incarnation: 1 + index,
    atMs: BEGAN_AT_MS + 400 * index + 21.25,
    purchase,
    effect: 'deduct',
    attempt: 1,
    fatal: true,
    takes: index % 3 === 0 ? [{ purchase: `p-${index * 7 + 2}`, effect: 'deduct' }] : [],
  }
}

function sample(invariant: InvariantName, index: number): Violation {
  const purchase = `p-${index * 7 + 1}`
  const row = (seq: number, key: string) => ({
    service: 'bank' as const,
    entry: {
      seq,
      atMs: BEGAN_AT_MS + 400 * index + seq,
      purchase,
      effect: 'transfer',
      kind: 'effect' as const,
      account: 'buyer-usd',
      amount: -CONSOLE_CENTS,
      unit: 'USD',
      key,
    },
  })
  return {
    invariant,
    purchase,
    sentence: `${purchase} was charged 2 times (USD 500.00 each) for one purchase`,
    rows: [row(2 * index + 1, `${purchase}-a`), row(2 * index + 2, `${purchase}-b`)],
    strikes: [strike(index, purchase)],
  }
}

function invariants(
  counts: Partial<Record<InvariantName, number>>,
  expected: readonly InvariantName[],
): InvariantResult[] {
  return INVARIANTS.map((name) => {
    const violations = counts[name] ?? 0
    return {
      name,
      ...PROMISES[name],
      violations,
      subjects: name === 'nothing-left-locked' ? 0 : 300,
      expected: expected.includes(name) ? 'violated' : 'holds',
      samples: Array.from({ length: Math.min(violations, MOST_SAMPLES) }, (_, index) => sample(name, index)),
    }
  })
}

function series(perBucket: number, strikes: number, salt: number): Series {
  const buckets = Array.from({ length: 24 }, (_, index) => index)
  const outage = (index: number) => index >= 10 && index < 13
  return {
    bucketMs: 500,
    goodput: buckets.map((index) =>
      index > 20 ? 0 : Math.round(perBucket * (outage(index) ? 0.15 : 0.8 + 0.4 * wobble(index, salt))),
    ),
    p50: buckets.map((index) => (index > 21 ? null : 15 + 10 * wobble(index, salt + 1))),
    p99: buckets.map((index) => (index > 21 ? null : 300 + 900 * wobble(index, salt + 2))),
    strikes: buckets.map((index) => (index > 19 ? 0 : Math.round((strikes / 10) * wobble(index, 3)))),
    crashes: buckets.map((index) => (index > 19 ? 0 : Math.round((strikes / 20) * wobble(index, 3)))),
  }
}

function latencyBuckets(answered: number, confirmed: number, slow: number): LatencyBucket[] {
  const bounds = Array.from({ length: 40 }, (_, at) => Number((60_000 ** (at / 39)).toPrecision(3)))
  const hump = (bound: number, middle: number, width: number) => {
    const share = Math.exp(-((Math.log(bound / middle) / width) ** 2))
    return share < 0.004 ? 0 : share
  }
  const shares = bounds.map((bound) => hump(bound, 25, 0.8) + slow * hump(bound, 900, 0.5))
  const total = shares.reduce((sum, share) => sum + share, 0)
  let [leftAll, leftConfirmed] = [answered, confirmed]
  return bounds.map((bound, index) => {
    const last = bound === 2_690
    const all = last ? leftAll : Math.min(leftAll, Math.round((answered * (shares[index] ?? 0)) / total))
    const good = last
      ? leftConfirmed
      : Math.min(leftConfirmed, all, Math.round((confirmed * (shares[index] ?? 0)) / total))
    leftAll -= all
    leftConfirmed -= good
    return { uptoMs: bound, all, confirmed: good }
  })
}

const NOTHING: Quantiles = { p50: null, p90: null, p99: null, max: null }
/** Nobody voted, and nothing was undone. */
export const NO_TRANSACTIONS: Transactions = {
  inDoubtMs: NOTHING,
  lockedStockMs: NOTHING,
  lockedAccountMs: NOTHING,
  refusedByLock: 0,
  compensations: 0,
  recoveries: 0,
  heuristics: 0,
  messagesPerOrder: null,
}

interface Sketch {
  readonly name: string
  readonly summary: string
  readonly verdict: Verdict
  readonly reasons?: readonly string[]
  readonly orders: OrderCounts
  readonly latencyMs: Quantiles
  readonly violations: Partial<Record<InvariantName, number>>
  readonly expected: readonly InvariantName[]
  readonly loss: Loss
  readonly goodputPerSecond: number
  readonly gremlins: readonly GremlinCount[]
  readonly expectations: VariantResult['expectations']
  readonly slow: number
}

function variantResult(sketch: Sketch, salt: number): VariantResult {
  const { violations, expected, slow, reasons = [], ...rest } = sketch
  const { p50, p90, p99, max } = sketch.latencyMs
  const { arrived, confirmed } = sketch.orders
  const less = (ms: number | null) => (ms === null ? null : ms * 0.9)
  return {
    ...rest,
    reasons,
    latencyConfirmedMs: { p50: less(p50), p90: less(p90), p99: less(p99), max: less(max) },
    latencyBuckets: latencyBuckets(arrived, confirmed, slow),
    scheduleErrorMs: { p50: 0.2, p90: 0.6, p99: 1.9, max: 3.4 },
    arrivalWindowMs: 10_000,
    violations: Object.fromEntries(INVARIANTS.map((name) => [name, violations[name] ?? 0])) as Record<
      InvariantName,
      number
    >,
    invariants: invariants(violations, expected),
    lossCents: Object.values(sketch.loss).reduce((sum, cents) => sum + cents, 0),
    refreshes: 12,
    toldPending: 0,
    kinds: [],
    dependencies: sketch.name === 'retry' ? exampleDependencies() : [],
    series: series(
      confirmed / 21,
      sketch.gremlins.reduce((sum, gremlin) => sum + gremlin.strikes, 0),
      salt,
    ),
    restarts: { inventory: 30, payment: 11 },
    unexplainedDeaths: {},
    quietAfterMs: 1_240,
    transactions: { ...NO_TRANSACTIONS, messagesPerOrder: arrived > 0 ? 6 + 2 * slow : null },
  }
}

function gremlinCounts(...counts: readonly (readonly [tossed: number, strikes: number])[]): GremlinCount[] {
  return GREMLINS.map(({ name, gremlin, on }, index) => {
    const [tossed, strikes] = counts[index] ?? [0, 0]
    return { name, gremlin, on, tossed, strikes, applies: true }
  })
}

const holds = (expectation: string) => ({ expectation, holds: true, inconclusive: null })
const NO_LOSS: Loss = { overchargeCents: 0, surplusUnitsCents: 0, chargedWithoutGoodsCents: 0, phantomStockCents: 0 }

/** Four variants: naive, retry and retry+key-as-taught break promises, retry+key keeps all but one expectation undecided. */
export function exampleResult(): Result {
  const variants = [
    variantResult(
      {
        name: 'naive',
        summary: 'No timeout, no retry, no key.',
        verdict: 'PASS',
        orders: { arrived: 300, confirmed: 226, cancelled: 0, refused: 9, failed: 61, inDoubt: 4 },
        latencyMs: { p50: 18.42, p90: 240.7, p99: 2_950.2, max: 3_000 },
        goodputPerSecond: 22.6,
        violations: { 'all-or-nothing': 61, 'buyer-told-the-truth': 4, 'no-order-lost': 4 },
        expected: ['all-or-nothing', 'buyer-told-the-truth', 'no-order-lost'],
        loss: { ...NO_LOSS, chargedWithoutGoodsCents: 250_000, phantomStockCents: 662_000 },
        gremlins: gremlinCounts([290, 34], [229, 9], [256, 27], [14, 14]),
        expectations: [holds('all-or-nothing is violated'), holds('no-order-lost is violated')],
        slow: 0.1,
      },
      1,
    ),
    variantResult(
      {
        name: 'retry',
        summary: 'Four attempts with a timeout, no key.',
        verdict: 'FAIL',
        reasons: ['history-complete was violated 3 times, and was expected to hold.'],
        orders: { arrived: 300, confirmed: 289, cancelled: 0, refused: 9, failed: 2, inDoubt: 0 },
        latencyMs: { p50: 19.9, p90: 480.25, p99: 1_890.6, max: 2_480 },
        goodputPerSecond: 28.9,
        violations: { 'charged-at-most-once': 23, 'deducted-at-most-once': 57, 'history-complete': 3 },
        expected: ['charged-at-most-once', 'deducted-at-most-once'],
        loss: { ...NO_LOSS, overchargeCents: 700_000, surplusUnitsCents: 450_000 },
        gremlins: gremlinCounts([352, 34], [291, 9], [318, 27], [43, 43]),
        expectations: [
          holds('charged-at-most-once is violated'),
          { expectation: 'history-complete holds', holds: false, inconclusive: null },
        ],
        slow: 0.5,
      },
      2,
    ),
    variantResult(
      {
        name: 'retry+key-as-taught',
        summary: 'Retries with a new key for each attempt of the buyer.',
        verdict: 'INCONCLUSIVE',
        reasons: ['Not decided: charged-at-most-once is violated (only 7 purchases at risk, and 10 are needed).'],
        orders: { arrived: 300, confirmed: 290, cancelled: 0, refused: 9, failed: 1, inDoubt: 0 },
        latencyMs: { p50: 20.3, p90: 470, p99: 1_750, max: 2_400 },
        goodputPerSecond: 29,
        violations: { 'deducted-at-most-once': 2 },
        expected: ['charged-at-most-once', 'deducted-at-most-once'],
        loss: { ...NO_LOSS, surplusUnitsCents: 100_000 },
        gremlins: gremlinCounts([340, 34], [288, 9], [307, 27], [41, 41]),
        expectations: [
          holds('deducted-at-most-once is violated'),
          {
            expectation: 'charged-at-most-once is violated',
            holds: false,
            inconclusive: 'only 7 purchases at risk, and 10 are needed',
          },
        ],
        slow: 0.5,
      },
      3,
    ),
    variantResult(
      {
        name: 'retry+key',
        summary: 'Retries with one key for each purchase.',
        verdict: 'PASS',
        orders: { arrived: 300, confirmed: 291, cancelled: 0, refused: 9, failed: 0, inDoubt: 0 },
        latencyMs: { p50: 20.1, p90: 465.5, p99: 1_702.3, max: 2_310 },
        goodputPerSecond: 29.1,
        violations: {},
        expected: [],
        loss: NO_LOSS,
        gremlins: gremlinCounts([338, 34], [287, 9], [305, 27], [41, 41]),
        expectations: [holds('charged-at-most-once holds'), holds('p99 of the latency at most 2500 ms')],
        slow: 0.5,
      },
      4,
    ),
  ]
  return {
    schemaVersion: 1,
    scenario: SCENARIO.name,
    title: SCENARIO.title,
    about: SCENARIO.about,
    seed: 42,
    flags: [],
    mode: 'real',
    verdict: 'FAIL',
    interrupted: null,
    error: null,
    baseCurrency: 'USD',
    variants,
    configuration: SCENARIO,
  }
}

/** One variant, no gremlin, cut short before the first order. */
export function emptyResult(): Result {
  const calm = variantResult(
    {
      name: 'naive',
      summary: 'No timeout, no retry, no key.',
      verdict: 'INCONCLUSIVE',
      reasons: ['The run was cut short: Ctrl-C before the first order.', 'No purchase arrived.'],
      orders: { arrived: 0, confirmed: 0, cancelled: 0, refused: 0, failed: 0, inDoubt: 0 },
      latencyMs: NOTHING,
      goodputPerSecond: 0,
      violations: {},
      expected: [],
      loss: NO_LOSS,
      gremlins: [],
      expectations: [],
      slow: 0,
    },
    1,
  )
  const variants: VariantResult[] = [
    {
      ...calm,
      latencyBuckets: [],
      scheduleErrorMs: NOTHING,
      arrivalWindowMs: 0,
      refreshes: 0,
      toldPending: 0,
      restarts: {},
      quietAfterMs: null,
      invariants: calm.invariants.map((invariant) => ({ ...invariant, subjects: 0 })),
      series: { bucketMs: 500, goodput: [], p50: [], p99: [], strikes: [], crashes: [] },
    },
  ]
  const configuration: Scenario = {
    ...SCENARIO,
    name: 'calm',
    title: 'Calm',
    about: 'No gremlin.',
    gremlins: [],
    variants: SCENARIO.variants.slice(0, 1),
    traffic: { ...SCENARIO.traffic, orders: 0 },
  }
  return {
    schemaVersion: 1,
    scenario: 'calm',
    title: 'Calm',
    about: 'No gremlin.',
    seed: 1,
    flags: [],
    mode: 'real',
    verdict: 'INCONCLUSIVE',
    interrupted: 'Ctrl-C before the first order',
    error: null,
    baseCurrency: 'USD',
    variants,
    configuration,
  }
}
