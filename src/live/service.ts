/** One service as its journals tell it: whether it is there, what it does, how long it takes. */

import type { JournalLine } from '../core/event.ts'
import type { ServiceState, ServiceView } from '../core/live.ts'
import type { Scenario } from '../core/scenario.ts'
import type { ServiceName } from '../core/topology.ts'
import { recordUsual } from './median.ts'
import type { Moment } from './moment.ts'
import { followCalls } from './open-calls.ts'
import { lastFullSecond, recordSeconds, secondOf } from './seconds.ts'
import { followWindows } from './windows.ts'

/** Slow: the median of the last full second is so many times the median of all answers so far, and so much longer. */
const SLOW_TIMES = 3
const SLOW_MS = 20
/** With fewer answers nobody knows what is usual. */
const LEAST_ANSWERS = 20
/** Slow as well: for a full second nothing was answered, and somebody has been waiting at least as long. */
const MUTE_MS = 1_000

type Line = Extract<JournalLine, { readonly effect: string; readonly operation: string }>

/** The same for the request as for its answer. */
const aboutOf = ({ operation, effect, purchase }: Line) => `${operation}\n${effect}\n${purchase}`

/** Lives of a service, one after the other. */
function followLives({ restartAfterMs }: Pick<Scenario, 'restartAfterMs'>) {
  let incarnation = 0
  let diedAtMs: number | null = null
  let stopped = false
  let listensAtMs = Number.NEGATIVE_INFINITY
  return {
    incarnation: () => Math.max(1, incarnation),
    /** @returns whether this is the first that is heard of a life */
    see(line: JournalLine): boolean {
      if (line.incarnation <= incarnation) return false
      incarnation = line.incarnation
      // The process may be there before: a service that died is not heard again before its time.
      listensAtMs = diedAtMs === null ? line.atMs : Math.max(line.atMs, diedAtMs + restartAfterMs)
      diedAtMs = null
      stopped = false
      return true
    },
    isCurrent: (line: JournalLine) => line.incarnation === incarnation,
    die(atMs: number): void {
      diedAtMs = atMs
    },
    stop(): void {
      stopped = true
    },
    /** Undefined: it is there. */
    absence(nowMs: number): ServiceState | undefined {
      if (diedAtMs !== null || nowMs < listensAtMs) return 'restarting'
      return stopped ? 'down' : undefined
    },
    unheard: () => incarnation === 0,
  }
}

export function followService(service: ServiceName, scenario: Scenario) {
  const lives = followLives(scenario)
  const calls = followCalls()
  const windows = followWindows(scenario)
  const seconds = recordSeconds()
  const usual = recordUsual()
  let strikes = 0

  function answered(line: Line): void {
    const begunAtMs = calls.end(aboutOf(line))
    if (begunAtMs === undefined) return
    const latencyMs = Math.max(0, line.atMs - begunAtMs)
    seconds.add(line.atMs, latencyMs)
    usual.add(latencyMs)
  }

  function isSlow(nowMs: number, second: number): boolean {
    const medianMs = seconds.median(second)
    if (medianMs === null) return calls.size() > 0 && calls.oldestAtMs() <= nowMs - MUTE_MS
    if (usual.count() < LEAST_ANSWERS) return false
    const usualMs = usual.medianMs()
    return medianMs >= SLOW_TIMES * usualMs && medianMs >= usualMs + SLOW_MS
  }

  function stateAt(moment: Moment, second: number): ServiceState {
    const { nowMs, phase, away } = moment
    if (lives.unheard() && phase === 'starting') return 'down'
    const absence = lives.absence(nowMs)
    if (absence) return absence
    if (away.includes(service)) return 'restarting'
    if (windows.isOpen(moment)) return 'down'
    return isSlow(nowMs, second) ? 'slow' : 'up'
  }

  return {
    line(line: JournalLine): void {
      if (lives.see(line)) {
        calls.clear()
        windows.clear()
      }
      if (line.type === 'strike') strikes++
      // What a life says when its successor is already there changes nothing any more.
      if (!lives.isCurrent(line)) return
      if (line.type === 'received') calls.begin(aboutOf(line), line.atMs)
      else if (line.type === 'answered') answered(line)
      else if (line.type === 'toss') windows.toss(line)
      else if (line.type === 'stopped') {
        calls.clear()
        lives.stop()
      } else if (line.type === 'strike') {
        windows.strike(line)
        if (!line.fatal) return
        calls.clear()
        lives.die(line.atMs)
      }
    },
    view(moment: Moment): ServiceView {
      const second = lastFullSecond(moment.nowMs)
      const { trafficStartMs } = moment
      return {
        service,
        state: stateAt(moment, second),
        ratePerSecond: seconds.count(second),
        latencyMs: seconds.medians(second, trafficStartMs === null ? undefined : secondOf(trafficStartMs)),
        inFlight: calls.size(),
        strikes,
        incarnation: lives.incarnation(),
      }
    },
  }
}
