import { getEventListeners } from 'node:events'
import { describe, expect, it } from 'vitest'
import { type FakeClock, fakeClock } from '../../test/support/fake-clock.ts'
import type { Event } from '../core/event.ts'
import type { Purchase, Told } from '../core/purchase.ts'
import { ORDERS_ONLY } from '../core/purchase.ts'
import type { Shape, TrafficPlan } from '../core/scenario.ts'
import type { Answer, Ask } from './buyer.ts'
import { type DriveOptions, type DriveSummary, drive } from './drive.ts'

const START_MS = 1_000_000
const PLAN: TrafficPlan = {
  orders: 20,
  arrivals: 'paced',
  ratePerSecond: 100,
  shape: { kind: 'constant' },
  mostUnits: 3,
  mix: ORDERS_ONLY,
}
const CONFIRMED: Answer = { status: 'confirmed', reason: null, orderId: 'o-1' }

interface Seen {
  readonly clock: FakeClock
  readonly asks: { readonly purchase: string; readonly attempt: number; readonly atMs: number }[]
  readonly purchases: Purchase[]
  readonly told: Told[]
  readonly events: Event[]
  readonly gone: string[]
  summary?: DriveSummary
  error?: unknown
}

interface Given extends Partial<Pick<DriveOptions, 'seed' | 'mostAtOnce' | 'signal' | 'saturate' | 'trafficStartMs'>> {
  readonly plan?: Partial<TrafficPlan>
  readonly ask?: (ask: Ask, clock: FakeClock, signal: AbortSignal) => Promise<Answer>
  readonly clock?: FakeClock
}

/** Starts a drive on a clock that stands still; every ask is answered at once unless told otherwise. */
function start(given: Given = {}): Seen {
  const { plan, ask, clock = fakeClock(START_MS), ...more } = given
  const seen: Seen = { clock, asks: [], purchases: [], told: [], events: [], gone: [] }
  drive({
    scenario: {
      products: [{ name: 'console', priceCents: 50_000, stock: 10, weight: 1 }],
      accounts: [{ name: 'alice', currency: 'USD', openingCents: 1, weight: 1 }],
      traffic: { ...PLAN, ...plan },
      buyers: { patienceMs: 3_000, refreshes: 1, pauseMs: 100 },
    },
    seed: 42,
    buyer: { key: 'per-purchase' },
    clock,
    trafficStartMs: START_MS,
    ask: async (request, signal) => {
      seen.asks.push({ purchase: request.purchase.purchase, attempt: request.attempt, atMs: clock.nowMs() - START_MS })
      return ask ? ask(request, clock, signal) : CONFIRMED
    },
    sink: {
      purchase: (purchase) => seen.purchases.push(purchase),
      told: (told) => seen.told.push(told),
      record: (event) => seen.events.push(event),
      gone: (purchase) => seen.gone.push(purchase),
    },
    ...more,
  }).then(
    (summary) => (seen.summary = summary),
    (error) => (seen.error = error),
  )
  return seen
}

const mute = (signal: AbortSignal): Promise<Answer> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))

async function after(clock: FakeClock, delayMs: number, answer: Answer): Promise<Answer> {
  await clock.sleep(delayMs)
  return answer
}

describe('open loop', () => {
  it('sends every buyer at its time and says how it went', async () => {
    const seen = start()
    await seen.clock.advance(1_000)
    expect(seen.asks.map((ask) => ask.atMs)).toEqual(Array.from({ length: 20 }, (_, index) => index * 10))
    expect(seen.purchases.map((purchase) => purchase.purchase)).toEqual(seen.asks.map((ask) => ask.purchase))
    expect(seen.gone).toHaveLength(20)
    expect(seen.summary).toEqual({
      arrived: 20,
      scheduleErrorMs: { p50: 0, p90: 0, p99: 0, max: 0 },
      arrivalWindowMs: 200,
      endedAtMs: START_MS + 190,
      interrupted: false,
    })
  })

  it('never waits for an answer: slow ones do not delay the next arrival', async () => {
    const seen = start({ ask: (_, clock) => after(clock, 2_500, CONFIRMED) })
    await seen.clock.advance(190)
    expect(seen.asks).toHaveLength(20)
    expect(seen.told).toEqual([])
    await seen.clock.advance(60_000)
    expect(seen.told).toHaveLength(20)
    expect(seen.summary?.endedAtMs).toBe(START_MS + 190 + 2_500)
    expect(seen.summary?.arrivalWindowMs).toBe(200)
  })

  it('repeats itself: the same seed gives the same arrivals and orders, another seed others', async () => {
    const sent = async (seed: number): Promise<Purchase[]> => {
      const seen = start({ seed, plan: { arrivals: 'poisson' } })
      await seen.clock.advance(10_000)
      return seen.purchases
    }
    expect(await sent(1)).toEqual(await sent(1))
    expect(await sent(1)).not.toEqual(await sent(2))
  })

  it('waits for a start that lies ahead', async () => {
    const seen = start({ trafficStartMs: START_MS + 500, plan: { orders: 2 } })
    await seen.clock.advance(499)
    expect(seen.asks).toEqual([])
    await seen.clock.advance(11)
    expect(seen.asks.map((ask) => ask.atMs)).toEqual([500, 510])
  })

  it('uses one timer for arrivals and one for all patience, and leaves none behind', async () => {
    const seen = start({ ask: (_, __, signal) => mute(signal), plan: { orders: 200 } })
    await seen.clock.advance(1_999)
    expect(seen.clock.mostSleeping()).toBe(2)
    await seen.clock.advance(60_000)
    expect(seen.clock.sleeping()).toBe(0)
    expect(seen.asks).toHaveLength(400)
  })

  it('sends only those that the plan names, as they are in the whole plan, at their own times', async () => {
    const whole = start()
    await whole.clock.advance(1_000)
    const exactly = [
      { purchase: 'p-7', atMs: 5 },
      { purchase: 'p-2', atMs: 5 },
      { purchase: 'p-20', atMs: 40 },
    ]
    const seen = start({ plan: { exactly } })
    await seen.clock.advance(1_000)
    expect(seen.asks.map(({ purchase, atMs }) => ({ purchase, atMs }))).toEqual(exactly)
    const wanted = ({ intendedMs, ...purchase }: Purchase) => purchase
    const named = exactly.map(({ purchase }) => whole.purchases.find((each) => each.purchase === purchase) as Purchase)
    expect(seen.purchases.map(wanted)).toEqual(named.map(wanted))
    expect(seen.summary).toMatchObject({ arrived: 3, arrivalWindowMs: 40 })
  })

  it('follows the shape of the plan', async () => {
    const shape: Shape = { kind: 'spike', spikePerSecond: 1_000, fromMs: 50, toMs: 60 }
    const seen = start({ plan: { shape } })
    await seen.clock.advance(1_000)
    const inSpike = seen.asks.filter((ask) => ask.atMs >= 50 && ask.atMs < 60)
    expect(inSpike).toHaveLength(10)
  })
})

describe('schedule error', () => {
  it('is how much later than planned buyers were sent', async () => {
    const seen = start({ clock: fakeClock(START_MS, 2) })
    await seen.clock.advance(1_000)
    // The first one needs no sleep.
    expect(seen.asks[0]?.atMs).toBe(0)
    expect(seen.summary?.scheduleErrorMs).toEqual({ p50: 2, p90: 2, p99: 2, max: 2 })
  })

  it('is no reason to thin the traffic: who is overdue is sent at once, and the window is the true one', async () => {
    const seen = start({ trafficStartMs: START_MS - 500 })
    await seen.clock.advance(0)
    expect(seen.asks).toHaveLength(20)
    expect(seen.summary?.scheduleErrorMs.max).toBeCloseTo(500, 0)
    expect(seen.summary?.arrivalWindowMs).toBe(500)
  })

  it('gives answers their turn while thousands are overdue', async () => {
    const seen = start({ trafficStartMs: START_MS - 60_000, plan: { orders: 2_000 } })
    await seen.clock.advance(0)
    expect(seen.events.findIndex((event) => event.type === 'told')).toBe(256)
    expect(seen.summary?.arrived).toBe(2_000)
  })
})

describe('the limit on buyers at once', () => {
  it('turns buyers away, counted and recorded, never silently', async () => {
    const seen = start({ mostAtOnce: 5, ask: (_, clock) => after(clock, 100, CONFIRMED) })
    await seen.clock.advance(5_000)
    const turnedAway = seen.told.filter((told) => told.reason === 'traffic-limit')
    expect(turnedAway.length).toBe(10)
    expect(turnedAway[0]).toEqual({
      purchase: 'p-6',
      attempt: 1,
      atMs: START_MS + 50,
      status: 'no-answer',
      reason: 'traffic-limit',
      orderId: null,
    })
    expect(seen.asks).toHaveLength(10)
    expect(seen.purchases).toHaveLength(20)
    expect(seen.gone).toHaveLength(20)
    expect(seen.summary?.arrived).toBe(20)
    expect(seen.events.filter((event) => event.type === 'told' && event.reason === 'traffic-limit')).toHaveLength(10)
  })
})

describe('an interruption', () => {
  it('ends the arrivals, sends those who wait away, and tells what was done', async () => {
    const stop = new AbortController()
    const seen = start({ signal: stop.signal, ask: (_, __, signal) => mute(signal) })
    await seen.clock.advance(95)
    stop.abort()
    await seen.clock.advance(0)
    expect(seen.summary).toMatchObject({
      arrived: 10,
      interrupted: true,
      arrivalWindowMs: 95,
      endedAtMs: START_MS + 95,
    })
    expect(seen.told.map((told) => [told.status, told.reason])).toEqual(Array(10).fill(['left', 'interrupted']))
    expect(seen.clock.sleeping()).toBe(0)
    await seen.clock.advance(60_000)
    expect(seen.asks).toHaveLength(10)
  })

  it('after the last arrival cuts only the waiting short', async () => {
    const stop = new AbortController()
    const seen = start({ signal: stop.signal, ask: (_, __, signal) => mute(signal) })
    await seen.clock.advance(1_000)
    stop.abort()
    await seen.clock.advance(0)
    expect(seen.summary).toMatchObject({ arrived: 20, interrupted: true, arrivalWindowMs: 200 })
  })

  it('before the start sends nobody', async () => {
    const seen = start({ signal: AbortSignal.abort() })
    await seen.clock.advance(0)
    expect(seen.summary).toMatchObject({ arrived: 0, interrupted: true, scheduleErrorMs: { p50: null, max: null } })
    expect(seen.asks).toEqual([])
  })

  it('that never comes is not listened for any longer', async () => {
    const stop = new AbortController()
    const seen = start({ signal: stop.signal })
    await seen.clock.advance(1_000)
    expect(seen.summary?.interrupted).toBe(false)
    expect(getEventListeners(stop.signal, 'abort')).toEqual([])
  })
})

describe('closed loop', () => {
  it('keeps so many buyers busy until all orders are done', async () => {
    let busy = 0
    let mostBusy = 0
    const seen = start({
      saturate: { concurrency: 4 },
      ask: async (_, clock) => {
        mostBusy = Math.max(mostBusy, ++busy)
        await clock.sleep(10)
        busy--
        return CONFIRMED
      },
    })
    await seen.clock.advance(1_000)
    expect(mostBusy).toBe(4)
    expect(seen.summary).toEqual({
      arrived: 20,
      scheduleErrorMs: { p50: null, p90: null, p99: null, max: null },
      arrivalWindowMs: 50,
      endedAtMs: START_MS + 50,
      interrupted: false,
    })
    expect(seen.purchases.map((purchase) => purchase.intendedMs)).toEqual(seen.asks.map((ask) => ask.atMs))
  })

  it('can be interrupted', async () => {
    const stop = new AbortController()
    const seen = start({
      saturate: { concurrency: 4 },
      signal: stop.signal,
      ask: (_, clock) => after(clock, 10, CONFIRMED),
    })
    await seen.clock.advance(25)
    stop.abort()
    await seen.clock.advance(100)
    expect(seen.summary).toMatchObject({ arrived: 12, interrupted: true, arrivalWindowMs: 25 })
  })
})

describe('a bug', () => {
  it('of the one who asks ends the drive, after everybody has gone', async () => {
    const seen = start({
      ask: (request, _, signal) => (request.purchase.index === 3 ? Promise.reject(new Error('a bug')) : mute(signal)),
    })
    await seen.clock.advance(60_000)
    expect(seen.error).toEqual(new Error('a bug'))
    expect(seen.asks).toHaveLength(4)
    expect(seen.told.map((told) => told.status)).toEqual(['left', 'left', 'left'])
    expect(seen.clock.sleeping()).toBe(0)
  })

  it('of the clock does too', async () => {
    const clock = fakeClock(START_MS)
    const seen = start({
      clock: { ...clock, sleep: () => Promise.reject(new Error('no time')) },
      plan: { orders: 1 },
      trafficStartMs: START_MS + 9,
    })
    await clock.advance(0)
    expect(seen.error).toEqual(new Error('no time'))
  })

  it('in the plan is told before anybody is sent', async () => {
    const seen = start({ plan: { ratePerSecond: 0 } })
    await seen.clock.advance(0)
    expect(seen.error).toBeInstanceOf(RangeError)
    expect(seen.asks).toEqual([])
  })
})
