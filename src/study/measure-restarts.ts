/** How long killed services take to be up again, and how slow they are then, from the journals of a run in which they die. */

import { type Calibration, type Cold, coldnessOf, tableOf } from '../core/calibration.ts'
import type { JournalLine } from '../core/event.ts'

const MICROS_PER_MS = 1_000
/** The last request of each step: those of a step are measured together. Later ones take as long as ever. */
const STEPS: readonly number[] = [1, 2, 3, 4, 8, 16, 32, 64]
const COLD_REQUESTS = STEPS.at(-1) ?? 0
/** A call that takes longer has waited for another service that is away. */
const MOST_CALL_MS = 500

export interface MeasuringRestarts {
  /** A line of a journal, in any order of journals, each in its own order. */
  line(line: JournalLine): void
  /** The traffic of one variant is over; the next one's may have the same names. */
  endTraffic(): void
  measured(): Pick<Calibration, 'boot' | 'cold'>
}

/** A call that was answered. */
interface Timed {
  readonly coldness: keyof Cold
  /** `order→payment do:charge` */
  readonly kind: string
  readonly ms: number
  /** 1: the first one of a life that began with a restart; null: to a service that is warm. */
  readonly request: number | null
}

export function measureRestarts(): MeasuringRestarts {
  const boots: number[] = []
  const timed: Timed[] = []
  let traffic = beginTraffic()
  return {
    line: (line) => traffic.line(line),
    endTraffic() {
      boots.push(...traffic.boots())
      timed.push(...traffic.timed())
      traffic = beginTraffic()
    },
    measured: () => ({ boot: tableOf(boots), cold: coldOf(timed) }),
  }
}

/** A request as the service has it. */
interface Received {
  readonly atMs: number
  readonly request: number | null
}

/** An answer as its caller has it. */
interface Heard extends Omit<Timed, 'request'> {
  /** `payment p-1 do:charge` */
  readonly call: string
  readonly atMs: number
}

function beginTraffic() {
  /** When a service died, and when it was up, by the life that comes next. */
  const deaths = new Map<string, number>()
  const starts = new Map<string, number>()
  const requests = new Map<string, number>()
  const received = new Map<string, Received[]>()
  const heard: Heard[] = []

  function receive(call: string, node: string, incarnation: number, atMs: number): void {
    const life = `${node} ${incarnation}`
    const count = (requests.get(life) ?? 0) + 1
    requests.set(life, count)
    const request = incarnation > 1 && count <= COLD_REQUESTS ? count : null
    const known = received.get(call)
    if (known) known.push({ atMs, request })
    else received.set(call, [{ atMs, request }])
  }

  return {
    line(line: JournalLine): void {
      const { node, incarnation, atMs } = line
      if (line.type === 'strike' && line.fatal) deaths.set(`${node} ${incarnation + 1}`, atMs)
      else if (line.type === 'started') starts.set(`${node} ${incarnation}`, atMs)
      else if (line.type === 'received')
        receive(`${node} ${line.purchase} ${line.operation}:${line.effect}`, node, incarnation, atMs)
      else if (line.type === 'heard' && line.status === 200) {
        const { from: service, purchase, operation, effect, afterMs: ms } = line
        const call = `${service} ${purchase} ${operation}:${effect}`
        heard.push({ coldness: coldnessOf(service), call, kind: `${node}→${service} ${operation}:${effect}`, atMs, ms })
      }
    },
    *boots(): Generator<number> {
      for (const [life, diedMs] of deaths) {
        const startedMs = starts.get(life)
        if (startedMs !== undefined) yield (startedMs - diedMs) * MICROS_PER_MS
      }
    },
    *timed(): Generator<Timed> {
      for (const { coldness, call, kind, atMs, ms } of heard) {
        const answered = lastBefore(atMs, received.get(call) ?? [])
        if (answered && ms <= MOST_CALL_MS) yield { coldness, kind, ms, request: answered.request }
      }
    },
  }
}

/** Those before went down with their lives. */
function lastBefore(atMs: number, received: readonly Received[]): Received | undefined {
  const before = received.filter((each) => each.atMs <= atMs)
  return before.toSorted((a, b) => a.atMs - b.atMs).at(-1)
}

/**
 * The median of what first, second, … requests took beyond the median of those of their kind that came to a warm service. No
 * request is slower for that than the one before it: what looks like it is chance, as only few services die.
 */
function coldOf(timed: readonly Timed[]): Cold {
  const warm = Map.groupBy(
    timed.filter(({ request }) => request === null),
    ({ kind }) => kind,
  )
  const usualMs = new Map([...warm].map(([kind, calls]) => [kind, median(calls.map(({ ms }) => ms))]))
  const beyond = timed.flatMap(({ coldness, kind, ms, request }) => {
    const usual = usualMs.get(kind)
    return request === null || usual === undefined ? [] : [{ coldness, request, ms: ms - usual }]
  })
  function micros(wanted: keyof Cold): number[] {
    let least = Number.POSITIVE_INFINITY
    return STEPS.flatMap((last, at) => {
      const before = STEPS[at - 1] ?? 0
      const step = beyond.filter(({ coldness, request }) => coldness === wanted && request > before && request <= last)
      const beyondMs = step.length === 0 ? 0 : median(step.map(({ ms }) => ms))
      least = Math.min(least, Math.max(0, Math.round(beyondMs * MICROS_PER_MS)))
      return Array<number>(last - before).fill(least)
    })
  }
  return { calling: micros('calling'), serving: micros('serving') }
}

function median(sample: readonly number[]): number {
  const sorted = [...sample].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2
}
