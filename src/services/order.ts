/**
 * The coordinator: accepts orders, hands them to the variant's workflow, and tells the buyer how they ended. What is no order it
 * passes on.
 */

import { z } from 'zod'
import { Refusal, type Reply, type Request } from '../core/call.ts'
import type { Env } from '../core/env.ts'
import type { RunningService, Service, ServiceSetup } from '../core/service.ts'
import { bodyOf } from './body.ts'
import { BOOK_TABLES } from './books.ts'
import { ORDER_TABLES } from './order-book.ts'
import { runNotices } from './order-notices.ts'
import { PENDING_TABLES, runPending } from './order-pending.ts'
import { isPassedOn, passRequestsOn } from './order-requests.ts'
import { answerInquiry, endPending, type OrderWork, placeOrder, recoverOrders } from './order-work.ts'
import { OUTBOX_TABLES } from './outbox.ts'

const wish = z.strictObject({ product: z.string(), quantity: z.int().positive().max(1_000), account: z.string() })

export const order: Service = {
  name: 'order',
  tables: ({ workflowTables }) => [
    ...BOOK_TABLES,
    ...ORDER_TABLES,
    ...PENDING_TABLES,
    ...OUTBOX_TABLES,
    ...workflowTables,
  ],
  start: (env, setup) => runOrder(env, setup),
}

function runOrder(env: Env, setup: ServiceSetup): RunningService {
  const workflow = setup.createWorkflow(env)
  const work: OrderWork = {
    env,
    workflow,
    notices: runNotices(env, setup.participants.history),
    pending: runPending({
      env,
      postponing: workflow.postponing,
      deadlineMs: setup.deadlineMs,
      end: (placed, outcome) => endPending(work, placed, outcome),
    }),
    carried: new Set(),
  }
  const keyed = setup.participants.keys !== 'ignored'
  const readWish = wishReader(setup)
  const passOn = passRequestsOn(env, readWish)

  function place(request: Request): Promise<Reply> {
    const deadlineAtMs = request.deadlineAtMs ?? env.clock.nowMs() + setup.deadlineMs
    const key = keyed ? (request.key ?? null) : null
    if (isPassedOn(request.effect)) return passOn(request.effect, request, key, deadlineAtMs)
    return placeOrder(work, request, key, { ...readWish(request), deadlineAtMs })
  }

  return {
    async handle(request) {
      if (request.operation !== 'place' && request.operation !== 'inquire') {
        throw new Refusal(404, 'unknown_operation', `order has no operation '${request.operation}'`)
      }
      await env.point('before-work', request)
      return await (request.operation === 'place' ? place(request) : answerInquiry(work, request))
    },
    recover() {
      env.background('recover orders', () => recoverOrders(work))
      work.workflow.resume()
      work.pending.wake()
      work.notices.recover()
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
