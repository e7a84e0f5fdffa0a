/** How long things take in a virtual world: messages on their way, and nodes at work on them. */

import { type Calibration, drawFrom, type QuantileTable, workName } from '../../core/calibration.ts'
import { MICROS_PER_MS } from './kernel.ts'

/** A call as its times depend on it. */
export interface PacedCall {
  /** From whom to whom: `order→payment`, `traffic→order`. */
  readonly path: string
  readonly operation: string
  readonly effect: string
  /** 1: the first time that it is sent. */
  readonly sent: number
}

/** Four independent draws, from 0 to 1. */
export interface Lucks {
  readonly there: number
  readonly back: number
  readonly request: number
  readonly answer: number
}

/** Of one call: its request's way and its answer's, and the work that each makes where it arrives. */
export interface Times {
  readonly thereMicros: number
  readonly backMicros: number
  readonly requestMicros: number
  readonly answerMicros: number
}

export type Pace = (call: PacedCall, lucks: Lucks) => Times

/**
 * A leg takes the first, some part of the second, and seldom much of the third: in a world where all legs are equal no message ever
 * overtakes another, and what goes wrong only then is never seen.
 */
const LEG_MS = { least: 0.2, usual: 0.4, seldom: 9.4 }
const SELDOM = 20
/** Short, so that a node is not what a scenario runs into: it takes some 25,000 messages a second. */
const WORK_MICROS = { least: 20, most: 60 }

function legMicros(luck: number): number {
  return (LEG_MS.least + LEG_MS.usual * luck + LEG_MS.seldom * luck ** SELDOM) * MICROS_PER_MS
}

function workMicros(luck: number): number {
  return WORK_MICROS.least + (WORK_MICROS.most - WORK_MICROS.least) * luck
}

/** Of no machine in particular. */
export const builtInPace: Pace = (_call, lucks) => ({
  thereMicros: legMicros(lucks.there),
  backMicros: legMicros(lucks.back),
  requestMicros: workMicros(lucks.request),
  answerMicros: workMicros(lucks.answer),
})

/** Of what a call takes beyond its callee's own work, the fastest do little else than work; so much of it is work for all. */
const FASTEST = 0.05

interface CallPace {
  readonly overhead: QuantileTable
  /** What reading and writing it costs each side. */
  readonly handlingMicros: number
  readonly request: QuantileTable
  readonly answer: QuantileTable
}

/** Buyers set out along it, the first time at a time of their own. */
const BUYERS_PATH = 'traffic→order'
const NO_TIME: QuantileTable = []

/**
 * As measured on a machine. What a call takes beyond its callee's own work is drawn once and shared by its two legs; what its fastest
 * take is work at both ends, and keeps them busy. What was not measured (a compensation, say) takes what the service's other work takes.
 */
export function calibratedPace(calibration: Calibration): Pace {
  const known = new Map<string, CallPace>()
  const paths = Object.values(calibration.calls)
  const typical = paths[Math.floor(paths.length / 2)] ?? NO_TIME

  function find({ path, operation, effect }: PacedCall): CallPace {
    const name = `${path} ${operation}:${effect}`
    let pace = known.get(name)
    if (!pace) {
      const [caller = '', callee = ''] = path.split('→')
      const overhead = calibration.calls[path] ?? typical
      pace = {
        overhead,
        handlingMicros: draw(overhead, FASTEST) / 2,
        request: workOf(calibration, callee, 'request', operation, effect),
        answer: workOf(calibration, caller, 'answer', operation, effect),
      }
      known.set(name, pace)
    }
    return pace
  }

  return (call, { there, back, request, answer }) => {
    const { overhead, handlingMicros, request: requests, answer: answers } = find(call)
    const legMicros = Math.max(0, draw(overhead, there) / 2 - handlingMicros)
    const isBuyers = call.path === BUYERS_PATH
    const lateMicros = isBuyers && call.sent === 1 ? drawFrom(calibration.setOut, back) : 0
    return {
      thereMicros: lateMicros + legMicros,
      // A node's answer leaves when its work is done; a buyer's way ends here, and reading the answer is part of it.
      backMicros: isBuyers ? legMicros + handlingMicros : legMicros,
      requestMicros: handlingMicros + draw(requests, request),
      answerMicros: handlingMicros + draw(answers, answer),
    }
  }
}

function draw(table: QuantileTable, luck: number): number {
  return table.length === 0 ? 0 : drawFrom(table, luck)
}

/** Measured, or as the service's work on other messages of that kind; an answer that nobody acts on makes no work. */
function workOf(
  { work }: Calibration,
  service: string,
  direction: 'request' | 'answer',
  operation: string,
  effect: string,
): QuantileTable {
  const own = work[service] ?? {}
  const measured = own[workName(direction, operation, effect)]
  if (measured || direction === 'answer') return measured ?? NO_TIME
  const others = Object.entries(own).find(([name]) => name.startsWith(direction))
  return others?.[1] ?? NO_TIME
}
