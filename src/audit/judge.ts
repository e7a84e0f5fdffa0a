/** From what was found to a verdict: ERROR over FAIL over INCONCLUSIVE over PASS (ERROR is not the audit's to give). */

import { nameOfChange, type Switch } from '../core/change.ts'
import type { InvariantName } from '../core/invariant.ts'
import {
  type ExpectationResult,
  type GremlinCount,
  type InvariantResult,
  type Verdict,
  worstVerdict,
} from '../core/result.ts'
import type { Bound, Expectation, Scenario } from '../core/scenario.ts'
import { type BoundFigures, measureBound } from './bounds.ts'
import type { Figures } from './figures.ts'
import { count } from './format.ts'

/** An expected violation that had fewer chances proves nothing by staying away. */
const FEWEST_CHANCES = 10

export interface Findings {
  readonly scenario: Scenario
  readonly expectation: Expectation
  readonly invariants: readonly InvariantResult[]
  readonly figures: BoundFigures & Pick<Figures, 'atRisk' | 'turnedAway'>
  readonly gremlins: readonly GremlinCount[]
  readonly quiet: boolean
  /** Those of the scenario that were due when the traffic was over; none, unless said otherwise. */
  readonly missedSwitches?: readonly Switch[]
  /** What cut the run short; null: nothing did. */
  readonly interrupted: string | null
}

export interface Judgement {
  readonly expectations: readonly ExpectationResult[]
  readonly verdict: Verdict
  /** Why the verdict is not PASS, in whole sentences. */
  readonly reasons: readonly string[]
}

/** One thing that was looked at. `reason` is set where it keeps the verdict from PASS. */
interface Finding {
  readonly result: ExpectationResult | undefined
  readonly verdict: Verdict
  readonly reason: string | undefined
}

const UNSETTLED = 'the run did not come to rest'

function decided(expectation: string, holds: boolean, reason: string): Finding {
  const result = { expectation, holds, inconclusive: null }
  return holds ? { result, verdict: 'PASS', reason: undefined } : { result, verdict: 'FAIL', reason }
}

function undecided(expectation: string, why: string): Finding {
  const result = { expectation, holds: false, inconclusive: why }
  return { result, verdict: 'INCONCLUSIVE', reason: `Not decided: ${expectation} (${why}).` }
}

function isSettled({ quiet, interrupted }: Findings): boolean {
  return quiet && interrupted === null
}

/** What must hold when quiet says nothing about a run that never was. */
function isOpen(found: InvariantResult, findings: Findings): boolean {
  return found.kind === 'eventually' && !isSettled(findings)
}

function timesViolated({ name, violations }: InvariantResult): string {
  return `${name} was violated ${count(violations, 'time')}`
}

function judgeHolds(found: InvariantResult, named: boolean, findings: Findings): Finding[] {
  const expectation = `${found.name} holds`
  if (isOpen(found, findings)) {
    // That the run did not come to rest is a reason of its own.
    if (!named && found.violations === 0) return []
    const open = undecided(expectation, `${UNSETTLED}; ${count(found.violations, 'violation')} so far`)
    return [named ? open : { ...open, result: undefined }]
  }
  if (named && found.subjects === 0) return [undecided(expectation, 'nothing in this run could have violated it')]
  if (named) return [decided(expectation, found.violations === 0, `${timesViolated(found)}, and was expected to hold.`)]
  if (found.violations === 0) return []
  return [{ result: undefined, verdict: 'FAIL', reason: `${timesViolated(found)}, and no expectation names it.` }]
}

function judgeViolated(found: InvariantResult, findings: Findings): Finding {
  const expectation = `${found.name} is violated`
  if (isOpen(found, findings)) return undecided(expectation, UNSETTLED)
  if (found.violations > 0) return decided(expectation, true, '')
  if (findings.scenario.strikes) return judgeDecided(found, findings)
  const struck = findings.scenario.gremlins.length > 0
  const chances = struck ? findings.figures.atRisk : found.subjects
  if (chances < FEWEST_CHANCES) {
    const things = struck ? `${count(chances, 'purchase')} at risk` : count(chances, 'chance')
    return undecided(expectation, `only ${things}, and ${FEWEST_CHANCES} are needed`)
  }
  if (!isSettled(findings)) return undecided(expectation, UNSETTLED)
  return decided(
    expectation,
    false,
    `${found.name} was expected to be violated, and held in spite of ${count(chances, 'chance')}.`,
  )
}

/** Where strikes are decided nothing is left to luck: once all have come, there is no other chance to wait for. */
function judgeDecided({ name }: InvariantResult, findings: Findings): Finding {
  const expectation = `${name} is violated`
  if (!isSettled(findings)) return undecided(expectation, UNSETTLED)
  if (missedStrikes(findings).length > 0) return undecided(expectation, 'not every strike came')
  const all = count(findings.scenario.strikes?.length ?? 0, 'strike')
  return decided(expectation, false, `${name} was expected to be violated, and held although all came (${all}).`)
}

function judgeBound(bound: Bound, findings: Findings): Finding {
  const { what, actual, most, show } = measureBound(bound, findings.figures, findings.scenario.baseCurrency)
  const expectation = `${what} at ${most ? 'most' : 'least'} ${show(bound.value)}`
  if (!isSettled(findings)) return undecided(expectation, UNSETTLED)
  if (actual === null) return undecided(expectation, 'nothing was measured')
  const holds = most ? actual <= bound.value : actual >= bound.value
  return decided(expectation, holds, `Expected ${expectation}, and it was ${show(actual)}.`)
}

/** Of the strikes that the scenario decides: what did not come although it could. Others of its gremlins are not missed. */
function missedStrikes({ scenario, gremlins }: Pick<Findings, 'scenario' | 'gremlins'>): string[] {
  const wanted = Map.groupBy(scenario.strikes ?? [], ({ gremlin }) => gremlin)
  return [...wanted].flatMap(([name, { length }]) => {
    const counted = gremlins.find((gremlin) => gremlin.name === name)
    if (counted && (counted.strikes >= length || !counted.applies)) return []
    return `The gremlin ${name} was to strike ${count(length, 'time')}, and struck ${count(counted?.strikes ?? 0, 'time')}.`
  })
}

/** Whether the run has put to the test what it set out to. */
function judgeRun({ scenario, gremlins, quiet, missedSwitches = [], interrupted, figures }: Findings): Finding[] {
  const reasons: string[] = []
  if (interrupted !== null) reasons.push(`The run was cut short: ${interrupted}.`)
  if (!quiet) reasons.push(`The run did not become quiet within ${scenario.quietWithinMs} ms.`)
  const arrived = figures.orders.arrived + figures.kinds.reduce((sum, kind) => sum + kind.arrived, 0)
  if (arrived === 0) reasons.push('No purchase arrived.')
  if (figures.turnedAway > 0) {
    reasons.push(`The traffic itself turned ${count(figures.turnedAway, 'buyer')} away: too many were waiting at once.`)
  }
  if (scenario.strikes) reasons.push(...missedStrikes({ scenario, gremlins }))
  for (const { name, on } of scenario.strikes ? [] : scenario.gremlins) {
    const counted = gremlins.find((gremlin) => gremlin.name === name)
    if (counted && (counted.strikes > 0 || !counted.applies)) continue
    reasons.push(`The gremlin ${name} on ${on} never struck (${count(counted?.tossed ?? 0, 'toss')}).`)
  }
  for (const each of missedSwitches) {
    reasons.push(`The switch of ${nameOfChange(each)} after ${each.atMs} ms never came: the traffic was over before.`)
  }
  // One that does not apply is not missed while another one does. Without any, the variant had an easy life.
  if (gremlins.length > 0 && gremlins.every(({ applies }) => !applies)) {
    reasons.push('No gremlin of this scenario applies to this variant.')
  }
  return reasons.map((reason) => ({ result: undefined, verdict: 'INCONCLUSIVE', reason }))
}

export function expectedOf(name: InvariantName, expectation: Expectation): InvariantResult['expected'] {
  if (expectation.violated.includes(name)) return 'violated'
  return expectation.allowed.includes(name) ? 'allowed' : 'holds'
}

/** Judges one variant of a run. Reasons of the worst verdict come first. */
export function judgeExpectations(findings: Findings): Judgement {
  const { expectation, invariants } = findings
  const found: Finding[] = invariants.flatMap((one) => {
    if (one.expected === 'allowed') return []
    if (one.expected === 'violated') return [judgeViolated(one, findings)]
    return judgeHolds(one, expectation.holds.includes(one.name), findings)
  })
  const all = [...found, ...expectation.bounds.map((bound) => judgeBound(bound, findings)), ...judgeRun(findings)]
  const reasonsOf = (verdict: Verdict) =>
    all.filter((one) => one.verdict === verdict).flatMap(({ reason }) => reason ?? [])
  return {
    expectations: all.flatMap(({ result }) => result ?? []),
    verdict: worstVerdict(all.map(({ verdict }) => verdict)),
    reasons: [...reasonsOf('FAIL'), ...reasonsOf('INCONCLUSIVE')],
  }
}
