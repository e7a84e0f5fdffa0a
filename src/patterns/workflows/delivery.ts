/** Tells participants of a decision to commit until they have heard: in the background, with growing pauses. */

import type { Env } from '../../core/env.ts'
import type { Order } from '../../core/pattern.ts'
import { delivered } from './decision-log.ts'

/** So many orders are told at once. */
const BATCH = 32
const FIRST_PAUSE_MS = 50
const MOST_PAUSE_MS = 1_000

export interface Delivery {
  /** The order's participants will hear. What is waiting is also in the decision log, so a crash forgets nothing. */
  add(order: Order): void
}

/** @param commitAll one try for all participants of an order; true when all have heard */
export function runDelivery(env: Env, commitAll: (order: Order) => Promise<boolean>): Delivery {
  const waiting = new Map<string, Order>()
  let delivering = false

  async function deliver(order: Order): Promise<boolean> {
    const heard = await commitAll(order)
    // Whoever was not reached goes to the end of the line: it must not keep others waiting.
    waiting.delete(order.id)
    if (!heard) waiting.set(order.id, order)
    return heard
  }

  async function deliverAll(): Promise<void> {
    let pauseMs = FIRST_PAUSE_MS
    while (waiting.size > 0) {
      const batch = [...waiting.values()].slice(0, BATCH)
      const heard = await Promise.all(batch.map(deliver))
      const done = batch.filter((_, index) => heard[index])
      await env.store.transaction(function* () {
        for (const { id } of done) yield delivered(id)
      })
      for (const { purchase, id } of done) {
        env.record({ type: 'workflow', what: 'delivered', purchase, effect: 'order', detail: id })
      }
      if (done.length === batch.length) pauseMs = FIRST_PAUSE_MS
      else {
        await env.clock.sleep(pauseMs)
        pauseMs = Math.min(pauseMs * 2, MOST_PAUSE_MS)
      }
    }
    delivering = false
  }

  return {
    add(order) {
      waiting.set(order.id, order)
      if (delivering) return
      delivering = true
      env.background('deliver decisions', deliverAll)
    },
  }
}
