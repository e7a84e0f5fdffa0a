/** Sets a run beside an earlier one of the same scenario and seed. Pure, and in memory that grows with the strikes only. */

import { type Decision, decisionKey, decisionOf } from '../core/decision.ts'
import type { GremlinSetting } from '../core/gremlin.ts'
import { INVARIANTS, type InvariantName } from '../core/invariant.ts'
import {
  type EndDifference,
  type EndFidelity,
  type Faithfulness,
  MOST_LISTED,
  type PurchaseEnd,
  type Replay,
  type StrikeFidelity,
  type ViolationCounts,
} from '../core/replay.ts'
import type { ServiceName } from '../core/topology.ts'

/** Is told every strike of the later run, then every one that was due. A coin that comes up again (in a service's next life) is one. */
export function compareStrikes(gremlins: readonly GremlinSetting[]) {
  const serviceOf = new Map(gremlins.map(({ name, on }) => [name, on]))
  const hits = new Set<string>()
  const due = new Set<string>()
  const missed: Decision[] = []
  let hit = 0
  return {
    struck(strike: Decision): void {
      hits.add(decisionKey(strike))
    },
    due(strike: Decision): void {
      const key = decisionKey(strike)
      if (due.has(key)) return
      due.add(key)
      if (hits.has(key)) hit += 1
      else if (missed.length < MOST_LISTED) missed.push(decisionOf(strike))
    },
    end(): StrikeFidelity {
      const known = missed.map((strike) => ({ ...strike, on: serviceOf.get(strike.gremlin) as ServiceName }))
      return { due: due.size, hit, missed: known, besides: hits.size - hit }
    },
  }
}

/** How a purchase of the traffic ended. */
export interface EndOf extends PurchaseEnd {
  readonly purchase: string
  /** Position in the traffic, from 0. */
  readonly index: number
}

/** Both in the order of their purchases' ids, as JavaScript compares texts. */
export function compareEnds(before: Iterable<EndOf>, now: Iterable<EndOf>): EndFidelity {
  const differing = keepFirst()
  let compared = 0
  let same = 0
  let onlyOrders = true
  for (const [one, other] of sideBySide(before, now)) {
    compared += 1
    if (one?.class === null || other?.class === null) onlyOrders = false
    if (one && other && one.class === other.class && one.told === other.told) same += 1
    else differing.add(one, other)
  }
  return { compared, same, onlyOrders, differing: differing.first() }
}

type Pair = readonly [before: EndOf | undefined, now: EndOf | undefined]

/** Each purchase once, with what either side knows of it. */
function* sideBySide(before: Iterable<EndOf>, now: Iterable<EndOf>): Generator<Pair> {
  const [ones, others] = [before[Symbol.iterator](), now[Symbol.iterator]()]
  let [one, other] = [ones.next(), others.next()]
  while (!one.done || !other.done) {
    const [mine, theirs]: Pair = [one.value, other.value]
    const isMine = mine !== undefined && (theirs === undefined || mine.purchase <= theirs.purchase)
    const isTheirs = theirs !== undefined && (mine === undefined || theirs.purchase <= mine.purchase)
    yield [isMine ? mine : undefined, isTheirs ? theirs : undefined]
    if (isMine) one = ones.next()
    if (isTheirs) other = others.next()
  }
}

/** Keeps those that came first in the traffic: the order of ids is that of texts, with p-10 before p-2. */
function keepFirst() {
  const kept: (EndDifference & { readonly index: number })[] = []
  return {
    add(before: EndOf | undefined, now: EndOf | undefined): void {
      const { index, purchase } = (before ?? now) as EndOf
      const last = kept[MOST_LISTED - 1]
      if (last && last.index <= index) return
      kept.push({ index, purchase, before: endOf(before), now: endOf(now) })
      kept.sort((a, b) => a.index - b.index)
      kept.length = Math.min(kept.length, MOST_LISTED)
    },
    first: () => kept.map(({ index: _, ...difference }) => difference),
  }
}

function endOf(end: EndOf | undefined): PurchaseEnd | null {
  return end ? { class: end.class, told: end.told, reason: end.reason } : null
}

type Counts = Readonly<Record<InvariantName, number>>

/** Invariants that were violated in one of the two. @param before undefined: not on record */
export function compareViolations(before: Counts | undefined, now: Counts): ViolationCounts[] {
  return INVARIANTS.map((invariant) => ({
    invariant,
    before: before ? (before[invariant] ?? 0) : null,
    now: now[invariant],
  })).filter((counts) => (counts.before ?? 0) + counts.now > 0)
}

/** What the replay of these variants comes to. @param wholly whether each variant that was due went to its end */
export function faithfulnessOf(
  { recorded, version, variants }: Omit<Replay, 'faithfulness'>,
  wholly: boolean,
): Faithfulness {
  // Of a run that was cut short, what is left is no proof that the rest went the same way.
  if (!wholly) return 'incomplete'
  const bytesDiffer = variants.some(({ bytes }) => bytes !== null && bytes.differing.length > 0)
  if (bytesDiffer && recorded.version === version) return 'lab-failed'
  const asThen = variants.every(
    ({ strikes, verdict }) =>
      strikes.hit === strikes.due && (verdict.before === null || verdict.before === verdict.now),
  )
  return asThen ? 'same' : 'differs'
}
