/** Makes a study out of runs that come one by one. Of each only its figures are kept, so that memory does not grow with the orders. */

import type { Measured, MeasuredRun } from '../../core/measured.ts'
import type { OrderEnds } from '../../core/order-ends.ts'
import { CONFIDENCE, comparePaired, type Pair } from '../../core/paired.ts'
import { type Result, type VariantResult, type Verdict, worstVerdict } from '../../core/result.ts'
import { aboutMeasured, measureRun } from '../compare/metrics.ts'
import { kindsToCompare } from '../kinds.ts'
import { isOfKind, METRICS, type Metric } from './metrics.ts'
import type { Comparison, LeftOut, MetricComparison, OrdersLost, Study } from './study.ts'
import { metricSentence, ordersSentence } from './words.ts'

export interface StudyPlan {
  /** As asked for; some may never come. */
  readonly seeds: { readonly first: number; readonly last: number }
  /** The variants in their order, the reference among them. */
  readonly variants: readonly string[]
  readonly reference: string
}

export interface StudyInProgress {
  /**
   * The run of one seed. The first one says what the scenario is.
   * @param endsOf how the orders of a variant ended; asked only for variants of the result
   */
  add(result: Result, endsOf: (variant: string) => OrderEnds): void
  /** Seeds so far. */
  seeds(): number
  /** Undefined before the first seed. */
  end(): Study | undefined
}

interface Counts {
  readonly orders: number
  readonly onlyVariant: number
  readonly onlyReference: number
}

interface VariantAtSeed {
  readonly values: readonly (number | null)[]
  /** Against the reference at this seed; undefined for the reference itself, and where it cannot be compared. */
  readonly lost: Counts | undefined
}

interface Seed {
  readonly seed: number
  readonly verdict: Verdict
  readonly variants: ReadonlyMap<string, VariantAtSeed>
  readonly unusable: ReadonlyMap<string, LeftOut['why']>
}

/** Why a variant's figures of a run prove nothing; undefined: they do. */
function whyNot(result: Result, found: VariantResult | undefined): LeftOut['why'] | undefined {
  if (result.error !== null || found?.verdict === 'ERROR') return 'ERROR'
  if (!found) return 'not run'
  return found.verdict === 'INCONCLUSIVE' ? 'INCONCLUSIVE' : undefined
}

function bitsOf(byte: number): number {
  let [bits, left] = [0, byte]
  for (; left !== 0; left &= left - 1) bits++
  return bits
}

/** Orders that arrived in both, and those that one confirmed and the other did not. */
export function countLost(variant: OrderEnds, reference: OrderEnds): Counts {
  let [orders, onlyVariant, onlyReference] = [0, 0, 0]
  for (const [at, arrived] of variant.arrived.entries()) {
    const both = arrived & (reference.arrived[at] ?? 0)
    const [here, there] = [variant.confirmed[at] ?? 0, reference.confirmed[at] ?? 0]
    orders += bitsOf(both)
    onlyVariant += bitsOf(both & there & ~here)
    onlyReference += bitsOf(both & here & ~there)
  }
  return { orders, onlyVariant, onlyReference }
}

function atSeed(result: Result, { variants, reference }: StudyPlan, endsOf: (variant: string) => OrderEnds): Seed {
  const unusable = new Map<string, LeftOut['why']>()
  const found = new Map<string, VariantAtSeed>()
  const usable = variants.flatMap((name) => {
    const variant = result.variants.find((each) => each.name === name)
    const why = whyNot(result, variant)
    if (why) unusable.set(name, why)
    return why || !variant ? [] : [variant]
  })
  const ends = unusable.has(reference) ? undefined : endsOf(reference)
  for (const variant of usable) {
    const { name } = variant
    const lost = ends && name !== reference ? countLost(endsOf(name), ends) : undefined
    found.set(name, { values: METRICS.map((metric) => metric.value(variant)), lost })
  }
  return { seed: result.seed, verdict: result.verdict, variants: found, unusable }
}

function compareOrders(variant: string, seeds: readonly Seed[], names: Names): OrdersLost {
  const counts = seeds.flatMap((seed) => seed.variants.get(variant)?.lost ?? [])
  const sum = (key: keyof Counts) => counts.reduce((total, each) => total + each[key], 0)
  const [orders, onlyVariant, onlyReference] = [sum('orders'), sum('onlyVariant'), sum('onlyReference')]
  const share = (count: number) => (orders === 0 ? null : count / orders)
  const lost = {
    seeds: counts.length,
    orders,
    onlyVariant,
    onlyReference,
    onlyVariantShare: share(onlyVariant),
    onlyReferenceShare: share(onlyReference),
  }
  return { ...lost, sentence: ordersSentence(lost, { ...names, variant }) }
}

interface Names {
  readonly reference: string
  readonly currency: string
}

function compare(variant: string, seeds: readonly Seed[], metrics: readonly Metric[], names: Names): Comparison {
  const { reference } = names
  const leftOut = seeds.flatMap(({ seed, unusable }) => {
    const who = unusable.has(variant) ? variant : reference
    const why = unusable.get(who)
    return why ? [{ seed, variant: who, why }] : []
  })
  const compared = metrics.map((metric): MetricComparison => {
    const at = METRICS.indexOf(metric)
    const pairs = seeds.flatMap(({ variants }): Pair[] => {
      const [one, other] = [variants.get(variant)?.values[at] ?? null, variants.get(reference)?.values[at] ?? null]
      return one === null || other === null ? [] : [[one, other]]
    })
    const found = comparePaired(pairs)
    return { metric: metric.id, ...found, sentence: metricSentence(metric, found, { ...names, variant }) }
  })
  const orders = compareOrders(variant, seeds, names)
  return { variant, seeds: seeds.length - leftOut.length, leftOut, metrics: compared, orders }
}

/** Metrics of which somebody has something at some seed, and those that matter in any case. */
function metricsToCompare(seeds: readonly Seed[], byKind: boolean): Metric[] {
  return METRICS.filter((metric, at) => {
    if (isOfKind(metric) && !byKind) return false
    const values = seeds.flatMap(({ variants }) => [...variants.values()].map(({ values: all }) => all[at] ?? null))
    return metric.always || values.some((value) => value !== null && value !== 0)
  })
}

export function beginStudy(plan: StudyPlan): StudyInProgress {
  const seeds: Seed[] = []
  let about:
    | Omit<
        Study,
        | 'schemaVersion'
        | 'seeds'
        | 'runs'
        | 'verdict'
        | 'reference'
        | 'confidence'
        | 'metrics'
        | 'comparisons'
        | 'measured'
      >
    | undefined
  let asked: Omit<Measured, 'runs'> | undefined
  const measured: MeasuredRun[] = []
  let byKind = false
  return {
    add(result, endsOf) {
      const { scenario, title, mode, flags, baseCurrency } = result
      about ??= { scenario, title, about: result.about, mode, flags, baseCurrency }
      asked ??= aboutMeasured(result, null)
      measured.push(measureRun(result))
      byKind ||= kindsToCompare(result).length > 0
      seeds.push(atSeed(result, plan, endsOf))
    },
    seeds: () => seeds.length,
    end() {
      if (!about || !asked) return undefined
      const { reference } = plan
      const metrics = metricsToCompare(seeds, byKind)
      const names = { reference, currency: about.baseCurrency }
      return {
        schemaVersion: 1,
        ...about,
        seeds: plan.seeds,
        runs: seeds.map(({ seed, verdict }) => ({ seed, verdict })),
        verdict: worstVerdict(seeds.map(({ verdict }) => verdict)),
        reference,
        confidence: CONFIDENCE,
        metrics: metrics.map(({ id, name, unit, better }) => ({ id, name, unit, better })),
        comparisons: plan.variants
          .filter((variant) => variant !== reference)
          .map((variant) => compare(variant, seeds, metrics, names)),
        measured: { ...asked, runs: measured },
      }
    },
  }
}
