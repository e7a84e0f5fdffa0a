/** How much was in doubt, locked or away at a time, over the run. */

import type { Strike } from '../core/invariant.ts'
import type { Levels } from '../core/result.ts'
import type { Scenario } from '../core/scenario.ts'
import { bucketFor, MOST_BUCKETS } from './series.ts'

/** Gremlins that keep a service from being reached for their whole window. */
const KEEP_AWAY: readonly string[] = ['outage', 'partition']

/** Sums of a few hundred differences have digits that mean nothing. */
const rounded = (level: number) => Math.round(level * 1_000) / 1_000

/**
 * Adds stretches of time up, in bounded memory: the mean over each bucket of how many there were at once. What happens after the
 * expected span doubles the width of all buckets until it fits; what happened before the traffic's start is left out.
 */
export function recordSpans(expectedSpanMs: number) {
  let bucketMs = bucketFor(expectedSpanMs)
  /** Of each line, how much time fell into each bucket, times the amount. */
  const lines = new Map<string, number[]>()
  let length = 0

  function widen(): void {
    bucketMs *= 2
    length = Math.ceil(length / 2)
    for (const [name, sums] of lines) {
      const half = Array.from({ length: Math.ceil(sums.length / 2) }, (_, at) => 2 * at)
      lines.set(
        name,
        half.map((at) => (sums[at] ?? 0) + (sums[at + 1] ?? 0)),
      )
    }
  }

  return {
    add(line: string, fromMs: number, toMs: number, amount: number): void {
      const from = Math.max(0, fromMs)
      if (!(toMs > from)) return
      while (toMs > bucketMs * MOST_BUCKETS) widen()
      const sums = lines.get(line) ?? []
      lines.set(line, sums)
      for (let at = Math.floor(from / bucketMs); at * bucketMs < toMs; at++) {
        while (sums.length <= at) sums.push(0)
        const within = Math.min(toMs, (at + 1) * bucketMs) - Math.max(from, at * bucketMs)
        sums[at] = (sums[at] ?? 0) + within * amount
      }
      length = Math.max(length, sums.length)
    },
    bucketMs: () => bucketMs,
    names: () => [...lines.keys()],
    /** As long for every line. @param atLeastMs covers at least this long, with zeroes where nothing happened */
    means(line: string, atLeastMs: number): number[] {
      const filled = Math.min(MOST_BUCKETS, Math.max(length, Math.ceil(atLeastMs / bucketMs)))
      const sums = lines.get(line) ?? []
      return Array.from({ length: filled }, (_, at) => rounded((sums[at] ?? 0) / bucketMs))
    },
  }
}

/** What a ledger's hold keeps: a participant's freedom to decide, units of stock, or a part of a bank account. */
export type Held = 'inDoubt' | 'lockedStock' | 'lockedAccounts'

const AWAY = 'away:'

export interface LevelsPlan {
  readonly scenario: Scenario
  /** On the clock of ledgers and strikes. */
  readonly trafficStartMs: number
  readonly arrivalWindowMs: number
}

export function collectLevels({ scenario, trafficStartMs, arrivalWindowMs }: LevelsPlan) {
  const spans = recordSpans(arrivalWindowMs + scenario.buyers.patienceMs)

  /** A killed service listens again after the scenario's time; a window ends with the gremlin, at the latest with the traffic. */
  function backAtMs({ gremlin, kind, fatal, atMs }: Strike): number | undefined {
    if (fatal) return atMs - trafficStartMs + scenario.restartAfterMs
    if (!KEEP_AWAY.includes(kind)) return undefined
    return scenario.gremlins.find(({ name }) => name === gremlin)?.toMs ?? arrivalWindowMs
  }

  return {
    held: (what: Held, fromMs: number, toMs: number, amount: number): void =>
      spans.add(what, fromMs - trafficStartMs, toMs - trafficStartMs, amount),
    addStrike(strike: Strike): void {
      const untilMs = backAtMs(strike)
      if (untilMs !== undefined) spans.add(AWAY + strike.node, strike.atMs - trafficStartMs, untilMs, 1)
    },
    /** Undefined: nothing of the kind ever was. */
    levels(): Levels | undefined {
      const names = spans.names()
      if (names.length === 0) return undefined
      const services = names.filter((name) => name.startsWith(AWAY)).sort()
      const of = (line: string) => spans.means(line, arrivalWindowMs)
      return {
        bucketMs: spans.bucketMs(),
        inDoubt: of('inDoubt'),
        lockedStock: of('lockedStock'),
        lockedAccounts: of('lockedAccounts'),
        // Two gremlins may keep the same service away: it cannot be more than away.
        away: Object.fromEntries(
          services.map((line) => [line.slice(AWAY.length), of(line).map((share) => Math.min(1, share))]),
        ),
      }
    },
  }
}
