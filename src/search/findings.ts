/** Violations of many trials, told apart by what was violated and what it took. */

import type { GremlinSetting } from '../core/gremlin.ts'
import { isWindowed } from '../scenarios/file/windowed.ts'
import type { TrialSummary, TrialViolation } from '../scenarios/trial-summary.ts'

export interface Finding {
  readonly variant: string
  readonly what: TrialViolation['what']
  /** The kinds of gremlins that were involved; none: nothing had to strike. */
  readonly kinds: readonly string[]
  /** The first that shows it. */
  readonly seed: number
  readonly sentence: string
  readonly purchase: string | null
  /** How many seeds show it, also those in which more was involved. */
  readonly seeds: number
}

export interface Findings {
  /** Seeds of a variant in ascending order. */
  add(
    trial: { readonly variant: string; readonly seed: number },
    summary: TrialSummary,
    gremlins: readonly GremlinSetting[],
  ): void
  /** In the order of variants, as they were first found. */
  all(): Finding[]
}

/** What strikes for a while belongs to no purchase, and may be behind anything. */
function kindsOf(violation: TrialViolation, { strikes }: TrialSummary, gremlins: readonly GremlinSetting[]): string[] {
  const struck = new Set(strikes.map(({ gremlin }) => gremlin))
  const all = gremlins.filter(({ name }) => struck.has(name)).map(({ gremlin }) => gremlin)
  const kinds = violation.kinds.length > 0 ? [...violation.kinds, ...all.filter(isWindowed)] : all
  return [...new Set(kinds)].sort()
}

const isWithin = (few: readonly string[], many: readonly string[]) => few.every((kind) => many.includes(kind))

/**
 * Two violations are distinct when variant, invariant or kinds of strikes differ, and neither's kinds are among the other's: what
 * happens with fewer is the same fault.
 */
export function collectFindings(): Findings {
  let found: readonly Finding[] = []

  function add(next: Finding): void {
    const isSame = ({ variant, what }: Finding) => variant === next.variant && what === next.what
    const known = found.find((each) => isSame(each) && isWithin(each.kinds, next.kinds))
    if (known) {
      found = found.map((each) => (each === known ? { ...each, seeds: each.seeds + next.seeds } : each))
      return
    }
    const more = found.filter((each) => isSame(each) && isWithin(next.kinds, each.kinds))
    const seeds = more.reduce((sum, each) => sum + each.seeds, next.seeds)
    found = [...found.filter((each) => !more.includes(each)), { ...next, seeds }]
  }

  return {
    add({ variant, seed }, summary, gremlins) {
      for (const violation of summary.violations) {
        if (violation.expected === 'allowed') continue
        const { what, sentence, purchase } = violation
        add({ variant, what, kinds: kindsOf(violation, summary, gremlins), seed, sentence, purchase, seeds: 1 })
      }
    },
    all: () => [...found],
  }
}
