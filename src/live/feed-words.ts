/** Words for what the journals name: effects, operations, policies. */

import type { Operation } from '../core/call.ts'

const EFFECTS: Readonly<Record<string, string>> = {
  deduct: 'the deduction',
  charge: 'the charge',
  transfer: 'the transfer',
  quote: 'the rate',
  notify: 'the message',
  history: 'the history entry',
  stock: 'the look at the stock',
  order: 'the order',
  notification: 'the message',
  payment: 'the payment',
}

const OPERATIONS: Readonly<Partial<Record<Operation, string>>> = {
  prepare: 'the vote on',
  commit: 'the commit of',
  abort: 'the abort of',
  undo: 'the undoing of',
  inquire: 'the question about',
}

/** `charge` gives `the charge`. */
export function effectInWords(effect: string): string {
  return (Object.hasOwn(EFFECTS, effect) ? EFFECTS[effect] : undefined) ?? `'${effect}'`
}

/** `the commit of the charge of p-17`. */
export function callInWords(operation: Operation, effect: string, purchase: string): string {
  const what = OPERATIONS[operation]
  return `${what ? `${what} ` : ''}${effectInWords(effect)} of ${purchase}`
}

const numbers = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })

export function msInWords(ms: number): string {
  return `${numbers.format(ms)} ms`
}

/** `1 call`, `2 calls`. */
export function countInWords(count: number, one: string): string {
  return `${numbers.format(count)} ${one}${count === 1 ? '' : 's'}`
}
