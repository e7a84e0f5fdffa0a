/** How payment tells logging what it charged: inline and forgotten, or from an outbox until it is heard. */

import { CallError, type PurchaseId } from '../core/call.ts'
import type { Env, Statement, Work } from '../core/env.ts'
import { sql } from '../core/statement.ts'
import { keep, type Message, OUTBOX_TABLES, runOutbox } from './outbox.ts'

export interface HistoryEntry {
  readonly payment: string
  readonly what: 'charged' | 'refunded'
  readonly account: string
  readonly currency: string
  readonly amountCents: number
  /** Converted at the last known rate, since fx did not answer. */
  readonly staleRate?: true
}

export const HISTORY_TABLES: readonly Statement[] = [
  sql('CREATE TABLE paid (key TEXT PRIMARY KEY, entry TEXT NOT NULL) WITHOUT ROWID'),
  ...OUTBOX_TABLES,
]

interface About {
  readonly purchase: PurchaseId
}

/** The entry, in the transaction that makes it true. */
export function* keepForHistory(mode: 'inline' | 'outbox', about: About, entry: HistoryEntry): Work<void> {
  if (mode === 'outbox') yield keep(messageOf(about, entry))
}

export interface PaymentHistory {
  /** Sends what the outbox holds, until it is empty. */
  relay(): void
  /** Says what was just committed, where nothing was kept; otherwise sees to it that the outbox is sent. */
  tell(about: About, entry: HistoryEntry): Promise<void>
}

export function runHistory(env: Env, mode: 'inline' | 'outbox'): PaymentHistory {
  function send({ purchase, key, body }: Message) {
    return env.call('payment→logging', { operation: 'do', purchase, effect: 'history', key, body })
  }

  async function sendOnce(message: Message): Promise<void> {
    try {
      await send(message)
    } catch (error) {
      // The naive payment service tells its history once and forgets it.
      if (!(error instanceof CallError)) throw error
    }
  }

  const outbox = runOutbox(env, 'history relay', send)
  if (mode === 'outbox') return { relay: outbox.relay, tell: async () => outbox.relay() }
  return { relay() {}, tell: (about, entry) => sendOnce(messageOf(about, entry)) }
}

function messageOf({ purchase }: About, entry: HistoryEntry): Message {
  return { purchase, key: `${entry.payment}/${entry.what}`, body: { ...entry } }
}
