/** The time of a virtual world: takes the earliest event, lets happen what follows from it, and goes on to the next. */

import { LabError } from '../real/lab-error.ts'
import { type Around, type Turn, turn as turnFastest } from './drain.ts'
import { type HeapItem, openHeap } from './heap.ts'

export const MICROS_PER_MS = 1_000
/** More events than this at one moment: time will never go on. */
const MOST_AT_ONCE = 500_000

/** Whoever waits for an event; those of a dead node are called off together. */
export type Owner = string

/** Something that will happen. To those who hold it, only a thing to call off. */
export interface Alarm extends HeapItem {
  readonly owner: Owner
  readonly ring: () => void
  /** Nobody waits for it: the world is at rest although it lies ahead. Changed by `waitFor` alone. */
  awaited: boolean
}

export interface Kernel {
  /** Whole microseconds since the world began. */
  nowMicros(): number
  /** Never in the past, and never twice in the same turn: what is due at once has its turn after what is due already. */
  after(delayMicros: number, owner: Owner, ring: () => void): Alarm
  /** The same, and before all else that is due at that moment: whoever makes it happen may have said so early, or late. */
  first(delayMicros: number, owner: Owner, ring: () => void): Alarm
  cancel(alarm: Alarm): void
  /** Calls off everything that an owner waits for. */
  cancelAll(owner: Owner): void
  /** Whether the world waits for it; it does, at first. */
  waitFor(alarm: Alarm, awaited: boolean): void
  /** When the event is due that the next step takes; null: it takes none, and no time. */
  nextAtMicros(): number | null
  /** How many events lie ahead that somebody waits for. */
  pending(): number
  /**
   * Lets the work happen, and time pass as far as the work needs it. What the work leaves behind stays where it is.
   * @throws LabError when the work waits for something that will never happen
   */
  run<T>(work: () => Promise<T>): Promise<T>
  /** Lets time pass until nothing lies ahead any more, but no further than `mostMicros` from now. Says whether nothing is left. */
  settle(mostMicros: number): Promise<boolean>
  /** For whoever finds something undone although nothing lies ahead: says what there is to know. */
  deadlock(): LabError
}

export interface KernelOptions {
  readonly around?: Partial<Around>
  /** Says what else there is to know when the work waits in vain; whole sentences. */
  explain?(): string
  /** How microtasks are drained. */
  turn?: Turn
}

/** What lies ahead, and how much of it somebody waits for. */
function openAgenda() {
  const heap = openHeap<Alarm>()
  let unawaited = 0
  function forget({ awaited }: Alarm): void {
    if (!awaited) unawaited -= 1
  }
  return {
    first: heap.first,
    add: heap.push,
    pending: () => heap.size() - unawaited,
    take(): Alarm {
      const alarm = heap.pop() as Alarm
      forget(alarm)
      return alarm
    },
    cancel(alarm: Alarm): void {
      if (alarm.place < 0) return
      forget(alarm)
      heap.remove(alarm)
    },
    cancelAll(owner: Owner): void {
      heap.sweep((alarm) => {
        if (alarm.owner !== owner) return false
        forget(alarm)
        return true
      })
    },
    waitFor(alarm: Alarm, awaited: boolean): void {
      if (alarm.place >= 0 && alarm.awaited !== awaited) unawaited += awaited ? -1 : 1
      alarm.awaited = awaited
    },
  }
}

export function startKernel(options: KernelOptions = {}): Kernel {
  const { explain = () => '', turn = turnFastest } = options
  const around: Around = { enter() {}, leave() {}, breathe() {}, ...options.around }
  const { first, add, take, pending, cancel, cancelAll, waitFor } = openAgenda()
  let nowMicros = 0
  let sequence = 0
  let firsts = Number.MIN_SAFE_INTEGER
  let takesEvent = () => true
  /** Events in a row at the same moment. */
  let atOnce = 0
  const deadlock = () => new LabError(describeDeadlock(nowMicros, explain()))

  function set(delayMicros: number, nth: number, owner: Owner, ring: () => void): Alarm {
    if (!(delayMicros <= Number.MAX_SAFE_INTEGER)) throw new RangeError(`cannot wait for ${delayMicros} microseconds`)
    const atMicros = nowMicros + Math.max(0, Math.ceil(delayMicros))
    const alarm: Alarm = { atMicros, sequence: nth, place: -1, owner, ring, awaited: true }
    add(alarm)
    return alarm
  }

  function next(): boolean {
    if (pending() === 0) return false
    const alarm = take()
    atOnce = alarm.atMicros === nowMicros ? atOnce + 1 : 0
    if (atOnce > MOST_AT_ONCE) throw new LabError(describeStandstill(nowMicros, alarm.owner))
    nowMicros = alarm.atMicros
    alarm.ring()
    return true
  }

  return {
    nowMicros: () => nowMicros,
    after(delayMicros, owner, ring) {
      sequence += 1
      return set(delayMicros, sequence, owner, ring)
    },
    first(delayMicros, owner, ring) {
      firsts += 1
      return set(delayMicros, firsts, owner, ring)
    },
    cancel,
    cancelAll,
    waitFor,
    nextAtMicros: () => (takesEvent() && pending() > 0 ? (first()?.atMicros ?? null) : null),
    pending,
    async run<T>(work: () => Promise<T>) {
      let over = false
      let begun = false
      let working: Promise<T> | undefined
      // Begun as the first step, so that all of the work happens inside.
      const begin = () => {
        begun = true
        working = work().finally(() => {
          over = true
        })
        // Whoever awaits the result hears of it; until then nobody does.
        working.catch(() => {})
        return true
      }
      takesEvent = () => begun && !over
      await turn(() => (begun ? !over && next() : begin()), around)
      if (!over) throw deadlock()
      return working as Promise<T>
    },
    deadlock,
    async settle(mostMicros) {
      const untilMicros = nowMicros + mostMicros
      takesEvent = () => (first()?.atMicros ?? Number.POSITIVE_INFINITY) <= untilMicros
      await turn(() => takesEvent() && next(), around)
      if (pending() > 0) nowMicros = untilMicros
      return pending() === 0
    },
  }
}

function describeStandstill(nowMicros: number, owner: Owner): string {
  const atMs = nowMicros / MICROS_PER_MS
  return `time stands still at ${atMs} ms of virtual time: more than ${MOST_AT_ONCE} events in a row, the last one of '${owner}'. Somebody waits for no time at all, again and again.`
}

function describeDeadlock(nowMicros: number, details: string): string {
  const atMs = nowMicros / MICROS_PER_MS
  const what = `idle but pending: at ${atMs} ms of virtual time the work is not done, and nothing is left that could happen.`
  const why =
    'Somebody waits for a promise that nobody keeps, or for something outside the virtual world (a file, a worker, a real timer).'
  return `${what} ${why}${details === '' ? '' : ` ${details}`}`
}
