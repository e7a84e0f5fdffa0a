/** The arithmetic of a limit that follows latency: TCP Vegas, for calls instead of packets. */

export interface VegasRules {
  readonly initial: number
  readonly least: number
  readonly most: number
  /** With fewer calls than this in the dependency's queue the limit grows. */
  readonly leastQueued: number
  /** With more than this it shrinks. */
  readonly mostQueued: number
  /** What is left of the limit after an error that says "overloaded". */
  readonly backOff: number
  /** How long the shortest latency is believed. */
  readonly baselineMs: number
}

/** How a call ended: with a latency to learn from, cut off after at least so long, overloaded, or with nothing to learn. */
export type Lesson = 'answered' | 'cut-off' | 'overloaded' | 'nothing'

export interface Ended {
  readonly lesson: Lesson
  /** What was asked: different questions take differently long. */
  readonly question: string
  readonly startMs: number
  readonly nowMs: number
  /** Calls that were under way when this one ended, itself included. */
  readonly inFlight: number
}

export interface Vegas {
  /** How many calls may be under way at once. */
  limit(): number
  ended(call: Ended): void
}

/** A limit is judged after as many calls as it lets through at once, which is a round trip, but never after more than this. */
const MOST_IN_ROUND = 100

/**
 * `limit × (1 − shortest / measured)` of the calls under way stand in a queue at the dependency: by Little's law the rest would suffice at the
 * shortest latency. Few in the queue, and the limit grows by one a round; none, and it leaps. Many, and it gives up half of the excess,
 * where TCP gives up one: a round here takes many times as long. Calls that began before the limit last shrank have no say in the next
 * shrinking: those of one overload fail together.
 */
export function createVegas(rules: VegasRules): Vegas {
  const { least, most, leastQueued, mostQueued, backOff, baselineMs } = rules
  const baselines = new Map<string, Baseline>()
  let limit = rules.initial
  let round = emptyRound()
  let shrunkAtMs = Number.NEGATIVE_INFINITY

  function become(wanted: number, nowMs: number): void {
    if (wanted < limit) shrunkAtMs = nowMs
    limit = Math.min(most, Math.max(least, wanted))
    round = emptyRound()
  }

  function learn({ lesson, question, startMs, nowMs, inFlight }: Ended): void {
    const latencyMs = nowMs - startMs
    const shortestMs = shortestOf(baselines, question, lesson, latencyMs, nowMs, baselineMs)
    if (shortestMs === undefined) return
    round.calls += 1
    round.shortestMs += shortestMs
    round.measuredMs += latencyMs
    round.mostInFlight = Math.max(round.mostInFlight, inFlight)
    if (round.calls >= Math.min(MOST_IN_ROUND, limit)) judge(nowMs)
  }

  function judge(nowMs: number): void {
    const { shortestMs, measuredMs, mostInFlight } = round
    const queued = measuredMs > 0 ? limit * (1 - shortestMs / measuredMs) : 0
    // A limit that is not half used was not put to the test.
    const tested = mostInFlight * 2 >= limit
    if (queued > mostQueued) become(limit - Math.max(1, (queued - mostQueued) / 2), nowMs)
    else if (tested && queued <= 1) become(limit + mostQueued, nowMs)
    else if (tested && queued < leastQueued) become(limit + 1, nowMs)
    else become(limit, nowMs)
  }

  return {
    limit: () => Math.floor(limit),
    ended(call) {
      if (call.lesson === 'nothing' || call.startMs < shrunkAtMs) return
      if (call.lesson === 'overloaded') become(limit * backOff, call.nowMs)
      else learn(call)
    },
  }
}

function emptyRound() {
  return { calls: 0, shortestMs: 0, measuredMs: 0, mostInFlight: 0 }
}

/** The shortest latency of this time and of the one before it, so that a dependency may become slower for good. */
interface Baseline {
  sinceMs: number
  nowMs: number
  beforeMs: number
}

/** An answered call may be the shortest; one that was cut off took at least so long, and says nothing about the shortest. */
function shortestOf(
  baselines: Map<string, Baseline>,
  question: string,
  lesson: Lesson,
  latencyMs: number,
  nowMs: number,
  baselineMs: number,
): number | undefined {
  let baseline = baselines.get(question)
  if (!baseline) {
    if (lesson !== 'answered') return undefined
    baseline = { sinceMs: nowMs, nowMs: latencyMs, beforeMs: Number.POSITIVE_INFINITY }
    baselines.set(question, baseline)
  }
  if (lesson === 'answered') {
    if (nowMs - baseline.sinceMs >= baselineMs) {
      baseline.beforeMs = baseline.nowMs
      baseline.nowMs = latencyMs
      baseline.sinceMs = nowMs
    }
    baseline.nowMs = Math.min(baseline.nowMs, latencyMs)
  }
  return Math.min(baseline.nowMs, baseline.beforeMs, latencyMs)
}
