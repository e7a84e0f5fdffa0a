import { z } from 'zod'
import type { Env } from '../../core/env.ts'
import type { Order, Outcome, Workflow } from '../../core/pattern.ts'
import { asCallError, DEDUCT, passing, reasonOf } from './steps.ts'

const options = z.strictObject({
  /** `ask-then-deduct`: asks for the stock, then deducts blindly. `reserve`: one conditional deduction, which cannot oversell. */
  stock: z.enum(['ask-then-deduct', 'reserve']).default('reserve'),
})

async function askForStock(env: Env, order: Order): Promise<Outcome | undefined> {
  try {
    const { body } = await env.call('order→inventory', {
      operation: 'query',
      purchase: order.purchase,
      effect: 'stock',
      deadlineAtMs: order.deadlineAtMs,
      body: { product: order.product },
    })
    if (Number(body.available) >= order.quantity) return undefined
    return { state: 'refused', reason: 'insufficient_stock' }
  } catch (error) {
    return { state: 'refused', reason: reasonOf(asCallError(error)) }
  }
}

/**
 * One step after the other, and no undo: what an earlier step did stays done when a later one fails. A first step without an
 * answer is taken for one that did not happen, which is the mistake that the audit prices.
 */
export const sequential: Workflow<z.output<typeof options>> = {
  name: 'sequential',
  summary: 'Deduct, then charge, one after the other, without undo.',
  options,
  operations: ['query', 'do'],
  points: ['between-steps', 'before-decision'],
  tables: [],
  create({ stock }, env) {
    return {
      async place(order) {
        const conditional = stock === 'reserve'
        if (!conditional) {
          const refusal = await askForStock(env, order)
          if (refusal) return refusal
        }
        const common = { operation: 'do', purchase: order.purchase, deadlineAtMs: order.deadlineAtMs } as const
        try {
          await env.call('order→inventory', {
            ...common,
            effect: 'deduct',
            key: `${order.key}/deduct`,
            body: { product: order.product, quantity: order.quantity, conditional },
          })
        } catch (caught) {
          const error = asCallError(caught)
          return { state: error.definite ? 'refused' : 'cancelled', reason: reasonOf(error) }
        }
        await env.point('between-steps', passing('do', order, DEDUCT))
        try {
          await env.call('order→payment', {
            ...common,
            effect: 'charge',
            key: `${order.key}/charge`,
            body: { account: order.account, currency: order.currency, amountCents: order.amountCents },
          })
        } catch (caught) {
          return { state: 'cancelled', reason: reasonOf(asCallError(caught)) }
        }
        await env.point('before-decision', passing('place', order))
        return { state: 'confirmed', reason: null }
      },
      // It has no log to go on from: an order that was open when the order service died stays open.
      async recover() {
        return undefined
      },
      resume() {},
    }
  },
}
