/** The report as one HTML file that asks nobody for anything. */

import type { ReactNode } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import type { Outcomes } from '../core/outcomes.ts'
import { MOST_SAMPLES, type Result } from '../core/result.ts'
import type { Stories } from '../core/story.ts'
import type { ChartSpec } from './chart-spec.ts'
import { buildCharts } from './charts.ts'
import { cleanResult } from './clean-result.ts'
import { variantsWithPolicies } from './dependencies.ts'
import { Agreement } from './html-agreement.tsx'
import { Charts } from './html-charts.tsx'
import { Dependencies } from './html-dependencies.tsx'
import { Expectations, Invariants, Violations } from './html-findings.tsx'
import { Frame } from './html-frame.tsx'
import { Kinds } from './html-kinds.tsx'
import { Configuration, Gremlins, Losses, Measurements, Rules } from './html-run.tsx'
import { Comparison, Opening } from './html-summary.tsx'
import { kindsToCompare } from './kinds.ts'
import { type HtmlAssets, pageAround } from './page.ts'

/** A page should open at once, also when it was mailed. */
const MOST_BYTES = 500_000
const SAMPLE_STEPS = [MOST_SAMPLES, 10, 5, 2, 1]

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
    <Frame
      opening={<Opening result={result} />}
      sections={sections}
      source='Everything on this page is in result.json beside it.'
    >
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
    </Frame>
  )
}

/** What a run's folder has beside its result; null where the run is older than these files. */
export interface HtmlDetails {
  readonly stories: Stories | null
  readonly outcomes: Outcomes | null
}

/**
 * The report page of a run. Where it would weigh more than 500 KB it shows fewer samples of each violation, and says so.
 * Every text of the result is escaped; nothing is loaded from anywhere.
 */
export function renderHtml(raw: Result, _details: HtmlDetails, assets: HtmlAssets): string {
  const result = cleanResult(raw)
  const charts = buildCharts(result)
  const title = `${result.verdict}: ${result.title} (seed ${result.seed})`
  const around = (body: string) => pageAround(body, { title, charts, chartJs: assets.chartJs })
  let page = ''
  for (const most of SAMPLE_STEPS) {
    page = around(renderToStaticMarkup(<Page result={result} charts={charts} most={most} />))
    if (Buffer.byteLength(page) <= MOST_BYTES) break
  }
  return page
}
