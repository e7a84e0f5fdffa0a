/** Draws a chart as a PNG file. The drawing libraries are loaded only when this is called. */

import { createRequire } from 'node:module'
import { createChangeMarks } from '../charts/change-marks.ts'
import { createLaneMarks } from '../charts/lane-marks.ts'
import { createMarks } from '../charts/marks.ts'
import type { ChartConfig } from '../charts/spec.ts'

export const INK = '#1b1f24'
export const LINES = '#dfe3e8'
export const FAMILY = "'DejaVu Sans', 'Liberation Sans', Arial, Helvetica, sans-serif"

export interface Size {
  readonly width: number
  readonly height: number
  /** Pixels of the file for each of the chart's own. */
  readonly scale: number
  readonly fontSize: number
}

export const SLIDE: Size = { width: 1280, height: 720, scale: 1, fontSize: 19 }

type CreateCanvas = Parameters<typeof createMarks>[0]
type Draw = (config: ChartConfig) => Buffer
/** One for each size, since the library takes it beforehand. */
export type DrawAt = (size: Size) => Draw

/** Chart.js, as far as it is used here; its own types need a browser's. */
interface ChartJs {
  new (context: unknown, config: unknown): { destroy(): void }
  register(plugin: unknown): void
  readonly defaults: { color: unknown; borderColor: unknown; font: { family?: string; size?: number } }
}

/** The pixels of a chart that is drawn are given back at once: nobody counts them as memory that is worth collecting. */
const RELEASE = {
  id: 'release',
  beforeDestroy({ canvas }: { canvas: { width: number; height: number } | null }) {
    if (canvas) Object.assign(canvas, { width: 1, height: 1 })
  },
}

function dress(chartJs: ChartJs, createCanvas: CreateCanvas, fontSize = SLIDE.fontSize): void {
  chartJs.defaults.color = INK
  chartJs.defaults.borderColor = LINES
  Object.assign(chartJs.defaults.font, { family: FAMILY, size: fontSize })
  chartJs.register(createMarks(createCanvas))
  chartJs.register(createLaneMarks())
  chartJs.register(createChangeMarks())
  chartJs.register(RELEASE)
}

/** Chart.js makes the canvas larger by itself where it is told so. */
function scaled(config: ChartConfig, { scale }: Size): ChartConfig {
  return { ...config, options: { ...config.options, devicePixelRatio: scale } }
}

/** chartjs-node-canvas, with `canvas` resolved to @napi-rs/canvas by this package's npm override. */
async function withNodeCanvas(): Promise<DrawAt> {
  const { ChartJSNodeCanvas } = await import('chartjs-node-canvas')
  const fromThere = createRequire(createRequire(import.meta.url).resolve('chartjs-node-canvas'))
  const { createCanvas } = fromThere('canvas') as { createCanvas: CreateCanvas }
  const rendererFor = (size: Size) =>
    new ChartJSNodeCanvas({
      width: size.width,
      height: size.height,
      backgroundColour: 'white',
      chartCallback: (chartJs) => dress(chartJs as unknown as ChartJs, createCanvas, size.fontSize),
    })
  // Each one loads Chart.js anew. That it finds no canvas shows only when one is made.
  const slides = rendererFor(SLIDE)
  return (size) => {
    const renderer = size === SLIDE ? slides : rendererFor(size)
    // Only the synchronous method works with @napi-rs/canvas.
    return (config) =>
      renderer.renderToBufferSync(scaled(config, size) as unknown as Parameters<typeof renderer.renderToBufferSync>[0])
  }
}

interface Painted {
  readonly ctx: { save(): void; restore(): void; fillStyle: string; fillRect(...box: number[]): void }
  readonly width: number
  readonly height: number
}

const PAPER = {
  id: 'paper',
  beforeDraw({ ctx, width, height }: Painted) {
    ctx.save()
    ctx.fillStyle = 'white'
    ctx.fillRect(0, 0, width, height)
    ctx.restore()
  },
}

/** An override does not reach those who install the published package: there Chart.js draws on @napi-rs/canvas itself. */
async function withChartJsAlone(): Promise<DrawAt> {
  const { createCanvas } = await import('@napi-rs/canvas')
  const { Chart } = (await import('chart.js/auto')) as unknown as { Chart: ChartJs }
  dress(Chart, createCanvas as unknown as CreateCanvas)
  Chart.register(PAPER)
  return (size) => (config) => {
    Chart.defaults.font.size = size.fontSize
    const canvas = Object.assign(createCanvas(size.width, size.height), { style: {} })
    const options = { ...scaled(config, size).options, responsive: false, animation: false }
    const chart = new Chart(canvas.getContext('2d'), { ...config, options })
    const bytes = canvas.toBuffer('image/png')
    chart.destroy()
    return bytes
  }
}

async function chooseDraw(): Promise<DrawAt> {
  const { GlobalFonts } = await import('@napi-rs/canvas')
  if (GlobalFonts.families.length === 0) {
    throw new Error('PNG charts need a font: install one, such as fonts-dejavu-core; report.html needs none')
  }
  try {
    return await withNodeCanvas()
  } catch {
    return await withChartJsAlone()
  }
}

/** Throws with one sentence where this machine cannot draw: the libraries are missing, or there is no font. */
export async function openDraw(): Promise<DrawAt> {
  try {
    return await chooseDraw()
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error)
    throw new Error(`no PNG charts: ${why}`, { cause: error })
  }
}
