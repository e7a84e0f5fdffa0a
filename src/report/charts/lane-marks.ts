/**
 * What Chart.js lacks for pictures over time: lanes with names, each with one line, and a legend that says everything once.
 * The page inlines the source of these functions, so they use nothing but one another: no imports, no constants of the module.
 */

import type { Pen } from './pen.ts'

export interface LaneMark {
  /** The id of the lane's axis. */
  readonly scale: string
  readonly text: string
  /** Which of the variant's call paths; never cut. */
  readonly detail?: string
  /** Where the lane has its one line, and what is written on it. */
  readonly line: number
  readonly figure?: string
  /** It is too full for its name to be written into it. */
  readonly full?: boolean
}

interface LaneOptions {
  lanes?: readonly LaneMark[]
  paper?: string
}

interface LaneScale {
  readonly top: number
  readonly bottom: number
  width: number
  getPixelForValue(value: number): number
}

/** Chart.js's chart, as far as it is used here. */
interface LaneChart {
  readonly ctx: Pen
  readonly width: number
  readonly chartArea: { left: number; right: number }
  /** A dataset that is not listed has a look that another one stands in the legend for. */
  readonly data: { datasets: readonly { unlisted?: boolean }[] }
  readonly options: { color?: unknown; font?: { size?: number; family?: string } }
  readonly scales: Readonly<Record<string, LaneScale>>
  readonly config: {
    options?: {
      plugins?: { legend?: { labels?: object }; lanes?: LaneOptions; marks?: { paper?: string } }
      scales?: Readonly<Record<string, { ticks?: object }>>
    }
  }
}

/** Beside the lanes is room for names only in a wide chart; in others they are written into the lanes. */
function namesBeside(chart: LaneChart): boolean {
  return chart.width >= 500
}

function setFont(chart: LaneChart, weight: string, size?: number): void {
  const { font } = chart.options
  chart.ctx.font = `${weight} ${size ?? font?.size ?? 12}px ${font?.family ?? 'sans-serif'}`
}

/** A lane's name in so much room; what tells its paths apart is never cut. */
function laneName(pen: Pen, { text, detail }: LaneMark, room: number): string {
  const end = detail === undefined ? '' : `: ${detail}`
  const letters = Array.from(text)
  if (pen.measureText(text + end).width <= room) return text + end
  while (letters.length > 4 && pen.measureText(`${letters.join('')}…${end}`).width > room) letters.pop()
  return `${letters.join('')}…${end}`
}

function besideLane(chart: LaneChart, lane: LaneMark): string {
  if (!namesBeside(chart)) return ''
  setFont(chart, '')
  return laneName(chart.ctx, lane, chart.width * (lane.detail === undefined ? 0.27 : 0.4))
}

/** Chart.js gives each of many axes next to no room: all lanes take what the longest name needs. */
function widenLane(chart: LaneChart, lanes: readonly LaneMark[], scale: LaneScale): void {
  const names = lanes.map((lane) => besideLane(chart, lane))
  setFont(chart, '')
  scale.width = Math.max(...names.map((name) => chart.ctx.measureText(name).width)) + 12
}

function writeInLane(chart: LaneChart, text: string, x: number, y: number, paper: string): void {
  const { ctx } = chart
  ctx.strokeStyle = paper
  ctx.lineWidth = 4
  ctx.lineJoin = 'round'
  ctx.strokeText(text, x, y)
  ctx.fillStyle = chart.options.color
  ctx.fillText(text, x, y)
}

/** The figure of each lane's line, beside the line; and in a narrow chart the lane's name, in its corner. */
function writeLanes(chart: LaneChart, lanes: readonly LaneMark[], paper: string): void {
  const { ctx, chartArea } = chart
  const size = chart.options.font?.size ?? 12
  for (const lane of lanes) {
    const scale = chart.scales[lane.scale]
    if (!scale) continue
    const height = Math.round(Math.min(size * 0.85, Math.max(9, (scale.bottom - scale.top) * 0.5)))
    if (!namesBeside(chart) && !lane.full) {
      setFont(chart, 'bold', height)
      const name = laneName(ctx, lane, (chartArea.right - chartArea.left) * 0.8)
      writeInLane(chart, name, chartArea.left + 4, scale.top + height * 0.7, paper)
    }
    if (lane.figure === undefined) continue
    setFont(chart, '', height)
    const x = chartArea.right - ctx.measureText(lane.figure).width - 3
    writeInLane(chart, lane.figure, x, scale.getPixelForValue(lane.line), paper)
  }
}

/** A Chart.js plugin. */
export function createLaneMarks() {
  return {
    id: 'lanes',
    /** What Chart.js takes functions for: a chart is plain data until here. */
    beforeInit(chart: LaneChart): void {
      const { plugins, scales = {} } = chart.config.options ?? {}
      const listed = ({ datasetIndex }: { datasetIndex: number }) => !chart.data.datasets[datasetIndex]?.unlisted
      const lanes = plugins?.lanes?.lanes
      if (!lanes) return
      if (plugins.legend?.labels) Object.assign(plugins.legend.labels, { filter: listed })
      for (const lane of lanes) {
        const axis = scales[lane.scale]
        if (!axis) continue
        Object.assign(axis, { afterFit: (scale: LaneScale) => widenLane(chart, lanes, scale) })
        Object.assign(axis.ticks ?? {}, { callback: () => besideLane(chart, lane) })
      }
    },
    afterBuildTicks(
      _: unknown,
      { scale }: { scale: { id: string; ticks: { value: number }[] } },
      { lanes }: LaneOptions,
    ): void {
      const lane = lanes?.find(({ scale: id }) => id === scale.id)
      if (lane) scale.ticks = [{ value: lane.line }]
    },
    afterDatasetsDraw(chart: LaneChart, _: unknown, { lanes }: LaneOptions): void {
      if (!lanes) return
      chart.ctx.save()
      chart.ctx.textAlign = 'left'
      chart.ctx.textBaseline = 'middle'
      const paper = chart.config.options?.plugins?.marks?.paper ?? 'rgba(255, 255, 255, 0.85)'
      writeLanes(chart, [...lanes], paper)
      chart.ctx.restore()
    },
  }
}

/** The functions above as plain JavaScript that defines `createLaneMarks`, for a page. */
export const LANE_MARKS_SOURCE = [
  namesBeside,
  setFont,
  laneName,
  besideLane,
  widenLane,
  writeInLane,
  writeLanes,
  createLaneMarks,
]
  .map(String)
  .join('\n')
