/** The report as one HTML file that asks nobody for anything. */

import type { ReactNode } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { MOST_SAMPLES, type Result } from '../core/result.ts'
import type { ChartSpec } from './chart-spec.ts'
import { buildCharts } from './charts.ts'
import { cleanResult } from './clean-result.ts'
import { variantsWithPolicies } from './dependencies.ts'
import { Agreement } from './html-agreement.tsx'
import { Charts } from './html-charts.tsx'
import { Dependencies } from './html-dependencies.tsx'
import { Expectations, Invariants, Violations } from './html-findings.tsx'
import { Kinds } from './html-kinds.tsx'
import { Configuration, Gremlins, Losses, Measurements, Rules } from './html-run.tsx'
import { Comparison, Opening } from './html-summary.tsx'
import { kindsToCompare } from './kinds.ts'
import { pageScript } from './page-script.ts'
import { PAGE_STYLE } from './page-style.ts'

export interface HtmlAssets {
  /** The text of Chart.js's UMD build, `chart.js/dist/chart.umd.min.js`: it is inlined. */
  readonly chartJs: string
}

/** A page should open at once, also when it was mailed. */
const MOST_BYTES = 500_000
const SAMPLE_STEPS = [MOST_SAMPLES, 10, 5, 2, 1]

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

const SECTIONS = [
  ['comparison', 'Side by side'],
  ['charts', 'Pictures'],
  ['kinds', 'By kind'],
  ['agreement', 'Agreement'],
  ['dependencies', 'Dependencies'],
  ['gremlins', 'Gremlins'],
  ['expectations', 'Expectations'],
  ['invariants', 'Promises'],
  ['violations-found', 'Violations'],
  ['losses', 'Money'],
  ['measurements', 'The run'],
  ['rules', 'How to read this'],
  ['configuration', 'See it again'],
] as const

/** Charts that stand beside their figures in a section of their own. */
const OF_AGREEMENT = new Set(['locked-time', 'messages-per-order'])

function Page({ result, charts, most }: { result: Result; charts: readonly ChartSpec[]; most: number }): ReactNode {
  const missing: string[] = []
  if (variantsWithPolicies(result).length === 0) missing.push('dependencies')
  if (kindsToCompare(result).length === 0) missing.push('kinds')
  const sections = SECTIONS.filter(([id]) => !missing.includes(id))
  return (
    <>
      <a className='skip' href='#main'>
        Skip to the findings
      </a>
      <header>
        <Opening result={result} />
        <nav aria-label='Sections'>
          <ul>
            {sections.map(([id, name]) => (
              <li key={id}>
                <a href={`#${id}`}>{name}</a>
              </li>
            ))}
          </ul>
        </nav>
      </header>
      <main id='main'>
        <Comparison result={result} />
        <Charts specs={charts.filter(({ id }) => !OF_AGREEMENT.has(id))} />
        <Kinds result={result} />
        <Agreement result={result} specs={charts.filter(({ id }) => OF_AGREEMENT.has(id))} />
        <Dependencies result={result} />
        <Gremlins result={result} />
        <Expectations result={result} />
        <Invariants result={result} />
        <Violations result={result} most={most} />
        <Losses result={result} />
        <Measurements result={result} />
        <Rules />
        <Configuration result={result} />
      </main>
      <footer>Faultline, a chaos lab for order systems. Everything on this page is in result.json beside it.</footer>
    </>
  )
}

/**
 * The report page of a run. Where it would weigh more than 500 KB it shows fewer samples of each violation, and says so.
 * Every text of the result is escaped; nothing is loaded from anywhere.
 */
export function renderHtml(raw: Result, assets: HtmlAssets): string {
  const result = cleanResult(raw)
  const charts = buildCharts(result)
  const title = renderToStaticMarkup(<title>{`${result.verdict}: ${result.title} (seed ${result.seed})`}</title>)
  const data = inlineJson(charts.map(({ id, config }) => ({ id, config })))
  const around = (body: string) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
${title}
<style>${PAGE_STYLE}</style>
</head>
<body>
${body}
<script type="application/json" id="chart-data">${data}</script>
<script>${inlineScript(assets.chartJs)}</script>
<script>${inlineScript(pageScript())}</script>
</body>
</html>
`
  let page = ''
  for (const most of SAMPLE_STEPS) {
    page = around(renderToStaticMarkup(<Page result={result} charts={charts} most={most} />))
    if (Buffer.byteLength(page) <= MOST_BYTES) break
  }
  return page
}
