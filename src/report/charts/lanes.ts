/** Pictures over time: a lane for each variant, or each of its call paths, with strikes at its foot and windows shaded. */

import type { Result, VariantResult } from '../../core/result.ts'
import { changesOf } from '../changes.ts'
import { changeRow } from './change-row.ts'
import type { LaneMark } from './lane-marks.ts'
import { roundDown } from './quantiles.ts'
import { type ChartSpec, commonOptions, commonPlugins, type Dataset } from './spec.ts'
import { fine, strikeDots } from './strikes.ts'
import { type TimedTable, tableWith } from './timed-table.ts'
import { windowDatasets } from './windows.ts'

/** More lanes than this are too low to read. */
export const MOST_LANES = 12

/** How one measure looks in every lane. */
export interface Look {
  readonly label: string
  readonly color: string
  readonly fill: boolean
  readonly dash?: readonly number[]
}

export type Point = { readonly x: number; readonly y: number | null }

/** The values of equal buckets; null: nothing was measured. */
export interface Buckets {
  readonly bucketMs: number
  readonly values: readonly (number | null)[]
}

/** The curve of one measure: by buckets, or by the moments of its changes. */
export type Curve = { readonly look: Look } & (Buckets | { readonly points: readonly Point[] })

export interface Lane {
  readonly name: string
  /** Which of the variant's call paths. */
  readonly detail?: string
  readonly variant: VariantResult
  readonly curves: readonly Curve[]
}

interface LaneChart {
  readonly id: string
  readonly title: string
  readonly about: string
  readonly label: string
  readonly lanes: readonly Lane[]
  /** Of every lane, so that they compare. */
  readonly scale: { readonly type: 'linear' | 'logarithmic'; readonly min: number; readonly max: number }
  /** The one line that each lane has, and what is written on it. */
  readonly line: { readonly value: number; readonly figure?: string }
  readonly table: TimedTable
  readonly empty: string | null
}

/** A level holds for its whole bucket; a point stands only where it changes. */
export function steps({ values, bucketMs }: Buckets): Point[] {
  const points: Point[] = []
  const secondsAt = (at: number) => fine((at * bucketMs) / 1_000)
  for (const [at, value] of values.entries()) {
    const before = at > 0 ? (values[at - 1] ?? null) : null
    if (value !== null && (before === null || fine(value) !== fine(before))) {
      points.push({ x: secondsAt(at), y: fine(value) })
    }
    const ends = value !== null && (values[at + 1] ?? null) === null
    if (ends) points.push({ x: secondsAt(at + 1), y: fine(value) })
    if (ends && values.slice(at + 1).some((later) => later !== null)) points.push({ x: secondsAt(at + 1), y: null })
  }
  return points
}

/** Translucent: windows and what lies behind stay visible. */
const FILLED = 'B3'

function lookOf({ label, color, fill, dash = [] }: Look) {
  return {
    label,
    fill: fill ? 'start' : false,
    backgroundColor: fill ? `${color}${FILLED}` : color,
    borderColor: color,
    borderWidth: fill ? 1 : 2.5,
    borderDash: [...dash],
    pointRadius: 0,
    pointStyle: fill ? 'rect' : 'line',
    order: fill ? 3 : 2,
  }
}

/** The lanes' datasets; of those that look the same, the first one stands in the legend. */
function laneDatasets({ lanes, scale }: LaneChart): Dataset[] {
  const drawn = lanes.flatMap(({ variant, curves }, lane) => {
    const own: Dataset[] = [
      ...curves.map(({ look, ...curve }) => ({
        ...lookOf(look),
        data: 'points' in curve ? curve.points : steps(curve),
        stepped: 'before',
      })),
      ...strikeDots(variant, scale.min),
    ]
    return own.map((dataset) => ({ ...dataset, yAxisID: `lane-${lane}` }))
  })
  const seen = new Set<string>()
  return drawn
    .filter(({ data }) => data.length > 0)
    .map((dataset) => {
      const known = seen.has(dataset.label)
      seen.add(dataset.label)
      return known ? { ...dataset, unlisted: true } : dataset
    })
}

/** Where a picture over time ends at the earliest: when the last buyer has come and been answered. */
export function trafficEndMs({ variants }: Result): number {
  return Math.max(
    1_000,
    ...variants.map(({ arrivalWindowMs, series }) =>
      Math.max(arrivalWindowMs, series.bucketMs * series.goodput.length),
    ),
  )
}

/** When the last value above zero ends. */
function curveEndMs(curve: Curve): number {
  if ('points' in curve) return Math.max(0, ...curve.points.map(({ x }) => x * 1_000))
  return curve.bucketMs * (curve.values.findLastIndex((value) => value !== null && value > 0) + 1)
}

function laneScales({ lanes, scale }: LaneChart) {
  // Scales that are stacked stand from below upwards, and lanes are read from above.
  const own = lanes.map((_, lane) => [
    `lane-${lane}`,
    { ...scale, axis: 'y', stack: 'time', ticks: { autoSkip: false } },
  ])
  return Object.fromEntries(own.reverse())
}

/** Where a lane ends that shows up to `most`: the next one should not touch it. */
export function withHeadroom(most: number, type: 'linear' | 'logarithmic' = 'linear', min = 0): number {
  return type === 'linear' ? most * 1.25 : most * (most / min) ** 0.25
}

/** A line at a round figure: the largest 1, 2 or 5 times a power of ten that is at most `most`. */
export function lineAt(most: number, text: (value: number) => string = (value) => String(value)): LaneChart['line'] {
  const value = most > 0 ? roundDown(most) : 1
  return { value, figure: text(value) }
}

/** The lanes that were left out are counted in the sentence below the title. */
export function laneChart(result: Result, wanted: LaneChart): ChartSpec {
  const chart = { ...wanted, lanes: wanted.lanes.slice(0, MOST_LANES) }
  const left = wanted.lanes.length - chart.lanes.length
  const { id, title, label, lanes, table, empty } = chart
  const cut = left > 0 ? ` Drawn are the first ${MOST_LANES} of ${wanted.lanes.length} lanes.` : ''
  const end = Math.max(trafficEndMs(result), ...lanes.flatMap(({ curves }) => curves.map(curveEndMs)))
  const changes = changesOf(result)
  const names = lanes.map(({ variant }) => variant.name)
  const row = changeRow(changes, names, end)
  const about = `${chart.about}${cut}${row.about}`
  const marks: LaneMark[] = lanes.map(({ name, detail }, lane) => {
    const { value, figure } = chart.line
    const named = { scale: `lane-${lane}`, text: name, line: value }
    return { ...named, ...(detail === undefined ? {} : { detail }), ...(figure === undefined ? {} : { figure }) }
  })
  return {
    id,
    title,
    about,
    label: `${label}${row.label}`,
    ...row.besides,
    config: {
      type: 'line',
      data: { datasets: [...laneDatasets(chart), ...windowDatasets(result, end)] },
      options: {
        ...commonOptions(title, about),
        scales: {
          x: {
            type: 'linear',
            min: 0,
            max: end / 1_000,
            title: { display: true, text: 'seconds after the traffic began' },
          },
          ...laneScales(chart),
          ...row.scales,
          windows: { axis: 'y', type: 'linear', display: false, min: 0, max: 1 },
        },
        plugins: commonPlugins(title, about, {
          lanes: { lanes: [...marks, ...row.marks].map((mark) => ({ ...mark })) },
          ...row.plugins,
          marks: empty === null ? {} : { empty },
        }),
      },
    },
    table: tableWith(table, changes),
  }
}
