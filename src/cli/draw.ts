/** The entry of the process that draws a report: the libraries take a hundred megabytes that the command should not keep. */

import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { Drawing, Drawn } from './draw-apart.ts'
import { readReportedRun } from './run-documents.ts'

async function readChartJs(): Promise<string> {
  // A classic script that a page from file:// can hold; its package names only the module builds.
  const main = createRequire(import.meta.url).resolve('chart.js')
  return readFile(new URL('chart.umd.min.js', `file://${main}`), 'utf8')
}

async function drawFiles(drawing: Drawing): Promise<Drawn['files']> {
  switch (drawing.what) {
    case 'html': {
      const { result, details } = readReportedRun(drawing.folder)
      const { renderHtml } = await import('../report/page/html.tsx')
      return [['report.html', Buffer.from(renderHtml(result, details, { chartJs: await readChartJs() }))]]
    }
    case 'png': {
      const { result } = readReportedRun(drawing.folder)
      const { renderPngs } = await import('../report/pictures/png.ts')
      return [...(await renderPngs(result))]
    }
    case 'study-html': {
      const { renderStudyHtml } = await import('../report/study/html.tsx')
      const assets = { chartJs: await readChartJs(), reports: drawing.reports }
      return [['study.html', Buffer.from(renderStudyHtml(drawing.study, assets))]]
    }
    case 'study-png': {
      const { renderStudyPng } = await import('../report/study/png.ts')
      return [...(await renderStudyPng(drawing.study))]
    }
  }
}

async function draw(drawing: Drawing): Promise<Drawn> {
  try {
    return { files: await drawFiles(drawing), error: null }
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
