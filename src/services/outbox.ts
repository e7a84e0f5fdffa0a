/**
 * Transactional outbox (Chris Richardson, "Microservices Patterns", 2018, chapter 3): what others must hear is kept in the
 * transaction that makes it true, and sent until it is heard. At-least-once: an entry leaves after the answer, so a crash
 * between the two sends it again, and the receiver's idempotency key makes it once.
 */

import { CallError, type JsonObject, type PurchaseId } from '../core/call.ts'
import type { Env, Row, Statement } from '../core/env.ts'
import { query, sql } from '../core/statement.ts'

export const OUTBOX_TABLES: readonly Statement[] = [
  sql('CREATE TABLE outbox (id INTEGER PRIMARY KEY, purchase TEXT NOT NULL, key TEXT NOT NULL, body TEXT NOT NULL)'),
]

/** One thing to be heard by somebody else, under a key of its own. */
export interface Message {
  readonly purchase: PurchaseId
  readonly key: string
  readonly body: JsonObject
}

const BATCH = 20
const FIRST_PAUSE_MS = 50
const MOST_PAUSE_MS = 1_000

/** Belongs into the transaction that makes it true. */
export function keep({ purchase, key, body }: Message): Statement {
  return sql('INSERT INTO outbox (purchase, key, body) VALUES (?, ?, ?)', purchase, key, JSON.stringify(body))
}

export interface Outbox {
  /** Sends what is kept, in the background, until nothing is. Call it after each commit that kept something. */
  relay(): void
}

/** @param send throws `CallError` when it was not heard */
export function runOutbox(env: Env, name: string, send: (message: Message) => Promise<unknown>): Outbox {
  let relaying = false
  let more = false

  /** True when it was heard, or will never be. */
  async function deliver(row: Row): Promise<boolean> {
    const body = JSON.parse(String(row.body)) as JsonObject
    try {
      await send({ purchase: String(row.purchase), key: String(row.key), body })
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
      const heard = await Promise.all(rows.map(deliver))
      await env.store.transaction(function* () {
        for (const [index, row] of rows.entries()) {
          if (heard[index]) yield sql('DELETE FROM outbox WHERE id = ?', row.id ?? null)
        }
      })
      if (heard.every(Boolean)) pauseMs = FIRST_PAUSE_MS
      else {
        await env.clock.sleep(pauseMs)
        pauseMs = Math.min(pauseMs * 2, MOST_PAUSE_MS)
      }
    }
  }

  return {
    relay() {
      more = true
      if (relaying) return
      relaying = true
      env.background(name, relayAll)
    },
  }
}
