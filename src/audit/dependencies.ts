/** What became of the calls on each path, collected from the journals in memory that does not grow with them. */

import type { Answer, CallWatch, DependencyResult } from '../core/dependency.ts'
import { callerOf, EDGES, type Edge } from '../core/topology.ts'
import { followBreaker } from './breaker-story.ts'
import { recordCallSeries } from './call-series.ts'
import { type Latencies, recordLatencies } from './histogram.ts'
import { countWaiting, type PolicyLine } from './waiting.ts'

export interface DependenciesPlan {
  /** On the clock of the journals. */
  readonly trafficStartMs: number
  /** For how long, from there, something is expected to happen. */
  readonly expectedSpanMs: number
}

const DOOR = 'door'
const PATHS: readonly DependencyResult['edge'][] = [DOOR, ...EDGES]
/** More different words than these are counted together: they come from answers, and anybody may write those. */
const MOST_WORDS = 50
const OTHER_WORDS = 'other'

function nodeOf(path: Edge | 'door'): string {
  return path === DOOR ? 'order' : callerOf(path)
}

/** `timeout: no answer in 200 ms` gives `timeout`. */
function firstWord(text: string): string {
  const colon = text.indexOf(':')
  return colon < 0 ? text : text.slice(0, colon)
}

function countWords() {
  const counts = new Map<string, number>()
  return {
    add(text: string): void {
      const word = firstWord(text)
      const key = counts.has(word) || counts.size < MOST_WORDS ? word : OTHER_WORDS
      counts.set(key, (counts.get(key) ?? 0) + 1)
    },
    /** By name, so that equal runs write equal files. */
    all: (): Record<string, number> => Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1))),
  }
}

function moved(limit: DependencyResult['limit'], to: number): DependencyResult['limit'] {
  return { least: Math.min(limit?.least ?? to, to), most: Math.max(limit?.most ?? to, to), last: to }
}

function quantilesOf(latencies: Latencies | undefined) {
  return latencies?.quantiles() ?? { p50: null, p90: null, p99: null, max: null }
}

/** One path's levels and their series: how many calls are on their way, and how many wait in line. */
function followLevels(expectedSpanMs: number) {
  const waiting = countWaiting()
  const series = recordCallSeries(expectedSpanMs)
  let inFlight = 0
  let mostInFlight = 0
  let mostQueued = 0

  function note(atMs: number): void {
    mostInFlight = Math.max(mostInFlight, inFlight)
    mostQueued = Math.max(mostQueued, waiting.length())
    series.levels(atMs, inFlight, waiting.length())
  }

  return {
    begin(): void {
      inFlight = 0
      waiting.clear()
    },
    sent(atMs: number): void {
      inFlight++
      series.call(atMs)
      note(atMs)
    },
    heard(atMs: number): void {
      inFlight = Math.max(0, inFlight - 1)
      note(atMs)
    },
    refused: (atMs: number): void => series.refused(atMs),
    line(line: PolicyLine, atMs: number): void {
      if (line.what === 'queued') waiting.join(line)
      else if (line.what === 'waited' || line.what === 'refused') waiting.leave(line)
      else return
      note(atMs)
    },
    /** What still waits or is on its way does so until here, and no longer. */
    end(atMs: number): void {
      if (inFlight === 0 && waiting.length() === 0) return
      note(atMs)
      inFlight = 0
      waiting.clear()
      series.levels(atMs, 0, 0)
    },
    figures: (atLeastMs: number) => ({ mostInFlight, mostQueued, series: series.series(atLeastMs) }),
  }
}

function followPath({ expectedSpanMs }: DependenciesPlan) {
  const counts = { calls: 0, retries: 0, budgetExhausted: 0, timeouts: 0, lateAnswers: 0 }
  const hedges = { sent: 0, won: 0 }
  const probes = { well: 0, ill: 0 }
  let leastBudgetLeft: number | null = null
  let limit: DependencyResult['limit'] = null
  const [failures, refusals, fallbacks] = [countWords(), countWords(), countWords()]
  const levels = followLevels(expectedSpanMs)
  const breaker = followBreaker()
  let latencies: Latencies | undefined
  let waits: Latencies | undefined
  let policies = 0

  function count({ what, policy, detail, amount }: PolicyLine, atMs: number): void {
    if (what === 'retry') counts.retries++
    else if (what === 'budget') leastBudgetLeft = Math.min(leastBudgetLeft ?? Number.POSITIVE_INFINITY, amount ?? 0)
    else if (what === 'budget-exhausted') {
      counts.budgetExhausted++
      leastBudgetLeft = 0
    } else if (what === 'limit') limit = moved(limit, amount ?? 0)
    else if (what === 'probed') probes[amount === 1 ? 'well' : 'ill']++
    else if (what === 'timeout') counts.timeouts++
    else if (what === 'late-answer') counts.lateAnswers++
    else if (what === 'fallback') fallbacks.add(detail)
    else if (what === 'hedged') hedges.sent++
    else if (what === 'hedge-won') hedges.won++
    else if (what === 'waited') {
      waits ??= recordLatencies(3)
      waits.add(amount ?? 0)
    } else if (what === 'refused') {
      refusals.add(policy)
      levels.refused(atMs)
    }
  }

  return {
    begin(): void {
      levels.begin()
      breaker.begin()
    },
    sent(atMs: number): void {
      counts.calls++
      levels.sent(atMs)
    },
    heard(atMs: number, { status, reason, afterMs }: Answer): void {
      levels.heard(atMs)
      if (reason !== null) failures.add(reason)
      if (status === 0 || afterMs === null) return
      latencies ??= recordLatencies(3)
      latencies.add(afterMs)
    },
    policy(line: PolicyLine, atMs: number): void {
      policies++
      count(line, atMs)
      levels.line(line, atMs)
      breaker.hear(line.what, atMs, line.detail)
    },
    end(atMs: number): void {
      levels.end(atMs)
      breaker.end(atMs)
    },
    /** The buyers' requests are told elsewhere: the door is of interest where a policy stands in it. */
    used: (path: Edge | 'door') => policies > 0 || (counts.calls > 0 && path !== DOOR),
    result: (edge: Edge | 'door'): DependencyResult => ({
      edge,
      ...counts,
      failures: failures.all(),
      latencyMs: quantilesOf(latencies),
      refusals: refusals.all(),
      fallbacks: fallbacks.all(),
      hedges,
      leastBudgetLeft,
      limit,
      probes,
      waitedMs: quantilesOf(waits),
      breaker: breaker.story(),
      ...levels.figures(expectedSpanMs),
    }),
  }
}

/** Collects what the journals are read out to it; paths that do not exist are nobody's and are left out. */
export function collectDependencies(plan: DependenciesPlan): CallWatch & { dependencies(): DependencyResult[] } {
  const paths = PATHS.map((edge) => ({ edge, node: nodeOf(edge), path: followPath(plan) }))
  const byEdge = new Map<string, ReturnType<typeof followPath>>(paths.map(({ edge, path }) => [edge, path]))
  const since = (atMs: number) => atMs - plan.trafficStartMs
  const of = (node: string) => paths.filter((each) => each.node === node)
  return {
    begin(node) {
      for (const { path } of of(node)) path.begin()
    },
    sent: (edge, atMs) => byEdge.get(edge)?.sent(since(atMs)),
    heard: (edge, atMs, answer) => byEdge.get(edge)?.heard(since(atMs), answer),
    policy: (line) => byEdge.get(line.edge)?.policy(line, since(line.atMs)),
    end(node, lastAtMs) {
      for (const { path } of of(node)) path.end(since(lastAtMs))
    },
    dependencies: () => paths.flatMap(({ edge, path }) => (path.used(edge) ? [path.result(edge)] : [])),
  }
}
