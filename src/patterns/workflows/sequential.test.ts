import { describe, expect, it } from 'vitest'
import { fakeEnv, OK } from '../../../test/support/fake-env.ts'
import { CallError, type Reply } from '../../core/call.ts'
import type { Outgoing } from '../../core/env.ts'
import type { Order } from '../../core/pattern.ts'
import type { Edge } from '../../core/topology.ts'
import { sequential } from './sequential.ts'

const ORDER: Order = {
  id: 'o-1',
  purchase: 'p-1',
  key: 'key-of-the-buyer',
  product: 'console',
  quantity: 2,
  amountCents: 100_000,
  currency: 'EUR',
  account: 'bruno',
  deadlineAtMs: 5_000,
}

async function place(options: object, answer: (edge: Edge, request: Outgoing) => Reply | CallError | Error = () => OK) {
  const calls: { edge: Edge; request: Outgoing }[] = []
  const env = fakeEnv({
    service: 'order',
    async call(edge, request) {
      calls.push({ edge, request })
      const given = answer(edge, request)
      if (given instanceof Error) throw given
      return given
    },
  })
  const workflow = sequential.create(sequential.options.parse(options), env)
  const outcome = await workflow.place(ORDER)
  return { outcome, calls, steps: calls.map(({ edge, request }) => `${edge} ${request.operation} ${request.effect}`) }
}

const at = (edge: Edge, thrown: Error) => (called: Edge) => (called === edge ? thrown : OK)

describe('sequential', () => {
  it('deducts, then charges, with keys that derive from the order and its deadline', async () => {
    const { outcome, steps, calls } = await place({})
    expect(outcome).toEqual({ state: 'confirmed', reason: null })
    expect(steps).toEqual(['order→inventory do deduct', 'order→payment do charge'])
    expect(calls.map(({ request }) => request.key)).toEqual(['key-of-the-buyer/deduct', 'key-of-the-buyer/charge'])
    expect(calls.map(({ request }) => request.deadlineAtMs)).toEqual([5_000, 5_000])
    expect(calls[0]?.request.body).toEqual({ product: 'console', quantity: 2, conditional: true })
  })

  it('asks first and deducts blindly where it is told to', async () => {
    const { steps, calls } = await place({ stock: 'ask-then-deduct' }, () => ({ status: 200, body: { available: 2 } }))
    expect(steps).toEqual(['order→inventory query stock', 'order→inventory do deduct', 'order→payment do charge'])
    expect(calls[1]?.request.body).toMatchObject({ conditional: false })
  })

  it('refuses without touching anything when there is too little', async () => {
    const tooLittle = () => ({ status: 200, body: { available: 1 } })
    const { outcome, steps } = await place({ stock: 'ask-then-deduct' }, tooLittle)
    expect(outcome).toEqual({ state: 'refused', reason: 'insufficient_stock' })
    expect(steps).toHaveLength(1)
  })

  it.each([
    [new CallError('refused', 'insufficient_stock'), 'refused', 'insufficient_stock'],
    [new CallError('connection-refused'), 'refused', 'connection_refused'],
    [new CallError('breaker-open'), 'refused', 'temporarily_unavailable'],
    [new CallError('reset'), 'cancelled', 'reset'],
    [new CallError('timeout'), 'cancelled', 'timeout'],
  ])('takes %s of the first step for one that did not happen', async (error, state, reason) => {
    const { outcome, steps } = await place({}, at('order→inventory', error))
    expect(outcome).toEqual({ state, reason })
    expect(steps).toHaveLength(1)
  })

  it('has no undo: a refused charge leaves the deduction where it is', async () => {
    const { outcome, steps } = await place({}, at('order→payment', new CallError('refused', 'insufficient_funds')))
    expect(outcome).toEqual({ state: 'cancelled', reason: 'insufficient_funds' })
    expect(steps).toEqual(['order→inventory do deduct', 'order→payment do charge'])
  })

  it('does not hide a bug', async () => {
    await expect(place({}, at('order→payment', new TypeError('a bug')))).rejects.toBeInstanceOf(TypeError)
  })

  it('has no log to recover from', async () => {
    expect(await sequential.create({ stock: 'reserve' }, fakeEnv()).recover(ORDER)).toBeUndefined()
  })
})
