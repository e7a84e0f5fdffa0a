/** The figures of a variant, collected purchase by purchase. */

import type { JournalCounts } from '../core/event.ts'
import type { PurchaseFacts, Strike } from '../core/invariant.ts'
import type { LedgerEntry } from '../core/ledger.ts'
import type { PurchaseClass } from '../core/purchase.ts'
import type { Levels, Loss, OrderCounts, Transactions } from '../core/result.ts'
import { type AnswerFigures, type AnswersPlan, collectAnswers } from './answers.ts'
import { collectLevels } from './levels.ts'
import { addLoss, lossOf, NO_LOSS, recordPromises } from './loss.ts'
import { collectTransactions } from './transactions.ts'

export interface Figures extends AnswerFigures {
  readonly orders: OrderCounts
  readonly refreshes: number
  /** Orders whose buyers were told `pending`, at least once. */
  readonly toldPending: number
  readonly loss: Loss
  readonly transactions: Transactions
  readonly levels?: Levels
  /** Purchases that a gremlin struck, took along, or whose buyer asked more than once. */
  readonly atRisk: number
  /** Buyers whom the traffic could not send any more, because too many were waiting. */
  readonly turnedAway: number
}

export type FiguresPlan = AnswersPlan & {
  readonly arrivedCount: number
  readonly journal: JournalCounts
}

/** What the traffic records for a buyer beyond its own limit. */
const TURNED_AWAY = 'traffic-limit'

export function collectFigures(plan: FiguresPlan) {
  const { scenario } = plan
  const classes: Record<PurchaseClass, number> = { confirmed: 0, cancelled: 0, refused: 0, failed: 0, 'in-doubt': 0 }
  const promises = recordPromises(scenario)
  const levels = collectLevels(plan)
  const transactions = collectTransactions(levels.held)
  const answers = collectAnswers(plan)
  let others = 0
  let loss = NO_LOSS
  let refreshes = 0
  let toldPending = 0
  let atRisk = 0
  let turnedAway = 0

  return {
    /** All ledger rows come before the first purchase. */
    addEntry: (entry: LedgerEntry): void => transactions.addEntry(entry),
    /** A purchase that the traffic never made costs what it costs, locks what it locks, and counts nowhere else. */
    addPurchase(facts: PurchaseFacts): void {
      loss = addLoss(loss, lossOf(facts, scenario))
      promises.add(facts)
      transactions.addPurchase(facts)
      if (!facts.wanted) return
      if (facts.wanted.kind === 'order') classes[facts.class]++
      else others++
      refreshes += Math.max(0, facts.asked - 1)
      if (facts.strikes.length > 0 || facts.asked > 1) atRisk++
      if (facts.told.some(({ status }) => status === 'pending')) toldPending++
      if (facts.told[0]?.reason === TURNED_AWAY) turnedAway++
      answers.add(facts, facts.wanted)
    },
    addStrike(strike: Strike): void {
      answers.addStrike(strike)
      levels.addStrike(strike)
    },
    figures(): Figures {
      const measured = levels.levels()
      const { 'in-doubt': inDoubt, ...ends } = classes
      return {
        orders: { arrived: plan.arrivedCount - others, ...ends, inDoubt },
        ...answers.figures(),
        refreshes,
        toldPending,
        loss: addLoss(loss, promises.loss()),
        transactions: transactions.transactions(plan.arrivedCount, plan.journal),
        ...(measured ? { levels: measured } : {}),
        atRisk,
        turnedAway,
      }
    },
  }
}
