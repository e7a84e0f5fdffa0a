/** How often policies said what on one path, and the figures that came with it. */

import type { DependencyResult } from '../core/dependency.ts'
import { refusalReason } from '../core/refusal-reason.ts'
import type { PolicyLine } from '../core/waiting.ts'
import { type Latencies, recordLatencies } from './histogram.ts'

/** More different words than these are counted together: they come from answers, and anybody may write those. */
const MOST_WORDS = 50
const OTHER_WORDS = 'other'

/** `timeout: no answer in 200 ms` gives `timeout`. */
function firstWord(text: string): string {
  const colon = text.indexOf(':')
  return colon < 0 ? text : text.slice(0, colon)
}

export function countWords() {
  const counts = countTexts()
  return { ...counts, add: (text: string): void => counts.add(firstWord(text)) }
}

function countTexts() {
  const counts = new Map<string, number>()
  return {
    add(text: string): void {
      const key = counts.has(text) || counts.size < MOST_WORDS ? text : OTHER_WORDS
      counts.set(key, (counts.get(key) ?? 0) + 1)
    },
    /** By name, so that equal runs write equal files. */
    all: (): Record<string, number> => Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1))),
  }
}

export function quantilesOf(latencies: Latencies | undefined) {
  return latencies?.quantiles() ?? { p50: null, p90: null, p99: null, max: null }
}

function moved(limit: DependencyResult['limit'], to: number): DependencyResult['limit'] {
  return { least: Math.min(limit?.least ?? to, to), most: Math.max(limit?.most ?? to, to), last: to }
}

/** What of a path's result comes from policies alone. */
type PolicyCounts = Pick<
  DependencyResult,
  | 'refusals'
  | 'refusalReasons'
  | 'retries'
  | 'budgetExhausted'
  | 'leastBudgetLeft'
  | 'limit'
  | 'probes'
  | 'timeouts'
  | 'lateAnswers'
  | 'fallbacks'
  | 'hedges'
  | 'waitedMs'
>

export function countPolicies() {
  const counts = { retries: 0, budgetExhausted: 0, timeouts: 0, lateAnswers: 0 }
  const hedges = { sent: 0, won: 0 }
  const probes = { well: 0, ill: 0 }
  const [refusals, fallbacks] = [countWords(), countWords()]
  const reasons = countTexts()
  let leastBudgetLeft: number | null = null
  let limit: DependencyResult['limit'] = null
  let waits: Latencies | undefined
  let spoken = 0

  function spend(left: number): void {
    leastBudgetLeft = Math.min(leastBudgetLeft ?? Number.POSITIVE_INFINITY, left)
  }

  return {
    add({ what, policy, detail, amount = 0 }: PolicyLine): void {
      spoken++
      if (what === 'retry') counts.retries++
      else if (what === 'budget') spend(amount)
      else if (what === 'budget-exhausted') {
        counts.budgetExhausted++
        spend(0)
      } else if (what === 'timeout') counts.timeouts++
      else if (what === 'late-answer') counts.lateAnswers++
      else if (what === 'fallback') fallbacks.add(detail)
      else if (what === 'hedged') hedges.sent++
      else if (what === 'hedge-won') hedges.won++
      else if (what === 'refused') {
        refusals.add(policy)
        reasons.add(`${policy}: ${refusalReason(detail)}`)
      } else if (what === 'limit') limit = moved(limit, amount)
      else if (what === 'probed') probes[amount === 1 ? 'well' : 'ill']++
      else if (what === 'waited') {
        waits ??= recordLatencies(3)
        waits.add(amount)
      }
    },
    spoken: () => spoken,
    counts: (): PolicyCounts => ({
      ...counts,
      leastBudgetLeft,
      limit,
      probes,
      refusals: refusals.all(),
      refusalReasons: reasons.all(),
      fallbacks: fallbacks.all(),
      hedges,
      waitedMs: quantilesOf(waits),
    }),
  }
}
