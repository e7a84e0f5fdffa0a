/** Charging and holding: the claim, the calls downstream, and the commit. */

import { CallError, Refusal, type Reply, type Request } from '../core/call.ts'
import type { Env, Statement, Work } from '../core/env.ts'
import { sql } from '../core/statement.ts'
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
  // Payments that are to be taken back. From then on nobody can have them done, whatever becomes of whoever asked.
  sql('CREATE TABLE open_undos (key TEXT PRIMARY KEY, purchase TEXT NOT NULL, effect TEXT NOT NULL) WITHOUT ROWID'),
]

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
  return await carryOutPayment(work, request, existing === undefined, taught)
}

export function payAsTaught(work: PaymentWork, request: Request): Promise<Reply> {
  return doAsTaught(work.env, request, (remember) =>
    pay(work, { ...request, key: work.unsharedKey(request) }, { key: keyOf(request), remember }),
  )
}

/** Everything after the claim. `fresh`: no earlier attempt can have reached the bank. */
export async function carryOutPayment(
  work: PaymentWork,
  request: Request,
  fresh: boolean,
  taught?: Taught,
): Promise<Reply> {
  const { env, setup, active, finishLater } = work
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
    else if (setup.participants.keys === 'required') finishLater(key)
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

function* claimPayment(env: Env, request: Request): Work<Claim | undefined> {
  const existing = yield* newClaim(env, request, 'running')
  const { operation, purchase, effect, body } = request
  const key = keyOf(request)
  if (existing && (yield sql('SELECT 1 FROM open_undos WHERE key = ?', key)).length > 0)
    throw new Refusal(410, 'undone', `${key} is being undone; it cannot be done any more`)
  if (existing) return existing
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
