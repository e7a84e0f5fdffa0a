/** How long things took in a calm run, from its journals: what a calibration is made of. */

import { type Calibration, type QuantileTable, tableOf, type WorkName, workName } from '../core/calibration.ts'
import type { JournalLine } from '../core/event.ts'

const MICROS_PER_MS = 1_000
/** What a node sends so much later it does not send because of what came in: it has slept meanwhile. */
const MOST_PAUSE_MS = 500

export type Measured = Pick<Calibration, 'calls' | 'work' | 'setOut'>

export interface Measuring {
  /** A line of a journal; journal by journal, each in its order. */
  line(line: JournalLine): void
  /** When a buyer was to come. */
  buyer(purchase: string, intendedAtMs: number): void
  /** The traffic of one variant is over; the next one's may have the same names. */
  endTraffic(): void
  measured(): Measured
}

type Samples = Map<string, number[]>

export function measureCalls(): Measuring {
  const calls: Samples = new Map()
  const work = new Map<string, Samples>()
  const setOut: number[] = []
  let traffic = beginTraffic()
  const addWork = (node: string, name: WorkName, micros: number) => {
    const own = work.get(node) ?? new Map()
    work.set(node, own)
    add(own, name, micros)
  }
  return {
    line: (line) => traffic.line(line, addWork),
    buyer: (purchase, intendedAtMs) => traffic.buyer(purchase, intendedAtMs),
    endTraffic() {
      traffic.turnTo('', addWork)
      for (const [path, micros] of traffic.overheads()) add(calls, path, micros)
      for (const micros of traffic.lateness()) setOut.push(micros)
      traffic = beginTraffic()
    },
    measured: () => ({
      calls: tablesOf(calls),
      work: Object.fromEntries([...work].map(([node, own]) => [node, tablesOf(own)])),
      setOut: tableOf(setOut),
    }),
  }
}

function add(samples: Samples, name: string, micros: number): void {
  const sample = samples.get(name)
  if (sample) sample.push(micros)
  else samples.set(name, [micros])
}

function tablesOf(samples: Samples): Record<string, QuantileTable> {
  return Object.fromEntries([...samples].map(([name, sample]) => [name, tableOf(sample)]))
}

/** What a node has begun to do for a purchase since a message came in. */
interface Working {
  readonly name: WorkName
  readonly sinceMs: number
  /** When the last message about it left. */
  leftMs: number | undefined
}

type AddWork = (node: string, name: WorkName, micros: number) => void

function beginTraffic() {
  const working = new Map<string, Working>()
  const received = new Map<string, number>()
  /** How long a callee had a call, by `payment p-1 do:charge`. */
  const own = new Map<string, number>()
  /** How long a caller waited, by path and the same. */
  const waited: { readonly path: string; readonly call: string; readonly ms: number }[] = []
  const asked = new Map<string, number>()
  const intended = new Map<string, number>()

  /** What came in before has been dealt with. */
  function comes(node: string, purchase: string, name: WorkName, atMs: number, addWork: AddWork): void {
    const at = `${node} ${purchase}`
    finish(node, working.get(at), addWork)
    working.set(at, { name, sinceMs: atMs, leftMs: undefined })
  }

  function leaves(node: string, purchase: string, atMs: number): void {
    const current = working.get(`${node} ${purchase}`)
    if (current && atMs - (current.leftMs ?? current.sinceMs) <= MOST_PAUSE_MS) current.leftMs = atMs
  }

  function finish(node: string, done: Working | undefined, addWork: AddWork): void {
    if (done?.leftMs !== undefined) addWork(node, done.name, (done.leftMs - done.sinceMs) * MICROS_PER_MS)
  }

  /** The lines of one node end where another's begin. */
  let lastNode = ''
  function turnTo(node: string, addWork: AddWork): void {
    if (node === lastNode) return
    for (const each of working.values()) finish(lastNode, each, addWork)
    working.clear()
    lastNode = node
  }

  return {
    turnTo,
    buyer: (purchase: string, intendedAtMs: number) => void intended.set(purchase, intendedAtMs),
    line(line: JournalLine, addWork: AddWork): void {
      const { node, atMs } = line
      turnTo(node, addWork)
      if (line.type === 'received') {
        const { purchase, operation, effect } = line
        received.set(`${node} ${purchase} ${operation}:${effect}`, atMs)
        comes(node, purchase, workName('request', operation, effect), atMs, addWork)
      } else if (line.type === 'answered') {
        const { purchase, operation, effect } = line
        const call = `${node} ${purchase} ${operation}:${effect}`
        own.set(call, atMs - (received.get(call) ?? atMs))
        leaves(node, purchase, atMs)
      } else if (line.type === 'sent') leaves(node, line.purchase, atMs)
      else if (line.type === 'heard') {
        const { purchase, operation, effect, from, afterMs } = line
        waited.push({ path: `${node}→${from}`, call: `${from} ${purchase} ${operation}:${effect}`, ms: afterMs })
        comes(node, purchase, workName('answer', operation, effect), atMs, addWork)
      } else if (line.type === 'asked') asked.set(line.purchase, atMs)
      else if (line.type === 'told') {
        const ms = atMs - (asked.get(line.purchase) ?? atMs)
        waited.push({ path: 'traffic→order', call: `order ${line.purchase} place:${line.effect}`, ms })
      }
    },
    /** What calls took beyond their callees' own work, path by path. */
    *overheads(): Generator<[string, number]> {
      for (const { path, call, ms } of waited) {
        const ownMs = own.get(call)
        if (ownMs !== undefined) yield [path, Math.max(0, ms - ownMs) * MICROS_PER_MS]
      }
    },
    *lateness(): Generator<number> {
      for (const [purchase, atMs] of asked) {
        const intendedAtMs = intended.get(purchase)
        if (intendedAtMs !== undefined) yield Math.max(0, atMs - intendedAtMs) * MICROS_PER_MS
      }
    },
  }
}
