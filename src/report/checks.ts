/** What was checked of a variant, one by one, and how it came out: the same in JUnit, Markdown and annotations. */

import { INVARIANTS, type InvariantName } from '../core/invariant.ts'
import type { ExpectationResult, InvariantResult, VariantResult } from '../core/result.ts'
import { formatCounted } from './format.ts'

export interface Check {
  readonly name: string
  readonly state: 'held' | 'failed' | 'undecided'
  /** The promise that it is about; null for a figure. */
  readonly invariant: InvariantName | null
  /** Why it did not hold, in whole sentences; empty where it did. */
  readonly why: string
}

/** Each expectation, then each broken promise that nobody expected to be broken. */
export function checksOf(variant: VariantResult): Check[] {
  const named = variant.expectations.map((expectation) => checkOf(variant, expectation))
  return [...named, ...variant.invariants.flatMap((invariant) => unnamed(variant, invariant))]
}

function promiseIn(expectation: string): InvariantName | null {
  return INVARIANTS.find((name) => expectation.startsWith(`${name} `)) ?? null
}

function checkOf(variant: VariantResult, { expectation, holds, inconclusive }: ExpectationResult): Check {
  const invariant = promiseIn(expectation)
  if (inconclusive !== null) return { name: expectation, state: 'undecided', invariant, why: inconclusive }
  const why = holds ? '' : (variant.reasons.find((reason) => isAbout(reason, expectation)) ?? `Not so: ${expectation}.`)
  return { name: expectation, state: holds ? 'held' : 'failed', invariant, why }
}

/** Whether a reason of the audit is about this expectation: it begins with the promise or with the figure. */
function isAbout(reason: string, expectation: string): boolean {
  const promise = promiseIn(expectation)
  if (reason.startsWith(`Not decided: ${expectation} (`)) return true
  return reason.startsWith(promise === null ? `Expected ${expectation},` : `${promise} was `)
}

function unnamed(variant: VariantResult, { name, violations, expected }: InvariantResult): Check[] {
  const expectation = `${name} holds`
  if (violations === 0 || expected !== 'holds') return []
  if (variant.expectations.some((each) => each.expectation === expectation)) return []
  const reason = variant.reasons.find((each) => isAbout(each, expectation))
  const why = reason ?? `${name} was violated ${formatCounted(violations, 'time')}, and no expectation names it.`
  const state = why.startsWith('Not decided: ') ? 'undecided' : 'failed'
  return [{ name: expectation, state, invariant: name, why }]
}

/** Reasons against a pass that belong to no check: a gremlin that never struck, a run that was cut short. */
export function otherReasons(variant: VariantResult): string[] {
  const checks = checksOf(variant).filter(({ state }) => state !== 'held')
  return variant.reasons.filter((reason) => !checks.some(({ name }) => isAbout(reason, name)))
}
