/** The charts as PNG files for slides. The drawing libraries are loaded only when this is called. */

import { createRequire } from 'node:module'
import type { Result } from '../core/result.ts'
import { createMarks } from './chart-marks.ts'
import type { ChartConfig, ChartSpec } from './chart-spec.ts'
import { buildCharts } from './charts.ts'
import { cleanResult } from './clean-result.ts'
import { runFacts } from './headline.ts'

const WIDTH = 1280
const HEIGHT = 720
const INK = '#1b1f24'
const LINES = '#dfe3e8'
const FONT = { family: "'DejaVu Sans', 'Liberation Sans', Arial, Helvetica, sans-serif", size: 19 }

type CreateCanvas = Parameters<typeof createMarks>[0]
type Draw = (config: ChartConfig) => Buffer

/** Chart.js, as far as it is used here; its own types need a browser's. */
interface ChartJs {
  new (context: unknown, config: unknown): { destroy(): void }
  register(plugin: unknown): void
  readonly defaults: { color: unknown; borderColor: unknown; font: { family?: string; size?: number } }
}

function dress(chartJs: ChartJs, createCanvas: CreateCanvas): void {
  chartJs.defaults.color = INK
  chartJs.defaults.borderColor = LINES
  Object.assign(chartJs.defaults.font, FONT)
  chartJs.register(createMarks(createCanvas))
}

/** What a slide needs beyond the page: a larger heading, room around, where the figures come from. */
function forSlide(spec: ChartSpec, origin: string): ChartConfig {
  const config = structuredClone(spec.config) as {
    options: Record<string, unknown> & { plugins: Record<string, unknown> & { legend: Record<string, unknown> } }
  } & ChartConfig
  const plugins = config.options.plugins
  plugins.title = {
    display: true,
    align: 'start',
    text: spec.title,
    font: { size: 34, weight: 'bold' },
    padding: { top: 0, bottom: 6 },
  }
  plugins.subtitle = {
    display: true,
    align: 'start',
    text: [spec.about, origin],
    font: { size: 18 },
    padding: { bottom: 20 },
  }
  const labels = { usePointStyle: true, padding: 18, boxWidth: 15, boxHeight: 13 }
  plugins.legend = { display: plugins.legend.display, position: 'bottom', labels }
  config.options.layout = { padding: { left: 36, right: 60, top: 30, bottom: 22 } }
  return config
}

/** chartjs-node-canvas, with `canvas` resolved to @napi-rs/canvas by this package's npm override. */
async function withNodeCanvas(): Promise<Draw> {
  const { ChartJSNodeCanvas } = await import('chartjs-node-canvas')
  const fromThere = createRequire(createRequire(import.meta.url).resolve('chartjs-node-canvas'))
  const { createCanvas } = fromThere('canvas') as { createCanvas: CreateCanvas }
  const renderer = new ChartJSNodeCanvas({
    width: WIDTH,
    height: HEIGHT,
    backgroundColour: 'white',
    chartCallback: (chartJs) => dress(chartJs as unknown as ChartJs, createCanvas),
  })
  // Only the synchronous method works with @napi-rs/canvas.
  return (config) => renderer.renderToBufferSync(config as unknown as Parameters<typeof renderer.renderToBufferSync>[0])
}

/** An override does not reach those who install the published package: there Chart.js draws on @napi-rs/canvas itself. */
async function withChartJsAlone(): Promise<Draw> {
  const { createCanvas } = await import('@napi-rs/canvas')
  const { Chart } = (await import('chart.js/auto')) as unknown as { Chart: ChartJs }
  dress(Chart, createCanvas as unknown as CreateCanvas)
  Chart.register({
    id: 'paper',
    beforeDraw({
      ctx,
    }: {
      ctx: { save(): void; restore(): void; fillStyle: string; fillRect(...box: number[]): void }
    }) {
      ctx.save()
      ctx.fillStyle = 'white'
      ctx.fillRect(0, 0, WIDTH, HEIGHT)
      ctx.restore()
    },
  })
  return (config) => {
    const canvas = Object.assign(createCanvas(WIDTH, HEIGHT), { style: {} })
    const options = { ...config.options, responsive: false, animation: false }
    const chart = new Chart(canvas.getContext('2d'), { ...config, options })
    const bytes = canvas.toBuffer('image/png')
    chart.destroy()
    return bytes
  }
}

async function chooseDraw(): Promise<Draw> {
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

/**
 * Charts as PNG files of 1280x720 on white, by file name.
 * @param origin where the figures come from: scenario, seed and world
 * @throws Error with one sentence where this machine cannot draw: the libraries are missing, or there is no font
 */
export async function drawPngs(specs: readonly ChartSpec[], origin: string): Promise<Map<string, Buffer>> {
  let draw: Draw
  try {
    draw = await chooseDraw()
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error)
    throw new Error(`no PNG charts: ${why}`, { cause: error })
  }
  return new Map(specs.map((spec) => [`${spec.id}.png`, draw(forSlide(spec, origin))]))
}

/** The charts of a run. Throws like `drawPngs`. */
export function renderPngs(raw: Result): Promise<Map<string, Buffer>> {
  const result = cleanResult(raw)
  return drawPngs(buildCharts(result), `${result.scenario} · ${runFacts(result)}`)
}
