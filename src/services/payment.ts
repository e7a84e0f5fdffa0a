/**
 * Payment is no leaf: it commits its claim, calls fx and bank with keys derived from the claim's, and only then commits
 * effect, entry and answer. What is open after a restart is carried to its end with the same downstream keys.
 */

import { Refusal, type Reply, type Request } from '../core/call.ts'
import type { Env } from '../core/env.ts'
import type { RunningService, Service, ServiceSetup } from '../core/service.ts'
import { BOOK_TABLES } from './books.ts'
import { CLAIM_TABLES, unsharedKeys } from './claims.ts'
import { watchDoubts } from './in-doubt.ts'
import { OPEN_TABLES, pay, payAsTaught } from './payment-charge.ts'
import { HISTORY_TABLES, runHistory } from './payment-history.ts'
import { answerInquiry } from './payment-inquiry.ts'
import { finishLater, finishOpenPayments } from './payment-open.ts'
import { settlePayment } from './payment-settle.ts'
import type { PaymentWork } from './payment-work.ts'
import { TAUGHT_KEY_TABLES } from './taught-keys.ts'
import { takeTurns } from './turns.ts'

/** So many open payments are tried at once in the background. */
const MOST_FINISHING = 4

export const payment: Service = {
  name: 'payment',
  tables: () => [...BOOK_TABLES, ...CLAIM_TABLES, ...TAUGHT_KEY_TABLES, ...OPEN_TABLES, ...HISTORY_TABLES],
  start: (env, setup) => runPayment(env, setup),
}

function runPayment(env: Env, setup: ServiceSetup): RunningService {
  const { keys, history, reservationMs } = setup.participants
  const work: PaymentWork = {
    env,
    setup,
    history: runHistory(env, history),
    doubts: watchDoubts(env, { coordinator: 'payment→order', reservationMs, settle: handle }),
    unsharedKey: unsharedKeys(env),
    active: new Set(),
    finishing: new Set(),
    finishLater: (key) => finishLater(work, key),
    takeTurn: takeTurns(MOST_FINISHING),
  }

  async function handle(request: Request): Promise<Reply> {
    await env.point('before-work', request)
    switch (request.operation) {
      case 'do':
        if (keys === 'as-taught') return await payAsTaught(work, request)
        return await pay(work, keys === 'ignored' ? { ...request, key: work.unsharedKey(request) } : request)
      case 'prepare':
        return await pay(work, request)
      case 'undo':
      case 'commit':
      case 'abort':
        return await settlePayment(work, request)
      case 'inquire':
        return await answerInquiry(env, request)
      case 'query':
      case 'place':
        throw new Refusal(404, 'unknown_operation', `payment has no operation '${request.operation}'`)
    }
  }

  return {
    handle,
    recover() {
      work.history.relay()
      work.doubts.watch()
      if (keys === 'required') env.background('find open payments', () => finishOpenPayments(work))
    },
  }
}
