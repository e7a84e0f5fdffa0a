/**
 * The audit while the run goes on: what the ledgers and answers that are there say now. Looks only at purchases that were touched
 * since the last look, and forgets those that have settled. Judges nothing for good: that is the audit's part. See docs/live.md.
 */

import type { PurchaseId } from '../core/call.ts'
import type { InvariantName, Violation } from '../core/invariant.ts'
import type { LedgerEntry } from '../core/ledger.ts'
import type { SoFar } from '../core/live.ts'
import type { Purchase, Told } from '../core/purchase.ts'
import type { Scenario } from '../core/scenario.ts'
import type { ServiceName } from '../core/topology.ts'
import { beginJudging, INNOCENT, type Judgement, sumJudgements } from './so-far-judge.ts'
import {
  addAnswer,
  addRow,
  addWanted,
  factsOf,
  fill,
  isSettled,
  newPurchase,
  type OpenPurchase,
  type PurchaseOnRecord,
} from './so-far-purchase.ts'
import { rememberSeen } from './so-far-seen.ts'

/** Purchases that have not settled; of more than these the oldest is judged as it stands. */
const MOST_OPEN = 10_000
const MOST_SETTLED = 2_000
/** Forgotten purchases that are read again in one look; the others wait for the next one. */
const MOST_REREADS = 20
/** Forgotten purchases that wait for it; of more than these it is only counted that they were missed. */
const MOST_WAITING = 10_000

export interface SoFarPlan {
  /** As the variant meets it: a control arm has no gremlins. */
  readonly scenario: Scenario
  /**
   * Reads a purchase again that was forgotten and of which there is news; undefined: not now. Without it such news is not judged, and
   * is counted in `missed`.
   */
  reread?(purchase: PurchaseId): PurchaseOnRecord | undefined
  /** Told once of each thing that is found wrong; some of it may be mended later. */
  found?(violation: Violation): void
  /** Settled purchases whose rows are kept, the latest ones: most of what comes late comes soon. Default: 2,000. */
  readonly mostSettled?: number
}

export interface SoFarAudit {
  /** A ledger row; each service's in ledger order. */
  entry(service: ServiceName, entry: LedgerEntry): void
  wanted(purchase: Purchase): void
  told(told: Told): void
  /**
   * @param nowMs on the clock of ledgers and answers
   * @param quiet nothing more is expected: everything is judged as it stands
   */
  look(nowMs: number, quiet?: boolean): SoFar
  /** Rows and answers that could not be judged, since a bound was reached. */
  missed(): number
}

interface State {
  readonly plan: SoFarPlan
  readonly judging: ReturnType<typeof beginJudging>
  readonly sum: ReturnType<typeof sumJudgements>
  /** Not settled, or touched since; the latest last. */
  readonly open: Map<PurchaseId, OpenPurchase>
  /** Settled, with what is known of them, the latest last. */
  readonly settled: Map<PurchaseId, OpenPurchase>
  /** Of purchases that add something to the sum; of forgotten ones only where that is more than a kept promise. */
  readonly judgements: Map<PurchaseId, { readonly judgement: Judgement; readonly product: string | undefined }>
  readonly touched: Set<PurchaseId>
  readonly forgotten: ReturnType<typeof rememberSeen>
  /** Forgotten ones whose buyers have got what they were promised, and nothing is wrong with them. */
  readonly served: ReturnType<typeof rememberSeen>
  readonly waiting: Set<PurchaseId>
  latest: PurchaseId | null
  missed: number
}

export function openSoFar(plan: SoFarPlan): SoFarAudit {
  const state: State = {
    plan,
    judging: beginJudging(plan.scenario),
    sum: sumJudgements(plan.scenario),
    open: new Map(),
    settled: new Map(),
    judgements: new Map(),
    touched: new Set(),
    forgotten: rememberSeen(),
    served: rememberSeen(),
    waiting: new Set(),
    latest: null,
    missed: 0,
  }
  return {
    entry(service, entry) {
      for (const violation of state.judging.byRow(service, entry)) {
        state.sum.count(violation.invariant, 1)
        tell(state, violation)
      }
      touch(state, entry.purchase, (purchase) => {
        if (!addRow(purchase, service, entry)) state.missed++
      })
    },
    wanted: (wanted) => touch(state, wanted.purchase, (purchase) => addWanted(purchase, wanted)),
    told: (told) => touch(state, told.purchase, (purchase) => addAnswer(purchase, told)),
    look(nowMs, quiet = false) {
      rereadSome(state, quiet ? state.waiting.size : MOST_REREADS)
      for (const id of state.open.keys()) lookAt(state, id, nowMs, quiet)
      forgetOldest(state)
      const { sum, latest } = state
      return { violations: sum.violations(), lossCents: sum.lossCents(), latest }
    },
    missed: () => state.missed,
  }
}

function touch(state: State, id: PurchaseId, change: (purchase: OpenPurchase) => void): void {
  if (state.forgotten.has(id)) {
    // It will be read again as a whole, this news among it.
    if (state.plan.reread && state.waiting.size < MOST_WAITING) state.waiting.add(id)
    else state.missed++
    return
  }
  const purchase = state.open.get(id) ?? state.settled.get(id) ?? newPurchase(id)
  state.settled.delete(id)
  if (!state.open.has(id)) makeRoom(state)
  state.open.set(id, purchase)
  state.touched.add(id)
  change(purchase)
}

/** The oldest of too many is settled, whatever comes of it. */
function makeRoom(state: State): void {
  const [oldest] = state.open.keys()
  if (oldest !== undefined && state.open.size >= MOST_OPEN) lookAt(state, oldest, 0, true)
}

/** Time itself settles what nothing touches any more, so all that are open are looked at; most of them not for long. */
function lookAt(state: State, id: PurchaseId, nowMs: number, quiet: boolean): void {
  const purchase = state.open.get(id)
  if (!purchase) return
  const settled = quiet || isSettled(purchase, state.plan.scenario, nowMs)
  if (settled || state.touched.has(id)) judgeAgain(state, purchase, settled)
  state.touched.delete(id)
  if (!settled) return
  state.open.delete(id)
  state.settled.set(id, purchase)
}

function judgeAgain(state: State, purchase: OpenPurchase, settled: boolean): void {
  const { judging, sum, judgements } = state
  const facts = factsOf(purchase)
  const violations = judging.violations(facts, settled)
  const before = judgements.get(purchase.id)
  if (before) sum.add(before.judgement, before.product, -1)
  const judgement = judging.judge(facts, violations, settled)
  const product = facts.wanted?.product
  sum.add(judgement, product, 1)
  if (isInnocent(judgement)) judgements.delete(purchase.id)
  else judgements.set(purchase.id, { judgement, product })
  tellNew(state, violations, (before?.judgement ?? INNOCENT).violations)
}

function isInnocent({ violations, lossCents, promisedUnits }: Judgement): boolean {
  return violations.size === 0 && lossCents === 0 && promisedUnits === 0
}

/** The first of each invariant that the purchase had not broken before. */
function tellNew(state: State, violations: readonly Violation[], known: ReadonlyMap<InvariantName, number>): void {
  const told = new Set(known.keys())
  for (const violation of violations) {
    if (told.has(violation.invariant)) continue
    told.add(violation.invariant)
    tell(state, violation)
  }
}

function tell(state: State, violation: Violation): void {
  state.latest = violation.purchase ?? state.latest
  state.plan.found?.(violation)
}

/** Of a purchase that is forgotten only what it adds to the sum is kept: where all is well with it, in a bit. */
function forgetOldest({ plan, settled, forgotten, served, judgements }: State): void {
  const { mostSettled = MOST_SETTLED } = plan
  for (const [id, { wanted }] of settled) {
    if (settled.size <= mostSettled) return
    settled.delete(id)
    forgotten.add(id)
    const { violations, lossCents, promisedUnits } = judgements.get(id)?.judgement ?? INNOCENT
    if (violations.size > 0 || lossCents !== 0 || promisedUnits !== wanted?.quantity) continue
    judgements.delete(id)
    served.add(id)
  }
}

function rereadSome(state: State, most: number): void {
  let left = most
  for (const id of state.waiting) {
    if (left === 0) return
    left--
    const found = state.plan.reread?.(id)
    if (!found) continue
    state.waiting.delete(id)
    state.forgotten.delete(id)
    remember(state, id, found)
    touch(state, id, (purchase) => fill(purchase, found))
  }
}

/** What it has added to the sum, so that it can be taken back. */
function remember({ served, judgements }: State, id: PurchaseId, { wanted }: PurchaseOnRecord): void {
  if (!served.has(id)) return
  served.delete(id)
  if (wanted)
    judgements.set(id, { judgement: { ...INNOCENT, promisedUnits: wanted.quantity }, product: wanted.product })
}
