/** The coordinator: accepts orders, hands them to the variant's workflow, and tells the buyer how they ended. */

import { z } from 'zod'
import { Refusal, type Reply, type Request } from '../core/call.ts'
import type { Env } from '../core/env.ts'
import type { RunningService, Service, ServiceSetup } from '../core/service.ts'
import { bodyOf } from './body.ts'
import { BOOK_TABLES } from './books.ts'
import { ORDER_TABLES } from './order-book.ts'
import { runNotices } from './order-notices.ts'
import { answerInquiry, type OrderWork, placeOrder, recoverOrders } from './order-work.ts'
import { OUTBOX_TABLES } from './outbox.ts'

const wish = z.strictObject({ product: z.string(), quantity: z.int().positive().max(1_000), account: z.string() })

export const order: Service = {
  name: 'order',
  tables: ({ workflowTables }) => [...BOOK_TABLES, ...ORDER_TABLES, ...OUTBOX_TABLES, ...workflowTables],
  start: (env, setup) => runOrder(env, setup),
}

function runOrder(env: Env, setup: ServiceSetup): RunningService {
  const work: OrderWork = {
    env,
    workflow: setup.createWorkflow(env),
    notices: runNotices(env, setup.participants.history),
    carried: new Set(),
  }
  const keyed = setup.participants.keys !== 'ignored'
  const readWish = wishReader(setup)

  function place(request: Request): Promise<Reply> {
    const deadlineAtMs = request.deadlineAtMs ?? env.clock.nowMs() + setup.deadlineMs
    return placeOrder(work, request, keyed ? (request.key ?? null) : null, { ...readWish(request), deadlineAtMs })
  }

  return {
    async handle(request) {
      if (request.operation !== 'place' && request.operation !== 'inquire') {
        throw new Refusal(404, 'unknown_operation', `order has no operation '${request.operation}'`)
      }
      await env.point('before-work', request)
      return request.operation === 'place' ? place(request) : answerInquiry(work, request)
    },
    recover() {
      env.background('recover orders', () => recoverOrders(work))
      work.workflow.resume()
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
