import { describe, expect, it } from 'vitest'
import { openShop, type Shop } from '../../test/support/shop.ts'
import type { Request } from '../core/call.ts'

const deduct = (about: Partial<Request> = {}): Partial<Request> => ({
  effect: 'deduct',
  key: 'k-1',
  body: { product: 'console', quantity: 2 },
  ...about,
})

/** Kind and amount of each row of the stock's ledger. */
async function stockRows(shop: Shop) {
  return (await shop.ledger('inventory')).map(({ kind, amount }) => [kind, amount])
}

async function heldConsoles(shop: Shop): Promise<number | undefined> {
  return (await shop.balances('inventory')).find(({ account }) => account === 'console')?.held
}

describe('a participant that is asked to do something', () => {
  it('gives the stored answer to the same key and payload, and has one effect', async () => {
    const shop = openShop({ stock: 10 })
    const first = await shop.ask('inventory', deduct())
    expect(first).toEqual({ status: 200, body: { product: 'console', quantity: 2 } })
    expect(await shop.ask('inventory', deduct())).toEqual(first)
    expect(await stockRows(shop)).toEqual([['effect', -2]])
    expect(await shop.balance('inventory', 'console')).toBe(8)
  })

  it('does not mind in which order the members of the body are written', async () => {
    const shop = openShop({ stock: 10 })
    const first = await shop.ask('inventory', deduct())
    const second = await shop.ask('inventory', deduct({ body: { quantity: 2, product: 'console' } }))
    expect(second).toEqual(first)
    expect(await stockRows(shop)).toHaveLength(1)
  })

  it.each([
    ['another body', { body: { product: 'console', quantity: 3 } }],
    ['another effect', { effect: 'reserve' }],
    ['a hold instead', { operation: 'prepare' }],
  ] as const)('refuses the same key with %s', async (_, other) => {
    const shop = openShop({ stock: 10 })
    await shop.ask('inventory', deduct())
    expect(await shop.ask('inventory', deduct(other))).toMatchObject({ status: 422, body: { reason: 'key_reused' } })
    expect(await stockRows(shop)).toEqual([['effect', -2]])
  })

  it('takes two keys with one payload for two wishes', async () => {
    const shop = openShop({ stock: 10 })
    await shop.ask('inventory', deduct())
    await shop.ask('inventory', deduct({ key: 'k-2' }))
    expect(await shop.balance('inventory', 'console')).toBe(6)
  })

  it.each(['do', 'undo', 'prepare', 'commit', 'abort'] as const)('wants a key for %s', async (operation) => {
    const shop = openShop()
    const { key: _, ...keyless } = deduct({ operation })
    expect(await shop.ask('inventory', keyless)).toMatchObject({ status: 400, body: { reason: 'key_missing' } })
    expect(await stockRows(shop)).toEqual([])
  })

  it('stores nothing for a body that it does not understand: the key stays free', async () => {
    const shop = openShop({ stock: 10 })
    const odd = await shop.ask('inventory', deduct({ body: { product: 'console', quantity: 0 } }))
    expect(odd).toMatchObject({ status: 400, body: { reason: 'malformed' } })
    expect(await shop.ask('inventory', deduct())).toMatchObject({ status: 200 })
  })

  it('stores a "no" like any answer', async () => {
    const shop = openShop({ stock: 2 })
    await shop.ask('inventory', deduct({ key: 'k-0' }))
    const refusal = await shop.ask('inventory', deduct())
    expect(refusal).toMatchObject({ status: 422, body: { reason: 'insufficient_stock' } })
    await shop.ask('inventory', deduct({ operation: 'undo', key: 'k-0' }))
    expect(await shop.ask('inventory', deduct())).toEqual(refusal)
    expect(await shop.balance('inventory', 'console')).toBe(2)
  })

  it('strikes none of its moments off: before the work and after the commit', async () => {
    const moments: string[] = []
    const shop = openShop({ point: async (name, { operation }) => void moments.push(`${operation} ${name}`) })
    await shop.ask('inventory', deduct())
    await shop.ask('inventory', deduct({ operation: 'undo' }))
    expect(moments).toEqual(['do before-work', 'do after-commit', 'undo before-work', 'undo after-commit'])
  })
})

describe('undo', () => {
  it('takes back what was done, once, and gives the same answer again', async () => {
    const shop = openShop({ stock: 10 })
    await shop.ask('inventory', deduct())
    const first = await shop.ask('inventory', deduct({ operation: 'undo', body: {} }))
    expect(first).toEqual({ status: 200, body: { undone: true } })
    expect(await shop.ask('inventory', deduct({ operation: 'undo', body: {} }))).toEqual(first)
    expect(await stockRows(shop)).toEqual([
      ['effect', -2],
      ['reversal', 2],
    ])
  })

  it('that comes first leaves a tombstone, and the late request is refused', async () => {
    const shop = openShop({ stock: 10 })
    const undo = deduct({ operation: 'undo', body: {} })
    expect(await shop.ask('inventory', undo)).toEqual({ status: 200, body: { undone: false } })
    expect(await shop.ask('inventory', undo)).toEqual({ status: 200, body: { undone: false } })
    for (const operation of ['do', 'prepare', 'commit'] as const) {
      const late = await shop.ask('inventory', deduct({ operation }))
      expect(late).toMatchObject({ status: 410, body: { reason: 'undone' } })
    }
    expect(await stockRows(shop)).toEqual([['tombstone', 0]])
  })

  it('is booked under the purchase that it takes back, whatever its own header says', async () => {
    const shop = openShop({ stock: 10 })
    await shop.ask('inventory', deduct())
    await shop.ask('inventory', deduct({ operation: 'undo', body: {}, purchase: 'p-2', effect: 'other' }))
    const [, reversal] = await shop.ledger('inventory')
    expect(reversal).toMatchObject({ purchase: 'p-1', effect: 'deduct', kind: 'reversal' })
  })

  it('of something that was refused has nothing to do', async () => {
    const shop = openShop({ stock: 1 })
    await shop.ask('inventory', deduct())
    const answer = await shop.ask('inventory', deduct({ operation: 'undo', body: {} }))
    expect(answer).toEqual({ status: 200, body: { undone: false } })
    expect(await stockRows(shop)).toEqual([])
  })
})

describe('prepare, commit and abort', () => {
  const prepare = (key: string) => deduct({ operation: 'prepare', key })
  const commit = (key: string) => deduct({ operation: 'commit', key, body: {} })
  const abort = (key: string) => deduct({ operation: 'abort', key, body: {} })

  it('hold what is needed, and count what others hold', async () => {
    const shop = openShop({ stock: 3 })
    expect(await shop.ask('inventory', prepare('k-1'))).toMatchObject({ status: 200, body: { vote: 'commit' } })
    const no = await shop.ask('inventory', prepare('k-2'))
    expect(no).toMatchObject({ status: 422, body: { reason: 'stock_locked' } })
    expect(await shop.ask('inventory', deduct({ key: 'k-3' }))).toMatchObject({ status: 422 })
    expect(await shop.balance('inventory', 'console')).toBe(3)
    expect(await heldConsoles(shop)).toBe(2)
    const asked = await shop.ask('inventory', { operation: 'query', effect: 'stock', body: { product: 'console' } })
    expect(asked.body).toEqual({ product: 'console', available: 1 })
  })

  it('deduct at the commit and not before, and once', async () => {
    const shop = openShop({ stock: 3 })
    await shop.ask('inventory', prepare('k-1'))
    for (const _ of [1, 2]) {
      expect(await shop.ask('inventory', commit('k-1'))).toEqual({ status: 200, body: { committed: true } })
    }
    expect(await stockRows(shop)).toEqual([
      ['hold', 2],
      ['release', 2],
      ['effect', -2],
    ])
    expect(await heldConsoles(shop)).toBe(0)
  })

  it('keep the vote as the answer to a prepare that is delivered again, even after the commit', async () => {
    const shop = openShop({ stock: 3 })
    const vote = await shop.ask('inventory', prepare('k-1'))
    expect(await shop.ask('inventory', prepare('k-1'))).toEqual(vote)
    await shop.ask('inventory', commit('k-1'))
    expect(await shop.ask('inventory', prepare('k-1'))).toEqual(vote)
    expect(await shop.balance('inventory', 'console')).toBe(1)
  })

  it('do not take a hold for something done, nor a deduction for a hold', async () => {
    const shop = openShop({ stock: 3 })
    await shop.ask('inventory', prepare('k-1'))
    expect(await shop.ask('inventory', deduct())).toMatchObject({ status: 422, body: { reason: 'key_reused' } })
  })

  it('release at the abort, and refuse what comes later', async () => {
    const shop = openShop({ stock: 3 })
    await shop.ask('inventory', prepare('k-1'))
    for (const _ of [1, 2]) {
      expect(await shop.ask('inventory', abort('k-1'))).toEqual({ status: 200, body: { undone: true } })
    }
    expect(await stockRows(shop)).toEqual([
      ['hold', 2],
      ['release', 2],
    ])
    expect(await shop.ask('inventory', commit('k-1'))).toMatchObject({ status: 410, body: { reason: 'undone' } })
    expect(await shop.ask('inventory', prepare('k-1'))).toMatchObject({ status: 410, body: { reason: 'undone' } })
  })

  it('do not go back on a commit by an abort, but by an undo', async () => {
    const shop = openShop({ stock: 3 })
    await shop.ask('inventory', prepare('k-1'))
    await shop.ask('inventory', commit('k-1'))
    const late = await shop.ask('inventory', abort('k-1'))
    expect(late).toMatchObject({ status: 422, body: { reason: 'already_committed' } })
    expect(await shop.balance('inventory', 'console')).toBe(1)
    await shop.ask('inventory', { ...abort('k-1'), operation: 'undo' })
    expect(await shop.balance('inventory', 'console')).toBe(3)
  })

  it('commit nothing that was never prepared, or was refused', async () => {
    const shop = openShop({ stock: 1 })
    expect(await shop.ask('inventory', commit('k-1'))).toMatchObject({ status: 404, body: { reason: 'not_prepared' } })
    await shop.ask('inventory', prepare('k-2'))
    expect(await shop.ask('inventory', commit('k-2'))).toMatchObject({ status: 404, body: { reason: 'not_prepared' } })
  })

  it('leave a tombstone when the abort comes first', async () => {
    const shop = openShop({ stock: 3 })
    expect(await shop.ask('inventory', abort('k-1'))).toEqual({ status: 200, body: { undone: false } })
    expect(await shop.ask('inventory', prepare('k-1'))).toMatchObject({ status: 410 })
  })
})

describe('keys as the course teaches them', () => {
  it('let two requests that arrive together both work', async () => {
    const shop = openShop({ stock: 10, participants: { keys: 'as-taught' } })
    const both = Promise.all([shop.ask('inventory', deduct()), shop.ask('inventory', deduct())])
    await shop.advance(10)
    expect((await both).map(({ status }) => status)).toEqual([200, 200])
    expect(await shop.balance('inventory', 'console')).toBe(6)
  })

  it('give the stored answer to one that comes later', async () => {
    const shop = openShop({ stock: 10, participants: { keys: 'as-taught' } })
    const first = shop.ask('inventory', deduct())
    await shop.advance(10)
    expect(await shop.ask('inventory', deduct())).toEqual(await first)
    expect(await shop.balance('inventory', 'console')).toBe(8)
  })
})

describe('keys that are ignored', () => {
  it('make each delivery an effect of its own', async () => {
    const shop = openShop({ stock: 10, participants: { keys: 'ignored' } })
    for (const _ of [1, 2, 3]) expect(await shop.ask('inventory', deduct())).toMatchObject({ status: 200 })
    expect(await shop.balance('inventory', 'console')).toBe(4)
    expect(new Set((await shop.ledger('inventory')).map(({ key }) => key)).size).toBe(3)
  })

  it('stay apart over a restart', async () => {
    const shop = openShop({ stock: 10, participants: { keys: 'ignored' } })
    await shop.ask('inventory', deduct())
    shop.restart('inventory')
    await shop.ask('inventory', deduct())
    expect(await shop.balance('inventory', 'console')).toBe(6)
  })
})

it('a leaf has no orders, and only its own questions', async () => {
  const shop = openShop()
  const place = await shop.ask('notification', { operation: 'place' })
  expect(place).toMatchObject({ status: 404, body: { reason: 'unknown_operation' } })
  const question = await shop.ask('notification', { operation: 'query' })
  expect(question).toMatchObject({ status: 404, body: { reason: 'unknown_query' } })
})
