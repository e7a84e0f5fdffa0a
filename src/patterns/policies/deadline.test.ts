/** The deadline of a purchase, at every hop of it, and the policies that keep to it. */

import { describe, expect, it } from 'vitest'
import { type OrderShop, openOrderShop } from '../../../test/support/order-shop.ts'
import type { Bend } from '../../../test/support/shop.ts'
import type { Call, Request } from '../../core/call.ts'
import { compose } from '../../core/compose.ts'
import { callerOf, type Edge } from '../../core/topology.ts'
import { retry } from './retry.ts'
import { timeout } from './timeout.ts'

const DEADLINE_MS = 5_000

interface Begun {
  readonly edge: Edge
  readonly atMs: number
  readonly deadlineAtMs: number | undefined
}

/** A shop of which every call goes through `retry` and `timeout`; `how` is what becomes of it then. */
function openPatientShop(workflow: string, how: (edge: Edge, shop: OrderShop) => Bend) {
  const shop = openOrderShop(workflow)
  const begun: Begun[] = []
  const calls = new Map<Edge, (reach: () => ReturnType<Call>, request: Request) => ReturnType<Call>>()

  function callOf(edge: Edge) {
    const site = { edge, keyed: true, shared: <T>(_name: string, make: () => T) => make() }
    const layers = [
      retry.create(retry.options.parse({ maxAttempts: 50, mostDelayMs: 400 }), site),
      timeout.create(timeout.options.parse({ afterMs: 900 }), site),
    ]
    const env = shop.env(callerOf(edge))
    return (reach: () => ReturnType<Call>, request: Request) => {
      const onTheWire: Call = (sent) => {
        begun.push({ edge, atMs: env.clock.nowMs(), deadlineAtMs: sent.deadlineAtMs })
        return how(edge, shop)(reach, sent)
      }
      return compose(layers, onTheWire, env)(request, new AbortController().signal)
    }
  }

  shop.between((edge) => (reach, request) => {
    if (!calls.has(edge)) calls.set(edge, callOf(edge))
    return calls.get(edge)!(reach, request)
  })
  return { shop, begun, startMs: shop.env('order').clock.nowMs() }
}

const takes =
  (ms: number): ((edge: Edge, shop: OrderShop) => Bend) =>
  (edge, shop) =>
  async (reach) => {
    await shop.env(callerOf(edge)).clock.sleep(ms)
    return reach()
  }

/** An order in another currency, so that there is something to ask fx. */
function place(shop: OrderShop): void {
  const body = { product: 'console', quantity: 1, account: 'eve' }
  shop.ask('order', { operation: 'place', effect: 'order', key: 'buyer-1', body }).catch(expect.fail)
}

/** Telling what is owed has no deadline: it is told until it is heard. */
const OWED: readonly Edge[] = ['order→notification', 'payment→logging']

describe.each(['sequential', 'saga', '2pc'])('the deadline of a purchase under %s', (workflow) => {
  it('arrives at every hop, as it was', async () => {
    const { shop, begun, startMs } = openPatientShop(workflow, takes(50))
    place(shop)
    await shop.advance(DEADLINE_MS)
    const asked = begun.filter(({ edge }) => !OWED.includes(edge))
    expect(new Set(asked.map(({ edge }) => edge))).toEqual(
      new Set(['order→inventory', 'order→payment', 'payment→fx', 'payment→bank']),
    )
    // What tells a decision has a time of its own; everything up to it has the purchase's.
    const steps = asked.filter(({ atMs }) => atMs < startMs + 200)
    expect(steps.length).toBeGreaterThanOrEqual(3)
    for (const { deadlineAtMs } of steps) expect(deadlineAtMs).toBe(startMs + DEADLINE_MS)
    expect(shop.failures()).toEqual([])
  })

  it.each<Edge>(['order→inventory', 'payment→fx', 'payment→bank'])(
    'is kept where %s does not answer: nothing is started at or after it',
    async (mute) => {
      const { shop, begun, startMs } = openPatientShop(workflow, (edge, of) =>
        edge === mute ? () => new Promise(() => undefined) : takes(20)(edge, of),
      )
      place(shop)
      await shop.advance(60_000)
      const withDeadline = begun.filter(({ deadlineAtMs }) => deadlineAtMs !== undefined)
      const late = withDeadline.filter(({ atMs, deadlineAtMs = 0 }) => atMs >= deadlineAtMs)
      expect(late).toEqual([])
      // It was tried until then, at every hop on the way to the mute one.
      const tries = withDeadline.filter(
        ({ edge, deadlineAtMs }) => edge === mute && deadlineAtMs === startMs + DEADLINE_MS,
      )
      expect(tries.length).toBeGreaterThan(3)
      expect(shop.failures()).toEqual([])
    },
  )
})
