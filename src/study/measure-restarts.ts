/** How long killed services take to be up again, and how slow they are then, from the journals of a run in which they die. */

import { type Calibration, type Cold, coldnessOf, tableOf } from '../core/calibration.ts'
import type { JournalLine } from '../core/event.ts'

const MICROS_PER_MS = 1_000
/** Later ones take as long as ever. */
const COLD_REQUESTS = 8
/** A call that takes longer has waited for another service that is away. */
const MOST_CALL_MS = 500

export interface MeasuringRestarts {
  /** A line of a journal, in any order of journals, each in its own order. */
  line(line: JournalLine): void
  measured(): Pick<Calibration, 'boot' | 'cold'>
}

/** A request as the service has it. */
interface Received {
  readonly atMs: number
  readonly incarnation: number
  /** 1: the first one of its life. */
  readonly request: number
}

/** An answer as its caller has it. */
interface Heard {
  readonly coldness: keyof Cold
  /** `payment p-1 do:charge` */
  readonly call: string
  /** `order→payment do:charge` */
  readonly kind: string
  readonly atMs: number
  readonly ms: number
}

export function measureRestarts(): MeasuringRestarts {
  /** When a service died, and when it was up, by the life that comes next. */
  const deaths = new Map<string, number>()
  const starts = new Map<string, number>()
  const requests = new Map<string, number>()
  const received = new Map<string, Received[]>()
  const heard: Heard[] = []

  function receive(call: string, node: string, incarnation: number, atMs: number): void {
    const life = `${node} ${incarnation}`
    const request = (requests.get(life) ?? 0) + 1
    requests.set(life, request)
    const known = received.get(call)
    if (known) known.push({ atMs, incarnation, request })
    else received.set(call, [{ atMs, incarnation, request }])
  }

  return {
    line(line) {
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
    measured: () => ({ boot: tableOf(bootsOf(deaths, starts)), cold: coldOf(received, heard) }),
  }
}

function bootsOf(deaths: ReadonlyMap<string, number>, starts: ReadonlyMap<string, number>): number[] {
  return [...deaths].flatMap(([life, diedMs]) => {
    const startedMs = starts.get(life)
    return startedMs === undefined ? [] : [(startedMs - diedMs) * MICROS_PER_MS]
  })
}

/**
 * The median of what first, second, … requests took beyond the median of those of their kind that came to a warm service. No
 * request is slower for that than the one before it: what looks like it is chance, as only few services die.
 */
function coldOf(received: ReadonlyMap<string, readonly Received[]>, heard: readonly Heard[]): Cold {
  const warm = new Map<string, number[]>()
  const first: (Heard & { readonly request: number })[] = []
  for (const each of heard) {
    const answered = lastBefore(each.atMs, received.get(each.call) ?? [])
    if (answered === undefined || each.ms > MOST_CALL_MS) continue
    const { incarnation, request } = answered
    if (incarnation > 1 && request <= COLD_REQUESTS) first.push({ ...each, request })
    else if (warm.get(each.kind)?.push(each.ms) === undefined) warm.set(each.kind, [each.ms])
  }
  const usualMs = new Map([...warm].map(([kind, sample]) => [kind, median(sample)]))
  function beyondUsual(wanted: keyof Cold): number[] {
    let beforeMicros = Number.POSITIVE_INFINITY
    return Array.from({ length: COLD_REQUESTS }, (_, at) => {
      const same = first.filter(({ coldness, request }) => coldness === wanted && request === at + 1)
      const sample = same.map(({ kind, ms }) => ms - (usualMs.get(kind) ?? Number.NaN)).filter(Number.isFinite)
      const micros = sample.length === 0 ? 0 : Math.max(0, Math.round(median(sample) * MICROS_PER_MS))
      beforeMicros = Math.min(beforeMicros, micros)
      return beforeMicros
    })
  }
  return { calling: beyondUsual('calling'), serving: beyondUsual('serving') }
}

/** Those before went down with their lives. */
function lastBefore(atMs: number, received: readonly Received[]): Received | undefined {
  const before = received.filter((each) => each.atMs <= atMs)
  return before.toSorted((a, b) => a.atMs - b.atMs).at(-1)
}

function median(sample: readonly number[]): number {
  const sorted = [...sample].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2
}
