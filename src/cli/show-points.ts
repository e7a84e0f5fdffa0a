/** What the systematic search planned, covered and found, as text and as JSON. */

import { plain } from '../scenarios/file/plain.ts'
import type { Coverage, PairsCovered } from '../search/every-point.ts'
import type { ShrunkPoint } from '../search/shrink-points.ts'
import { tellStrike } from '../search/words.ts'
import { counted, formatNumber, quoted } from './show-explored.ts'

/** A finding, and the file that it was written to. */
export interface ShownPoint extends ShrunkPoint {
  readonly file: string | null
}

export interface PointsExplored {
  readonly variant: string
  readonly coverage: readonly Coverage[]
  readonly findings: readonly ShownPoint[]
}

/** Before a story's faults are tried: how many there are. */
export function tellPlanned(
  variant: string,
  story: string,
  { singles, pairs }: { readonly singles: number; readonly pairs: number | null },
): string {
  const ofTheseAlone = (singles * (singles - 1)) / 2
  if (pairs === null)
    return `${variant}, ${story}: ${counted(singles, 'single fault')}, ${counted(ofTheseAlone, 'pair')} of these`
  const more = pairs - ofTheseAlone
  return `${variant}, ${story}: ${counted(pairs, 'pair')}, of which ${formatNumber(more)} with a second fault that comes only after the first`
}

export function showPoints({ variant, coverage, findings }: PointsExplored): string {
  const lines = coverage.flatMap((each) => {
    const own = findings.filter(({ story }) => story.name === each.story)
    return [...showCoverage(variant, each), ...own.flatMap(showFinding)]
  })
  return `${lines.map(plain).join('\n')}\n`
}

function showCoverage(variant: string, { story, faultFree, singles, pairs }: Coverage): string[] {
  const survived = `${formatNumber(singles.tried - singles.violating)} of ${counted(singles.planned, 'single fault')} survived`
  const together =
    pairs === null ? '' : `, ${formatNumber(pairs.violating)} of ${counted(pairs.planned, 'pair')} violate`
  const broken = faultFree.map(({ what, sentence }) => `  without any fault: ${what}: ${sentence}`)
  return [
    `${variant}, ${story}: ${survived}${together}`,
    ...broken,
    ...(pairs === null ? [] : showPairs(pairs)),
    ...showUntried(singles, pairs),
  ]
}

function showPairs({ afterFirst, neverMeet, violating, onlyTogether }: PairsCovered): string[] {
  const whence = `  of the pairs ${formatNumber(afterFirst)} have a second fault that comes only after the first, and ${formatNumber(neverMeet)} never meet`
  if (violating === 0) return [whence]
  return [whence, `  ${formatNumber(onlyTogether)} violate something that neither fault violates alone`]
}

/** Only where it was ended before. */
function showUntried(singles: Coverage['singles'], pairs: Coverage['pairs']): string[] {
  const untried = singles.planned - singles.tried + (pairs === null ? 0 : pairs.planned - pairs.tried)
  return untried === 0 ? [] : [`  ended before: ${formatNumber(untried)} were not tried`]
}

function showFinding({ faults, violations, story, file }: ShownPoint): string[] {
  const told = faults.map((fault) => tellStrike(fault, story.scenario.gremlins))
  return [
    `  ${told.join('; and ')}`,
    ...violations.map(({ what, sentence }) => `    ${what}: ${sentence}`),
    ...(file === null ? [] : [`    faultline run --virtual --file ${quoted(file)}`]),
  ]
}

/** One document; version 1. */
export function pointsAsJson(scenario: string, options: object, explored: readonly PointsExplored[]): string {
  const variants = explored.map(({ variant, coverage, findings }) => ({
    variant,
    stories: coverage.map(({ findings: _, ...figures }) => figures),
    findings: findings.map(({ story, faults, violations, file }) => ({ story: story.name, faults, violations, file })),
  }))
  return `${JSON.stringify({ schemaVersion: 1, scenario, ...options, variants }, null, 2)}\n`
}
