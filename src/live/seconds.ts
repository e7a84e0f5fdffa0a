/** Answers second by second: how many, and their median latency. Memory is bounded by the history that is shown. */

import { HISTORY_SECONDS } from '../core/live.ts'
import { medianOf } from './median.ts'

/** Journals are flushed and read now and then: a second is shown as full when its last lines have had so long to come. */
const LATE_MS = 300
/** So many seconds can still take lines; of those before only count and median are kept. */
const OPEN_SECONDS = 3
const RING = HISTORY_SECONDS + OPEN_SECONDS + 1
/** The median of a second is taken over so many of its answers; of more than that each takes the place of an earlier one. */
const MOST_SAMPLES = 2_000
const MS_PER_SECOND = 1_000

interface Second {
  /** Since the epoch of the journals' clock. */
  second: number
  count: number
  samples: number[]
  /** Undefined: something has been added since. */
  medianMs: number | null | undefined
}

/** The last second that is full, and that no line is expected for any more. */
export function lastFullSecond(nowMs: number): number {
  return Math.floor((nowMs - LATE_MS) / MS_PER_SECOND) - 1
}

export function secondOf(atMs: number): number {
  return Math.floor(atMs / MS_PER_SECOND)
}

export function recordSeconds() {
  const ring: (Second | undefined)[] = Array.from({ length: RING })
  let newest = Number.NEGATIVE_INFINITY
  let first: number | undefined

  /** Seconds that take no more lines keep their median and lose its samples. */
  function seal(upTo: number): void {
    for (const each of ring) {
      if (!each || each.second > upTo || each.samples.length === 0) continue
      medianWithin(each)
      each.samples = []
    }
  }

  function slotOf(second: number): Second | undefined {
    const known = ring[second % RING]
    if (known && known.second >= second) return known.second === second ? known : undefined
    const slot: Second = { second, count: 0, samples: [], medianMs: null }
    ring[second % RING] = slot
    return slot
  }

  const at = (second: number): Second | undefined => {
    const slot = second < 0 ? undefined : ring[second % RING]
    return slot?.second === second ? slot : undefined
  }

  return {
    /** What comes for a second that is no longer open is left out. */
    add(atMs: number, latencyMs: number): void {
      const second = Math.max(0, secondOf(atMs))
      if (second <= newest - OPEN_SECONDS) return
      const slot = slotOf(second)
      if (!slot) return
      slot.samples[slot.count % MOST_SAMPLES] = latencyMs
      slot.count++
      slot.medianMs = undefined
      first ??= second
      if (second <= newest) return
      newest = second
      seal(newest - OPEN_SECONDS)
    },
    /** How many there were in this second. */
    count: (second: number): number => at(second)?.count ?? 0,
    median: (second: number): number | null => medianAt(at(second)),
    /** Medians up to this second, oldest first. @param from the first second that is of interest; undefined: that of the first answer */
    medians(upTo: number, from = first ?? upTo + 1): (number | null)[] {
      const start = Math.max(from, upTo - HISTORY_SECONDS + 1)
      return Array.from({ length: Math.max(0, upTo - start + 1) }, (_, index) => medianAt(at(start + index)))
    },
  }
}

function medianAt(slot: Second | undefined): number | null {
  return slot ? medianWithin(slot) : null
}

function medianWithin(slot: Second): number | null {
  if (slot.medianMs === undefined) slot.medianMs = medianOf(slot.samples)
  return slot.medianMs
}
