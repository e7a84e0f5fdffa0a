/** What all workflows share: the two steps of an order, and how a participant is asked for one. */

import { CallError, type JsonObject, type Operation, type Reply } from '../../core/call.ts'
import type { Env } from '../../core/env.ts'
import type { Order } from '../../core/pattern.ts'
import type { PointPassed } from '../../core/point.ts'
import type { Edge } from '../../core/topology.ts'

/** One participant's part of an order. */
export interface Step {
  readonly effect: 'deduct' | 'charge'
  readonly edge: Edge
  body(order: Order): JsonObject
}

/** Takes the goods from the shelf. */
export const DEDUCT: Step = {
  effect: 'deduct',
  edge: 'order→inventory',
  body: ({ product, quantity }) => ({ product, quantity, conditional: true }),
}

/** Takes the money. The pivot of a saga: once it is done, the order goes forward. */
export const CHARGE: Step = {
  effect: 'charge',
  edge: 'order→payment',
  body: ({ account, currency, amountCents }) => ({ account, currency, amountCents }),
}

/** In the order in which they are asked: what is refused most often comes first. */
export const STEPS: readonly Step[] = [DEDUCT, CHARGE]

/** Operations that say what is to be done, and so need the step's body; the others only name it by its key. */
const WITH_BODY: readonly Operation[] = ['do', 'prepare']

/** Asks a participant under the key of this step of this order, which every try and every incarnation shares. */
export function ask(env: Env, step: Step, operation: Operation, order: Order, deadlineAtMs: number): Promise<Reply> {
  return env.call(step.edge, {
    operation,
    purchase: order.purchase,
    effect: step.effect,
    key: `${order.key}/${step.effect}`,
    deadlineAtMs,
    body: WITH_BODY.includes(operation) ? step.body(order) : {},
  })
}

/** Whether a fallback stood in for the answer: accepted, and nobody knows whether the participant has done it. */
export function isStandIn({ status }: Reply): boolean {
  return status === 202
}

/** Passes one of the coordinator's moments, about a step or about the whole order. */
export function passing(operation: Operation, { purchase }: Order, step?: Step): PointPassed {
  return { operation, purchase, effect: step?.effect ?? 'order' }
}

/** A stable word for the buyer, from what the last call said. */
export function reasonOf(error: CallError): string {
  if (error.reason === 'refused') return error.detail
  if (error.reason === 'breaker-open') return 'temporarily_unavailable'
  return error.reason.replaceAll('-', '_')
}

/** Lets bugs pass through. */
export function asCallError(error: unknown): CallError {
  if (error instanceof CallError) return error
  throw error
}

/** What kept a call from having its positive answer; undefined: nothing did. Lets bugs pass through. */
export async function failureOf(call: Promise<unknown>): Promise<CallError | undefined> {
  try {
    await call
    return undefined
  } catch (error) {
    return asCallError(error)
  }
}
