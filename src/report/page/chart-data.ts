/** The charts as the page's script reads them: points are most of a page's data, so they lose the names of their parts. */

import type { ChartConfig, ChartSpec, Dataset, Plain } from '../charts/spec.ts'

export interface PackedChart {
  readonly id: string
  readonly config: ChartConfig
}

interface Point {
  readonly x: number
  readonly y: number | null
}

function isPoint(value: Plain): boolean {
  if (value === null || typeof value !== 'object' || !('x' in value && 'y' in value)) return false
  return (
    Object.keys(value).length === 2 && typeof value.x === 'number' && (typeof value.y === 'number' || value.y === null)
  )
}

/** Points become `xy`, the parts of one behind those of the other; `data` is empty then. */
function packDataset(dataset: Dataset): Dataset {
  const { data } = dataset
  if (data.length === 0 || !data.every(isPoint)) return dataset
  return { ...dataset, data: [], xy: (data as unknown as readonly Point[]).flatMap(({ x, y }) => [x, y]) }
}

/** No screen shows more digits than these; the tables beside the charts have the figures. */
const DIGITS = 5

function rounded<T>(value: T): T {
  const text = JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'number' && !Number.isInteger(part) ? Number(part.toPrecision(DIGITS)) : part,
  )
  return JSON.parse(text) as T
}

/** What `unpackChart` of chart-script.ts makes charts of again. */
export function packChart({ id, config }: ChartSpec): PackedChart {
  const datasets = config.data.datasets.map(packDataset)
  return rounded({ id, config: { ...config, data: { ...config.data, datasets } } })
}
