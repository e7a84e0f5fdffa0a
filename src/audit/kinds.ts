/** Figures by the kind of request, each kind by itself, in memory that does not grow with the run. */

import type { PurchaseFacts } from '../core/invariant.ts'
import { type Purchase, REQUEST_KINDS, type RequestKind, type Told } from '../core/purchase.ts'
import type { KindFigures, KindResult } from '../core/result.ts'
import type { Scenario } from '../core/scenario.ts'
import { effectsOf } from './effects.ts'
import { recordLatencies } from './histogram.ts'
import { kindOf, untruthsOf } from './other-kinds.ts'

const NO_ANSWERS = ['left', 'no-answer', 'in-progress']
const SAID_NO = ['refused', 'cancelled', 'failed', 'degraded']
/** A broken service may give any number of reasons. */
const MOST_REASONS = 50
const OTHER_REASONS = 'others'

/** The first answer that is one: not a lost connection, not a 409, not a buyer who left. */
export function firstAnswer(told: readonly Told[]): Told | undefined {
  return told.find(({ status }) => !NO_ANSWERS.includes(status))
}

/** The answer that told a buyer truthfully of what was wanted: `confirmed`, or `answered` where it was no order. */
export function goodAnswer(facts: PurchaseFacts, scenario: Scenario): Told | undefined {
  if (kindOf(facts) !== 'order') {
    const answered = facts.told.find(({ status }) => status === 'answered')
    return answered && untruthsOf(facts, effectsOf(facts, scenario)).length === 0 ? answered : undefined
  }
  if (facts.class !== 'confirmed') return undefined
  const { fullyCharged, fullyDeducted } = effectsOf(facts, scenario)
  return fullyCharged && fullyDeducted ? facts.told.find(({ status }) => status === 'confirmed') : undefined
}

/** What one purchase adds to the figures. */
export interface Heard {
  /** Its first answer; undefined: it never had one. */
  readonly answer: Told | undefined
  /** From the intended start to that answer. */
  readonly latencyMs: number
  /** Whether it was told truthfully, within the buyer's patience, that it has what it came for. */
  readonly good: boolean
}

function recordFigures() {
  const latencies = recordLatencies(3)
  let arrived = 0
  let good = 0
  let unanswered = 0
  return {
    add(heard: Heard): void {
      arrived++
      if (heard.good) good++
      if (heard.answer) latencies.add(heard.latencyMs)
      else unanswered++
    },
    figures: (): KindFigures => ({ arrived, good, unanswered, latencyMs: latencies.quantiles() }),
  }
}

function recordKind({ focus }: Scenario) {
  const all = recordFigures()
  const inFocus = recordFigures()
  const refusals = new Map<string, number>()

  function refuse(reason: string): void {
    const known = refusals.has(reason) || refusals.size < MOST_REASONS
    const name = known ? reason : OTHER_REASONS
    refusals.set(name, (refusals.get(name) ?? 0) + 1)
  }

  return {
    add({ intendedMs }: Purchase, heard: Heard): void {
      all.add(heard)
      if (intendedMs >= focus.fromMs && (focus.toMs === null || intendedMs < focus.toMs)) inFocus.add(heard)
      if (heard.answer && SAID_NO.includes(heard.answer.status)) refuse(heard.answer.reason ?? heard.answer.status)
    },
    result: () => ({
      ...all.figures(),
      refusals: Object.fromEntries([...refusals].sort(([one], [other]) => (one < other ? -1 : 1))),
      focus: inFocus.figures(),
    }),
  }
}

/** Kinds that are in the mix, and any other that turned up. */
export function collectKinds(scenario: Scenario) {
  const kinds = new Map<RequestKind, ReturnType<typeof recordKind>>()
  const at = (kind: RequestKind) => {
    const known = kinds.get(kind) ?? recordKind(scenario)
    kinds.set(kind, known)
    return known
  }
  for (const kind of REQUEST_KINDS) if (scenario.traffic.mix[kind] > 0) at(kind)
  return {
    add: (wanted: Purchase, heard: Heard): void => at(wanted.kind).add(wanted, heard),
    /** @param goodputOf good ones of a kind by the bucket of the variant's series */
    kinds(arrivalWindowMs: number, goodputOf: (kind: RequestKind) => readonly number[]): KindResult[] {
      return REQUEST_KINDS.flatMap((kind) => {
        const found = kinds.get(kind)?.result()
        if (!found) return []
        const goodputPerSecond = arrivalWindowMs > 0 ? (found.good * 1_000) / arrivalWindowMs : 0
        return [{ kind, ...found, goodputPerSecond, goodput: goodputOf(kind) }]
      })
    },
  }
}
