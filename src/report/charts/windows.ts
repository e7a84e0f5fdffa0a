/** When a gremlin was about: shaded in every picture over time. */

import type { Result, VariantResult } from '../../core/result.ts'
import { formatCounted, formatSeconds } from '../format.ts'
import { gremlinTitle } from '../headline.ts'
import type { Dataset } from './spec.ts'

/** They shade for their whole window; others only where they were given one. */
const WINDOW_GREMLINS: readonly string[] = ['outage', 'partition']
/** Windows that have a colour and a name of their own; the rest share one. */
const MOST_NAMED = 4
const SHADES = ['204, 121, 167', '86, 180, 233', '230, 159, 0', '0, 158, 115'] as const
const REST = '153, 153, 153'

export interface Window {
  readonly title: string
  readonly fromMs: number
  readonly toMs: number
  /** Red, green and blue. */
  readonly shade: string
}

/** The windows within `[0, endMs]`, in the scenario's order. Those that are about all the time shade nothing. */
export function windowsOf({ configuration }: Result, endMs: number): Window[] {
  return configuration.gremlins
    .filter(({ gremlin, fromMs, toMs }) => WINDOW_GREMLINS.includes(gremlin) || fromMs > 0 || toMs !== null)
    .filter(({ fromMs }) => fromMs < endMs)
    .map((gremlin, at) => ({
      title: gremlinTitle(gremlin),
      fromMs: gremlin.fromMs,
      toMs: Math.min(gremlin.toMs ?? endMs, endMs),
      shade: at < MOST_NAMED ? (SHADES[at % SHADES.length] ?? REST) : REST,
    }))
}

/** A control arm meets no gremlin. */
export function meetsGremlins({ configuration }: Result, variant: VariantResult): boolean {
  return configuration.variants.find(({ name }) => name === variant.name)?.gremlins !== 'none'
}

function shaded(label: string, shade: string, windows: readonly Window[]): Dataset {
  const points = windows.flatMap(({ fromMs, toMs }, at) => [
    ...(at > 0 ? [{ x: fromMs / 1_000, y: null }] : []),
    { x: fromMs / 1_000, y: 1 },
    { x: toMs / 1_000, y: 1 },
  ])
  return {
    label,
    data: points,
    yAxisID: 'windows',
    fill: 'origin',
    borderWidth: 0,
    pointRadius: 0,
    pointStyle: 'rect',
    backgroundColor: `rgba(${shade}, 0.28)`,
    order: 10,
  }
}

/** Datasets for an axis called `windows`, from 0 to 1 over the whole height. */
export function windowDatasets(result: Result, endMs: number): Dataset[] {
  const windows = windowsOf(result, endMs)
  const rest = windows.slice(MOST_NAMED)
  const named = windows.slice(0, MOST_NAMED).map((window) => {
    const { title, fromMs, toMs, shade } = window
    return shaded(`${title}, ${formatSeconds(fromMs)} to ${formatSeconds(toMs)}`, shade, [window])
  })
  return rest.length === 0 ? named : [...named, shaded(formatCounted(rest.length, 'further window'), REST, rest)]
}
