/** The entry of the process that draws a report: the libraries take a hundred megabytes that the command should not keep. */

import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { Result } from '../core/result.ts'
import type { Drawing, Drawn } from './draw-apart.ts'

async function drawHtml(result: Result): Promise<Drawn['files']> {
  const { renderHtml } = await import('../report/html.tsx')
  // A classic script that a page from file:// can hold; its package names only the module builds.
  const main = createRequire(import.meta.url).resolve('chart.js')
  const chartJs = await readFile(new URL('chart.umd.min.js', `file://${main}`), 'utf8')
  return [['report.html', Buffer.from(renderHtml(result, { chartJs }))]]
}

async function drawPngs(result: Result): Promise<Drawn['files']> {
  const { renderPngs } = await import('../report/png.ts')
  return [...(await renderPngs(result))]
}

async function draw({ what, result }: Drawing): Promise<Drawn> {
  try {
    return { files: what === 'html' ? await drawHtml(result) : await drawPngs(result), error: null }
  } catch (error) {
    return { files: [], error: error instanceof Error ? error.message : String(error) }
  }
}

process.on('disconnect', () => process.exit(0))
// Ctrl-C reaches the whole process group; the command decides what becomes of its report.
process.on('SIGINT', () => {})
process.on('message', (message) => {
  void draw(message as Drawing).then((drawn) => process.send?.(drawn, () => process.exit(0)))
})
