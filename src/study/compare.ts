/** Sets what was measured beside what was measured before. Pure: the same two sides give the same comparison. */

import type { ComparedMetric, Measured, MeasuredVariant } from '../core/measured.ts'
import { CONFIDENCE } from '../core/paired.ts'
import { VERDICTS, type Verdict, worstVerdict } from '../core/result.ts'
import { type ComparedSide, MOST_DIFFERENCES, type RunComparison, type VariantChange } from '../core/run-comparison.ts'
import { askedDifferences } from './compare-asked.ts'
import { changeOf, type Terms } from './compare-metric.ts'
import type { AtSeed } from './compare-spread.ts'

/** What is let pass where nothing else is asked for: one real run each cannot tell less than this from luck. */
const TOLERANCE_OF_SINGLE_REAL_RUNS = 0.1
const TOLERANCE = 0.01

export interface SideToCompare {
  readonly place: string
  readonly measured: Measured
}

export interface ToCompare {
  readonly before: SideToCompare
  readonly after: SideToCompare
  /** Further real runs that were asked the same with the same seed: where there is one run each, they tell what noise is. */
  readonly beside: readonly Measured[]
  readonly metrics: readonly ComparedMetric[]
  /** Undefined: a tenth where one real run stands beside another, a hundredth elsewhere. */
  readonly tolerance: number | undefined
}

/** One run each, and not both virtual: what can be said of noise is little. */
export function areSingleRealRuns(before: Measured, after: Measured): boolean {
  return before.runs.length === 1 && after.runs.length === 1 && !bothVirtual(before, after)
}

/** Variants of both, in the order of the later one. */
export function commonVariants(before: Measured, after: Measured): string[] {
  const there = new Set(namesOf(before))
  return namesOf(after).filter((name) => there.has(name))
}

export function compareMeasured(given: ToCompare): RunComparison {
  const [before, after] = [given.before.measured, given.after.measured]
  const common = commonVariants(before, after)
  const { differences, askedTheSame, sameSeeds } = askedDifferences(before, after, common)
  const singleReal = areSingleRealRuns(before, after)
  const tolerance = given.tolerance ?? (singleReal ? TOLERANCE_OF_SINGLE_REAL_RUNS : TOLERANCE)
  const terms = { tolerance, sameCoins: askedTheSame && sameSeeds }
  const variants = common.map((name) => compareVariant(name, given, terms))
  const sides = { before: sideOf(given.before), after: sideOf(given.after) }
  const afterCutShort = sides.after.cutShort !== null && sides.before.cutShort === null
  const regressions = variants.reduce(
    (sum, { verdict, metrics }) =>
      sum + Number(verdict.regression) + metrics.filter(({ regression }) => regression).length,
    Number(afterCutShort),
  )
  return {
    schemaVersion: 1,
    scenario: after.scenario,
    title: after.title,
    baseCurrency: after.baseCurrency,
    confidence: CONFIDENCE,
    tolerance,
    ...sides,
    askedTheSame,
    sameSeeds,
    differences: differences.slice(0, MOST_DIFFERENCES),
    moreDifferences: Math.max(0, differences.length - MOST_DIFFERENCES),
    onlyBefore: namesOf(before).filter((name) => !common.includes(name)),
    onlyAfter: namesOf(after).filter((name) => !common.includes(name)),
    metrics: given.metrics.filter(({ id }) =>
      variants.some(({ metrics }) => metrics.some((each) => each.metric === id)),
    ),
    variants,
    afterCutShort,
    regressions,
  }
}

function bothVirtual(before: Measured, after: Measured): boolean {
  return before.mode === 'virtual' && after.mode === 'virtual'
}

function namesOf({ runs }: Measured): string[] {
  return [...new Set(runs.flatMap(({ variants }) => variants.map(({ name }) => name)))]
}

function sideOf({ place, measured }: SideToCompare): ComparedSide {
  const { mode, runs, faultline } = measured
  const cutShort = runs.find((run) => run.cutShort !== null)?.cutShort ?? null
  const changedByHand = runs
    .flatMap(({ variants }) => variants)
    .reduce((sum, variant) => sum + (variant.changedByHand?.length ?? 0), 0)
  const side = { place, mode, seeds: runs.map(({ seed }) => seed), faultline, cutShort }
  return changedByHand > 0 ? { ...side, changedByHand } : side
}

interface VariantAtSeed {
  readonly seed: number
  readonly variant: MeasuredVariant
}

function seedsOf({ runs }: Measured, name: string): VariantAtSeed[] {
  return runs.flatMap(({ seed, variants }) => {
    const variant = variants.find((each) => each.name === name)
    return variant ? [{ seed, variant }] : []
  })
}

/** Among several seeds those that decide nothing are left out; a single run is shown as it is, unless the lab failed. */
function provingOf(all: readonly VariantAtSeed[]): VariantAtSeed[] {
  const several = all.length > 1
  return all.filter(({ variant: { verdict } }) => verdict !== 'ERROR' && !(several && verdict === 'INCONCLUSIVE'))
}

function compareVariant(name: string, { before, after, beside, metrics }: ToCompare, terms: Terms): VariantChange {
  const all = { before: seedsOf(before.measured, name), after: seedsOf(after.measured, name) }
  const proving = { before: provingOf(all.before), after: provingOf(all.after) }
  const others = beside.flatMap((each) => provingOf(seedsOf(each, name)))
  const virtual = bothVirtual(before.measured, after.measured)
  const manySeeds = proving.before.length > 1 && proving.after.length > 1
  const changes = metrics.flatMap((metric) => {
    if (metric.ofSeeds && !manySeeds) return []
    const valuesOf = (side: readonly VariantAtSeed[]) =>
      side.flatMap(({ seed, variant: { values } }): AtSeed[] => {
        const value = Object.hasOwn(values, metric.id) ? values[metric.id] : undefined
        return value === undefined ? [] : [[seed, value]]
      })
    const samples = {
      before: valuesOf(proving.before),
      after: valuesOf(proving.after),
      beside: valuesOf(others).map(([, value]) => value),
      virtual,
    }
    return changeOf(metric, samples, terms) ?? []
  })
  return {
    name,
    verdict: compareVerdicts(all, proving),
    leftOut: {
      before: all.before.length - proving.before.length,
      after: all.after.length - proving.after.length,
    },
    metrics: changes,
  }
}

type BothSides = Readonly<Record<'before' | 'after', readonly VariantAtSeed[]>>

/**
 * Of one run each, worse is a regression. Over several seeds the worst one is luck, and how many failed is a metric of its own; then it
 * is one only where the lab failed, or where no seed proves anything any more.
 */
function compareVerdicts(all: BothSides, proving: BothSides): VariantChange['verdict'] {
  const worstOf = (side: readonly VariantAtSeed[]) => worstVerdict(side.map(({ variant }) => variant.verdict))
  const [before, after] = [worstOf(all.before), worstOf(all.after)]
  const rank = (verdict: Verdict) => VERDICTS.indexOf(verdict)
  const direction = before === after ? null : rank(after) > rank(before) ? 'worse' : 'better'
  const single = all.before.length === 1 && all.after.length === 1
  const provesNothing = proving.after.length === 0 && proving.before.length > 0
  const regression = direction === 'worse' && (single || after === 'ERROR' || provesNothing)
  return { before, after, direction, regression }
}
