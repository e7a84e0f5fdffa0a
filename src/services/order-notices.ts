/** The message that a confirmed order is owed: sent once in passing, or kept with the order's end and sent until it is heard. */

import { CallError, type JsonObject } from '../core/call.ts'
import type { Env, Statement } from '../core/env.ts'
import type { Order, ParticipantOptions } from '../core/pattern.ts'
import { keep, type Message, runOutbox } from './outbox.ts'

export interface Notices {
  /** Belongs into the transaction that confirms the order. */
  kept(placed: Order): readonly Statement[]
  /** Call it after that transaction. */
  tell(placed: Order): void
  /** Sends what an earlier incarnation kept. */
  recover(): void
}

export function runNotices(env: Env, mode: ParticipantOptions['history']): Notices {
  function send({ purchase, key, body }: Message, deadlineAtMs?: number): Promise<unknown> {
    const deadline = deadlineAtMs === undefined ? {} : { deadlineAtMs }
    return env.call('order→notification', { operation: 'do', purchase, effect: 'notify', key, ...deadline, body })
  }

  async function sendOnce(placed: Order): Promise<void> {
    try {
      await send(messageOf(placed), placed.deadlineAtMs)
    } catch (error) {
      // The order stands whether or not the message was sent; the audit counts the messages.
      if (!(error instanceof CallError)) throw error
    }
  }

  // A kept message is no part of the order any more, so the order's deadline does not end it.
  const outbox = runOutbox(env, 'notice relay', send)
  if (mode === 'outbox') {
    return { kept: (placed) => [keep(messageOf(placed))], tell: () => outbox.relay(), recover: () => outbox.relay() }
  }
  return {
    kept: () => [],
    tell: (placed) => env.background(`notify ${placed.id}`, () => sendOnce(placed)),
    recover() {},
  }
}

function messageOf({ purchase, id, key, quantity, product }: Order): Message {
  const body: JsonObject = { order: id, text: `Your order of ${quantity} ${product} is confirmed.` }
  return { purchase, key: `${key}/notify`, body }
}
