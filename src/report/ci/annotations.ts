/** What GitHub Actions is to show beside a run: workflow commands, one for each broken promise or failed expectation, never one a violation. */

import type { Details } from '../../core/details.ts'
import type { Result, VariantResult } from '../../core/result.ts'
import { type Check, checksOf, otherReasons } from '../checks.ts'
import { cleanAll } from '../clean-result.ts'
import { brokenPromises } from '../columns.ts'
import { formatCount, formatCounted } from '../format.ts'
import { ends, headline, reproduceCommand } from '../headline.ts'
import { cut, tellingsOf } from '../tellings.ts'

/** GitHub shows ten of each level for a step, and drops the others without a word. */
const MOST_OF_A_LEVEL = 10
const MOST_TITLE = 200
const MOST_TEXT = 2_000

interface Annotation {
  readonly title: string
  readonly text: string
}

type Level = 'error' | 'warning' | 'notice'

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}

function command(level: Level, { title, text }: Annotation): string {
  return `::${level} title=${escapeProperty(cut(title, MOST_TITLE))}::${escapeData(cut(text, MOST_TEXT))}`
}

/** The last of too many says how many there are beside it. */
function commands(level: Level, all: readonly Annotation[]): string[] {
  if (all.length <= MOST_OF_A_LEVEL) return all.map((annotation) => command(level, annotation))
  const shown = all.slice(0, MOST_OF_A_LEVEL - 1)
  const text = `${formatCounted(all.length - shown.length, `more ${level}`)}; all of them are in report.html.`
  return [...shown, { title: 'Faultline', text }].map((annotation) => command(level, annotation))
}

function titleOf({ scenario, seed }: Result, variant: string, what: string): string {
  return `${scenario} (seed ${seed}), ${variant}: ${what}`
}

/** The first story of the promise, where there is one. */
function failed(result: Result, details: Details, variant: VariantResult, check: Check): Annotation {
  const telling = tellingsOf(result, details, variant).find(({ invariant }) => invariant === check.invariant)
  const story = telling
    ? [
        `${telling.title} (${formatCounted(telling.count, 'time')}).`,
        ...telling.proof.map((sentence) => `- ${sentence}`),
      ]
    : []
  const see = telling?.see ? [`See it: ${telling.see}`] : []
  const text = [check.why, ...story, ...see, `Run it again: ${reproduceCommand(result)}`].join('\n')
  return { title: titleOf(result, variant.name, check.name), text }
}

function errorsOf(result: Result, details: Details): Annotation[] {
  const ended =
    result.error === null ? [] : [{ title: `${result.scenario} (seed ${result.seed})`, text: ends(result)[0] ?? '' }]
  const found = result.variants.flatMap((variant) => {
    const checks = checksOf(variant).filter(({ state }) => state === 'failed')
    const others = ['ERROR', 'FAIL'].includes(variant.verdict) && checks.length === 0 ? otherReasons(variant) : []
    return [
      ...checks.map((check) => failed(result, details, variant, check)),
      ...(others.length > 0
        ? [{ title: titleOf(result, variant.name, variant.verdict), text: others.join('\n') }]
        : []),
    ]
  })
  return [...ended, ...found]
}

function warningsOf(result: Result): Annotation[] {
  const cutShort =
    result.interrupted === null
      ? []
      : [{ title: `${result.scenario} (seed ${result.seed})`, text: `Cut short: ${result.interrupted}` }]
  const found = result.variants.flatMap((variant) => {
    const open = checksOf(variant).filter(({ state }) => state === 'undecided')
    const others = variant.verdict === 'INCONCLUSIVE' ? otherReasons(variant) : []
    return [
      ...open.map(({ name, why }) => ({ title: titleOf(result, variant.name, name), text: `Not decided: ${why}` })),
      ...(others.length > 0 ? [{ title: titleOf(result, variant.name, 'not decided'), text: others.join('\n') }] : []),
    ]
  })
  return [...cutShort, ...found]
}

/** What the scenario shows on purpose: no reason to look for a mistake. */
function noticesOf(result: Result): Annotation[] {
  const shown = result.variants.flatMap((variant) =>
    brokenPromises(variant)
      .filter(({ expected }) => expected !== 'holds')
      .map(({ name, violations, expected }) => ({
        title: titleOf(result, variant.name, name),
        text: `Broken ${formatCount(violations)} ${violations === 1 ? 'time' : 'times'}, as the scenario ${expected === 'violated' ? 'expects' : 'allows'}.`,
      })),
  )
  const title = `${result.verdict}: ${result.scenario} (seed ${result.seed})`
  return [{ title, text: headline(result) }, ...shown]
}

/** GitHub workflow commands, one a line: at most ten errors, ten warnings and ten notices. */
export function annotationsOf(raw: Result, rawDetails: Details): string[] {
  const { result, details } = cleanAll({ result: raw, details: rawDetails })
  return [
    ...commands('error', errorsOf(result, details)),
    ...commands('warning', warningsOf(result)),
    ...commands('notice', noticesOf(result)),
  ]
}
