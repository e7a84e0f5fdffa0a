/** What completed calls of the last while add up to. Bounded: calls are counted, not kept. */

/** A call that came back, well or ill. Refused and neutral calls are never counted. */
export interface CompletedCall {
  readonly atMs: number
  readonly tookMs: number
  readonly failed: boolean
}

interface Tally {
  readonly calls: number
  readonly failed: number
  readonly slow: number
}

/** The window is cut into so many pieces: a call counts for `windowMs`, or at most a hundredth less. */
const PIECES = 100

/**
 * The calls of the last `windowMs`. They age by the clock: nothing has to tick while nobody calls, and an event loop that stood
 * still has not stopped time. opossum turns its window by a timer instead.
 */
export function createTimeWindow(windowMs: number, slowMs = Number.POSITIVE_INFINITY) {
  const pieceMs = windowMs / PIECES
  const numbers = new Array<number>(PIECES).fill(Number.NEGATIVE_INFINITY)
  const calls = new Uint32Array(PIECES)
  const failed = new Uint32Array(PIECES)
  const slow = new Uint32Array(PIECES)

  function add(call: CompletedCall): void {
    const number = Math.floor(call.atMs / pieceMs)
    const at = number % PIECES
    if (numbers[at] !== number) {
      numbers[at] = number
      calls[at] = failed[at] = slow[at] = 0
    }
    calls[at] = (calls[at] ?? 0) + 1
    if (call.failed) failed[at] = (failed[at] ?? 0) + 1
    if (call.tookMs >= slowMs) slow[at] = (slow[at] ?? 0) + 1
  }

  function tally(nowMs: number): Tally {
    const oldest = Math.floor(nowMs / pieceMs) - PIECES + 1
    const sum = { calls: 0, failed: 0, slow: 0 }
    for (let at = 0; at < PIECES; at++) {
      if ((numbers[at] ?? 0) < oldest) continue
      sum.calls += calls[at] ?? 0
      sum.failed += failed[at] ?? 0
      sum.slow += slow[at] ?? 0
    }
    return sum
  }

  return { add, tally }
}

/** The last `size` calls, in a ring. */
export function createCountWindow(size: number) {
  const failures = new Uint8Array(size)
  let added = 0
  let failed = 0
  return {
    add(call: Pick<CompletedCall, 'failed'>): void {
      const at = added % size
      failed += (call.failed ? 1 : 0) - (failures[at] ?? 0)
      failures[at] = call.failed ? 1 : 0
      added += 1
    },
    tally: () => ({ calls: Math.min(added, size), failed }),
  }
}
