/** What policies save and whom they spare, over real processes, by journals and by what buyers were told. */

import { beforeAll, describe, expect, it } from 'vitest'
import type { Run } from '../support/runs.ts'
import { linesOf, readJournals, readRows, run, variantOf, violatedIn } from '../support/runs.ts'
import { loadText } from '../support/shipped-scenarios.ts'

const SHOP = `products: { console: { priceCents: 50000, stock: 100000 } }
    accounts: { alice: { currency: USD, openingCents: 1000000000 }, bob: { currency: EUR, openingCents: 1000000000 } }
    rates: { EUR: 0.92 }`

/** Room for twelve requests; a payment that takes 5 s holds a place, or a call of the pool, until then. */
const TEXT = `version: 1
variants:
  base:
    workflow: saga
    participants: { keys: required, history: outbox }
    buyer: { key: per-purchase }
    edges: { '*': [idempotency-key] }
  control: { extends: base, gremlins: none }
  one-pool: { extends: base, edges: { '*': [idempotency-key, shared-pool: { permits: 6, queue: 1000, mostWaitMs: 10000 }] } }
  bulkhead:
    extends: base
    edges:
      order→payment: [idempotency-key, bulkhead: { permits: 3 }]
  limited: { extends: bulkhead, door: [rate-limit: { ratePerSecond: 5, burst: 5 }] }
  bare: { extends: base, edges: { '*': [idempotency-key, timeout: { afterMs: 500 }] } }
  breaker:
    extends: bare
    edges:
      payment→bank: [idempotency-key, breaker: { failures: 5, openMs: 400 }, timeout: { afterMs: 500 }]
      payment→fx: [fallback: { answer: last-known, mostAgeMs: 5000 }, idempotency-key, timeout: { afterMs: 500 }]
scenarios:
  slow-payment:
    title: Payment is slow, and most requests have nothing to do with it
    ${SHOP}
    traffic: { orders: 120, ratePerSecond: 60, arrivals: paced, mix: { order: 1, stock: 1, notification: 1 } }
    # Far more than an answer takes on a busy machine, and far less than a slow payment.
    buyers: { patienceMs: 2000, refreshes: 0 }
    quietWithinMs: 20000
    capacity: { order: { concurrency: 12, queue: 1000 } }
    focus: { fromMs: 800, toMs: 2000 }
    gremlins:
      - latency: { on: payment, operations: [do], fromMs: 5000, toMs: 5000, window: { fromMs: 300, toMs: 2000 } }
    variants: [control, one-pool, bulkhead, limited]
  bank-away:
    title: The bank is away, and later fx
    ${SHOP}
    traffic: { orders: 150, ratePerSecond: 50, arrivals: paced, mix: { payment: 1 } }
    buyers: { patienceMs: 2000, refreshes: 0 }
    quietWithinMs: 20000
    gremlins:
      - outage: { name: bank-out, on: bank, window: { fromMs: 500, toMs: 1700 } }
      - outage: { name: fx-out, on: fx, window: { fromMs: 2300, toMs: 2800 } }
    variants: [bare, breaker]
`

const scenarios = new Map(loadText(TEXT).scenarios.map((scenario) => [scenario.name, scenario]))
const runs: Record<string, Run> = {}
beforeAll(async () => {
  for (const [name, scenario] of scenarios) runs[name] = await run(scenario)
}, 120_000)
const ran = (name: string) => runs[name] as Run

describe('while payment is slow', () => {
  const shareOf = (variant: string, kind: string) => {
    const found = variantOf(ran('slow-payment').result, variant).kinds.find((each) => each.kind === kind)
    return (found?.focus.good ?? Number.NaN) / (found?.focus.arrived ?? Number.NaN)
  }

  it.each(['stock', 'notification'])('a compartment leaves %s requests as they are, and one pool does not', (kind) => {
    expect(shareOf('control', kind)).toBeGreaterThan(0.95)
    expect(shareOf('bulkhead', kind)).toBeGreaterThan(0.95)
    expect(shareOf('one-pool', kind)).toBeLessThan(0.5)
  })

  it('the control arm meets the same buyers and no gremlin', () => {
    const { result } = ran('slow-payment')
    const control = variantOf(result, 'control')
    expect(control.gremlins).toEqual([])
    expect(control.kinds.map(({ kind, arrived }) => [kind, arrived])).toEqual(
      variantOf(result, 'bulkhead').kinds.map(({ kind, arrived }) => [kind, arrived]),
    )
  })

  it('the compartment never lets more in than it holds, and every refusal is in the journal and in the result', () => {
    const { folder, result } = ran('slow-payment')
    const lines = readJournals(folder, 'bulkhead')
    const refused = linesOf(lines, 'policy').filter(({ what, policy }) => what === 'refused' && policy === 'bulkhead')
    const path = variantOf(result, 'bulkhead').dependencies.find(({ edge }) => edge === 'order→payment')
    expect(refused.length).toBeGreaterThan(0)
    expect(path).toMatchObject({ mostInFlight: 3, refusals: { bulkhead: refused.length } })
  })

  it('whom the door turns away is told so, and nothing is done for them', () => {
    const { folder } = ran('slow-payment')
    const turnedAway = readRows(
      folder,
      'limited',
      'traffic',
      "SELECT purchase FROM told WHERE reason = 'too_many_requests'",
    ).map(({ purchase }) => purchase)
    expect(turnedAway.length).toBeGreaterThan(20)
    const known = readRows(folder, 'limited', 'order', 'SELECT DISTINCT purchase FROM ledger')
    expect(known.filter(({ purchase }) => turnedAway.includes(purchase ?? null))).toEqual([])
  })
})

describe('while the bank is away', () => {
  const callsToBank = (variant: string) => {
    const lines = readJournals(ran('bank-away').folder, variant)
    return linesOf(lines, 'heard').filter(({ from, reason }) => from === 'bank' && reason === 'connection-refused')
      .length
  }

  it('a breaker asks it far less often, and finds it again', () => {
    expect(callsToBank('bare')).toBeGreaterThan(40)
    expect(callsToBank('breaker')).toBeLessThan(callsToBank('bare') / 4)
    const path = variantOf(ran('bank-away').result, 'breaker').dependencies.find(({ edge }) => edge === 'payment→bank')
    expect(path?.breaker?.changes.at(-1)?.state).toBe('closed')
  })

  it('a rate of a moment ago stands in for fx, and payments go on', () => {
    const { folder, result } = ran('bank-away')
    const stale = linesOf(readJournals(folder, 'breaker'), 'policy').filter(({ what }) => what === 'fallback')
    expect(stale.length).toBeGreaterThan(5)
    for (const { amount = Number.NaN } of stale) expect(amount).toBeLessThanOrEqual(5_000)
    for (const variant of result.variants) expect(violatedIn(variant)).toEqual([])
  })
})
