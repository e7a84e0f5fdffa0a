/** How each purchase of a variant ended, in eight bytes a purchase: a run may have a million, and be held beside others. */

import { INVARIANTS, type InvariantName, type PurchaseFacts, type Violation } from '../core/invariant.ts'
import type { OutcomeCell } from '../core/outcomes.ts'
import { PURCHASE_CLASSES, type Told } from '../core/purchase.ts'
import type { AuditWatch } from './audit.ts'
import { placeOf } from './place.ts'

/** By the purchase's place in the traffic. Passes from thread to thread as it is. */
export interface OutcomeNotes {
  /** The end in the lowest bits, 0 where the purchase never arrived; above it one bit for each invariant that it broke. */
  readonly ends: Uint16Array
  /** As many as fit. */
  readonly strikes: Uint16Array
  /** In hundredths of a millisecond; `NEVER`: no final answer. */
  readonly latencies: Uint32Array
}

const END_BITS = 3
const END_MASK = (1 << END_BITS) - 1
const NO_ORDER = PURCHASE_CLASSES.length + 1
const MOST_STRIKES = 0xffff
const NEVER = 0xffff_ffff
const PER_MS = 100
const FIRST_CAPACITY = 1_024
/** More purchases than these have no place in a row. */
const MOST_PURCHASES = 4_000_000

/** Not final: somebody is still at it, or nobody said anything. */
const ON_THE_WAY = ['pending', 'degraded', 'in-progress', 'no-answer', 'left']

export interface OutcomesPlan {
  /** On the clock of the answers. */
  readonly trafficStartMs: number
}

export function noteOutcomes({ trafficStartMs }: OutcomesPlan): AuditWatch & { notes(): OutcomeNotes } {
  let ends = new Uint16Array(FIRST_CAPACITY)
  let strikes = new Uint16Array(FIRST_CAPACITY)
  let latencies = new Uint32Array(FIRST_CAPACITY)
  let length = 0

  /** False: no such place is kept. */
  function reach(place: number | undefined): place is number {
    if (place === undefined || place >= MOST_PURCHASES) return false
    if (place >= ends.length) {
      const capacity = Math.min(MOST_PURCHASES, Math.max(place + 1, 2 * ends.length))
      ends = grown(ends, new Uint16Array(capacity))
      strikes = grown(strikes, new Uint16Array(capacity))
      latencies = grown(latencies, new Uint32Array(capacity))
    }
    return true
  }

  return {
    violation({ invariant, purchase }: Violation) {
      const place = purchase === undefined ? undefined : placeOf(purchase)
      if (!reach(place)) return
      ends[place] = (ends[place] ?? 0) | (1 << (END_BITS + INVARIANTS.indexOf(invariant)))
    },
    purchase(facts: PurchaseFacts) {
      if (!facts.wanted) return
      const { kind, intendedMs } = facts.wanted
      const place = placeOf(facts.id)
      if (!reach(place)) return
      length = Math.max(length, place + 1)
      const end = kind === 'order' ? PURCHASE_CLASSES.indexOf(facts.class) + 1 : NO_ORDER
      ends[place] = (ends[place] ?? 0) | end
      strikes[place] = Math.min(MOST_STRIKES, facts.strikes.length)
      latencies[place] = toHundredths(finalAnswer(facts.told), trafficStartMs + intendedMs)
    },
    notes: () => ({
      ends: ends.slice(0, length),
      strikes: strikes.slice(0, length),
      latencies: latencies.slice(0, length),
    }),
  }
}

function grown<Numbers extends Uint16Array | Uint32Array>(old: Numbers, larger: Numbers): Numbers {
  larger.set(old)
  return larger
}

function finalAnswer(told: readonly Told[]): Told | undefined {
  return told.find(({ status }) => !ON_THE_WAY.includes(status))
}

function toHundredths(answer: Told | undefined, intendedAtMs: number): number {
  if (!answer) return NEVER
  return Math.min(NEVER - 1, Math.max(0, Math.round((answer.atMs - intendedAtMs) * PER_MS)))
}

/** What was noted of one purchase; null where it never arrived. */
export function outcomeAt(notes: OutcomeNotes, place: number): OutcomeCell | null {
  const bits = notes.ends[place] ?? 0
  const end = bits & END_MASK
  if (end === 0) return null
  const latency = notes.latencies[place] ?? NEVER
  return {
    class: end === NO_ORDER ? null : (PURCHASE_CLASSES[end - 1] ?? null),
    broken: brokenIn(bits),
    strikes: notes.strikes[place] ?? 0,
    latencyMs: latency === NEVER ? null : latency / PER_MS,
  }
}

function brokenIn(bits: number): InvariantName[] {
  return INVARIANTS.filter((_, index) => (bits >> (END_BITS + index)) & 1)
}

/** Whether any purchase of the variant broke this. */
export function isBrokenByAny({ ends }: OutcomeNotes, invariant: InvariantName): boolean {
  const bit = 1 << (END_BITS + INVARIANTS.indexOf(invariant))
  return ends.some((bits) => (bits & bit) !== 0)
}

/** Whether it arrived, and whether it broke something or ended otherwise than in the variants before. */
export function compareAt(all: readonly OutcomeNotes[], place: number): 'absent' | 'alike' | 'differing' {
  let before = 0
  for (const { ends } of all) {
    const bits = ends[place] ?? 0
    const end = bits & END_MASK
    // What never arrived did not end otherwise: that variant was cut short.
    if (end === 0) continue
    if (bits > END_MASK || (before !== 0 && end !== before)) return 'differing'
    before = end
  }
  return before === 0 ? 'absent' : 'alike'
}
