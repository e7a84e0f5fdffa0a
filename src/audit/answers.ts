/** What buyers heard, and when: latency, goodput and their course over time. */

import type { PurchaseFacts, Strike } from '../core/invariant.ts'
import type { Purchase, RequestKind } from '../core/purchase.ts'
import type { KindResult, LatencyBucket, Quantiles, Series } from '../core/result.ts'
import type { Scenario } from '../core/scenario.ts'
import { countLatencies, recordLatencies } from './histogram.ts'
import { collectKinds, firstAnswer, goodAnswer } from './kinds.ts'
import { recordSeries } from './series.ts'

export interface AnswersPlan {
  readonly scenario: Scenario
  /** On the clock of `Told.atMs` and `Strike.atMs`. */
  readonly trafficStartMs: number
  readonly arrivalWindowMs: number
}

export interface AnswerFigures {
  readonly latencyMs: Quantiles
  readonly latencyConfirmedMs: Quantiles
  readonly latencyBuckets: readonly LatencyBucket[]
  readonly goodputPerSecond: number
  readonly series: Series
  readonly kinds: readonly KindResult[]
}

export function collectAnswers({ scenario, trafficStartMs, arrivalWindowMs }: AnswersPlan) {
  const latencies = recordLatencies(3)
  const confirmedLatencies = recordLatencies(3)
  const latencyCounts = countLatencies()
  const series = recordSeries(arrivalWindowMs + scenario.buyers.patienceMs)
  const kinds = collectKinds(scenario)
  /** Where orders are asked for, the variant's latency and goodput are theirs alone; otherwise those of all requests. */
  const counts = (kind: RequestKind) => kind === 'order' || scenario.traffic.mix.order === 0
  let goodput = 0

  return {
    add(facts: PurchaseFacts, wanted: Purchase): void {
      const intendedAtMs = trafficStartMs + wanted.intendedMs
      const answer = firstAnswer(facts.told)
      const latencyMs = Math.max(0, (answer?.atMs ?? 0) - intendedAtMs)
      if (answer && counts(wanted.kind)) {
        // Who was told 'pending' has heard something, and not yet that the order is confirmed.
        const confirmed = facts.class === 'confirmed' && answer.status !== 'pending'
        latencies.add(latencyMs)
        if (confirmed) confirmedLatencies.add(latencyMs)
        latencyCounts.add(latencyMs, confirmed)
        series.addAnswer(answer.atMs - trafficStartMs, latencyMs)
      }
      const best = goodAnswer(facts, scenario)
      const good = best !== undefined && best.atMs - intendedAtMs <= scenario.buyers.patienceMs
      kinds.add(wanted, { answer, latencyMs, good })
      if (!good) return
      if (counts(wanted.kind)) goodput++
      series.addGoodput(best.atMs - trafficStartMs, wanted.kind, counts(wanted.kind))
    },
    addStrike({ atMs, fatal }: Strike): void {
      series.addStrike(atMs - trafficStartMs, fatal)
    },
    figures: (): AnswerFigures => ({
      latencyMs: latencies.quantiles(),
      latencyConfirmedMs: confirmedLatencies.quantiles(),
      latencyBuckets: latencyCounts.buckets(),
      goodputPerSecond: arrivalWindowMs > 0 ? (goodput * 1_000) / arrivalWindowMs : 0,
      series: series.series(arrivalWindowMs),
      kinds: kinds.kinds(arrivalWindowMs, (kind) => series.goodputOf(kind, arrivalWindowMs)),
    }),
  }
}
