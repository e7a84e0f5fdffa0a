import { describe, expect, it } from 'vitest'
import { type FakeClock, fakeClock } from '../../test/support/fake-clock.ts'
import type { Event } from '../core/event.ts'
import type { BuyerOptions } from '../core/pattern.ts'
import type { Purchase, Told } from '../core/purchase.ts'
import type { Buyers } from '../core/scenario.ts'
import { type Answer, type Ask, LEAST_POLL_PAUSE_MS, openShop, type Shop } from './buyer.ts'

const PURCHASE: Purchase = {
  purchase: 'p-7',
  kind: 'order',
  index: 6,
  intendedMs: 0,
  product: 'console',
  quantity: 1,
  amountCents: 50_000,
  account: 'alice',
  currency: 'USD',
}
const START_MS = 5_000
const BUYERS: Buyers = { patienceMs: 1_000, refreshes: 2, pauseMs: 200 }

interface Visit {
  readonly clock: FakeClock
  readonly shop: Shop
  readonly asks: (Ask & { readonly atMs: number; readonly signal: AbortSignal })[]
  readonly told: Told[]
  readonly events: Event[]
  readonly bugs: unknown[]
  gone: boolean
}

const answerOf = (status: string, reason: string | null = null): Answer => ({ status, reason, orderId: 'o-1' })
/** An answer that never comes; ends when the buyer leaves, as a client of ours does. */
const silence = (signal: AbortSignal): Promise<Answer> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))

/** Sends one buyer shopping; `answer` says what becomes of each attempt. */
function visit(
  answer: (attempt: number, signal: AbortSignal, clock: FakeClock) => Promise<Answer> | Answer,
  options: { buyers?: Partial<Buyers>; key?: BuyerOptions['key']; kind?: Purchase['kind'] } = {},
): Visit {
  const clock = fakeClock(START_MS)
  const seen: Pick<Visit, 'asks' | 'told' | 'events' | 'bugs'> = { asks: [], told: [], events: [], bugs: [] }
  const shop = openShop({
    buyers: { ...BUYERS, ...options.buyers },
    buyer: { key: options.key ?? 'per-purchase' },
    clock,
    ask: async (ask, signal) => {
      seen.asks.push({ ...ask, atMs: clock.nowMs() - START_MS, signal })
      return answer(ask.attempt, signal, clock)
    },
    told: (told) => seen.told.push({ ...told, atMs: told.atMs - START_MS }),
    record: (event) => seen.events.push(event),
  })
  const result: Visit = { ...seen, clock, shop, gone: false }
  shop.shop({ ...PURCHASE, kind: options.kind ?? 'order' }).then(
    () => (result.gone = true),
    (error) => result.bugs.push(error),
  )
  return result
}

const statuses = (seen: Visit): string[] => seen.told.map((told) => told.status)
const askedAt = (seen: Visit): number[] => seen.asks.map((ask) => ask.atMs)

describe('a buyer who comes for something else', () => {
  it('behaves like any other, and the journal says what for', async () => {
    const seen = visit((attempt) => answerOf(attempt === 1 ? 'no-answer' : 'answered'), { kind: 'payment' })
    await seen.clock.advance(5_000)
    expect(statuses(seen)).toEqual(['no-answer', 'answered'])
    expect(seen.asks.map(({ key }) => key)).toEqual(['p-7', 'p-7'])
    expect(seen.events.map((event) => 'effect' in event && event.effect)).toEqual(Array(4).fill('payment'))
    expect(seen.gone).toBe(true)
  })
})

describe('a final answer', () => {
  it.each(['confirmed', 'cancelled', 'refused', 'failed', 'pending', 'degraded'])(
    '%s ends the shopping',
    async (status) => {
      const seen = visit(async (_, __, clock) => {
        await clock.sleep(40)
        return answerOf(status, 'because')
      })
      await seen.clock.advance(60_000)
      expect(seen.gone).toBe(true)
      expect(seen.asks).toHaveLength(1)
      expect(seen.told).toEqual([{ purchase: 'p-7', attempt: 1, atMs: 40, status, reason: 'because', orderId: 'o-1' }])
      expect(seen.events).toEqual([
        { type: 'asked', purchase: 'p-7', effect: 'order', attempt: 1, key: 'p-7' },
        { type: 'told', purchase: 'p-7', effect: 'order', attempt: 1, status, reason: 'because' },
      ])
    },
  )
})

describe('patience', () => {
  it('runs out: the buyer leaves, aborts the request, pauses, and asks again as often as it may', async () => {
    const seen = visit((_, signal) => silence(signal))
    await seen.clock.advance(999)
    expect(seen.told).toEqual([])
    expect(seen.asks[0]?.signal.aborted).toBe(false)
    await seen.clock.advance(60_000)
    expect(askedAt(seen)).toEqual([0, 1_200, 2_400])
    expect(seen.told.map(({ atMs, status, reason, orderId }) => [atMs, status, reason, orderId])).toEqual([
      [1_000, 'left', null, null],
      [2_200, 'left', null, null],
      [3_400, 'left', null, null],
    ])
    expect(seen.asks.every((ask) => ask.signal.aborted)).toBe(true)
    expect(seen.events.map((event) => event.type)).toEqual(['asked', 'left', 'asked', 'left', 'asked', 'left'])
    expect(seen.gone).toBe(true)
    expect(seen.bugs).toEqual([])
  })

  it('that lasts hears the answer, and the request is not aborted', async () => {
    const seen = visit(async (_, __, clock) => {
      await clock.sleep(999)
      return answerOf('confirmed')
    })
    await seen.clock.advance(60_000)
    expect(statuses(seen)).toEqual(['confirmed'])
    expect(seen.asks[0]?.signal.aborted).toBe(false)
    expect(seen.clock.sleeping()).toBe(0)
  })

  it('ran out: an answer that comes all the same is not heard', async () => {
    const seen = visit(
      async (_, __, clock) => {
        await clock.sleep(1_001)
        return answerOf('confirmed')
      },
      { buyers: { refreshes: 0 } },
    )
    await seen.clock.advance(60_000)
    expect(statuses(seen)).toEqual(['left'])
  })
})

describe('a lost connection', () => {
  it('is followed by a pause and another try, and a refresh may bring the answer', async () => {
    const seen = visit((attempt) => answerOf(attempt < 3 ? 'no-answer' : 'confirmed', attempt < 3 ? 'reset' : null))
    await seen.clock.advance(60_000)
    expect(askedAt(seen)).toEqual([0, 200, 400])
    expect(statuses(seen)).toEqual(['no-answer', 'no-answer', 'confirmed'])
    expect(seen.told.map((told) => told.attempt)).toEqual([1, 2, 3])
  })

  it('is the end for a buyer who does not refresh', async () => {
    const seen = visit(() => answerOf('no-answer'), { buyers: { refreshes: 0 } })
    await seen.clock.advance(60_000)
    expect(statuses(seen)).toEqual(['no-answer'])
    expect(seen.gone).toBe(true)
  })
})

describe('keys', () => {
  it.each([
    ['none', [null, null, null]],
    ['per-attempt', ['p-7/1', 'p-7/2', 'p-7/3']],
    ['per-purchase', ['p-7', 'p-7', 'p-7']],
  ] as const)('%s', async (key, expected) => {
    const seen = visit(() => answerOf('no-answer'), { key })
    await seen.clock.advance(60_000)
    expect(seen.asks.map((ask) => ask.key)).toEqual(expected)
    const recorded = seen.events.flatMap((event) => (event.type === 'asked' ? [event.key] : []))
    expect(recorded).toEqual(expected)
  })
})

describe('in progress', () => {
  it('costs no refresh: a keyed buyer asks on until it gets the stored answer', async () => {
    const seen = visit(
      (attempt, signal) => {
        if (attempt === 1) return silence(signal)
        return answerOf(attempt < 6 ? 'in-progress' : 'confirmed')
      },
      { buyers: { refreshes: 1 } },
    )
    await seen.clock.advance(60_000)
    // Asked again at 1,200, then every 200 ms until 2,000.
    expect(statuses(seen)).toEqual(['left', ...Array(4).fill('in-progress'), 'confirmed'])
    expect(askedAt(seen).at(-1)).toBe(2_000)
  })

  it('is asked about no longer than a buyer stays who never hears anything', async () => {
    const seen = visit(() => answerOf('in-progress'))
    await seen.clock.advance(60_000)
    expect(seen.gone).toBe(true)
    // 3 × 1,000 ms of patience and 2 × 200 ms of pause.
    expect(askedAt(seen).at(-1)).toBe(3_400)
    expect(seen.asks).toHaveLength(18)
  })

  it('never becomes a hot loop, whatever the pause', async () => {
    const seen = visit(() => answerOf('in-progress'), { buyers: { pauseMs: 0, refreshes: 0 } })
    await seen.clock.advance(60_000)
    expect(seen.asks).toHaveLength(1 + BUYERS.patienceMs / LEAST_POLL_PAUSE_MS)
  })

  it('leaves the refreshes for what gets lost afterwards', async () => {
    const answers = ['in-progress', 'in-progress', 'in-progress', 'no-answer', 'confirmed']
    const seen = visit((attempt) => answerOf(answers[attempt - 1] as string), { buyers: { refreshes: 1 } })
    await seen.clock.advance(60_000)
    expect(statuses(seen)).toEqual(answers)
  })
})

describe('closing the shop', () => {
  it('sends those who wait away, and they do not ask again', async () => {
    const seen = visit((_, signal) => silence(signal))
    await seen.clock.advance(300)
    seen.shop.close()
    await seen.clock.advance(60_000)
    expect(seen.told).toEqual([
      { purchase: 'p-7', attempt: 1, atMs: 300, status: 'left', reason: 'interrupted', orderId: null },
    ])
    expect(seen.gone).toBe(true)
    expect(seen.clock.sleeping()).toBe(0)
  })

  it('ends a pause without another word', async () => {
    const seen = visit(() => answerOf('no-answer'))
    await seen.clock.advance(100)
    seen.shop.close()
    await seen.clock.advance(0)
    expect(seen.gone).toBe(true)
    expect(statuses(seen)).toEqual(['no-answer'])
    expect(seen.clock.sleeping()).toBe(0)
  })
})

describe('a bug', () => {
  it('of the one who asks is not an answer', async () => {
    const seen = visit(() => Promise.reject(new Error('a bug')))
    await seen.clock.advance(10)
    expect(seen.bugs).toEqual([new Error('a bug')])
    expect(seen.told).toEqual([])
  })
})
