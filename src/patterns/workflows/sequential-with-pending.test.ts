import { describe, expect, it } from 'vitest'
import { fakeEnv, OK } from '../../../test/support/fake-env.ts'
import { CallError, type Reply } from '../../core/call.ts'
import type { Outgoing } from '../../core/env.ts'
import type { Order } from '../../core/pattern.ts'
import type { Edge } from '../../core/topology.ts'
import { sequentialWithPending } from './sequential-with-pending.ts'

const ORDER: Order = {
  id: 'o-1',
  purchase: 'p-1',
  key: 'buyer-1',
  product: 'console',
  quantity: 2,
  amountCents: 100_000,
  currency: 'EUR',
  account: 'bruno',
  deadlineAtMs: 5_000,
}
const STAND_IN: Reply = { status: 202, body: { pending: true, reason: 'timeout' } }
const GONE = new CallError('connection-refused')
const SILENT = new CallError('timeout')
const NO_MONEY = new CallError('refused', 'insufficient_funds', { status: 422 })
const UNDONE = new CallError('refused', 'undone', { status: 410 })

const DEDUCT = 'order→inventory do'
const CHARGE = 'order→payment do'
const UNDO_DEDUCT = 'order→inventory undo'
const UNDO_CHARGE = 'order→payment undo'

/** @param answers what is not OK, by edge and operation */
function open(answers: Readonly<Record<string, Reply | Error>> = {}) {
  const calls: { step: string; request: Outgoing }[] = []
  const env = fakeEnv({
    service: 'order',
    async call(edge: Edge, request) {
      const step = `${edge} ${request.operation}`
      calls.push({ step, request })
      const given = answers[step] ?? OK
      if (given instanceof Error) throw given
      return given
    },
  })
  const running = sequentialWithPending.create(sequentialWithPending.options.parse({}), env)
  const { postponing } = running
  if (!postponing) throw new Error('it postpones')
  /** Turns the clock as far as the longest undo takes. */
  async function finish<T>(work: Promise<T>): Promise<T> {
    const [end] = await Promise.all([work, env.advance(20_000)])
    return end
  }
  return {
    env,
    calls,
    place: () => finish(running.place(ORDER)),
    again: () => finish(postponing.again(ORDER)),
    giveUp: () => finish(postponing.giveUp(ORDER)),
    recover: () => running.recover(ORDER),
    steps: () => calls.map(({ step }) => step),
    raised: () => env.recorded('workflow').filter(({ what }) => what === 'raised'),
  }
}

const pending = (reason: string) => ({ state: 'pending', reason })
const ended = (state: string, reason: string) => ({ state, reason })

describe('sequential-with-pending', () => {
  it('says that it postpones', () => {
    expect(sequentialWithPending.postpones).toBe(true)
    expect(sequentialWithPending.options.parse({})).toEqual({ tries: 5, firstPauseMs: 200, mostPauseMs: 5_000 })
    expect(sequentialWithPending.options.safeParse({ mostPauseMs: 100 }).success).toBe(false)
  })

  it.each(['place', 'again'] as const)('deducts and charges under the same keys (%s)', async (way) => {
    const order = open()
    expect(await order[way]()).toEqual({ state: 'confirmed', reason: null })
    expect(order.steps()).toEqual([DEDUCT, CHARGE])
    expect(order.calls.map(({ request }) => request.key)).toEqual(['buyer-1/deduct', 'buyer-1/charge'])
  })

  it.each(['place', 'again'] as const)(
    'postpones where a fallback stands in, and asks nobody further (%s)',
    async (way) => {
      const noStock = open({ [DEDUCT]: STAND_IN })
      expect(await noStock[way]()).toEqual(pending('inventory_pending'))
      expect(noStock.steps()).toEqual([DEDUCT])
      const noPayment = open({ [CHARGE]: STAND_IN })
      expect(await noPayment[way]()).toEqual(pending('payment_pending'))
      expect(noPayment.steps()).toEqual([DEDUCT, CHARGE])
    },
  )

  it.each([
    [{ [DEDUCT]: GONE }, ended('refused', 'connection_refused'), [DEDUCT]],
    [{ [DEDUCT]: SILENT }, ended('cancelled', 'timeout'), [DEDUCT, UNDO_DEDUCT]],
    [{ [CHARGE]: GONE }, ended('cancelled', 'connection_refused'), [DEDUCT, CHARGE, UNDO_DEDUCT]],
    [{ [CHARGE]: SILENT }, ended('cancelled', 'timeout'), [DEDUCT, CHARGE, UNDO_CHARGE, UNDO_DEDUCT]],
    [{ [CHARGE]: NO_MONEY }, ended('cancelled', 'insufficient_funds'), [DEDUCT, CHARGE, UNDO_DEDUCT]],
  ])('undoes what may have been done where nothing stands in: %j', async (answers, outcome, steps) => {
    const order = open(answers)
    expect(await order.place()).toEqual(outcome)
    expect(order.steps()).toEqual(steps)
  })

  it.each([
    [{ [DEDUCT]: GONE }, pending('inventory_pending')],
    [{ [DEDUCT]: SILENT }, pending('inventory_pending')],
    [{ [CHARGE]: GONE }, pending('payment_pending')],
    [{ [CHARGE]: new CallError('in-progress') }, pending('payment_pending')],
    [{ [CHARGE]: NO_MONEY }, ended('cancelled', 'insufficient_funds')],
  ])('takes nothing but a participant’s own "no" for an end when it tries again: %j', async (answers, outcome) => {
    expect(await open(answers).again()).toEqual(outcome)
  })

  it.each([
    [{ [DEDUCT]: UNDONE }, [DEDUCT, UNDO_CHARGE, UNDO_DEDUCT]],
    [{ [CHARGE]: UNDONE }, [DEDUCT, CHARGE, UNDO_CHARGE, UNDO_DEDUCT]],
  ])('goes on undoing what an earlier life began to undo: %j', async (answers, steps) => {
    const order = open(answers)
    expect(await order.again()).toEqual(ended('cancelled', 'coordinator_restarted'))
    expect(order.steps()).toEqual(steps)
  })

  it('gives up by undoing both, in reverse, and raises it to operations with the number of the order', async () => {
    const order = open()
    expect(await order.giveUp()).toEqual(ended('failed', 'pending_too_long'))
    expect(order.steps()).toEqual([UNDO_CHARGE, UNDO_DEDUCT])
    expect(order.raised()).toEqual([
      expect.objectContaining({ purchase: 'p-1', effect: 'order', detail: 'o-1: still pending after 5 tries, undone' }),
    ])
  })

  it('says so when something cannot be undone, and undoes the rest', async () => {
    const order = open({ [UNDO_CHARGE]: SILENT })
    expect(await order.giveUp()).toEqual(ended('failed', 'compensation_failed'))
    expect(order.steps().filter((step) => step === UNDO_CHARGE)).toHaveLength(8)
    expect(order.steps().at(-1)).toBe(UNDO_DEDUCT)
    expect(order.raised().map(({ effect, detail }) => `${effect} ${detail}`)).toEqual([
      'charge o-1: timeout',
      'order o-1: still pending after 5 tries, not all of it undone',
    ])
  })

  it('does not take a stand-in for an undo', async () => {
    expect(await open({ [UNDO_DEDUCT]: STAND_IN }).giveUp()).toEqual(ended('failed', 'compensation_failed'))
  })

  it('postpones what an earlier life left open', async () => {
    expect(await open().recover()).toEqual(pending('coordinator_restarted'))
  })

  it.each([DEDUCT, CHARGE, UNDO_CHARGE])('hides no bug of %s', async (step) => {
    const order = open({ [step]: new TypeError('a bug') })
    await expect(step === UNDO_CHARGE ? order.giveUp() : order.again()).rejects.toBeInstanceOf(TypeError)
  })
})
