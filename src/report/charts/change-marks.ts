/**
 * What Chart.js lacks for changes: a line through every lane that one is about, and its number above, in a row of its own.
 * The page inlines the source of these functions, so they use nothing but one another: no imports, no constants of the module.
 */

import type { Pen } from './pen.ts'

export interface ChangeMark {
  readonly number: number
  /** By hand: a whole line, and a filled number. Otherwise dashes, and a framed one. */
  readonly hand: boolean
  /** The lane, and where in it, in seconds. */
  readonly lines: readonly (readonly [lane: number, seconds: number])[]
}

interface Labels {
  readonly width: number
  readonly from: number
  readonly to: number
  readonly rows: number
}

export interface PlacedLabel {
  readonly x: number
  readonly row: number
}

interface ChangesOptions {
  changes?: readonly ChangeMark[]
  /** The id of the row's axis. */
  scale?: string
  paper?: string
}

interface Scale {
  readonly top: number
  readonly bottom: number
  getPixelForValue(value: number): number
}

/** Chart.js's chart, as far as it is used here. */
interface ChangeChart {
  readonly ctx: Pen
  readonly chartArea: { left: number; right: number }
  readonly options: { color?: unknown; font?: { size?: number; family?: string } }
  readonly scales: Readonly<Record<string, Scale>>
  readonly config: { options?: { plugins?: { marks?: { paper?: string } } } }
}

/**
 * Where labels stand, so that none covers another: each as near to its place as may be, in so many rows. Of more than there is room for,
 * the last ones have none.
 * @param at rising
 */
export function spreadLabels(at: readonly number[], { width, from, to, rows }: Labels): PlacedLabel[] {
  const most = rows * Math.max(1, Math.floor((to - from) / width))
  const placed: { x: number; row: number }[] = []
  const ends: number[] = Array.from({ length: rows }, () => Number.NEGATIVE_INFINITY)
  for (const wanted of at.slice(0, most)) {
    const within = Math.max(from + width / 2, wanted)
    const free = ends.findIndex((end) => end <= within - width / 2)
    const row = free >= 0 ? free : ends.indexOf(Math.min(...ends))
    const x = Math.max(within, (ends[row] ?? 0) + width / 2)
    ends[row] = x + width / 2
    placed.push({ x, row })
  }
  // What stands beyond the end moves back, and pushes those before it.
  const starts: number[] = Array.from({ length: rows }, () => to)
  for (const label of placed.toReversed()) {
    label.x = Math.min(label.x, (starts[label.row] ?? to) - width / 2)
    starts[label.row] = label.x - width / 2
  }
  return placed
}

function changeLine(pen: Pen, dashed: boolean, points: readonly (readonly [number, number])[]): void {
  pen.setLineDash(dashed ? [5, 4] : [])
  pen.beginPath()
  for (const [index, [x, y]] of points.entries()) {
    if (index === 0) pen.moveTo(x, y)
    else pen.lineTo(x, y)
  }
  pen.stroke()
  pen.setLineDash([])
}

function drawChangeNumber(chart: ChangeChart, mark: ChangeMark, box: number[], paper: string): void {
  const { ctx, options } = chart
  const [x = 0, y = 0, width = 0, height = 0] = box
  ctx.fillStyle = mark.hand ? options.color : paper
  ctx.fillRect(x - width / 2, y - height / 2, width, height)
  ctx.strokeStyle = options.color
  ctx.strokeRect(x - width / 2, y - height / 2, width, height)
  ctx.fillStyle = mark.hand ? paper : options.color
  ctx.fillText(String(mark.number), x, y)
}

function drawChangeMarks(chart: ChangeChart, row: Scale, changes: readonly ChangeMark[], paper: string): void {
  const { ctx, chartArea, scales } = chart
  const size = Math.max(9, Math.round((chart.options.font?.size ?? 12) * 0.8))
  ctx.font = `bold ${size}px ${chart.options.font?.family ?? 'sans-serif'}`
  const height = size + 4
  const digits = Math.max(...changes.map(({ number }) => String(number).length))
  const width = ctx.measureText('8'.repeat(digits)).width + 8
  const x = scales.x
  if (!x) return
  const first = changes.map(({ lines }) => x.getPixelForValue(Math.min(...lines.map(([, seconds]) => seconds))))
  const rows = Math.max(1, Math.floor((row.bottom - row.top) / (height + 2)))
  const room = { width: width + 2, from: chartArea.left, to: chartArea.right, rows }
  const labels = spreadLabels(first, room)
  for (const [index, mark] of changes.entries()) {
    ctx.strokeStyle = chart.options.color
    ctx.lineWidth = 1
    const at = first[index] ?? 0
    for (const [lane, seconds] of mark.lines) {
      const scale = scales[`lane-${lane}`]
      const across = x.getPixelForValue(seconds)
      if (scale)
        changeLine(ctx, !mark.hand, [
          [across, scale.top],
          [across, scale.bottom],
        ])
    }
    const label = labels[index]
    const y = row.top + (height + 2) * ((label?.row ?? 0) + 0.5)
    if (label)
      changeLine(ctx, false, [
        [label.x, y],
        [at, row.bottom - 2],
        [at, row.bottom],
      ])
  }
  // Above all lines.
  for (const [index, label] of labels.entries()) {
    const mark = changes[index]
    if (mark) drawChangeNumber(chart, mark, [label.x, row.top + (height + 2) * (label.row + 0.5), width, height], paper)
  }
}

/** A Chart.js plugin. */
export function createChangeMarks() {
  return {
    id: 'changes',
    afterDatasetsDraw(chart: ChangeChart, _: unknown, { changes, scale }: ChangesOptions): void {
      const row = chart.scales[scale ?? '']
      if (!changes || !row) return
      // On paper of its own colour: the page says which, files are white.
      const paper = chart.config.options?.plugins?.marks?.paper ?? '#ffffff'
      chart.ctx.save()
      chart.ctx.textAlign = 'center'
      chart.ctx.textBaseline = 'middle'
      drawChangeMarks(chart, row, [...changes], paper)
      chart.ctx.restore()
    },
  }
}

/** The functions above as plain JavaScript that defines `createChangeMarks`, for a page. */
export const CHANGE_MARKS_SOURCE = [spreadLabels, changeLine, drawChangeNumber, drawChangeMarks, createChangeMarks]
  .map(String)
  .join('\n')
