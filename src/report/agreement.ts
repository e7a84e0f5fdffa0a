/** What it cost that several services had to agree, figure by figure: the same in the terminal and on the page. */

import type { Quantiles, Result, VariantResult } from '../core/result.ts'
import { type Column, VARIANT } from './columns.ts'
import { formatCount, formatMsFigure, formatPerOrder, NOT_MEASURED } from './format.ts'

interface LockTime {
  readonly id: string
  readonly name: string
  readonly about: string
  readonly of: (variant: VariantResult) => Quantiles
}

export const LOCK_TIMES: readonly LockTime[] = [
  {
    id: 'in-doubt',
    name: 'in doubt',
    about: 'From a participant’s vote to its learning the decision.',
    of: ({ transactions }) => transactions.inDoubtMs,
  },
  {
    id: 'stock-locked',
    name: 'stock locked',
    about: 'How long a unit of stock was kept from everybody else.',
    of: ({ transactions }) => transactions.lockedStockMs,
  },
  {
    id: 'account-locked',
    name: 'account locked',
    about: 'How long a part of a bank account was kept from everybody else.',
    of: ({ transactions }) => transactions.lockedAccountMs,
  },
]

interface Step {
  readonly id: string
  readonly name: string
  readonly about: string
  readonly of: (variant: VariantResult) => number
}

export const AGREEMENT_STEPS: readonly Step[] = [
  {
    id: 'refused-by-lock',
    name: 'refused by lock',
    about: 'Purchases whose buyer was refused what was there, but locked by somebody else.',
    of: ({ transactions }) => transactions.refusedByLock,
  },
  {
    id: 'compensations',
    name: 'compensations',
    about: 'Steps that were undone again.',
    of: ({ transactions }) => transactions.compensations,
  },
  {
    id: 'recoveries',
    name: 'recoveries',
    about: 'Orders that a restarted order service brought to their end.',
    of: ({ transactions }) => transactions.recoveries,
  },
  {
    id: 'heuristics',
    name: 'heuristics',
    about: 'Participants that aborted by themselves, without the decision.',
    of: ({ transactions }) => transactions.heuristics,
  },
]

/** Whether anything was locked, in any variant. */
export function anyLocks({ variants }: Result): boolean {
  return variants.some((variant) => LOCK_TIMES.some(({ of }) => of(variant).p50 !== null))
}

/** Whether any variant voted, undid, recovered or decided alone. Without that there is nothing to say beside the messages. */
export function anyAgreement(result: Result): boolean {
  return anyLocks(result) || result.variants.some((variant) => AGREEMENT_STEPS.some(({ of }) => of(variant) > 0))
}

function medianAndTail({ p50, p99 }: Quantiles): string {
  return p50 === null ? NOT_MEASURED : `${formatMsFigure(p50)}/${formatMsFigure(p99)}`
}

export const MESSAGES: Column = {
  id: 'messages',
  header: 'messages/order',
  numeric: true,
  main: false,
  text: ({ transactions }) => formatPerOrder(transactions.messagesPerOrder),
}

/** The terminal's second table. */
export const AGREEMENT_COLUMNS: readonly Column[] = [
  VARIANT,
  ...LOCK_TIMES.map(
    ({ id, name, of }): Column => ({
      id,
      header: name,
      numeric: true,
      main: true,
      text: (variant) => medianAndTail(of(variant)),
    }),
  ),
  ...AGREEMENT_STEPS.map(
    ({ id, name, of }): Column => ({
      id,
      header: name,
      numeric: true,
      main: false,
      text: (variant) => formatCount(of(variant)),
    }),
  ),
  { ...MESSAGES, main: true },
]
