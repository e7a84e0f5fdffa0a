import { describe, expect, it } from 'vitest'
import { fakeEnv } from '../../test/support/fake-env.ts'
import { never, openShop, openTables, type Shop, type ShopOptions } from '../../test/support/shop.ts'
import { CallError, type Json, type Operation, type Reply } from '../core/call.ts'
import type { Env } from '../core/env.ts'
import { CLAIM_TABLES, newClaim } from './claims.ts'
import { INQUIRE_AFTER_MS, watchDoubts } from './in-doubt.ts'

const ask = (shop: Shop, operation: Operation, key = 'k-1'): Promise<Reply> =>
  shop.ask('inventory', {
    operation,
    purchase: 'p-7',
    effect: 'deduct',
    key,
    body: operation === 'prepare' ? { product: 'console', quantity: 2 } : {},
  })

const decision = (word: Json): Reply => ({ status: 200, body: { decision: word } })

/** A shop whose stock asks a coordinator that answers with whatever `answer` says; and when it asked for what. */
function openAsking(answer: (key: string, asked: number) => Json | Promise<Json>, options: ShopOptions = {}) {
  const shop = openShop({ stock: 1_000, ...options })
  const asked: { readonly atMs: number; readonly key: string }[] = []
  const startMs = shop.env('inventory').clock.nowMs()
  shop.bend('inventory→order', async (_, { key = '' }) => {
    asked.push({ atMs: shop.env('inventory').clock.nowMs() - startMs, key })
    return decision(await answer(key, asked.length))
  })
  return { shop, asked }
}

async function stockRows(shop: Shop) {
  return (await shop.ledger('inventory')).map(({ kind, amount }) => [kind, amount])
}

async function held(shop: Shop): Promise<number | undefined> {
  return (await shop.balances('inventory')).find(({ account }) => account === 'console')?.held
}

describe('a participant that voted and hears nothing', () => {
  it('asks after a while, under the key and effect of its vote', async () => {
    const shop = openShop()
    const requests: unknown[] = []
    shop.bend('inventory→order', async (_, request) => {
      requests.push(request)
      return decision('undecided')
    })
    await ask(shop, 'prepare')
    await shop.advance(INQUIRE_AFTER_MS - 1)
    expect(requests).toEqual([])
    await shop.advance(1)
    expect(requests).toEqual([
      { operation: 'inquire', purchase: 'p-7', effect: 'deduct', key: 'k-1', attempt: 1, body: {} },
    ])
  })

  it('commits when it is told so, exactly as if COMMIT had come', async () => {
    const { shop } = openAsking(() => 'commit')
    await ask(shop, 'prepare')
    await shop.advance(INQUIRE_AFTER_MS)
    expect(await stockRows(shop)).toEqual([
      ['hold', 2],
      ['release', 2],
      ['effect', -2],
    ])
    expect(await ask(shop, 'commit')).toEqual({ status: 200, body: { committed: true } })
    expect(await ask(shop, 'abort')).toMatchObject({ status: 422, body: { reason: 'already_committed' } })
  })

  it('aborts when it is told so, exactly as if ABORT had come', async () => {
    const { shop } = openAsking(() => 'abort')
    await ask(shop, 'prepare')
    await shop.advance(INQUIRE_AFTER_MS)
    expect(await stockRows(shop)).toEqual([
      ['hold', 2],
      ['release', 2],
    ])
    expect(await ask(shop, 'commit')).toMatchObject({ status: 410, body: { reason: 'undone' } })
  })

  it.each<[string, () => Json | Promise<Json>]>([
    ['has not decided', () => 'undecided'],
    ['cannot be reached', () => Promise.reject(new CallError('connection-refused'))],
    [
      'knows nothing of inquiries',
      () => Promise.reject(new CallError('refused', 'unknown_operation', { status: 404 })),
    ],
    ['says something odd', () => 'maybe'],
    ['says nothing', () => null],
  ])('never decides alone while the coordinator %s: it asks again, more and more slowly', async (_, answer) => {
    const { shop, asked } = openAsking(answer)
    await ask(shop, 'prepare')
    await shop.advance(120_000)
    expect(asked.slice(0, 7).map(({ atMs }) => atMs)).toEqual([1_000, 1_250, 1_750, 2_750, 4_750, 6_750, 8_750])
    expect(await stockRows(shop)).toEqual([['hold', 2]])
    expect(await held(shop)).toBe(2)
    expect(shop.failures()).toEqual([])
  })

  it('asks nothing when the decision comes in time', async () => {
    const { shop, asked } = openAsking(() => 'abort')
    await ask(shop, 'prepare')
    await shop.advance(INQUIRE_AFTER_MS - 10)
    await ask(shop, 'commit')
    await shop.advance(10_000)
    expect(asked).toEqual([])
  })

  it('goes by what came while it asked', async () => {
    const gate = Promise.withResolvers<Json>()
    const moments: string[] = []
    const { shop } = openAsking(() => gate.promise, {
      point: async (name, { operation }) => void moments.push(`${operation} ${name}`),
    })
    await ask(shop, 'prepare')
    await shop.advance(INQUIRE_AFTER_MS)
    await ask(shop, 'commit')
    const before = moments.length
    gate.resolve('abort')
    await shop.advance(5_000)
    expect(await shop.balance('inventory', 'console')).toBe(998)
    expect(moments.slice(before)).toEqual([])
  })

  it('counts from the vote, although the answer to it is held up', async () => {
    const { shop, asked } = openAsking(() => 'abort', {
      point: async (name, { operation }) => {
        if (operation === 'prepare' && name === 'after-commit') await shop.env('inventory').clock.sleep(5_000)
      },
    })
    const vote = ask(shop, 'prepare')
    await shop.advance(5_000)
    expect([(await vote).status, asked]).toEqual([200, [{ atMs: INQUIRE_AFTER_MS, key: 'k-1' }]])
  })

  it('waits from its vote on, also over a restart', async () => {
    const { shop, asked } = openAsking(() => 'commit')
    await ask(shop, 'prepare')
    await shop.advance(600)
    shop.restart('inventory')
    await shop.advance(399)
    expect(asked).toEqual([])
    await shop.advance(1)
    expect(asked).toEqual([{ atMs: 1_000, key: 'k-1' }])
    expect(await shop.balance('inventory', 'console')).toBe(998)
  })

  it('is in doubt no longer after it was refused, done or undone', async () => {
    const { shop, asked } = openAsking(() => 'commit', { stock: 1 })
    await ask(shop, 'prepare')
    await shop.ask('inventory', { effect: 'deduct', key: 'k-2', body: { product: 'console', quantity: 1 } })
    await ask(shop, 'abort', 'k-3')
    await shop.advance(10_000)
    expect(asked).toEqual([])
  })

  it('passes named moments, each decision as an attempt of its own', async () => {
    const passed: unknown[] = []
    const { shop } = openAsking(() => 'commit', {
      point: async (name, { operation, purchase, effect, attempt }) =>
        void passed.push([name, operation, purchase, effect, attempt]),
    })
    await ask(shop, 'prepare')
    passed.length = 0
    await shop.advance(INQUIRE_AFTER_MS)
    expect(passed).toEqual([
      ['while-recovering', 'inquire', 'p-7', 'deduct', undefined],
      ['before-work', 'commit', 'p-7', 'deduct', 1],
      ['after-commit', 'commit', 'p-7', 'deduct', 1],
    ])
  })

  it.each(['before-work', 'after-commit', 'while-recovering'] as const)(
    'that dies %s while it follows a decision follows it in its next life, once',
    async (where) => {
      const attempts: (number | undefined)[] = []
      const { shop } = openAsking(() => 'commit', {
        point: (name, { operation, attempt }) => {
          if (operation === 'prepare' || name !== where) return Promise.resolve()
          attempts.push(attempt)
          return attempts.length === 1 ? never() : Promise.resolve()
        },
      })
      await ask(shop, 'prepare')
      await shop.advance(INQUIRE_AFTER_MS)
      shop.restart('inventory')
      await shop.advance(INQUIRE_AFTER_MS)
      expect(await stockRows(shop)).toEqual([
        ['hold', 2],
        ['release', 2],
        ['effect', -2],
      ])
      // What is durable needs nobody to take it up again.
      expect(attempts).toHaveLength(where === 'after-commit' ? 1 : 2)
      if (where === 'before-work') expect(attempts).toEqual([1, 2])
    },
  )
})

describe('one loop', () => {
  const loops = (shop: Shop) => shop.env('inventory').backgrounds.filter((name) => name === 'in doubt').length

  it('cares for all votes, and ends soon after the last one', async () => {
    const { shop, asked } = openAsking(() => 'commit')
    for (const key of ['a', 'b', 'c']) await ask(shop, 'prepare', key)
    expect(loops(shop)).toBe(1)
    for (const key of ['a', 'b', 'c']) await ask(shop, 'commit', key)
    await shop.advance(250)
    await ask(shop, 'prepare', 'd')
    expect(loops(shop)).toBe(2)
    await shop.advance(INQUIRE_AFTER_MS)
    expect(asked.map(({ key }) => key)).toEqual(['d'])
  })

  it('does not begin where nothing is in doubt', async () => {
    const { shop } = openAsking(() => 'commit')
    await shop.ask('inventory', { effect: 'deduct', key: 'k', body: { product: 'console', quantity: 1 } })
    await shop.ask('notification', {
      operation: 'prepare',
      effect: 'notify',
      key: 'k',
      body: { order: 'o-1', text: 'Hello' },
    })
    expect(loops(shop)).toBe(0)
    expect(shop.env('notification').backgrounds).toEqual([])
  })

  it('asks about many, oldest first, at most fifty at once, and none of them keeps the others waiting', async () => {
    let now = 0
    let most = 0
    const keys = Array.from({ length: 130 }, (_, index) => `k-${String(index).padStart(3, '0')}`)
    const { shop, asked } = openAsking(async (key) => {
      now += 1
      most = Math.max(most, now)
      await Promise.resolve()
      now -= 1
      return key < 'k-060' ? 'undecided' : 'commit'
    })
    for (const key of keys) await ask(shop, 'prepare', key)
    await shop.advance(INQUIRE_AFTER_MS)
    expect(asked.map(({ key }) => key)).toEqual(keys)
    expect(most).toBe(50)
    expect(await held(shop)).toBe(120)
  })

  it('does not miss a vote that comes just as it ends', async () => {
    // Whatever the number of turns between the last look and the next vote, the vote must find a loop.
    for (let turns = 0; turns < 30; turns++) {
      const store = openTables(CLAIM_TABLES)
      const asked: (string | undefined)[] = []
      let afterLook: (() => void) | undefined
      const watched: Env['store'] = {
        async transaction(work) {
          const result = await store.transaction(work)
          afterLook?.()
          afterLook = undefined
          return result
        },
      }
      const env = fakeEnv({
        store: watched,
        call: async (_, { key }) => {
          asked.push(key)
          return decision('undecided')
        },
      })
      const settle = () => Promise.reject(new Error('nothing is decided'))
      const doubts = watchDoubts(env, { coordinator: 'inventory→order', reservationMs: null, settle })
      async function vote(): Promise<void> {
        for (let turn = 0; turn < turns; turn++) await Promise.resolve()
        const request = {
          operation: 'prepare',
          purchase: 'p',
          effect: 'deduct',
          attempt: 1,
          key: 'k',
          body: {},
        } as const
        await store.transaction(() => newClaim(env, request, 'prepared'))
        doubts.watch()
      }
      let voting: Promise<void> | undefined
      afterLook = () => {
        voting = vote()
      }
      doubts.watch()
      await env.advance(INQUIRE_AFTER_MS)
      await voting
      expect([turns, asked]).toEqual([turns, ['k']])
    }
  })
})
