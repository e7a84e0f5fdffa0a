import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { line } from '../../test/support/journal-by-hand.ts'
import { buyer, order, policy, served, strike, watch } from '../../test/support/live-lines.ts'
import type { JournalLine } from '../core/event.ts'
import type { Variant } from '../core/pattern.ts'
import { EDGES, SERVICES } from '../core/topology.ts'

const EDGE = 'order→payment'
const withPolicies = (...policies: Variant['edges'][typeof EDGE]): Partial<Variant> => ({
  edges: { ...(Object.fromEntries(EDGES.map((edge) => [edge, []])) as unknown as Variant['edges']), [EDGE]: policies },
})

describe('what the caller knows', () => {
  it('is passed on as it is', () => {
    const view = watch().at(2_500, { phase: 'waiting-for-quiet', trafficOn: false, ghost: true, verdict: 'PASS' })
    expect(view).toMatchObject({ phase: 'waiting-for-quiet', trafficOn: false, ghost: true, verdict: 'PASS' })
    expect(view).toMatchObject({ name: 'retry', elapsedMs: 2_500, services: SERVICES.map((service) => ({ service })) })
  })

  it('lacks a start before the traffic', () => {
    expect(watch().at(2_500, { trafficStartMs: null })).toMatchObject({ elapsedMs: 0, goodputPerSecond: 0 })
  })
})

describe('a breaker', () => {
  const variant = withPolicies({ policy: 'breaker', options: {} })

  it('is closed until it says otherwise', () => {
    expect(watch(variant).at(0).breakers).toEqual([
      { edge: EDGE, policy: 'breaker', state: 'closed', halfOpenInMs: null },
    ])
    expect(watch().at(0).breakers).toEqual([])
  })

  it('is open for so long, and stays so until a trial is let through', () => {
    const seen = watch(variant)
    seen.tell(policy(EDGE, 100, 'opened', { amount: 1_000, detail: '5 of 10 failed' }))
    expect(seen.at(400).breakers[0]).toMatchObject({ state: 'open', halfOpenInMs: 700 })
    expect(seen.at(9_000).breakers[0]).toMatchObject({ state: 'open', halfOpenInMs: 0 })
    seen.tell(policy(EDGE, 9_100, 'half-opened'))
    expect(seen.at(9_200).breakers[0]).toMatchObject({ state: 'half-open', halfOpenInMs: null })
    seen.tell(policy(EDGE, 9_300, 'closed'))
    expect(seen.at(9_400).breakers[0]).toMatchObject({ state: 'closed', halfOpenInMs: null })
    expect(seen.texts(9_400)).toEqual([
      'the breaker of order→payment opened (5 of 10 failed): it refuses calls for 1,000 ms',
      'the breaker of order→payment lets trials through',
      'the breaker of order→payment closed',
    ])
  })

  it('that nobody will open again says so, and any is closed in a new life', () => {
    const seen = watch(variant)
    seen.tell(policy(EDGE, 100, 'opened'))
    expect(seen.at(200).breakers[0]).toMatchObject({ state: 'open', halfOpenInMs: null })
    seen.tell(line('order', 300, { type: 'started' }, 2))
    expect(seen.at(400).breakers[0]?.state).toBe('closed')
    // Read late, from the journal of the life before.
    seen.tell(policy(EDGE, 290, 'opened'))
    expect(seen.at(400).breakers[0]?.state).toBe('closed')
  })
})

describe('a compartment', () => {
  const sent = (afterMs: number) => line('order', afterMs, { type: 'sent', to: 'payment', operation: 'do' })
  const heard = (afterMs: number) => line('order', afterMs, { type: 'heard', from: 'payment', operation: 'do' })
  const bulkhead = { policy: 'bulkhead', options: { permits: 3, queue: 5 } }

  it('is where a policy limits calls: those that are out, and those that wait', () => {
    const seen = watch(withPolicies(bulkhead))
    seen.tell(sent(1), sent(2), heard(3), policy(EDGE, 4, 'queued', { policy: 'bulkhead', amount: 1 }))
    expect(seen.at(5).compartments).toEqual([{ edge: EDGE, inFlight: 1, limit: 3, queued: 1 }])
    seen.tell(policy(EDGE, 6, 'waited', { policy: 'bulkhead', amount: 2 }), heard(7), heard(8))
    seen.tell(policy(EDGE, 9, 'refused', { policy: 'bulkhead' }))
    expect(seen.at(9).compartments).toEqual([{ edge: EDGE, inFlight: 0, limit: 3, queued: 0 }])
    expect(watch().at(0).compartments).toEqual([])
  })

  it('has the limit that a policy has moved to, and the lower one of two', () => {
    const seen = watch(withPolicies(bulkhead, { policy: 'adaptive-limit', options: { initial: 20 } }))
    expect(seen.at(0).compartments[0]?.limit).toBe(3)
    seen.tell(policy(EDGE, 1, 'limit', { policy: 'adaptive-limit', amount: 2 }))
    expect(seen.at(2).compartments[0]?.limit).toBe(2)
  })

  it('is empty when its service has died', () => {
    const seen = watch(withPolicies(bulkhead))
    seen.tell(sent(1), policy(EDGE, 2, 'queued', { policy: 'bulkhead', amount: 1 }))
    seen.tell(strike('order', 3, { kind: 'crash', fatal: true }))
    expect(seen.at(4).compartments[0]).toMatchObject({ inFlight: 0, queued: 0 })
  })
})

describe('orders', () => {
  const placesOf = (seen: ReturnType<typeof watch>) => seen.at(10_000).orders

  it('stand where the order service and their buyers say', () => {
    const seen = watch()
    seen.tell(...['p-1', 'p-2', 'p-3', 'p-4', 'p-5', 'p-6'].map((purchase) => buyer(purchase, 1, 'asked')))
    seen.tell(...['p-1', 'p-2', 'p-3', 'p-4', 'p-5'].map((purchase) => order(purchase, 2, 'accepted')))
    seen.tell(order('p-1', 3, 'confirmed'), order('p-2', 3, 'pending'), order('p-3', 3, 'cancelled'))
    seen.tell(order('p-4', 3, 'failed'), buyer('p-6', 3, 'told', { status: 'refused' }))
    const expected = {
      planned: 100,
      arrived: 6,
      open: 1,
      confirmed: 1,
      pending: 1,
      cancelled: 1,
      refused: 1,
      failed: 1,
    }
    expect(placesOf(seen)).toEqual(expected)
    seen.tell(order('p-2', 4, 'confirmed'))
    expect(placesOf(seen)).toMatchObject({ confirmed: 2, pending: 0 })
  })

  it('of one purchase are one: the better end counts, and one under way keeps it open', () => {
    const seen = watch()
    seen.tell(buyer('p-1', 1, 'asked'), order('p-1', 2, 'accepted'), order('p-1', 3, 'accepted', { order: 'again' }))
    seen.tell(order('p-1', 4, 'cancelled'))
    expect(placesOf(seen)).toMatchObject({ arrived: 1, open: 1, cancelled: 0 })
    seen.tell(order('p-1', 5, 'confirmed', { order: 'again' }), buyer('p-1', 6, 'told', { status: 'confirmed' }))
    expect(placesOf(seen)).toMatchObject({ arrived: 1, open: 0, cancelled: 0, confirmed: 1 })
  })

  it('have arrived when anybody says so, once each: there may be buyers of whom the lab knows nothing', () => {
    const seen = watch()
    seen.tell(order('p-1', 1, 'accepted'), order('p-1', 2, 'confirmed'), order('p-2', 3, 'accepted'))
    expect(placesOf(seen)).toMatchObject({ arrived: 2, open: 1, confirmed: 1 })
    seen.tell(buyer('p-2', 2, 'asked'), buyer('p-2', 4, 'asked', { attempt: 2 }))
    expect(placesOf(seen)).toMatchObject({ arrived: 2 })
  })

  it('that nobody took are refused when the buyer has given up, and other requests are none', () => {
    const seen = watch()
    seen.tell(buyer('p-1', 1, 'asked'), buyer('p-1', 2, 'left'), buyer('p-1', 3, 'asked', { attempt: 2 }))
    expect(placesOf(seen)).toMatchObject({ arrived: 1, open: 1 })
    seen.tell(buyer('p-1', 4, 'told', { status: 'no-answer', attempt: 2 }))
    seen.tell(buyer('p-2', 5, 'asked', { effect: 'stock' }))
    expect(placesOf(seen)).toMatchObject({ arrived: 1, open: 0, refused: 1 })
  })
})

describe('buyers', () => {
  it('wait from their first request to their first answer', () => {
    const seen = watch()
    seen.tell(buyer('p-1', 0, 'asked'), buyer('p-1', 1_000, 'left'), buyer('p-1', 1_000, 'asked', { attempt: 2 }))
    expect(seen.at(1_500).latencyMs).toEqual({ p50: null, p99: null })
    seen.tell(buyer('p-1', 1_200, 'told', { status: 'refused', attempt: 2 }))
    seen.tell(buyer('p-2', 1_100, 'asked'), buyer('p-2', 1_200, 'told', { status: 'confirmed' }))
    expect(seen.at(1_500).latencyMs).toEqual({ p50: 100, p99: 1_200 })
  })

  it('make goodput when they are told that they have it, within their patience; full seconds count', () => {
    const seen = watch()
    for (let ms = 0; ms < 4_000; ms += 100) {
      seen.tell(buyer(`p-${ms}`, ms, 'asked'), buyer(`p-${ms}`, ms + 50, 'told', { status: 'confirmed' }))
    }
    seen.tell(buyer('late', 0, 'asked'), buyer('late', 3_990, 'told', { status: 'confirmed' }))
    expect(seen.at(2_400).goodputPerSecond).toBe(10)
    expect(seen.at(6_400).goodputPerSecond).toBe(6)
  })
})

describe('gremlins', () => {
  it('are counted by name, whatever their state', () => {
    const gremlin = {
      name: 'mine',
      gremlin: 'latency',
      on: 'bank',
      state: 'off',
      probability: 1,
      endsInMs: null,
    } as const
    const seen = watch()
    seen.tell(line('bank', 1, { type: 'toss', gremlin: 'mine', struck: false }))
    seen.tell(line('bank', 2, { type: 'toss', gremlin: 'mine', struck: true }), strike('bank', 2, { gremlin: 'mine' }))
    expect(seen.at(3, { gremlins: [gremlin, { ...gremlin, name: 'other' }] }).gremlins).toEqual([
      { ...gremlin, tosses: 2, strikes: 1 },
      { ...gremlin, name: 'other', tosses: 0, strikes: 0 },
    ])
  })
})

/** Any lines of one node, in the order of their times. */
function anyJournal(node: string): fc.Arbitrary<JournalLine[]> {
  const purchase = fc.constantFrom('p-1', 'p-2', 'p-3')
  const bit = fc.tuple(fc.integer({ min: 0, max: 7 }), purchase, fc.integer({ min: 1, max: 900 }))
  return fc.array(bit, { maxLength: 25 }).map((bits) => {
    let atMs = 0
    let life = 1
    return bits.flatMap(([what, about, pauseMs]) => {
      atMs += pauseMs
      if (node === 'traffic') {
        const status = ['confirmed', 'refused', 'pending', 'no-answer'][what % 4]
        return what < 3 ? [buyer(about, atMs, 'asked')] : [buyer(about, atMs, 'told', { status })]
      }
      if (what === 0) return [line(node, atMs, { type: 'started' }, ++life)]
      if (what === 1) return [strike(node, atMs, { kind: 'crash', fatal: true }, life)]
      if (what === 2) return [strike(node, atMs, { purchase: about }, life)]
      if (what === 3 && node === 'order') return [order(about, atMs, 'accepted')]
      if (what === 4 && node === 'order') return [order(about, atMs, 'confirmed')]
      return served(node, atMs, pauseMs, about, life).slice(0, what === 5 ? 1 : 2)
    })
  })
}

describe('lines of several nodes', () => {
  it('may come in any order between them', () => {
    const nodes = ['order', 'payment', 'traffic']
    const journals = fc.tuple(...nodes.map(anyJournal))
    fc.assert(
      fc.property(journals, fc.infiniteStream(fc.nat({ max: 2 })), (byNode, turns) => {
        const first = watch()
        first.tell(...byNode.flat())
        const second = watch()
        const left = byNode.map((lines) => [...lines])
        while (left.some((lines) => lines.length > 0)) {
          const next = left[turns.next().value ?? 0]?.shift() ?? left.find((lines) => lines.length > 0)?.shift()
          if (next) second.tell(next)
        }
        expect(second.at(30_000)).toEqual(first.at(30_000))
      }),
      { numRuns: 100 },
    )
  })
})
