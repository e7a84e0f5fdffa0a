/**
 * What Chart.js lacks and both renderers need: hatched bars, figures on them, and a sentence where there is nothing to draw.
 * The page inlines the source of these functions, so they use nothing but one another: no imports, no constants of the module.
 */

import { CHANGE_MARKS_SOURCE } from './change-marks.ts'
import { LANE_MARKS_SOURCE } from './lane-marks.ts'
import type { Pen } from './pen.ts'

interface Bar {
  readonly x: number
  readonly y: number
  readonly base: number
  readonly height: number
}

interface MarkedDataset {
  hatch?: string
  texts?: readonly string[]
  plainColor?: string
  backgroundColor?: unknown
}

/** Chart.js's chart, as far as it is used here. */
export interface MarkedChart {
  readonly ctx: Pen
  readonly width: number
  readonly chartArea: { left: number; right: number; top: number; bottom: number }
  readonly data: { datasets: MarkedDataset[] }
  readonly options: { color?: unknown; font?: { size?: number; family?: string } }
  isDatasetVisible(index: number): boolean
  getDatasetMeta(index: number): { data: readonly Bar[] }
}

export interface MarksOptions {
  /** Figures at the end of each row of a stacked horizontal bar chart. */
  totals?: readonly string[]
  /** Said in the middle of the chart where there is nothing to draw. */
  empty?: string
  /** Where an axis has its labels, by the id of the scale; others are left to Chart.js. */
  ticks?: Readonly<Record<string, readonly number[]>>
  paper?: string
}

type CreateCanvas = (width: number, height: number) => { getContext(kind: '2d'): unknown }

function strokes(pen: Pen, lines: readonly (readonly [number, number, number, number])[]): void {
  pen.beginPath()
  for (const [x1, y1, x2, y2] of lines) {
    pen.moveTo(x1, y1)
    pen.lineTo(x2, y2)
  }
  pen.stroke()
}

function hatched(createCanvas: CreateCanvas, target: Pen, color: string, hatch: string): unknown {
  const size = 12
  const canvas = createCanvas(size, size)
  const pen = canvas.getContext('2d') as Pen
  const [half, end] = [size / 2, size]
  pen.fillStyle = color
  pen.fillRect(0, 0, end, end)
  pen.strokeStyle = 'rgba(0, 0, 0, 0.55)'
  pen.fillStyle = 'rgba(0, 0, 0, 0.55)'
  pen.lineWidth = 1.6
  // Drawn beyond the edges, so that the tiles meet.
  const falling = [
    [-2, -2, end + 2, end + 2],
    [half, -half, end + half, half],
    [-half, half, half, end + half],
  ] as const
  const rising = falling.map(([x1, y1, x2, y2]) => [x1, end - y1, x2, end - y2] as const)
  if (hatch === 'diagonal' || hatch === 'cross') strokes(pen, rising)
  if (hatch === 'back-diagonal' || hatch === 'cross') strokes(pen, falling)
  if (hatch === 'horizontal' || hatch === 'grid') strokes(pen, [[0, half, end, half]])
  if (hatch === 'vertical' || hatch === 'grid') strokes(pen, [[half, 0, half, end]])
  if (hatch === 'dots') {
    for (const [x, y] of [
      [3, 3],
      [9, 9],
    ] as const) {
      pen.beginPath()
      pen.arc(x, y, 1.8, 0, 2 * Math.PI)
      pen.fill()
    }
  }
  const pattern = target.createPattern(canvas, 'repeat') as object
  // Chart.js recognises a pattern by what it says it is; not every canvas library says so.
  if (String(pattern) !== '[object CanvasPattern]') {
    Object.defineProperty(pattern, Symbol.toStringTag, { value: 'CanvasPattern' })
  }
  return pattern
}

function write(pen: Pen, text: string, x: number, y: number, ink: unknown, paper: string): void {
  pen.strokeStyle = paper
  pen.lineWidth = 5
  pen.lineJoin = 'round'
  pen.strokeText(text, x, y)
  pen.fillStyle = ink
  pen.fillText(text, x, y)
}

function writeTotals(chart: MarkedChart, totals: readonly string[], paper: string): void {
  const ends: number[] = []
  for (const [index] of chart.data.datasets.entries()) {
    if (!chart.isDatasetVisible(index)) continue
    for (const [at, bar] of chart.getDatasetMeta(index).data.entries()) {
      if (Number.isFinite(bar.x)) ends[at] = Math.max(ends[at] ?? 0, bar.x)
    }
  }
  const rows = chart.getDatasetMeta(0)?.data ?? []
  chart.ctx.textAlign = 'left'
  for (const [at, text] of totals.entries()) {
    const row = rows[at]
    if (!row) continue
    const beside = Math.max(ends[at] ?? 0, chart.chartArea.left) + 8
    const rightmost = chart.width - chart.ctx.measureText(text).width - 3
    write(chart.ctx, text, Math.min(beside, rightmost), row.y, chart.options.color, paper)
  }
}

function writeParts(chart: MarkedChart): void {
  chart.ctx.textAlign = 'center'
  for (const [index, dataset] of chart.data.datasets.entries()) {
    if (!dataset.texts || !chart.isDatasetVisible(index)) continue
    for (const [at, bar] of chart.getDatasetMeta(index).data.entries()) {
      const text = dataset.texts[at]
      if (!text || Math.abs(bar.x - bar.base) < chart.ctx.measureText(text).width + 14) continue
      write(chart.ctx, text, (bar.x + bar.base) / 2, bar.y, '#111111', 'rgba(255, 255, 255, 0.85)')
    }
  }
}

/** A Chart.js plugin. @param createCanvas makes the small canvases that hatches are drawn on */
export function createMarks(createCanvas: CreateCanvas) {
  return {
    id: 'marks',
    beforeUpdate(chart: MarkedChart): void {
      for (const dataset of chart.data.datasets) {
        if (!dataset.hatch || dataset.hatch === 'none') continue
        dataset.plainColor ??= String(dataset.backgroundColor)
        dataset.backgroundColor = hatched(createCanvas, chart.ctx, dataset.plainColor, dataset.hatch)
      }
    },
    /** Chart.js labels the upper part of a logarithmic axis so densely that the labels collide: 1, 2 and 5 are enough. */
    afterBuildTicks(
      _: unknown,
      { scale }: { scale: { id: string; type: string; ticks: { value: number }[] } },
      options: MarksOptions,
    ): void {
      const chosen = options.ticks?.[scale.id]
      if (chosen) scale.ticks = [...chosen].map((value) => ({ value }))
      if (scale.type !== 'logarithmic') return
      scale.ticks = scale.ticks.filter(({ value }) => /^[125]0*$/.test(String(value).replace(/^0\.0*/, '')))
    },
    afterDatasetsDraw(chart: MarkedChart, _: unknown, options: MarksOptions): void {
      const { ctx, chartArea } = chart
      const size = chart.options.font?.size ?? 12
      const family = chart.options.font?.family ?? 'sans-serif'
      const paper = options.paper ?? 'rgba(255, 255, 255, 0.85)'
      ctx.save()
      ctx.textBaseline = 'middle'
      ctx.font = `bold ${size}px ${family}`
      writeParts(chart)
      if (options.totals) writeTotals(chart, [...options.totals], paper)
      if (options.empty) {
        ctx.font = `${Math.round(size * 1.2)}px ${family}`
        ctx.textAlign = 'center'
        const middle = { x: (chartArea.left + chartArea.right) / 2, y: (chartArea.top + chartArea.bottom) / 2 }
        write(ctx, options.empty, middle.x, middle.y, chart.options.color, paper)
      }
      ctx.restore()
    },
  }
}

const OWN_SOURCE = [strokes, hatched, write, writeTotals, writeParts, createMarks].map(String)

/** The functions above as plain JavaScript that defines `createMarks`, and `createLaneMarks` and `createChangeMarks`, for a page. */
export const MARKS_SOURCE = [...OWN_SOURCE, LANE_MARKS_SOURCE, CHANGE_MARKS_SOURCE].join('\n')
