import type { Invariant, InvariantName } from '../core/invariant.ts'
import { allOrNothing } from './all-or-nothing.ts'
import { booksBalance } from './books-balance.ts'
import { buyerToldTheTruth } from './buyer-told-the-truth.ts'
import { chargedAtMostOnce } from './charged-at-most-once.ts'
import { deductedAtMostOnce } from './deducted-at-most-once.ts'
import { historyComplete } from './history-complete.ts'
import { moneyConserved } from './money-conserved.ts'
import { neverOversold } from './never-oversold.ts'
import { noOrderLost } from './no-order-lost.ts'
import { nothingLeftLocked } from './nothing-left-locked.ts'
import { notifiedExactlyOnce } from './notified-exactly-once.ts'
import { requestsConserved } from './requests-conserved.ts'

/** Every invariant by its name, in the order in which reports show them. */
export const invariantCatalogue: Readonly<Record<InvariantName, Invariant>> = {
  'charged-at-most-once': chargedAtMostOnce,
  'deducted-at-most-once': deductedAtMostOnce,
  'never-oversold': neverOversold,
  'money-conserved': moneyConserved,
  'all-or-nothing': allOrNothing,
  'no-order-lost': noOrderLost,
  'buyer-told-the-truth': buyerToldTheTruth,
  'notified-exactly-once': notifiedExactlyOnce,
  'nothing-left-locked': nothingLeftLocked,
  'history-complete': historyComplete,
  'requests-conserved': requestsConserved,
  'books-balance': booksBalance,
}
