/** The figures of a variant, collected purchase by purchase. */

import type { JournalCounts } from '../core/event.ts'
import type { PurchaseFacts, Strike } from '../core/invariant.ts'
import type { LedgerEntry } from '../core/ledger.ts'
import type { PurchaseClass, Told } from '../core/purchase.ts'
import type { KindResult, LatencyBucket, Loss, OrderCounts, Quantiles, Series, Transactions } from '../core/result.ts'
import type { Scenario } from '../core/scenario.ts'
import { effectsOf } from './effects.ts'
import { countLatencies, recordLatencies } from './histogram.ts'
import { addLoss, lossOf, NO_LOSS, recordPromises } from './loss.ts'
import { recordSeries } from './series.ts'
import { collectTransactions } from './transactions.ts'

export interface Figures {
  readonly orders: OrderCounts
  readonly latencyMs: Quantiles
  readonly latencyConfirmedMs: Quantiles
  readonly latencyBuckets: readonly LatencyBucket[]
  readonly goodputPerSecond: number
  readonly refreshes: number
  readonly series: Series
  readonly loss: Loss
  readonly transactions: Transactions
  readonly kinds: readonly KindResult[]
  /** Purchases that a gremlin struck, took along, or whose buyer asked more than once. */
  readonly atRisk: number
  /** Buyers whom the traffic could not send any more, because too many were waiting. */
  readonly turnedAway: number
}

export interface FiguresPlan {
  readonly scenario: Scenario
  readonly arrivedCount: number
  /** On the clock of `Told.atMs` and `Strike.atMs`. */
  readonly trafficStartMs: number
  readonly arrivalWindowMs: number
  readonly journal: JournalCounts
}

/** What the traffic records for a buyer beyond its own limit. */
const TURNED_AWAY = 'traffic-limit'

const NO_ANSWERS = ['left', 'no-answer', 'in-progress']

/** The first answer that is one: not a lost connection, not a 409, not a buyer who left. */
function firstAnswer(told: readonly Told[]): Told | undefined {
  return told.find(({ status }) => !NO_ANSWERS.includes(status))
}

/** The answer that confirmed a purchase truthfully; undefined: there is none. */
function truthfulAnswer(facts: PurchaseFacts, scenario: Scenario): Told | undefined {
  if (facts.class !== 'confirmed') return undefined
  const { fullyCharged, fullyDeducted } = effectsOf(facts, scenario)
  return fullyCharged && fullyDeducted ? facts.told.find(({ status }) => status === 'confirmed') : undefined
}

export function collectFigures(plan: FiguresPlan) {
  const { scenario, trafficStartMs, arrivalWindowMs } = plan
  const classes: Record<PurchaseClass, number> = { confirmed: 0, cancelled: 0, refused: 0, failed: 0, 'in-doubt': 0 }
  const latencies = recordLatencies(3)
  const confirmedLatencies = recordLatencies(3)
  const latencyCounts = countLatencies()
  const series = recordSeries(arrivalWindowMs + scenario.buyers.patienceMs)
  const promises = recordPromises(scenario)
  const transactions = collectTransactions()
  let loss = NO_LOSS
  let goodput = 0
  let refreshes = 0
  let atRisk = 0
  let turnedAway = 0

  function addAnswers(facts: PurchaseFacts, intendedAtMs: number): void {
    const answer = firstAnswer(facts.told)
    if (answer) {
      const latencyMs = Math.max(0, answer.atMs - intendedAtMs)
      const confirmed = facts.class === 'confirmed'
      latencies.add(latencyMs)
      if (confirmed) confirmedLatencies.add(latencyMs)
      latencyCounts.add(latencyMs, confirmed)
      series.addAnswer(answer.atMs - trafficStartMs, latencyMs)
    }
    const good = truthfulAnswer(facts, scenario)
    if (!good || good.atMs - intendedAtMs > scenario.buyers.patienceMs) return
    goodput++
    series.addGoodput(good.atMs - trafficStartMs)
  }

  return {
    /** All ledger rows come before the first purchase. */
    addEntry: (entry: LedgerEntry): void => transactions.addEntry(entry),
    /** A purchase that the traffic never made costs what it costs, locks what it locks, and counts nowhere else. */
    addPurchase(facts: PurchaseFacts): void {
      loss = addLoss(loss, lossOf(facts, scenario))
      promises.add(facts)
      transactions.addPurchase(facts)
      if (!facts.wanted) return
      classes[facts.class]++
      refreshes += Math.max(0, facts.asked - 1)
      if (facts.strikes.length > 0 || facts.asked > 1) atRisk++
      if (facts.told[0]?.reason === TURNED_AWAY) turnedAway++
      addAnswers(facts, trafficStartMs + facts.wanted.intendedMs)
    },
    addStrike({ atMs, fatal }: Strike): void {
      series.addStrike(atMs - trafficStartMs, fatal)
    },
    figures(): Figures {
      const { 'in-doubt': inDoubt, ...others } = classes
      return {
        orders: { arrived: plan.arrivedCount, ...others, inDoubt },
        latencyMs: latencies.quantiles(),
        latencyConfirmedMs: confirmedLatencies.quantiles(),
        latencyBuckets: latencyCounts.buckets(),
        goodputPerSecond: arrivalWindowMs > 0 ? (goodput * 1_000) / arrivalWindowMs : 0,
        refreshes,
        series: series.series(arrivalWindowMs),
        loss: addLoss(loss, promises.loss()),
        transactions: transactions.transactions(plan.arrivedCount, plan.journal),
        atRisk,
        turnedAway,
        kinds: [],
      }
    },
  }
}
