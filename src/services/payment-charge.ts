/** Charging and holding: the claim, the calls downstream, the commit, and the work that an earlier try left open. */

import { CallError, type Reply, type Request } from '../core/call.ts'
import type { Env, Statement, Work } from '../core/env.ts'
import { query, sql } from '../core/statement.ts'
import { bodyOf } from './body.ts'
import { addEntry } from './books.ts'
import { type Claim, keyOf, newClaim, replay, requireSame, settle } from './claims.ts'
import { type HistoryEntry, keepForHistory } from './payment-history.ts'
import { type Price, priceOf } from './payment-rate.ts'
import { askBank, type Charge, charge, charged, downstream, finish, type PaymentWork } from './payment-work.ts'
import { doAsTaught } from './taught-keys.ts'

export const OPEN_TABLES: readonly Statement[] = [
  sql(`CREATE TABLE open_payments (
    key TEXT PRIMARY KEY, operation TEXT NOT NULL, purchase TEXT NOT NULL, effect TEXT NOT NULL, body TEXT NOT NULL,
    stale_rate_micro INTEGER) WITHOUT ROWID`),
]

/** Pauses between the background tries at an open payment: each is twice the one before, up to a limit. */
const FIRST_PAUSE_MS = 100
const MOST_PAUSE_MS = 5_000

/** Idempotency as taught: the key it was asked under, which the calls downstream still carry, and how to remember the answer. */
interface Taught {
  readonly key: string
  remember(reply: Reply): Statement
}

/** Charges (`do`) or holds (`prepare`), once for each key. */
export async function pay(work: PaymentWork, request: Request, taught?: Taught): Promise<Reply> {
  const { env, active } = work
  const key = keyOf(request)
  bodyOf(request, charge)
  const existing = await env.store.transaction(() => claimPayment(env, request))
  if (existing && (existing.state !== 'running' || active.has(key))) return replay(existing, request)
  if (existing) requireSame(existing, request)
  return carryOut(work, request, existing === undefined, taught)
}

export function payAsTaught(work: PaymentWork, request: Request): Promise<Reply> {
  return doAsTaught(work.env, request, (remember) =>
    pay(work, { ...request, key: work.unsharedKey(request) }, { key: keyOf(request), remember }),
  )
}

/** Everything after the claim. `fresh`: no earlier attempt can have reached the bank. */
async function carryOut(work: PaymentWork, request: Request, fresh: boolean, taught?: Taught): Promise<Reply> {
  const { env, setup, active } = work
  const key = keyOf(request)
  const below = downstream(request, taught?.key ?? key)
  const wanted = bodyOf(request, charge)
  active.add(key)
  try {
    const price = await priceOf(work, below, wanted, { key, fresh })
    await askBank(work, below, request.operation, bankBody(wanted, price.amountCents))
    return await commitPaid(work, request, wanted, price, taught)
  } catch (error) {
    if (!(error instanceof CallError)) throw error
    if (error.reason === 'refused') return await env.store.transaction(() => refusePayment(env, key, error.detail))
    if (fresh && error.definite) await env.store.transaction(() => forgetPayment(key))
    else if (setup.participants.keys === 'required') finishLater(work, key)
    throw error
  } finally {
    active.delete(key)
  }
}

async function commitPaid(
  work: PaymentWork,
  request: Request,
  wanted: Charge,
  price: Price,
  taught: Taught | undefined,
): Promise<Reply> {
  const { env, setup, history } = work
  const entry: HistoryEntry = { payment: keyOf(request), what: 'charged', ...wanted, ...price }
  const holding = request.operation === 'prepare'
  const { account, currency, amountCents } = entry
  const answer = { account, currency, amountCents }
  const reply = { status: 200, body: holding ? { vote: 'commit', ...answer } : answer }
  await finish(work, request, function* () {
    yield addEntry(env, request, holding ? 'hold' : 'effect', charged(currency, amountCents), entry.payment)
    yield* settle(env, entry.payment, holding ? 'prepared' : 'done', reply, [])
    yield sql('DELETE FROM open_payments WHERE key = ?', entry.payment)
    yield sql('INSERT INTO paid VALUES (?, ?)', entry.payment, JSON.stringify(entry))
    if (!holding) yield* keepForHistory(setup.participants.history, request, entry)
    if (taught) yield taught.remember(reply)
  })
  if (!holding) await history.tell(request, entry)
  return reply
}

function bankBody({ account, currency }: Charge, amountCents: number) {
  return { from: account, to: `merchant-${currency}`, amountCents, currency }
}

/** Carries on what an earlier incarnation left open. */
export async function finishOpenPayments(work: PaymentWork): Promise<void> {
  const rows = await query(work.env.store, 'SELECT key FROM open_payments')
  for (const { key } of rows) if (!(await resume(work, String(key)))) finishLater(work, String(key))
}

/**
 * Tries until the payment has its end, and at most until this life has: a life that is over ends every sleep. So a run with an
 * open payment is not quiet, and where the bank never answers again it says so (`quietWithinMs`). Tries take turns: a bank that is
 * overloaded has left many payments open, and all of them at once would keep it so.
 */
function finishLater(work: PaymentWork, key: string): void {
  const { env, finishing } = work
  // A try that fails comes here again: without this, each would begin another round of tries.
  if (finishing.has(key)) return
  finishing.add(key)
  env.background(`finish ${key}`, async () => {
    try {
      let pauseMs = FIRST_PAUSE_MS
      do {
        await env.clock.sleep(pauseMs)
        pauseMs = Math.min(pauseMs * 2, MOST_PAUSE_MS)
      } while (!(await work.takeTurn(() => resume(work, key))))
    } finally {
      finishing.delete(key)
    }
  })
}

/** Takes up an open payment. True when there is nothing left to do. */
async function resume(work: PaymentWork, key: string): Promise<boolean> {
  const { env, active } = work
  const find = async () => (await query(env.store, 'SELECT * FROM open_payments WHERE key = ?', key))[0]
  const found = await find()
  if (!found) return true
  const passed = { operation: found.operation as Request['operation'], effect: String(found.effect) }
  await env.point('while-recovering', { ...passed, purchase: String(found.purchase) })
  // Looked at again: a retry may have ended it meanwhile, and from here on nothing waits.
  const row = await find()
  if (!row) return true
  if (active.has(key)) return false
  const [purchase, effect] = [String(row.purchase), String(row.effect)]
  const operation = row.operation as Request['operation']
  const attempt = env.attempt(purchase, `${operation}:${effect}`)
  const body = JSON.parse(String(row.body)) as Request['body']
  try {
    await carryOut(work, { operation, purchase, effect, attempt, key, body }, false)
    return true
  } catch (error) {
    if (error instanceof CallError) return false
    throw error
  }
}

function* claimPayment(env: Env, request: Request): Work<Claim | undefined> {
  const existing = yield* newClaim(env, request, 'running')
  if (existing) return existing
  const { operation, purchase, effect, body } = request
  const key = keyOf(request)
  yield sql(
    'INSERT INTO open_payments VALUES (?, ?, ?, ?, ?, NULL)',
    key,
    operation,
    purchase,
    effect,
    JSON.stringify(body),
  )
  return undefined
}

function* refusePayment(env: Env, key: string, reason: string): Work<Reply> {
  const reply = { status: 422, body: { type: 'about:blank', title: 'Refused', status: 422, reason } }
  yield* settle(env, key, 'refused', reply, [])
  yield sql('DELETE FROM open_payments WHERE key = ?', key)
  return reply
}

/** Nothing happened and nothing will: the key is free again. */
function* forgetPayment(key: string): Work<void> {
  yield sql('DELETE FROM open_payments WHERE key = ?', key)
  yield sql('DELETE FROM claims WHERE key = ?', key)
}
