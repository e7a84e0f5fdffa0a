/** How payment tells logging what it charged: inline and forgotten, or from an outbox until it is heard. */

import { CallError, type PurchaseId } from '../core/call.ts'
import type { Env, Row, Work } from '../core/env.ts'
import { query, sql } from '../core/statement.ts'

export interface HistoryEntry {
  readonly payment: string
  readonly what: 'charged' | 'refunded'
  readonly account: string
  readonly currency: string
  readonly amountCents: number
}

export const HISTORY_TABLES = [
  sql('CREATE TABLE paid (key TEXT PRIMARY KEY, entry TEXT NOT NULL) WITHOUT ROWID'),
  sql('CREATE TABLE outbox (id INTEGER PRIMARY KEY, purchase TEXT NOT NULL, key TEXT NOT NULL, entry TEXT NOT NULL)'),
]

interface About {
  readonly purchase: PurchaseId
}

const BATCH = 20
const FIRST_PAUSE_MS = 50
const MOST_PAUSE_MS = 1_000

/** The entry, in the transaction that makes it true. */
export function* keepForHistory(mode: 'inline' | 'outbox', about: About, entry: HistoryEntry): Work<void> {
  if (mode === 'inline') return
  const key = `${entry.payment}/${entry.what}`
  yield sql('INSERT INTO outbox (purchase, key, entry) VALUES (?, ?, ?)', about.purchase, key, JSON.stringify(entry))
}

export interface PaymentHistory {
  /** Sends what the outbox holds, until it is empty. */
  relay(): void
  /** Says what was just committed, where nothing was kept; otherwise sees to it that the outbox is sent. */
  tell(about: About, entry: HistoryEntry): Promise<void>
}

export function runHistory(env: Env, mode: 'inline' | 'outbox'): PaymentHistory {
  let relaying = false
  let more = false

  function send(purchase: string, key: string, entry: HistoryEntry) {
    const body = { ...entry }
    return env.call('payment→logging', { operation: 'do', purchase, effect: 'history', key, body })
  }

  /** True when logging has it, or will never take it. */
  async function deliver(row: Row): Promise<boolean> {
    try {
      await send(String(row.purchase), String(row.key), JSON.parse(String(row.entry)) as HistoryEntry)
      return true
    } catch (error) {
      if (error instanceof CallError) return error.definite && !error.transient
      throw error
    }
  }

  async function relayAll(): Promise<void> {
    let pauseMs = FIRST_PAUSE_MS
    for (;;) {
      more = false
      const rows = await query(env.store, 'SELECT * FROM outbox ORDER BY id LIMIT ?', BATCH)
      if (rows.length === 0 && !more) {
        // Here and not later: whoever keeps an entry after this look must begin another relay.
        relaying = false
        return
      }
      const delivered = await Promise.all(rows.map(deliver))
      await env.store.transaction(function* () {
        for (const [index, row] of rows.entries()) {
          if (delivered[index]) yield sql('DELETE FROM outbox WHERE id = ?', row.id ?? null)
        }
      })
      if (delivered.every(Boolean)) pauseMs = FIRST_PAUSE_MS
      else {
        await env.clock.sleep(pauseMs)
        pauseMs = Math.min(pauseMs * 2, MOST_PAUSE_MS)
      }
    }
  }

  /** At-least-once: an entry leaves the outbox after logging has answered, so a crash between the two sends it again. */
  function relay(): void {
    more = true
    if (mode === 'inline' || relaying) return
    relaying = true
    env.background('history relay', relayAll)
  }

  return {
    relay,
    async tell(about: About, entry: HistoryEntry): Promise<void> {
      if (mode === 'outbox') return relay()
      try {
        await send(about.purchase, `${entry.payment}/${entry.what}`, entry)
      } catch (error) {
        // The naive payment service tells its history once and forgets it.
        if (!(error instanceof CallError)) throw error
      }
    },
  }
}
