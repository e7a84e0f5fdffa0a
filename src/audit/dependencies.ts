/** What became of the calls on each path, collected from the journals in memory that does not grow with them. */

import type { Answer, CallWatch, DependencyResult } from '../core/dependency.ts'
import { callerOf, EDGES, type Edge } from '../core/topology.ts'
import { countWaiting, type PolicyLine } from '../core/waiting.ts'
import { followBreaker } from './breaker-story.ts'
import { recordCallSeries } from './call-series.ts'
import { type Latencies, recordLatencies } from './histogram.ts'
import { countPolicies, countWords, quantilesOf } from './policy-counts.ts'

export interface DependenciesPlan {
  /** On the clock of the journals. */
  readonly trafficStartMs: number
  /** For how long, from there, something is expected to happen. */
  readonly expectedSpanMs: number
}

const DOOR = 'door'
const PATHS: readonly DependencyResult['edge'][] = [DOOR, ...EDGES]
function nodeOf(path: Edge | 'door'): string {
  return path === DOOR ? 'order' : callerOf(path)
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
  const failures = countWords()
  const policies = countPolicies()
  const levels = followLevels(expectedSpanMs)
  const breaker = followBreaker()
  let calls = 0
  let latencies: Latencies | undefined

  return {
    begin(): void {
      levels.begin()
      breaker.begin()
    },
    sent(atMs: number): void {
      calls++
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
      policies.add(line)
      if (line.what === 'refused') levels.refused(atMs)
      levels.line(line, atMs)
      breaker.hear(line.what, atMs, line.detail)
    },
    end(atMs: number): void {
      levels.end(atMs)
      breaker.end(atMs)
    },
    /** The buyers' requests are told elsewhere: the door is of interest where a policy stands in it. */
    used: (path: Edge | 'door') => policies.spoken() > 0 || (calls > 0 && path !== DOOR),
    result: (edge: Edge | 'door'): DependencyResult => ({
      edge,
      calls,
      failures: failures.all(),
      latencyMs: quantilesOf(latencies),
      ...policies.counts(),
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
