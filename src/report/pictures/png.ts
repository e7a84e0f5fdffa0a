/** The charts as PNG files for slides, and the poster that is composed of four of them. */

import type { Result } from '../../core/result.ts'
import { chartData } from '../charts/data.ts'
import type { ChartConfig, ChartSpec } from '../charts/spec.ts'
import { type DrawAt, openDraw, SLIDE } from './png-draw.ts'
import { drawPoster } from './poster.ts'
import { fitLines } from './poster-text.ts'

/** Letters of a sentence below the title; Chart.js does not break lines. */
const LONGEST_LINE = 112

const linesOf = (text: string, most: number) => fitLines(text, LONGEST_LINE, most, (line) => line.length)

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
    text: [...linesOf(spec.about, 3), ...(spec.besides === undefined ? [] : linesOf(spec.besides, 3)), origin],
    font: { size: 18 },
    padding: { bottom: 20 },
  }
  const labels = { usePointStyle: true, padding: 18, boxWidth: 15, boxHeight: 13 }
  plugins.legend = { display: plugins.legend.display, position: 'bottom', labels }
  config.options.layout = { padding: { left: 36, right: 60, top: 30, bottom: 22 } }
  return config
}

function drawSlides(drawAt: DrawAt, specs: readonly ChartSpec[], origin: string): Map<string, Buffer> {
  const draw = drawAt(SLIDE)
  return new Map(specs.map((spec) => [`${spec.id}.png`, draw(forSlide(spec, origin))]))
}

/**
 * Charts as PNG files of 1280x720 on white, by file name.
 * @param origin where the figures come from: scenario, seed and world
 * @throws Error with one sentence where this machine cannot draw: the libraries are missing, or there is no font
 */
export async function drawPngs(specs: readonly ChartSpec[], origin: string): Promise<Map<string, Buffer>> {
  return drawSlides(await openDraw(), specs, origin)
}

/** The charts of a run, and `poster.png`, 2560x1440. Throws like `drawPngs`. */
export async function renderPngs(result: Result): Promise<Map<string, Buffer>> {
  const { charts, origin, poster } = chartData(result)
  const drawAt = await openDraw()
  const files = drawSlides(drawAt, charts, origin)
  files.set('poster.png', await drawPoster(poster, charts, drawAt))
  return files
}
