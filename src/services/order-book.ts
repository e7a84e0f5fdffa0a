/** The order service's store: orders from their acceptance to their end, and the answers that are given again. */

import { type JsonObject, Refusal, type Reply, type Request } from '../core/call.ts'
import type { Env, Row, Statement, Work } from '../core/env.ts'
import type { Order, Outcome, Postponed } from '../core/pattern.ts'
import { sql } from '../core/statement.ts'
import { addEntry } from './books.ts'
import { fingerprintOf } from './claims.ts'

export const ORDER_TABLES: readonly Statement[] = [
  sql(`CREATE TABLE orders (
    n INTEGER PRIMARY KEY, purchase TEXT NOT NULL, key TEXT UNIQUE, fingerprint TEXT NOT NULL, wanted TEXT NOT NULL,
    state TEXT NOT NULL, status INTEGER NOT NULL, answer TEXT NOT NULL)`),
]

/** HTTP status of an order's answer. */
const STATUS_OF = { confirmed: 201, pending: 202, refused: 422, cancelled: 502, failed: 500, degraded: 503 } as const

const OUT_OF_STOCK = 'This is out of stock.'
const PENDING = 'We have your order. It takes longer than usual, and we go on without you.'
const TEXT_OF: Readonly<Record<string, string>> = { confirmed: 'Thank you for your order.', pending: PENDING }
const TEXTS: Readonly<Record<string, string>> = {
  inventory_pending: `${PENDING} The goods are not reserved yet.`,
  payment_pending: `${PENDING} The payment is not made yet.`,
  pending_too_long: 'Your order could not be completed in time. Nothing was charged.',
  temporarily_unavailable: 'The service is temporarily unavailable. Please try again later.',
  insufficient_stock: OUT_OF_STOCK,
  stock_locked: OUT_OF_STOCK,
  insufficient_funds: 'The payment was declined.',
  funds_locked: 'The payment was declined.',
  compensation_failed: 'Your order could not be completed. We are looking into it.',
}

/** An order's number, from which the downstream keys of orders without a buyer's key derive. */
const ORDER_ID = /^o-(\d{1,15})$/

/** What a buyer wants, with what the shop knows of it. */
export type Wanted = Omit<Order, 'id' | 'purchase' | 'key'>

/** Accepts a new order, or gives the answer to one that has the same key. */
export function* accept(
  env: Env,
  request: Request,
  key: string | null,
  wanted: Wanted,
): Work<{ placed: Order } | { reply: Reply }> {
  // It would give two orders the same downstream keys: the second would be confirmed, and be nothing but the first one's effects.
  if (key !== null && ORDER_ID.test(key)) throw new Refusal(400, 'malformed', `key: '${key}' is like an order's number`)
  const fingerprint = fingerprintOf(request)
  const [row] = yield sql(
    `INSERT INTO orders (purchase, key, fingerprint, wanted, state, status, answer)
     VALUES (?, ?, ?, ?, 'accepted', 0, '{}') ON CONFLICT DO NOTHING RETURNING *`,
    request.purchase,
    key,
    fingerprint,
    JSON.stringify(wanted),
  )
  if (!row) return { reply: yield* answerAgain(key, fingerprint) }
  const placed = orderOf(row)
  yield addEntry(env, placedAs(placed), 'accepted', { account: placed.id, amount: 1, unit: 'order' }, placed.key)
  return { placed }
}

function* answerAgain(key: string | null, fingerprint: string): Work<Reply> {
  const [row] = yield sql('SELECT * FROM orders WHERE key = ?', key)
  if (!row) throw new Error(`an order was neither new nor known under key '${key}'`)
  if (row.fingerprint !== fingerprint) throw new Refusal(422, 'key_reused', `${key} was used with another payload`)
  if (row.state === 'accepted') throw new Refusal(409, 'in_progress', `the order under ${key} is still being worked on`)
  return { status: Number(row.status), body: JSON.parse(String(row.answer)) as JsonObject }
}

/** The order's end, with the answer for whoever asks again. */
export function* finish(env: Env, placed: Order, { state, records = [] }: Outcome, reply: Reply): Work<void> {
  yield answered(placed, state, reply)
  yield addEntry(env, placedAs(placed), state, { account: placed.id, amount: 1, unit: 'order' }, placed.key)
  yield* records
}

/** From now on this is how the order stands, and what is said to whoever asks again. */
export function answered({ id }: Order, state: string, { status, body }: Reply): Statement {
  const answer = JSON.stringify(body)
  return sql('UPDATE orders SET state = ?, status = ?, answer = ? WHERE n = ?', state, status, answer, numberOf(id))
}

export function numberOf(id: string): number {
  return Number(id.slice(2))
}

function placedAs({ purchase }: Order) {
  return { purchase, effect: 'order' }
}

/** Orders that are neither final nor pending, oldest first. */
export function* openOrders(): Work<Order[]> {
  const rows = yield sql("SELECT * FROM orders WHERE state = 'accepted' ORDER BY n")
  return rows.map(orderOf)
}

/** The order whose downstream keys begin with `key`; undefined: nobody ever placed it. */
export function* orderUnder(key: string): Work<Order | undefined> {
  const id = ORDER_ID.exec(key)?.[1] ?? null
  const [row] = yield sql('SELECT * FROM orders WHERE key = ? OR (key IS NULL AND n = ?)', key, id)
  return row && orderOf(row)
}

/** Downstream keys derive from the buyer's key, or from the order's id where there is none. */
export function orderOf(row: Row): Order {
  const id = `o-${row.n}`
  const key = row.key === null ? id : String(row.key)
  return { id, purchase: String(row.purchase), key, ...(JSON.parse(String(row.wanted)) as Wanted) }
}

/** What the buyer is told. */
export function answerOf({ id }: Order, { state, reason }: Outcome | Postponed): Reply {
  const status = reason === 'temporarily_unavailable' ? 'degraded' : state
  const message = TEXTS[reason ?? ''] ?? TEXT_OF[state] ?? 'Your order could not be completed.'
  return { status: STATUS_OF[status], body: { orderId: id, status, reason, message } }
}
