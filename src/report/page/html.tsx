/** The report as one HTML file that asks nobody for anything. */

import type { ReactNode } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import type { Details } from '../../core/details.ts'
import type { Result } from '../../core/result.ts'
import { buildCharts } from '../charts/charts.ts'
import type { ChartSpec } from '../charts/spec.ts'
import { cleanAll } from '../clean-result.ts'
import { variantsWithPolicies } from '../dependencies.ts'
import { kindsToCompare } from '../kinds.ts'
import { Agreement } from './agreement.tsx'
import { createAnchors } from './anchors.ts'
import { anyChanges, Changes } from './changes.tsx'
import { Charts } from './charts.tsx'
import { Dependencies } from './dependencies.tsx'
import { createDrawings } from './drawings.tsx'
import { Expectations, Invariants } from './findings.tsx'
import { Frame } from './frame.tsx'
import { Kinds } from './kinds.tsx'
import { Matrix } from './matrix.tsx'
import { matrixData } from './matrix-data.ts'
import { type HtmlAssets, pageAround } from './page.ts'
import { placeStories } from './placed-stories.ts'
import { mostBytes, type PageBounds, type PartWays, renderWithin, type StoryPart } from './room.ts'
import { Configuration, Gremlins, Losses, Measurements, Rules } from './run.tsx'
import { StoriesSection } from './stories.tsx'
import { renderStoryParts } from './story-parts.tsx'
import { Comparison, NoDetails, Opening } from './summary.tsx'
import { Violations } from './violations.tsx'

const SECTIONS = [
  ['comparison', 'Side by side'],
  ['matrix', 'Purchases'],
  ['stories', 'Why'],
  ['charts', 'Pictures'],
  ['changes', 'Changes'],
  ['kinds', 'By kind'],
  ['agreement', 'Agreement'],
  ['dependencies', 'Dependencies'],
  ['losses', 'Money'],
  ['gremlins', 'Gremlins'],
  ['invariants', 'Promises'],
  ['expectations', 'Expectations'],
  ['violations-found', 'Evidence'],
  ['measurements', 'The run'],
  ['rules', 'How to read this'],
  ['configuration', 'See it again'],
] as const

/** Charts that stand beside their figures in a section of their own. */
const OF_AGREEMENT = new Set(['locked-time', 'messages-per-order'])

function sectionsOf(result: Result, { stories, outcomes }: Details): readonly (readonly [string, string])[] {
  const missing = new Set<string>()
  if (outcomes === null) missing.add('matrix')
  if (stories === null) missing.add('stories')
  if (!anyChanges(result)) missing.add('changes')
  if (variantsWithPolicies(result).length === 0) missing.add('dependencies')
  if (kindsToCompare(result).length === 0) missing.add('kinds')
  return SECTIONS.filter(([id]) => !missing.has(id))
}

interface PageProps {
  readonly result: Result
  readonly details: Details
  readonly charts: readonly ChartSpec[]
  readonly bounds: PageBounds
  readonly ways: PartWays
}

function Page({ result, details, charts, bounds, ways }: PageProps): ReactNode {
  const anchors = createAnchors()
  const told = details.stories ? placeStories(details.stories, bounds.stories, anchors) : []
  const beside = [
    'result.json',
    details.stories && 'stories.json',
    details.outcomes && 'outcomes.json',
    details.environment !== undefined && 'environment.json',
  ]
  return (
    <Frame
      opening={<Opening result={result} />}
      sections={sectionsOf(result, details)}
      source={`Everything on this page is in ${beside.filter(Boolean).join(', ')} beside it.`}
    >
      <Comparison result={result} told={told} />
      <NoDetails details={details} />
      {details.outcomes ? <Matrix outcomes={details.outcomes} /> : null}
      {details.stories ? <StoriesSection variants={told} listed={bounds.listed} ways={ways} anchors={anchors} /> : null}
      <Charts specs={charts.filter(({ id }) => !OF_AGREEMENT.has(id))} most={bounds.rows} />
      <Changes result={result} most={bounds.rows} />
      <Kinds result={result} />
      <Agreement result={result} specs={charts.filter(({ id }) => OF_AGREEMENT.has(id))} most={bounds.rows} />
      <Dependencies result={result} most={bounds.paths} />
      <Losses result={result} />
      <Gremlins result={result} />
      <Invariants result={result} />
      <Expectations result={result} />
      <Violations result={result} most={bounds.samples} told={told} anchors={anchors} />
      <Measurements result={result} />
      <Rules />
      <Configuration result={result} environment={details.environment} whole={bounds.configuration} />
    </Frame>
  )
}

/**
 * The report page of a run. Where it would weigh too much it shows fewer samples and stories, and says so; see
 * room.ts. Every text of the files is escaped; nothing is loaded from anywhere.
 */
export function renderHtml(rawResult: Result, rawDetails: Details, { chartJs }: HtmlAssets): string {
  const result = cleanAll(rawResult)
  const details = cleanAll(rawDetails)
  const { stories, outcomes } = details
  const charts = buildCharts(result)
  const title = `${result.verdict}: ${result.title} (seed ${result.seed})`
  const toldWithin = (most: number) => (stories ? placeStories(stories, most, createAnchors()) : [])
  const parts = new Map<number, readonly StoryPart[]>()
  const drawings = createDrawings()
  const partsWithin = (most: number): readonly StoryPart[] => {
    const found = parts.get(most) ?? renderStoryParts(toldWithin(most), drawings)
    parts.set(most, found)
    return found
  }
  return renderWithin(mostBytes(result, details), details, {
    partsOf: (bounds) => partsWithin(bounds.stories),
    render: (bounds, ways, packed) => {
      const matrix = outcomes ? matrixData(outcomes, toldWithin(bounds.stories), result.baseCurrency) : null
      const body = renderToStaticMarkup(<Page {...{ result, details, charts, bounds, ways }} />)
      const data = { ...(matrix && { 'matrix-data': matrix }), ...(packed && { 'packed-stories': packed }) }
      return pageAround(body, { title, charts, chartJs, data })
    },
  })
}
