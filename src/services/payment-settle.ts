/** What follows a charge or a hold: commit, abort and undo. The bank goes first; it is idempotent. */

import { CallError, Refusal, type Reply, type Request } from '../core/call.ts'
import type { Env, Work } from '../core/env.ts'
import { query, sql } from '../core/statement.ts'
import { addEntry } from './books.ts'
import { type Claim, COMMITTED, claimOf, keyOf, settle, storedAnswer, tombstone } from './claims.ts'
import { type HistoryEntry, keepForHistory } from './payment-history.ts'
import { priceOf } from './payment-rate.ts'
import { askBank, charge, charged, downstream, finish, type PaymentWork } from './payment-work.ts'

/** Commits what was prepared, or takes back what was done, prepared or left open. */
export async function settlePayment(work: PaymentWork, request: Request): Promise<Reply> {
  const { env, active } = work
  const key = keyOf(request)
  const claim = await env.store.transaction(() => claimToSettle(env, request, key))
  if ('reply' in claim) return claim.reply
  if (active.has(key)) throw new Refusal(409, 'in_progress', `${key} is still being worked on`)
  // A retry that came meanwhile would charge what is being taken back.
  active.add(key)
  try {
    return await (request.operation === 'commit' ? commitHeld(work, request, claim) : takeBack(work, request, claim))
  } catch (error) {
    // Perhaps the bank has undone it, and whoever asked may be dead: it is taken back whether anybody asks again or not.
    const open = request.operation === 'undo' && error instanceof CallError && error.reason !== 'refused'
    if (open) work.finishLater(key)
    throw error
  } finally {
    active.delete(key)
  }
}

/** The claim that is to be settled. Where there is none, a tombstone is left in the same transaction. */
function* claimToSettle(env: Env, request: Request, key: string): Work<Claim | { reply: Reply }> {
  const claim = yield* claimOf(key)
  if (claim) return claim
  if (request.operation === 'commit') throw notPrepared(key)
  return { reply: yield* tombstone(env, request, key) }
}

async function takeBack(work: PaymentWork, request: Request, claim: Claim): Promise<Reply> {
  const { env, setup, history } = work
  const { key, state } = claim
  if (request.operation === 'abort' && state === 'done') {
    throw new Refusal(422, 'already_committed', `${key} was committed`)
  }
  if (state === 'undone') return storedAnswer(claim)
  if (state === 'refused') return env.store.transaction(() => closeRefused(env, key))
  if (request.operation === 'undo') await env.store.transaction(() => beginUndo(claim))
  const told = await toldBank(work, request, key, request.operation === 'abort' ? 'abort' : 'undo')
  const no = told instanceof CallError ? told : undefined
  if (no?.detail === 'already_committed') {
    // The bank commits only what payment told it to: somebody has decided, and payment died before its own commit.
    const entry = await paidEntry(env, key)
    if (entry) await bookCommit(work, request, claim, entry)
    throw new Refusal(422, 'already_committed', `${key} was committed`)
  }
  if (no) {
    await env.store.transaction(() => endUndo(key))
    throw no
  }
  const reply = { status: 200, body: { undone: true } }
  const entry = await paidEntry(env, key)
  const unheard = state === 'running' && bankHadCharged(told) ? await unheardEntry(work, request, key) : undefined
  await finish(work, request, function* () {
    if (unheard) yield* keepForHistory(setup.participants.history, claim, unheard)
    if (unheard) yield* keepForHistory(setup.participants.history, claim, { ...unheard, what: 'refunded' })
    if (state === 'done' && entry) {
      yield addEntry(env, claim, 'reversal', charged(entry.currency, -entry.amountCents), key)
      yield* keepForHistory(setup.participants.history, claim, { ...entry, what: 'refunded' })
    }
    if (state === 'prepared' && entry) {
      yield addEntry(env, claim, 'release', charged(entry.currency, entry.amountCents), key)
    }
    yield* settle(env, key, 'undone', reply, [])
    yield sql('DELETE FROM open_payments WHERE key = ?', key)
    yield* endUndo(key)
  })
  if (unheard) await history.tell(claim, unheard)
  const refunded = unheard ?? (state === 'done' ? entry : undefined)
  if (refunded) await history.tell(claim, { ...refunded, what: 'refunded' })
  return reply
}

/**
 * Durable before the bank hears of it. Otherwise a payment that the bank has undone, and whose answer was lost, would be done for
 * whoever asks for it next, or refused without a trace in the history.
 */
function* beginUndo({ key, purchase, effect }: Claim): Work<void> {
  yield sql('INSERT INTO open_undos VALUES (?, ?, ?) ON CONFLICT DO NOTHING', key, purchase, effect)
}

function* endUndo(key: string): Work<void> {
  yield sql('DELETE FROM open_undos WHERE key = ?', key)
}

async function commitHeld(work: PaymentWork, request: Request, claim: Claim): Promise<Reply> {
  const { env } = work
  if (claim.state === 'done') return COMMITTED
  if (claim.state === 'undone') throw new Refusal(410, 'undone', `${claim.key} was aborted`)
  const entry = await paidEntry(env, claim.key)
  if (claim.state !== 'prepared' || !entry) throw notPrepared(claim.key)
  const told = await toldBank(work, request, claim.key, 'commit')
  const no = told instanceof CallError ? told : undefined
  if (no?.detail === 'undone') {
    // The bank has let go of what it held (its reservation expired): there is nothing to charge any more.
    await finish(work, request, function* () {
      yield addEntry(env, claim, 'release', charged(entry.currency, entry.amountCents), claim.key)
      yield* settle(env, claim.key, 'undone', { status: 200, body: { undone: true } }, [])
    })
    throw new Refusal(410, 'undone', `the bank has let go of ${claim.key}`)
  }
  if (no) throw no
  await bookCommit(work, request, claim, entry)
  return COMMITTED
}

/** Tells the bank to commit, abort or undo. Gives its answer, or its "no", as that means something here. */
async function toldBank(
  work: PaymentWork,
  request: Request,
  key: string,
  operation: 'commit' | 'abort' | 'undo',
): Promise<CallError | Reply> {
  try {
    return await askBank(work, downstream(request, key), operation, {})
  } catch (error) {
    if (error instanceof CallError && error.reason === 'refused') return error
    throw error
  }
}

function bankHadCharged(told: CallError | Reply): boolean {
  return !(told instanceof CallError) && told.body.undone === true
}

/**
 * A charge that the bank made, and payment never heard of: it was there, so the history must know of it. Undefined where it was a
 * hold, which moves nothing.
 */
async function unheardEntry(work: PaymentWork, request: Request, key: string): Promise<HistoryEntry | undefined> {
  const [row] = await query(work.env.store, "SELECT body FROM open_payments WHERE key = ? AND operation = 'do'", key)
  if (!row) return undefined
  const wanted = charge.parse(JSON.parse(String(row.body)))
  const price = await priceOf(work, downstream(request, key), wanted, { key, fresh: false })
  return { payment: key, what: 'charged', ...wanted, ...price }
}

/** The charge that the bank has made of the hold. */
async function bookCommit(work: PaymentWork, request: Request, claim: Claim, entry: HistoryEntry): Promise<void> {
  const { env, setup, history } = work
  await finish(work, request, function* () {
    yield addEntry(env, claim, 'release', charged(entry.currency, entry.amountCents), claim.key)
    yield addEntry(env, claim, 'effect', charged(entry.currency, entry.amountCents), claim.key)
    yield* settle(env, claim.key, 'done', storedAnswer(claim), [])
    yield* keepForHistory(setup.participants.history, claim, entry)
  })
  await history.tell(claim, entry)
}

/** There is nothing to undo, and from now on nothing to do. */
function* closeRefused(env: Env, key: string): Work<Reply> {
  const reply = { status: 200, body: { undone: false } }
  yield* settle(env, key, 'undone', reply, [])
  return reply
}

async function paidEntry(env: Env, key: string): Promise<HistoryEntry | undefined> {
  const [row] = await query(env.store, 'SELECT entry FROM paid WHERE key = ?', key)
  return row && (JSON.parse(String(row.entry)) as HistoryEntry)
}

function notPrepared(key: string): Refusal {
  return new Refusal(404, 'not_prepared', `${key} was never prepared`)
}
