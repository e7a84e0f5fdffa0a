/** Work that an earlier try, or an earlier life, left open: it is carried to its end in the background. */

import { CallError, Refusal, type Request } from '../core/call.ts'
import type { Env } from '../core/env.ts'
import { query } from '../core/statement.ts'
import { carryOutPayment } from './payment-charge.ts'
import { settlePayment } from './payment-settle.ts'
import type { PaymentWork } from './payment-work.ts'

/** Pauses between the background tries at an open payment: each is twice the one before, up to a limit. */
const FIRST_PAUSE_MS = 100
const MOST_PAUSE_MS = 5_000

/** Carries on what an earlier incarnation left open. */
export async function finishOpenPayments(work: PaymentWork): Promise<void> {
  const { store } = work.env
  const undos = await query(store, 'SELECT key FROM open_undos')
  const rows = [...undos, ...(await query(store, 'SELECT key FROM open_payments'))]
  for (const key of new Set(rows.map((row) => String(row.key)))) {
    if (!(await resume(work, key))) finishLater(work, key)
  }
}

/**
 * Tries until the payment has its end, and at most until this life has: a life that is over ends every sleep. So a run with an
 * open payment is not quiet, and where the bank never answers again it says so (`quietWithinMs`). Tries take turns: a bank that is
 * overloaded has left many payments open, and all of them at once would keep it so.
 */
export function finishLater(work: PaymentWork, key: string): void {
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

/** Takes up an open payment, or one that is to be taken back. True when there is nothing left to do. */
async function resume(work: PaymentWork, key: string): Promise<boolean> {
  const { env, active } = work
  const undo = await openUndo(env, key)
  if (undo) return resumeUndo(work, key, undo)
  const find = async () => (await query(env.store, 'SELECT * FROM open_payments WHERE key = ?', key))[0]
  const found = await find()
  if (!found) return true
  const passed = { operation: found.operation as Request['operation'], effect: String(found.effect) }
  await env.point('while-recovering', { ...passed, purchase: String(found.purchase) })
  // Looked at again: a retry may have ended it meanwhile, and from here on nothing waits.
  const row = await find()
  if (!row) return true
  if (active.has(key) || (await openUndo(env, key))) return false
  const [purchase, effect] = [String(row.purchase), String(row.effect)]
  const operation = row.operation as Request['operation']
  const attempt = env.attempt(purchase, `${operation}:${effect}`)
  const body = JSON.parse(String(row.body)) as Request['body']
  try {
    await carryOutPayment(work, { operation, purchase, effect, attempt, key, body }, false)
    return true
  } catch (error) {
    if (error instanceof CallError) return false
    throw error
  }
}

interface OpenUndo {
  readonly purchase: string
  readonly effect: string
}

async function openUndo({ store }: Env, key: string): Promise<OpenUndo | undefined> {
  const [row] = await query(store, 'SELECT purchase, effect FROM open_undos WHERE key = ?', key)
  return row && { purchase: String(row.purchase), effect: String(row.effect) }
}

async function resumeUndo(work: PaymentWork, key: string, { purchase, effect }: OpenUndo): Promise<boolean> {
  if (work.active.has(key)) return false
  const attempt = work.env.attempt(purchase, `undo:${effect}`)
  try {
    await settlePayment(work, { operation: 'undo', purchase, effect, attempt, key, body: {} })
    return true
  } catch (error) {
    if (error instanceof CallError) return error.reason === 'refused'
    // Whoever asked for it has come back meanwhile.
    if (error instanceof Refusal) return false
    throw error
  }
}
