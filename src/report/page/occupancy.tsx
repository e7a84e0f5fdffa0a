/** How full a path was over the run: calls on their way as an area, calls in line as a line above it. */

import type { ReactNode } from 'react'
import type { DependencyResult } from '../../core/dependency.ts'
import type { Result, VariantResult } from '../../core/result.ts'
import { OKABE_ITO } from '../charts/spec.ts'
import { formatCount, formatSeconds } from '../format.ts'
import { Figures } from './table.tsx'
import { acrossAt, TimeBand, tenths } from './time-band.tsx'

const HEIGHT = 120
const TOP = 16
const MOST_ROWS = 24

interface OccupancyProps {
  readonly result: Result
  readonly variant: VariantResult
  readonly dependency: DependencyResult
  readonly spanMs: number
}

/** Steps: a level holds for its whole bucket. */
function steps(levels: readonly number[], bucketMs: number, spanMs: number, most: number): string {
  const y = (level: number) => tenths(HEIGHT - (level / most) * (HEIGHT - TOP))
  return levels.map((level, at) => `V${y(level)}H${acrossAt((at + 1) * bucketMs, spanMs)}`).join('')
}

/** Buckets next to one another are told together, so that a reader can take them in. */
function rowsOf({ bucketMs, calls, refused, mostInFlight, mostQueued }: DependencyResult['series']): string[][] {
  const together = Math.max(1, Math.ceil(calls.length / MOST_ROWS))
  const rows: string[][] = []
  for (let from = 0; from < calls.length; from += together) {
    const part = (counts: readonly number[]) => counts.slice(from, from + together)
    const sums = [calls, refused].map((counts) => part(counts).reduce((sum, count) => sum + count, 0))
    const peaks = [mostInFlight, mostQueued].map((levels) => Math.max(0, ...part(levels)))
    rows.push([formatSeconds(from * bucketMs), ...[...sums, ...peaks].map(formatCount)])
  }
  return rows
}

export function Occupancy({ result, variant, dependency, spanMs }: OccupancyProps): ReactNode {
  const { edge, mostInFlight, mostQueued, series } = dependency
  const most = Math.max(1, mostInFlight, mostQueued)
  const { bucketMs } = series
  const summary = `at most ${formatCount(mostInFlight)} calls on their way and ${formatCount(mostQueued)} in line`
  return (
    <figure className='band'>
      <figcaption>
        How full {edge} was: {summary}. Filled: on their way; dashed line: in line; the most in each{' '}
        {formatSeconds(bucketMs)}.
      </figcaption>
      <TimeBand
        {...{ result, variant, spanMs }}
        height={HEIGHT}
        label={`Calls on ${edge} in ${variant.name} over time: ${summary}.`}
      >
        <path
          d={`M0 ${HEIGHT}${steps(series.mostInFlight, bucketMs, spanMs, most)}V${HEIGHT}z`}
          fill={OKABE_ITO.sky}
          fillOpacity='0.75'
        />
        {mostQueued > 0 ? (
          <path
            d={`M0 ${HEIGHT}${steps(series.mostQueued, bucketMs, spanMs, most)}`}
            fill='none'
            stroke={OKABE_ITO.vermillion}
            strokeWidth='3'
            strokeDasharray='9 4'
          />
        ) : null}
        <text x='4' y='12'>
          {formatCount(most)}
        </text>
      </TimeBand>
      <details>
        <summary>Figures of {edge} over time</summary>
        <Figures
          caption={`Calls, refusals, and the most on their way and in line on ${edge} in ${variant.name}`}
          columns={['from', 'calls', 'refused', 'on their way', 'in line']}
          rows={rowsOf(series)}
        />
      </details>
    </figure>
  )
}
