/** What a comparison over time looks at: what a study over seeds does, and a few figures more. */

import { changeInWords } from '../../core/change.ts'
import { INVARIANTS } from '../../core/invariant.ts'
import type { ComparedMetric, Gate, Measured, MeasuredRun } from '../../core/measured.ts'
import { REQUEST_KINDS } from '../../core/purchase.ts'
import type { Result, VariantResult } from '../../core/result.ts'
import { formatMs } from '../format.ts'
import { isOfKind, METRICS, type Metric } from '../study/metrics.ts'

type Value = Metric['value']

const GATES: ReadonlyMap<string, Gate> = new Map<string, Gate>([
  ...['lost', 'violations', ...INVARIANTS].map((id) => [id, 'promise'] as const),
  ...['confirmed', 'failed', 'in-doubt'].map((id) => [id, 'count'] as const),
  ...['p50', 'p99', 'goodput', ...REQUEST_KINDS.flatMap((kind) => [`${kind}-good`, `${kind}-p99`])].map(
    (id) => [id, 'speed'] as const,
  ),
])

interface Measure extends ComparedMetric {
  readonly value: Value
}

const P90: Measure = {
  id: 'p90',
  name: 'p90 ms',
  unit: 'ms',
  better: 'less',
  gate: 'speed',
  ofSeeds: false,
  value: ({ latencyMs }) => latencyMs.p90,
}

/** How many seeds failed, where there are several. */
const FAILING: Measure = {
  id: 'failing',
  name: 'seeds that fail',
  unit: 'share',
  better: 'less',
  gate: 'promise',
  ofSeeds: true,
  value: ({ verdict }) => (verdict === 'PASS' ? 0 : 1),
}

const MEASURES: readonly Measure[] = [
  FAILING,
  ...METRICS.flatMap(({ id, name, unit, better, value }): Measure[] => {
    const measure = { id, name, unit, better, gate: GATES.get(id) ?? null, ofSeeds: false, value }
    return id === 'p50' ? [measure, P90] : [measure]
  }),
]

export const COMPARED_METRICS: readonly ComparedMetric[] = MEASURES.map(({ value: _, ...metric }) => metric)

/** The figures of a run; of its orders nothing is kept. */
export function measureRun({ seed, verdict, error, interrupted, variants }: Result): MeasuredRun {
  return { seed, verdict, cutShort: error ?? interrupted, variants: variants.map(measureVariant) }
}

/** Figures by kind say the same as the others where only orders came. */
function measureVariant(variant: VariantResult): MeasuredRun['variants'][number] {
  const byKind = variant.kinds.length > 1
  const values = MEASURES.flatMap(({ id, value }) => {
    const found = byKind || !isOfKind({ id }) ? value(variant) : null
    return found === null ? [] : [[id, found] as const]
  })
  const figures = { name: variant.name, verdict: variant.verdict, values: Object.fromEntries(values) }
  const changedByHand = variant.changes?.map((change) => `${formatMs(change.atMs)}: ${changeInWords(change)}`)
  return changedByHand ? { ...figures, changedByHand } : figures
}

/** @param runs of the same scenario at several seeds, the first of which says what was asked; undefined without any */
export function measuredOf(runs: readonly Result[], faultline: string | null): Measured | undefined {
  const [first] = runs
  return first && { ...aboutMeasured(first, faultline), runs: runs.map(measureRun) }
}

/** What is the same for each seed. */
export function aboutMeasured(result: Result, faultline: string | null): Omit<Measured, 'runs'> {
  const { scenario, title, baseCurrency, mode, flags, calibration = null, configuration } = result
  return { scenario, title, baseCurrency, faultline, mode, flags, calibration, configuration }
}
