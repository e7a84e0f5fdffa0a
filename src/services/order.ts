/** The coordinator: accepts orders, hands them to the variant's workflow, and tells the buyer how they ended. */

import { z } from 'zod'
import { CallError, type JsonObject, Refusal, type Reply, type Request } from '../core/call.ts'
import type { Env, Row, Work } from '../core/env.ts'
import type { Order, Outcome } from '../core/pattern.ts'
import type { RunningService, Service, ServiceSetup } from '../core/service.ts'
import { query, sql } from '../core/statement.ts'
import { bodyOf } from './body.ts'
import { addEntry, BOOK_TABLES } from './books.ts'
import { fingerprintOf } from './claims.ts'

const wish = z.strictObject({ product: z.string(), quantity: z.int().positive().max(1_000), account: z.string() })

const ORDER_TABLES = [
  sql(`CREATE TABLE orders (
    n INTEGER PRIMARY KEY, purchase TEXT NOT NULL, key TEXT UNIQUE, fingerprint TEXT NOT NULL, wanted TEXT NOT NULL,
    state TEXT NOT NULL, status INTEGER NOT NULL, answer TEXT NOT NULL)`),
]

/** HTTP status of an order's answer. */
const STATUS_OF = { confirmed: 201, refused: 422, cancelled: 502, failed: 500, degraded: 503 } as const

export const order: Service = {
  name: 'order',
  tables: ({ workflowTables }) => [...BOOK_TABLES, ...ORDER_TABLES, ...workflowTables],
  start: (env, setup) => runOrder(env, setup),
}

function runOrder(env: Env, setup: ServiceSetup): RunningService {
  const workflow = setup.createWorkflow(env)
  const keyed = setup.participants.keys !== 'ignored'
  const readWish = wishReader(setup)
  /** Orders that this incarnation is carrying; any other that is not final was left by an earlier one. */
  const carried = new Set<string>()

  async function place(request: Request): Promise<Reply> {
    const wanted = readWish(request)
    const deadlineAtMs = request.deadlineAtMs ?? env.clock.nowMs() + setup.deadlineMs
    const key = keyed ? (request.key ?? null) : null
    const accepted = await env.store.transaction(() => accept(env, request, key, { ...wanted, deadlineAtMs }))
    if ('reply' in accepted) return accepted.reply
    const { placed } = accepted
    env.record({
      type: 'order',
      purchase: placed.purchase,
      effect: 'order',
      order: placed.id,
      state: 'accepted',
      reason: null,
    })
    carried.add(placed.id)
    try {
      return await end(request, placed, await workflow.place(placed))
    } finally {
      carried.delete(placed.id)
    }
  }

  /** The commit that makes an order final, and what follows from it. */
  async function end(request: Request, placed: Order, outcome: Outcome): Promise<Reply> {
    const reply = answerOf(placed, outcome)
    await env.store.transaction(() => finish(env, placed, outcome, reply))
    const { purchase, id } = placed
    env.record({ type: 'order', purchase, effect: 'order', order: id, state: outcome.state, reason: outcome.reason })
    if (outcome.state === 'confirmed') env.background(`notify ${id}`, () => notify(placed))
    await env.point('after-commit', request)
    return reply
  }

  async function notify({ purchase, id, key, quantity, product, deadlineAtMs }: Order): Promise<void> {
    const body = { order: id, text: `Your order of ${quantity} ${product} is confirmed.` }
    try {
      await env.call('order→notification', {
        operation: 'do',
        purchase,
        effect: 'notify',
        key: `${key}/notify`,
        deadlineAtMs,
        body,
      })
    } catch (error) {
      // The order stands whether or not the message was sent; the audit counts the messages.
      if (!(error instanceof CallError)) throw error
    }
  }

  async function recoverOrders(): Promise<void> {
    const rows = await query(env.store, "SELECT * FROM orders WHERE state = 'accepted' ORDER BY n")
    // Asked of all at once: an order that is carried now may have come to its end by the time the loop is there.
    const left = rows.map(orderOf).filter(({ id }) => !carried.has(id))
    for (const placed of left) {
      const outcome = await workflow.recover(placed)
      if (!outcome) continue
      const attempt = env.attempt(placed.purchase, 'place:order')
      await end({ operation: 'place', purchase: placed.purchase, effect: 'order', attempt, body: {} }, placed, outcome)
    }
  }

  return {
    async handle(request) {
      if (request.operation !== 'place') {
        throw new Refusal(404, 'unknown_operation', `order has no operation '${request.operation}'`)
      }
      await env.point('before-work', request)
      return place(request)
    },
    recover() {
      env.background('recover orders', recoverOrders)
    },
  }
}

/** Checks what a buyer asks for, and adds what the shop knows of it. */
function wishReader({ products, accounts }: ServiceSetup) {
  const prices = new Map(products.map(({ name, priceCents }) => [name, priceCents]))
  const currencies = new Map(accounts.map(({ name, currency }) => [name, currency]))
  return (request: Request) => {
    const { product, quantity, account } = bodyOf(request, wish)
    const priceCents = prices.get(product)
    const currency = currencies.get(account)
    if (priceCents === undefined) throw new Refusal(400, 'malformed', `product: there is no '${product}'`)
    if (currency === undefined) throw new Refusal(400, 'malformed', `account: there is no '${account}'`)
    return { product, quantity, account, currency, amountCents: priceCents * quantity }
  }
}

type Wanted = Omit<Order, 'id' | 'purchase' | 'key'>

/** Accepts a new order, or gives the answer to one that has the same key. */
function* accept(
  env: Env,
  request: Request,
  key: string | null,
  wanted: Wanted,
): Work<{ placed: Order } | { reply: Reply }> {
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

function* finish(env: Env, placed: Order, { state }: Outcome, { status, body }: Reply): Work<void> {
  const n = Number(placed.id.slice(2))
  yield sql('UPDATE orders SET state = ?, status = ?, answer = ? WHERE n = ?', state, status, JSON.stringify(body), n)
  yield addEntry(env, placedAs(placed), state, { account: placed.id, amount: 1, unit: 'order' }, placed.key)
}

function placedAs({ purchase }: Order) {
  return { purchase, effect: 'order' }
}

/** Downstream keys derive from the buyer's key, or from the order's id where there is none. */
function orderOf(row: Row): Order {
  const id = `o-${row.n}`
  const key = row.key === null ? id : String(row.key)
  return { id, purchase: String(row.purchase), key, ...(JSON.parse(String(row.wanted)) as Wanted) }
}

const TEXTS: Readonly<Record<string, string>> = {
  temporarily_unavailable: 'The service is temporarily unavailable. Please try again later.',
  insufficient_stock: 'This is out of stock.',
  insufficient_funds: 'The payment was declined.',
}

function answerOf({ id }: Order, { state, reason }: Outcome): Reply {
  const status = reason === 'temporarily_unavailable' ? 'degraded' : state
  const message =
    state === 'confirmed' ? 'Thank you for your order.' : (TEXTS[reason ?? ''] ?? 'Your order could not be completed.')
  return { status: STATUS_OF[status], body: { orderId: id, status, reason, message } }
}
