/** The comparison's columns: what the terminal and the HTML table print, figure by figure. */

import type { InvariantName } from '../core/invariant.ts'
import { INVARIANTS } from '../core/invariant.ts'
import type { InvariantResult, VariantResult } from '../core/result.ts'
import { formatCount, formatMoney, formatMsFigure, formatRate } from './format.ts'

export interface Column {
  readonly id: string
  readonly header: string
  readonly numeric: boolean
  /** Stays in one row with the variant's name where space is short. */
  readonly main: boolean
  readonly text: (variant: VariantResult, currency: string) => string
}

function orders(id: string, header: string, main: boolean, count: (variant: VariantResult) => number): Column {
  return { id, header, numeric: true, main, text: (variant) => formatCount(count(variant)) }
}

export const VARIANT: Column = {
  id: 'variant',
  header: 'variant',
  numeric: false,
  main: true,
  text: (variant) => variant.name,
}

export const COLUMNS: readonly Column[] = [
  VARIANT,
  orders('confirmed', 'confirmed', true, (variant) => variant.orders.confirmed),
  orders('cancelled', 'cancelled', false, (variant) => variant.orders.cancelled),
  orders('refused', 'refused', false, (variant) => variant.orders.refused),
  orders('failed', 'failed', false, (variant) => variant.orders.failed),
  orders('in-doubt', 'in doubt', false, (variant) => variant.orders.inDoubt),
  { id: 'p50', header: 'p50 ms', numeric: true, main: true, text: (variant) => formatMsFigure(variant.latencyMs.p50) },
  { id: 'p99', header: 'p99 ms', numeric: true, main: true, text: (variant) => formatMsFigure(variant.latencyMs.p99) },
  {
    id: 'goodput',
    header: 'goodput/s',
    numeric: true,
    main: true,
    text: (variant) => formatRate(variant.goodputPerSecond),
  },
  {
    id: 'lost',
    header: 'money lost',
    numeric: true,
    main: true,
    text: (variant, currency) => formatMoney(variant.lossCents, currency),
  },
  { id: 'verdict', header: 'verdict', numeric: false, main: true, text: (variant) => variant.verdict },
]

/** A promise that was broken, and whether the scenario says so beforehand. */
export interface Broken {
  readonly name: InvariantName
  readonly violations: number
  readonly expected: InvariantResult['expected']
}

/** The broken promises of a variant, in the order of `INVARIANTS`. */
export function brokenPromises(variant: VariantResult): Broken[] {
  return INVARIANTS.flatMap((name) => {
    const violations = variant.violations[name] ?? 0
    const expected = variant.invariants.find((invariant) => invariant.name === name)?.expected ?? 'holds'
    return violations > 0 ? [{ name, violations, expected }] : []
  })
}

export function totalViolations(variant: VariantResult): number {
  return brokenPromises(variant).reduce((sum, broken) => sum + broken.violations, 0)
}

export function totalStrikes(variant: VariantResult): number {
  return variant.gremlins.reduce((sum, gremlin) => sum + gremlin.strikes, 0)
}

/** How a violated promise stands to what the scenario says. */
export const EXPECTED_WORDS = {
  violated: 'expected',
  allowed: 'allowed',
  holds: 'NOT EXPECTED',
} as const satisfies Record<Broken['expected'], string>

/** `all-or-nothing 38 (expected)` */
export function brokenText(broken: Broken): string {
  return `${broken.name} ${formatCount(broken.violations)} (${EXPECTED_WORDS[broken.expected]})`
}
