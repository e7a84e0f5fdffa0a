/**
 * Payment is no leaf: it commits its claim, calls fx and bank with keys derived from the claim's, and only then commits
 * effect, entry and answer. What is open after a restart is carried to its end with the same downstream keys.
 */

import { z } from 'zod'
import { CallError, Refusal, type Reply, type Request } from '../core/call.ts'
import type { Env, Statement, Work } from '../core/env.ts'
import { convertCents } from '../core/money.ts'
import type { Service, ServiceSetup } from '../core/service.ts'
import { query, sql } from '../core/statement.ts'
import { bodyOf } from './body.ts'
import { addEntry, BOOK_TABLES } from './books.ts'
import { CLAIM_TABLES, type Claim, claimOf, keyOf, newClaim, replay, settle, tombstone, unsharedKeys } from './claims.ts'
import { HISTORY_TABLES, type HistoryEntry, keepForHistory, runHistory } from './payment-history.ts'
import { doAsTaught, TAUGHT_KEY_TABLES } from './taught-keys.ts'

const charge = z.strictObject({ account: z.string(), currency: z.string(), amountCents: z.int().positive() })
type Charge = z.output<typeof charge>

const OPEN_TABLES = [
  sql(`CREATE TABLE open_payments (
    key TEXT PRIMARY KEY, operation TEXT NOT NULL, purchase TEXT NOT NULL, effect TEXT NOT NULL, body TEXT NOT NULL
    ) WITHOUT ROWID`),
]

/** An open payment is tried this often in the background before it is left to the next restart. */
const MOST_TRIES = 8
const FIRST_PAUSE_MS = 100

const ABOUT_BANK = 'charge'

export const payment: Service = {
  name: 'payment',
  tables: () => [...BOOK_TABLES, ...CLAIM_TABLES, ...TAUGHT_KEY_TABLES, ...OPEN_TABLES, ...HISTORY_TABLES],
  start: (env, setup) => runPayment(env, setup),
}

function runPayment(env: Env, setup: ServiceSetup) {
  const { keys } = setup.participants
  const unsharedKey = unsharedKeys(env)
  const history = runHistory(env, setup.participants.history)
  /** Claims that this incarnation is working on. */
  const active = new Set<string>()

  /** Charges (`do`) or holds (`prepare`), once for each key. */
  async function pay(request: Request, taught?: Taught): Promise<Reply> {
    const key = keyOf(request)
    bodyOf(request, charge)
    const existing = await env.store.transaction(() => claimPayment(request))
    if (existing && (existing.state !== 'running' || active.has(key))) return replay(existing, request)
    return carryOut(request, existing === undefined, taught)
  }

  function payAsTaught(request: Request): Promise<Reply> {
    return doAsTaught(env, request, (remember) =>
      pay({ ...request, key: unsharedKey(request) }, { key: keyOf(request), remember }),
    )
  }

  /** Everything after the claim. `fresh`: no earlier attempt can have reached the bank. */
  async function carryOut(request: Request, fresh: boolean, taught?: Taught): Promise<Reply> {
    const key = keyOf(request)
    const below = downstream(request, taught?.key ?? key)
    const wanted = bodyOf(request, charge)
    active.add(key)
    try {
      const amountCents = await convert(below, wanted)
      await askBank(below, request.operation, bankBody(wanted, amountCents))
      return await commitPaid(request, wanted, amountCents, taught)
    } catch (error) {
      if (!(error instanceof CallError)) throw error
      if (error.reason === 'refused') return await env.store.transaction(() => refusePayment(key, error.detail))
      if (fresh && error.definite) await env.store.transaction(() => forgetPayment(key))
      else if (keys === 'required') finishLater(key)
      throw error
    } finally {
      active.delete(key)
    }
  }

  async function convert(below: Downstream, { currency, amountCents }: Charge): Promise<number> {
    if (currency === setup.baseCurrency) return amountCents
    const quote = await env.call('payment→fx', {
      ...below('quote'),
      operation: 'do',
      body: { to: currency },
    })
    return convertCents(amountCents, Number(quote.body.rateMicro))
  }

  function askBank(below: Downstream, operation: Request['operation'], body: Request['body']): Promise<Reply> {
    return env.call('payment→bank', { ...below(ABOUT_BANK), operation, body })
  }

  async function commitPaid(
    request: Request,
    wanted: Charge,
    amountCents: number,
    taught: Taught | undefined,
  ): Promise<Reply> {
    const entry: HistoryEntry = { payment: keyOf(request), what: 'charged', ...wanted, amountCents }
    const holding = request.operation === 'prepare'
    const answer = { account: wanted.account, currency: wanted.currency, amountCents }
    const reply = { status: 200, body: holding ? { vote: 'commit', ...answer } : answer }
    await finish(request, function* () {
      yield addEntry(env, request, holding ? 'hold' : 'effect', charged(wanted.currency, amountCents), entry.payment)
      yield* settle(entry.payment, holding ? 'prepared' : 'done', reply, [])
      yield sql('DELETE FROM open_payments WHERE key = ?', entry.payment)
      yield sql('INSERT INTO paid VALUES (?, ?)', entry.payment, JSON.stringify(entry))
      if (!holding) yield* keepForHistory(setup.participants.history, request, entry)
      if (taught) yield taught.remember(reply)
    })
    if (!holding) await history.tell(request, entry)
    return reply
  }

  /** The commit that ends a piece of work, with its named moment. */
  async function finish(request: Request, work: () => Work<void>): Promise<void> {
    await env.store.transaction(work)
    const { purchase, effect, operation } = request
    env.record({ type: 'committed', purchase, effect, operation })
    await env.point('after-commit', request)
  }

  /** Commits what was prepared, or takes back what was done, prepared or left open. The bank goes first; it is idempotent. */
  async function settleBank(request: Request): Promise<Reply> {
    const key = keyOf(request)
    const claim = await env.store.transaction(() => claimOf(key))
    if (request.operation === 'commit') return commitHeld(request, claim)
    if (request.operation === 'abort' && claim?.state === 'done') {
      throw new Refusal(422, 'already_committed', `${key} was committed`)
    }
    if (!claim) return env.store.transaction(() => tombstone(env, request, key))
    if (active.has(key)) throw new Refusal(409, 'in_progress', `${key} is still being worked on`)
    if (claim.state === 'refused' || claim.state === 'undone') return { status: 200, body: { undone: false } }
    await askBank(downstream(request, key), request.operation === 'abort' ? 'abort' : 'undo', {})
    const reply = { status: 200, body: { undone: true } }
    const entry = await paidEntry(key)
    await finish(request, function* () {
      if (claim.state === 'done' && entry) {
        yield addEntry(env, request, 'reversal', charged(entry.currency, -entry.amountCents), key)
        yield* keepForHistory(setup.participants.history, request, { ...entry, what: 'refunded' })
      }
      if (claim.state === 'prepared' && entry) {
        yield addEntry(env, request, 'release', charged(entry.currency, entry.amountCents), key)
      }
      yield* settle(key, 'undone', reply, [])
      yield sql('DELETE FROM open_payments WHERE key = ?', key)
    })
    if (claim.state === 'done' && entry) await history.tell(request, { ...entry, what: 'refunded' })
    return reply
  }

  async function commitHeld(request: Request, claim: Claim | undefined): Promise<Reply> {
    if (claim?.state === 'done') return replay(claim, undefined)
    if (claim?.state === 'undone') throw new Refusal(410, 'undone', `${claim.key} was aborted`)
    const entry = claim && (await paidEntry(claim.key))
    if (claim?.state !== 'prepared' || !entry) throw new Refusal(404, 'not_prepared', 'this was never prepared')
    await askBank(downstream(request, claim.key), 'commit', {})
    const reply = { status: 200, body: { committed: true } }
    await finish(request, function* () {
      const current = yield* claimOf(claim.key)
      if (current?.state !== 'prepared') return
      yield addEntry(env, request, 'release', charged(entry.currency, entry.amountCents), claim.key)
      yield addEntry(env, request, 'effect', charged(entry.currency, entry.amountCents), claim.key)
      yield* settle(claim.key, 'done', reply, [])
      yield* keepForHistory(setup.participants.history, request, entry)
    })
    await history.tell(request, entry)
    return reply
  }

  async function paidEntry(key: string): Promise<HistoryEntry | undefined> {
    const [row] = await query(env.store, 'SELECT entry FROM paid WHERE key = ?', key)
    return row && (JSON.parse(String(row.entry)) as HistoryEntry)
  }

  function finishLater(key: string): void {
    env.background(`finish ${key}`, async () => {
      for (let tries = 0; tries < MOST_TRIES; tries++) {
        await env.clock.sleep(FIRST_PAUSE_MS * 2 ** tries)
        if (await resume(key)) return
      }
    })
  }

  /** Takes up an open payment. True when there is nothing left to do. */
  async function resume(key: string): Promise<boolean> {
    if (active.has(key)) return false
    const [row] = await query(env.store, 'SELECT * FROM open_payments WHERE key = ?', key)
    if (!row) return true
    const [purchase, effect] = [String(row.purchase), String(row.effect)]
    const attempt = env.attempt(purchase, effect)
    const body = JSON.parse(String(row.body)) as Request['body']
    const operation = row.operation as Request['operation']
    try {
      await carryOut({ operation, purchase, effect, attempt, key, body }, false)
      return true
    } catch (error) {
      if (error instanceof CallError) return false
      throw error
    }
  }

  return {
    async handle(request: Request): Promise<Reply> {
      await env.point('before-work', request)
      switch (request.operation) {
        case 'do':
          if (keys === 'as-taught') return payAsTaught(request)
          return pay(keys === 'ignored' ? { ...request, key: unsharedKey(request) } : request)
        case 'prepare':
          return pay(request)
        case 'undo':
        case 'commit':
        case 'abort':
          return settleBank(request)
        default:
          throw new Refusal(404, 'unknown_operation', `payment has no operation '${request.operation}'`)
      }
    },
    recover() {
      history.relay()
      if (keys !== 'required') return
      env.background('find open payments', async () => {
        const rows = await query(env.store, 'SELECT key FROM open_payments')
        for (const { key } of rows) if (!(await resume(String(key)))) finishLater(String(key))
      })
    },
  }
}

/** Idempotency as taught: the key it was asked under, which the calls downstream still carry, and how to remember the answer. */
interface Taught {
  readonly key: string
  remember(reply: Reply): Statement
}

/** What the calls downstream of a payment have in common: keys derive from its own, so a resumed payment is the same to bank. */
type Downstream = (effect: string) => { purchase: string; effect: string; key: string; deadlineAtMs?: number }

function downstream({ purchase, deadlineAtMs }: Request, key: string): Downstream {
  const deadline = deadlineAtMs === undefined ? {} : { deadlineAtMs }
  return (effect) => ({ purchase, effect, key: `${key}/${effect}`, ...deadline })
}

function bankBody({ account, currency }: Charge, amountCents: number) {
  return { from: account, to: `merchant-${currency}`, amountCents, currency }
}

function charged(currency: string, amount: number) {
  return { account: 'charged', amount, unit: currency }
}

function* claimPayment(request: Request): Work<Claim | undefined> {
  const existing = yield* newClaim(request, 'running')
  if (existing) return existing
  const { operation, purchase, effect, body } = request
  const key = keyOf(request)
  yield sql('INSERT INTO open_payments VALUES (?, ?, ?, ?, ?)', key, operation, purchase, effect, JSON.stringify(body))
  return undefined
}

function* refusePayment(key: string, reason: string): Work<Reply> {
  const reply = { status: 422, body: { type: 'about:blank', title: 'Refused', status: 422, reason } }
  yield* settle(key, 'refused', reply, [])
  yield sql('DELETE FROM open_payments WHERE key = ?', key)
  return reply
}

/** Nothing happened and nothing will: the key is free again. */
function* forgetPayment(key: string): Work<void> {
  yield sql('DELETE FROM open_payments WHERE key = ?', key)
  yield sql('DELETE FROM claims WHERE key = ?', key)
}
