import { describe, expect, it } from 'vitest'
import { fakeEnv } from '../../../test/support/fake-env.ts'
import {
  CANCELLED,
  CONFIRMED,
  endOf,
  mostEffectsOfOneKey,
  type OrderShop,
  openOrderShop,
} from '../../../test/support/order-shop.ts'
import {
  type Bend,
  losesTheAnswer,
  losesTheRequest,
  never,
  openTables,
  refusesConnections,
} from '../../../test/support/shop.ts'
import { CallError } from '../../core/call.ts'
import { saga } from './saga.ts'

const openSaga = (options = {}) => openOrderShop('saga', options)

async function logOf(shop: OrderShop): Promise<string[]> {
  const rows = await shop.rows('order', 'SELECT effect, state FROM saga_steps ORDER BY effect DESC')
  return rows.map(({ effect, state }) => `${effect} ${state}`)
}

const CHARGE_TOO = 'order→payment undo charge'
const UNDO_BOTH = [CHARGE_TOO, 'order→inventory undo deduct']
const undone = (shop: OrderShop) => shop.steps().filter((step) => step.includes(' undo '))
const done = (shop: OrderShop) => shop.steps().filter((step) => step.includes(' do '))

/** Goes this way the first time, and well from then on. */
function once(how: Bend): Bend {
  let times = 0
  return (reach, request) => (times++ === 0 ? how(reach, request) : reach())
}

/** Does its work, and its caller dies before it hears of it. */
const unheard: Bend = async (reach) => {
  await reach()
  return never()
}

describe('the log of a saga', () => {
  it('has each step before it is asked for', async () => {
    const shop = openSaga()
    const seen: Record<string, string[]> = {}
    shop.between((edge) => async (reach) => {
      if (edge === 'order→inventory' || edge === 'order→payment') seen[edge] = await logOf(shop)
      return reach()
    })
    await shop.place()
    await shop.advance(0)
    expect(seen['order→inventory']).toEqual(['deduct begun'])
    expect(seen['order→payment']).toEqual(['deduct done', 'charge begun'])
    expect(await logOf(shop)).toEqual(['deduct done', 'charge done'])
  })

  it('has the direction before the first undo', async () => {
    const shop = openSaga()
    const seen: string[][] = []
    shop.spoil('order→payment', 'do', losesTheAnswer)
    for (const edge of ['order→inventory', 'order→payment'] as const) {
      shop.spoil(edge, 'undo', async (reach) => {
        seen.push(await logOf(shop))
        return reach()
      })
    }
    await shop.place()
    await shop.advance(1_000)
    expect(seen).toEqual([
      ['deduct compensating', 'charge compensating'],
      ['deduct compensating', 'charge compensated'],
    ])
  })
})

describe('a step that fails', () => {
  it('certainly, is not undone; those before it are', async () => {
    const shop = openSaga({ openingCents: 1 })
    expect(await shop.place()).toMatchObject({ status: 502, body: { reason: 'insufficient_funds' } })
    expect(undone(shop)).toEqual(['order→inventory undo deduct'])
    expect(await endOf(shop)).toEqual(CANCELLED)
    expect(await logOf(shop)).toEqual(['deduct compensated', 'charge refused'])
    expect(shop.workflowEvents()).toEqual(['compensated deduct'])
  })

  it('because nobody listens, is not undone either', async () => {
    const shop = openSaga()
    shop.spoil('order→payment', 'do', refusesConnections)
    await shop.place()
    await shop.advance(1_000)
    expect(undone(shop)).toEqual(['order→inventory undo deduct'])
    expect(await endOf(shop)).toEqual(CANCELLED)
  })

  it('at the order’s deadline, is undone with time of its own', async () => {
    const shop = openSaga()
    const remaining: number[] = []
    shop.spoil('order→payment', 'do', async () => {
      await shop.env('order').clock.sleep(5_000)
      throw new CallError('timeout')
    })
    shop.spoil('order→payment', 'undo', (reach, { deadlineAtMs = 0 }) => {
      remaining.push(deadlineAtMs - shop.env('order').clock.nowMs())
      return reach()
    })
    await shop.place()
    await shop.advance(10_000)
    expect(remaining).toEqual([600])
  })

  it.each([
    ['lost its answer', losesTheAnswer],
    ['was perhaps never heard', losesTheRequest],
  ])('or %s, is undone first, in reverse', async (_, how) => {
    const shop = openSaga()
    shop.spoil('order→payment', 'do', how)
    await shop.place()
    await shop.advance(1_000)
    expect(undone(shop)).toEqual(UNDO_BOTH)
    expect(await endOf(shop)).toEqual(CANCELLED)
  })

  it.each([
    ['lost its answer', losesTheAnswer],
    ['was perhaps never heard', losesTheRequest],
  ])('and is the first and %s, is undone', async (_, how) => {
    const shop = openSaga()
    shop.spoil('order→inventory', 'do', how)
    expect(await shop.place()).toMatchObject({ body: { status: 'cancelled' } })
    await shop.advance(1_000)
    expect(undone(shop)).toEqual(['order→inventory undo deduct'])
    expect(await endOf(shop)).toEqual(CANCELLED)
  })

  it('and is undone before it arrives, is refused when it comes', async () => {
    const shop = openSaga()
    const late: Promise<unknown>[] = []
    for (const edge of ['order→inventory', 'order→payment'] as const) {
      const arrivesLate: Bend = async (reach) => {
        late.push(
          shop
            .env('order')
            .clock.sleep(500)
            .then(reach)
            .catch((error: unknown) => error),
        )
        throw new CallError('timeout')
      }
      shop.spoil(edge, 'do', arrivesLate)
      await shop.place({ purchase: edge, key: edge })
      shop.heal()
    }
    await shop.advance(2_000)
    for (const answer of late) expect(await answer).toMatchObject({ reason: 'refused', detail: 'undone' })
    expect(late).toHaveLength(2)
    for (const purchase of ['order→inventory', 'order→payment']) {
      expect(await endOf(shop, purchase)).toEqual(CANCELLED)
    }
    expect((await shop.ledger('inventory')).map(({ kind }) => kind)).toContain('tombstone')
    expect((await shop.ledger('payment')).map(({ kind }) => kind)).toContain('tombstone')
  })
})

describe('a saga whose coordinator dies', () => {
  it('goes on backward where it was going backward, never forward', async () => {
    for (const [edge, how] of [
      ['order→payment', unheard],
      ['order→payment', () => never()],
      ['order→inventory', unheard],
      ['order→inventory', () => never()],
    ] as const) {
      const shop = openSaga()
      shop.spoil('order→payment', 'do', losesTheAnswer)
      shop.spoil(edge, 'undo', how)
      await shop.place()
      const forward = done(shop).length
      shop.heal()
      shop.kill('order')
      await shop.advance(1_000)
      expect(done(shop)).toHaveLength(forward)
      expect(undone(shop).slice(-1)).toEqual(['order→inventory undo deduct'])
      expect(await endOf(shop)).toEqual(CANCELLED)
      expect(await mostEffectsOfOneKey(shop)).toBe(1)
      expect(shop.workflowEvents().toSorted()).toEqual(['compensated charge', 'compensated deduct'])
    }
  })

  it('does not repeat what is on record as undone', async () => {
    const shop = openSaga()
    shop.spoil('order→payment', 'do', losesTheAnswer)
    shop.spoil('order→inventory', 'undo', () => never())
    await shop.place()
    shop.heal()
    shop.kill('order')
    await shop.advance(1_000)
    expect(undone(shop).filter((step) => step === CHARGE_TOO)).toHaveLength(1)
  })

  it.each([
    ['had been charged and was not told', unheard],
    ['had asked and was not heard', () => never()],
  ] as [string, Bend][])('resolves the pivot by asking again under the same key, when it %s', async (_, how) => {
    const shop = openSaga()
    shop.spoil('order→payment', 'do', once(how))
    expect(await shop.place()).toBeUndefined()
    shop.kill('order')
    await shop.advance(1_000)
    expect(await endOf(shop)).toEqual(CONFIRMED)
    expect(await mostEffectsOfOneKey(shop)).toBe(1)
    expect(undone(shop)).toEqual([])
    expect(done(shop)).toHaveLength(3)
  })

  it('takes the participant’s own stored "no" for the end of the pivot', async () => {
    const shop = openSaga({ openingCents: 1 })
    const unheardNo: Bend = async (reach) => {
      await reach().catch((no: CallError) => expect(no.detail).toBe('insufficient_funds'))
      return never()
    }
    shop.spoil('order→payment', 'do', once(unheardNo))
    await shop.place()
    shop.kill('order')
    await shop.advance(1_000)
    expect(undone(shop)).toEqual(['order→inventory undo deduct'])
    expect(await endOf(shop)).toEqual(CANCELLED)
  })

  it('takes nothing else for it: that nobody listens now says nothing about the first time', async () => {
    const shop = openSaga()
    shop.spoil('order→payment', 'do', once(unheard))
    await shop.place()
    shop.spoil('order→payment', 'do', refusesConnections)
    shop.kill('order')
    await shop.advance(1_000)
    expect(undone(shop)).toEqual(UNDO_BOTH)
    expect(await endOf(shop)).toEqual(CANCELLED)
  })

  it('undoes the deduction that it perhaps made, before the pivot', async () => {
    const shop = openSaga()
    shop.spoil('order→inventory', 'do', once(unheard))
    await shop.place()
    shop.kill('order')
    await shop.advance(1_000)
    expect(await endOf(shop)).toEqual(CANCELLED)
    expect(shop.steps()).toEqual(['order→inventory do deduct', 'order→inventory undo deduct'])
    expect(await shop.place()).toMatchObject({ body: { reason: 'coordinator_restarted' } })
  })

  it('has nothing to undo where it had not begun', async () => {
    const env = fakeEnv({ service: 'order', store: openTables(saga.tables) })
    const order = {
      ...{ id: 'o-1', purchase: 'p-1', key: 'k', product: 'console', quantity: 1, amountCents: 1 },
      ...{ currency: 'USD', account: 'ada', deadlineAtMs: 5_000 },
    }
    const end = await saga.create({}, env).recover(order)
    expect(end).toEqual({ state: 'cancelled', reason: 'coordinator_restarted' })
  })
})

describe('a compensation that cannot be done', () => {
  const FAILED = { state: 'accepted failed', pieces: 0, paid: 1, booked: 1 }

  /** The charge was made, its answer was lost, and it cannot be taken back. */
  function openStuck(): OrderShop {
    const shop = openSaga()
    shop.spoil('order→payment', 'do', losesTheAnswer)
    shop.spoil('order→payment', 'undo', refusesConnections)
    return shop
  }

  it('ends in FAILED and is raised, and the other steps are undone all the same', async () => {
    const shop = openStuck()
    await shop.place()
    await shop.advance(10_000)
    expect(await endOf(shop)).toEqual(FAILED)
    expect(await shop.place()).toMatchObject({ status: 500, body: { status: 'failed', reason: 'compensation_failed' } })
    expect(shop.workflowEvents()).toEqual(['raised charge', 'compensated deduct'])
    expect(await logOf(shop)).toEqual(['deduct compensated', 'charge stuck'])
    expect(shop.failures()).toEqual([])
  })

  it('is tried eight times, with pauses that grow', async () => {
    const shop = openStuck()
    const startMs = shop.env('order').clock.nowMs()
    const times: number[] = []
    shop.spoil('order→payment', 'undo', () => {
      times.push(shop.env('order').clock.nowMs() - startMs)
      return Promise.reject(new CallError('timeout'))
    })
    await shop.place()
    await shop.advance(10_000)
    expect(times).toEqual([0, 50, 150, 350, 750, 1_550, 2_350, 3_150])
  })

  it('is forgotten as soon as one try succeeds', async () => {
    const shop = openStuck()
    await shop.place()
    await shop.advance(500)
    shop.heal()
    await shop.advance(1_000)
    expect(await endOf(shop)).toEqual(CANCELLED)
    expect(shop.workflowEvents()).toEqual(['compensated charge', 'compensated deduct'])
  })

  it('stays given up where the coordinator dies afterwards: the order is not called cancelled', async () => {
    const shop = openStuck()
    shop.crashAt('while-compensating')
    await shop.place()
    await shop.advance(20_000)
    expect(shop.env('order').incarnation).toBe(2)
    expect(await endOf(shop)).toEqual(FAILED)
    expect(shop.workflowEvents()).toEqual(['raised charge', 'compensated deduct'])
  })
})
