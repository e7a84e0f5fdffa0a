/** What stands around every page: one file that asks nobody for anything, and may not. */

import type { ChartSpec } from '../charts/spec.ts'
import { SEQUENCE_STYLE } from '../sequence/style.ts'
import { packChart } from './chart-data.ts'
import { packText } from './packed.ts'
import { pageScript } from './script.ts'
import { PAGE_STYLE } from './style.ts'
import { MATRIX_STYLE } from './style-matrix.ts'
import { STORY_STYLE } from './style-stories.ts'

export interface HtmlAssets {
  /** The text of Chart.js's UMD build, `chart.js/dist/chart.umd.min.js`: the page carries it, packed. */
  readonly chartJs: string
}

const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"

/** JSON that may stand inside a script element. */
function inlineJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>\u2028\u2029]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** Script text that cannot end, or hide the end of, the element around it. In strings and regular expressions it means the same. */
function inlineScript(text: string): string {
  return text.replace(/<(\/script|!--)/gi, '<\\$1')
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

function escapeText(text: string): string {
  return text.replace(/[&<>]/g, (sign) => ESCAPES[sign] ?? sign)
}

interface PageParts extends HtmlAssets {
  readonly title: string
  /** Those that `body` has a canvas for. */
  readonly charts: readonly ChartSpec[]
  /** What else the page's script reads, by the id of its element. */
  readonly data?: Readonly<Record<string, unknown>>
}

let lastPacked = { text: '', packed: packText('') }

/** A page is rendered again and again until it is small enough, always with the same Chart.js. */
function packedOf(text: string): string {
  if (text !== lastPacked.text) lastPacked = { text, packed: packText(text) }
  return lastPacked.packed
}

/** @param body markup, escaped */
export function pageAround(body: string, { title, charts, chartJs, data = {} }: PageParts): string {
  const blocks = Object.entries({ 'chart-data': charts.map(packChart), ...data, 'packed-chart-js': packedOf(chartJs) })
  const json = blocks.map(([id, value]) => `<script type="application/json" id="${id}">${inlineJson(value)}</script>`)
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>${escapeText(title)}</title>
<style>${PAGE_STYLE}${MATRIX_STYLE}${STORY_STYLE}${SEQUENCE_STYLE}</style>
</head>
<body>
${body}
${json.join('\n')}
<script>${inlineScript(pageScript())}</script>
</body>
</html>
`
}
