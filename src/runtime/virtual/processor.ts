/**
 * A node's event loop: it does one thing at a time, in the order in which they came. What a message brings begins at once when
 * nothing else is going on, and whatever leaves the node meanwhile leaves when the work is done. So a node that keeps up costs the
 * world no event, and one that does not has a line of messages before it, as a process has in its sockets.
 */

import type { Kernel, Owner } from './kernel.ts'

export interface Processor {
  /**
   * Lets a message have its turn.
   * @param micros how long it keeps the node busy
   * @param begin says whether there still was anything to do; what is not wanted any more takes no time
   */
  take(micros: number, begin: () => boolean): void
  /** By how much the next request takes longer, since the life is new. Asked once for each request. */
  coldMicros(): number
  /** How long the node is still at what it is doing now: nothing that it sends leaves before. */
  busyMicros(): number
  /** Messages that wait for their turn. */
  waiting(): number
}

/** By service, or `traffic`. */
export interface Processors {
  /**
   * A life begins; what the last one had in line is gone with it.
   * @param owner whose events end with the life
   * @param cold by how many microseconds its first requests take longer than later ones
   */
  begin(node: string, owner: Owner, cold?: readonly number[]): void
  of(node: string): Processor
}

/** Work takes no time: for looking at a network by itself. */
export const NEVER_BUSY: Processors = {
  begin() {},
  of: () => ({ take: (_micros, begin) => void begin(), coldMicros: () => 0, busyMicros: () => 0, waiting: () => 0 }),
}

interface Waiting {
  readonly micros: number
  readonly begin: () => boolean
}

/** So many places before the head of a line are given back at once. */
const MOST_PASSED = 1_024

export function startProcessor(kernel: Kernel, owner: Owner, cold: readonly number[] = []): Processor {
  let requests = 0
  let line: Waiting[] = []
  /** Where the line begins: those before have had their turn. */
  let head = 0
  let busyUntilMicros = 0
  /** The turn of whoever is first in line is set. */
  let awaited = false

  function start(micros: number, begin: () => boolean): void {
    const now = kernel.nowMicros()
    // Set first: what is sent in this turn leaves after it.
    busyUntilMicros = now + micros
    if (!begin()) busyUntilMicros = now
  }

  function next(): void {
    awaited = false
    while (line.length > 0 && busyUntilMicros <= kernel.nowMicros()) {
      const { micros, begin } = line[head] as Waiting
      head += 1
      if (head === line.length || head === MOST_PASSED) {
        line = line.slice(head)
        head = 0
      }
      start(micros, begin)
    }
    if (line.length > 0) wait()
  }

  function wait(): void {
    if (awaited) return
    awaited = true
    kernel.after(busyUntilMicros - kernel.nowMicros(), owner, next)
  }

  return {
    take(micros, begin) {
      if (line.length === 0 && busyUntilMicros <= kernel.nowMicros()) return start(Math.ceil(micros), begin)
      line.push({ micros: Math.ceil(micros), begin })
      wait()
    },
    coldMicros() {
      requests += 1
      return cold[requests - 1] ?? 0
    },
    busyMicros: () => Math.max(0, busyUntilMicros - kernel.nowMicros()),
    waiting: () => line.length - head,
  }
}

export function startProcessors(kernel: Kernel): Processors {
  const running = new Map<string, Processor>()
  return {
    begin: (node, owner, cold) => void running.set(node, startProcessor(kernel, owner, cold)),
    of(node) {
      const processor = running.get(node)
      if (!processor) throw new Error(`no life of ${node} has begun`)
      return processor
    },
  }
}
