/** One picture for a whole run: what was tried, what came out, and the four charts that say most. */

import type { Verdict } from '../../core/result.ts'
import type { Poster } from '../charts/data.ts'
import type { ChartConfig, ChartSpec } from '../charts/spec.ts'
import { type DrawAt, FAMILY, INK, LINES } from './png-draw.ts'
import { cutToFit, fitLines, type Measure } from './poster-text.ts'

/** A slide of 1280x720, drawn twice as fine. */
const SCALE = 2
const WIDTH = 1280
const HEIGHT = 720
const MARGIN = 28
const SOFT = '#4a525c'
const MONOSPACED = "'DejaVu Sans Mono', 'Liberation Mono', monospace"

const PANEL = { width: 606, height: 272, scale: SCALE, fontSize: 12 } as const
const PANELS_FROM = 126
const PANEL_GAP = { x: 12, y: 6 } as const

/** Marks are made for a whole slide. */
const MARK_SIZE = 0.55

/** White letters on them can be read; the same as on the page. */
const VERDICT_COLORS: Record<Verdict, string> = {
  PASS: '#00664b',
  INCONCLUSIVE: '#7a4b00',
  FAIL: '#b3261e',
  ERROR: '#7b1fa2',
}

/** The chart in smaller letters. */
function forPanel(spec: ChartSpec, measure: Measure): ChartConfig {
  const config = structuredClone(spec.config) as { options: Record<string, unknown> } & ChartConfig
  const plugins = config.options.plugins as Record<string, unknown>
  config.options.layout = { padding: { left: 2, right: 14, top: 2, bottom: 0 } }
  plugins.title = {
    display: true,
    align: 'start',
    text: spec.title,
    font: { size: 16, weight: 'bold' },
    padding: { top: 0, bottom: 2 },
  }
  const about = cutToFit(spec.about, PANEL.width - 20, measure)
  plugins.subtitle = {
    display: true,
    align: 'start',
    text: about,
    color: SOFT,
    font: { size: 12 },
    padding: { bottom: 5 },
  }
  plugins.legend = {
    position: 'bottom',
    labels: { usePointStyle: true, padding: 9, boxWidth: 9, boxHeight: 8 },
  }
  // Rows are lower than two lines.
  const labels = config.data.labels?.map((label) => {
    const name = Array.isArray(label) ? label.join('') : String(label)
    return cutToFit(name, PANEL.width * 0.27, measure)
  })
  if (labels) Object.assign(config.data, { labels })
  for (const dataset of config.data.datasets as readonly Record<string, unknown>[]) {
    const { pointRadius } = dataset
    if (Array.isArray(pointRadius)) dataset.pointRadius = pointRadius.map((radius: number) => radius * MARK_SIZE)
  }
  return config
}

/** A canvas, as far as it is used here. */
interface Pen {
  fillStyle: unknown
  strokeStyle: unknown
  lineWidth: number
  font: string
  textBaseline: string
  textAlign: string
  scale(x: number, y: number): void
  fillRect(x: number, y: number, width: number, height: number): void
  beginPath(): void
  roundRect(x: number, y: number, width: number, height: number, radius: number): void
  moveTo(x: number, y: number): void
  lineTo(x: number, y: number): void
  fill(): void
  stroke(): void
  fillText(text: string, x: number, y: number): void
  measureText(text: string): { width: number }
}

function writeHead(pen: Pen, { title, verdict, headline }: Poster): void {
  const inner = WIDTH - 2 * MARGIN
  const measure = (text: string) => pen.measureText(text).width
  pen.textBaseline = 'middle'
  pen.font = `bold 20px ${FAMILY}`
  const badge = measure(verdict) + 28
  pen.fillStyle = VERDICT_COLORS[verdict]
  pen.beginPath()
  pen.roundRect(MARGIN, 18, badge, 36, 5)
  pen.fill()
  pen.fillStyle = 'white'
  pen.fillText(verdict, MARGIN + 14, 37)
  pen.fillStyle = INK
  const room = inner - badge - 16
  // A long title may be smaller, then take two lines; not so small that nobody reads it.
  const size = [30, 27, 24].find((px) => {
    pen.font = `bold ${px}px ${FAMILY}`
    return measure(title) <= room
  })
  if (size === undefined) pen.font = `bold 19px ${FAMILY}`
  const lines = size === undefined ? fitLines(title, room, 2, measure) : [title]
  for (const [at, line] of lines.entries()) {
    pen.fillText(line, MARGIN + badge + 16, lines.length === 1 ? 37 : 26 + 23 * at)
  }
  pen.font = `18px ${FAMILY}`
  for (const [at, line] of fitLines(headline, inner, 2, measure).entries()) pen.fillText(line, MARGIN, 78 + 25 * at)
}

function writeFoot(pen: Pen, { origin, command }: Poster): void {
  const measure = (text: string) => pen.measureText(text).width
  const inner = WIDTH - 2 * MARGIN
  const y = HEIGHT - 22
  pen.strokeStyle = LINES
  pen.lineWidth = 1
  pen.beginPath()
  pen.moveTo(MARGIN, y - 16)
  pen.lineTo(WIDTH - MARGIN, y - 16)
  pen.stroke()
  pen.fillStyle = SOFT
  pen.font = `13px ${FAMILY}`
  const facts = cutToFit(origin, inner * 0.58, measure)
  const left = measure(facts)
  pen.fillText(facts, MARGIN, y)
  pen.font = `13px ${MONOSPACED}`
  pen.textAlign = 'right'
  pen.fillText(cutToFit(command, inner - left - 30, measure), WIDTH - MARGIN, y)
  pen.textAlign = 'left'
}

/** `poster.png`, 2560x1440: legible in a slide at half that size. */
export async function drawPoster(poster: Poster, charts: readonly ChartSpec[], drawAt: DrawAt): Promise<Buffer> {
  const { createCanvas, loadImage } = await import('@napi-rs/canvas')
  const canvas = createCanvas(WIDTH * SCALE, HEIGHT * SCALE)
  const context = canvas.getContext('2d')
  context.scale(SCALE, SCALE)
  context.fillStyle = 'white'
  context.fillRect(0, 0, WIDTH, HEIGHT)
  const pen = context as unknown as Pen
  writeHead(pen, poster)
  writeFoot(pen, poster)
  const draw = drawAt(PANEL)
  pen.font = `12px ${FAMILY}`
  const measure = (text: string) => pen.measureText(text).width
  const chosen = poster.charts.flatMap((id) => charts.find((spec) => spec.id === id) ?? [])
  for (const [at, spec] of chosen.entries()) {
    const x = MARGIN + (at % 2) * (PANEL.width + PANEL_GAP.x)
    const y = PANELS_FROM + Math.floor(at / 2) * (PANEL.height + PANEL_GAP.y)
    context.drawImage(await loadImage(draw(forPanel(spec, measure))), x, y, PANEL.width, PANEL.height)
  }
  return canvas.toBuffer('image/png')
}
