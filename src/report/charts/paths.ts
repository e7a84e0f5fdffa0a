/** What policies did on single call paths, over time: breakers' states as bands, and how full compartments were. */

import { type BreakerState, type DependencyResult, MOST_BREAKER_CHANGES } from '../../core/dependency.ts'
import type { Result, VariantResult } from '../../core/result.ts'
import { filledUp, total } from '../dependencies.ts'
import { formatCount, formatCounted, formatMs, formatSeconds } from '../format.ts'
import { type Curve, type Look, laneChart, lineAt, MOST_LANES, trafficEndMs, withHeadroom } from './lanes.ts'
import { type ChartSpec, OKABE_ITO } from './spec.ts'
import { bucketRow } from './timed-table.ts'

interface Path {
  readonly variant: VariantResult
  readonly dependency: DependencyResult
  readonly name: string
}

function pathsWhere({ variants }: Result, wanted: (dependency: DependencyResult) => boolean): Path[] {
  return variants.flatMap((variant) =>
    variant.dependencies
      .filter(wanted)
      .map((dependency) => ({ variant, dependency, name: `${variant.name}: ${dependency.edge}` })),
  )
}

/** The paths on which most happened, in the order in which they were run. */
function worthDrawing(paths: readonly Path[], weight: (path: Path) => number): Path[] {
  const heaviest = new Set([...paths].sort((a, b) => weight(b) - weight(a)).slice(0, MOST_LANES))
  return paths.filter((path) => heaviest.has(path))
}

/** Height says what colour says. */
export const BREAKER_LOOKS: Record<BreakerState, { readonly color: string; readonly height: number }> = {
  closed: { color: OKABE_ITO.green, height: 0.14 },
  'half-open': { color: OKABE_ITO.orange, height: 0.5 },
  open: { color: OKABE_ITO.vermillion, height: 0.9 },
}
const STATES = Object.keys(BREAKER_LOOKS) as BreakerState[]
/** Twelve lanes of so many changes are as much as one picture can show. */
const MOST_DRAWN = 60

interface Stretch {
  readonly state: BreakerState
  readonly fromMs: number
  readonly toMs: number
}

/** From the start to the end; where not all changes are known, to the last one that is. */
export function stretchesOf(
  breaker: NonNullable<DependencyResult['breaker']>,
  spanMs: number,
  most = MOST_BREAKER_CHANGES,
): Stretch[] {
  const known = breaker.changes.slice(0, most)
  const starts = [{ atMs: 0, state: 'closed' as BreakerState }, ...known]
  const whole = breaker.changes.length < Math.min(most, MOST_BREAKER_CHANGES)
  return starts
    .map(({ atMs, state }, at) => {
      const toMs = starts[at + 1]?.atMs ?? (whole ? spanMs : atMs)
      return { state, fromMs: Math.max(0, Math.min(atMs, spanMs)), toMs: Math.max(0, Math.min(toMs, spanMs)) }
    })
    .filter(({ fromMs, toMs }) => toMs > fromMs)
}

/** Stretches are no buckets: each one is a step of its own. */
function bands(stretches: readonly Stretch[], state: BreakerState): Curve {
  const { color, height } = BREAKER_LOOKS[state]
  const own = stretches.filter((stretch) => stretch.state === state)
  return {
    look: { label: state, color, fill: true },
    points: own.flatMap(({ fromMs, toMs }) => [
      { x: fromMs / 1_000, y: height },
      { x: toMs / 1_000, y: height },
      { x: toMs / 1_000, y: null },
    ]),
  }
}

/** Nothing where no breaker spoke. */
export function breakersChart(result: Result): ChartSpec[] {
  const all = pathsWhere(result, ({ breaker }) => breaker !== null)
  if (all.length === 0) return []
  const paths = worthDrawing(all, ({ dependency }) => dependency.breaker?.openMs ?? 0)
  const spanMs = Math.max(
    trafficEndMs(result),
    ...paths.map(({ dependency }) => dependency.breaker?.changes.at(-1)?.atMs ?? 0),
  )
  const title = 'Breakers over time'
  const cut = paths.some(({ dependency }) => (dependency.breaker?.changes.length ?? 0) >= MOST_DRAWN)
  const listed = paths.flatMap(({ variant, name, dependency }) => {
    const breaker = dependency.breaker
    return breaker ? [{ variant, name, breaker, stretches: stretchesOf(breaker, spanMs, MOST_DRAWN) }] : []
  })
  const most = `the ${MOST_LANES} of ${all.length} that were open longest`
  const chart = laneChart(result, {
    id: 'breakers-over-time',
    title,
    about: `High: open, no calls; half-way: half-open, trials; low: closed.${all.length > paths.length ? ` Drawn: ${most}.` : ''}${cut ? ` Of each, the first ${MOST_DRAWN} changes.` : ''}`,
    label: `${title}: ${listed.map(({ name, breaker }) => `${name} ${formatCounted(breaker.openings, 'opening')}, open for ${formatMs(breaker.openMs)}`).join('; ')}.`,
    lanes: paths.map(({ variant, dependency: { breaker, edge } }) => {
      const stretches = breaker ? stretchesOf(breaker, spanMs, MOST_DRAWN) : []
      return { name: variant.name, detail: edge, variant, curves: STATES.map((state) => bands(stretches, state)) }
    }),
    scale: { type: 'linear', min: 0, max: withHeadroom(BREAKER_LOOKS.open.height) },
    line: { value: BREAKER_LOOKS['half-open'].height },
    table: {
      columns: ['breaker', 'from', 'to', 'it was'],
      rows: listed.flatMap(({ variant, name, stretches }) =>
        stretches.map(({ state, fromMs, toMs }) => {
          const cells = [name, formatSeconds(fromMs), formatSeconds(toMs), state]
          return { variant, fromMs, toMs, cells }
        }),
      ),
    },
    empty: null,
  })
  return [chart]
}

const ON_THEIR_WAY: Look = { label: 'most on their way', color: OKABE_ITO.sky, fill: true }
const IN_LINE: Look = { label: 'most in line', color: OKABE_ITO.vermillion, fill: false, dash: [9, 4] }

/** Nothing where no call had to wait for a place, and none was refused one. */
export function compartmentsChart(result: Result): ChartSpec[] {
  const all = pathsWhere(result, filledUp)
  if (all.length === 0) return []
  const paths = worthDrawing(all, ({ dependency }) => total(dependency.refusals) + dependency.mostQueued)
  const title = 'How full the compartments were'
  const most = Math.max(1, ...paths.map(({ dependency }) => Math.max(dependency.mostInFlight, dependency.mostQueued)))
  const chart = laneChart(result, {
    id: 'compartments-over-time',
    title,
    about: `The most calls on their way and in line on each path, in each stretch of time.${all.length > paths.length ? ` Drawn: the ${MOST_LANES} of ${all.length} on which most was refused.` : ''}`,
    label: `${title}: ${paths.map(({ name, dependency }) => `${name} at most ${formatCount(dependency.mostInFlight)} on their way and ${formatCount(dependency.mostQueued)} in line`).join('; ')}.`,
    lanes: paths.map(({ variant, dependency: { series, edge } }) => {
      const { bucketMs } = series
      const curves = [
        { look: ON_THEIR_WAY, bucketMs, values: series.mostInFlight },
        { look: IN_LINE, bucketMs, values: series.mostQueued },
      ]
      return { name: variant.name, detail: edge, variant, curves }
    }),
    scale: { type: 'linear', min: 0, max: withHeadroom(most) },
    line: lineAt(most),
    table: {
      columns: ['path', 'time', 'calls', 'refused', 'most on their way', 'most in line'],
      rows: paths.flatMap(({ variant, name, dependency: { series } }) =>
        series.calls.map((calls, at) => {
          const levels = [series.refused[at] ?? 0, series.mostInFlight[at] ?? 0, series.mostQueued[at] ?? 0]
          return bucketRow({ variant, name }, series.bucketMs, at, [calls, ...levels].map(formatCount))
        }),
      ),
    },
    empty: null,
  })
  return [chart]
}
