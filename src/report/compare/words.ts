/** What a comparison means, in sentences that claim no more than the runs can show. */

import { INVARIANTS } from '../../core/invariant.ts'
import type { ComparedMetric } from '../../core/measured.ts'
import type { ComparedSide, MetricChange, RunComparison, VariantChange } from '../../core/run-comparison.ts'
import { formatCounted } from '../format.ts'
import { amountText, differenceText, digitsOf, type Figure, figureText } from '../study/figures.ts'

/** What is the same of all sentences of a comparison. */
export type Said = Pick<RunComparison, 'baseCurrency' | 'tolerance' | 'askedTheSame' | 'sameSeeds' | 'before' | 'after'>

/** A change as text: before, after, change and interval with the same digits. */
export function changeFigures({ unit }: ComparedMetric, found: MetricChange, currency: string) {
  const { before, after, change, low, high } = found
  const digits = digitsOf({ difference: change ?? after ?? before, low, high }, unit)
  const figure: Figure = { unit, currency, digits }
  const interval =
    low === null || high === null
      ? ''
      : low === high
        ? 'no spread'
        : `${differenceText(low, figure)} to ${differenceText(high, figure)}`
  return {
    before: figureText(before, figure),
    after: figureText(after, figure),
    change: differenceText(change, figure),
    amount: amountText(change ?? 0, figure),
    interval,
  }
}

/** `4 %`, `0.5 %`: of a tolerance or a share. */
export function percentText(share: number): string {
  const percent = 100 * share
  return `${percent.toLocaleString('en-US', { maximumFractionDigits: Math.abs(percent) < 10 ? 1 : 0 })} %`
}

function subjectOf({ id, name }: ComparedMetric): string {
  if ((INVARIANTS as readonly string[]).includes(id)) return `violations of ${name}`
  return name.replace(/ ms$/, '')
}

/** The change, and whether it is noise. */
export function changeSentence(metric: ComparedMetric, found: MetricChange, said: Said): string {
  const subject = subjectOf(metric)
  const { before, after, change, share, shows } = found
  if (change === null) {
    return before === null
      ? `${subject}: measured now, and not before.`
      : `${subject}: measured before, and not ${after === null ? 'now' : 'alike'}.`
  }
  if (shows === 'same') return `${subject}: ${sameWords(found)}.`
  const text = changeFigures(metric, found, said.baseCurrency)
  const part = share === null ? '' : ` (${share < 0 ? '−' : '+'}${percentText(Math.abs(share))})`
  const moved =
    change === 0
      ? `${subject} did not change on average`
      : `${subject} ${change > 0 ? 'rose' : 'fell'} by ${text.amount}, from ${text.before} to ${text.after}${part}`
  return [`${moved}.`, ...whySentences(found, text.interval, said), ...judgement(found, metric, said)].join(' ')
}

function sameWords({ runs, method }: MetricChange): string {
  if (method === 'paired') return `the same at each of ${formatCounted(runs.after, 'seed')}`
  return 'the same in both'
}

function whySentences(found: MetricChange, interval: string, said: Said): string[] {
  const unlike = said.askedTheSame || found.shows !== 'change' ? [] : ['But the two were not asked the same.']
  const coins = found.brokenNow ? ['There was none before, under the same coins: no luck explains that.'] : []
  return [...coins, ...noiseSentence(found, interval, said), ...unlike]
}

function noiseSentence(found: MetricChange, interval: string, said: Said): string[] {
  const { method, shows, brokenNow } = found
  if (method === 'exact') {
    return said.askedTheSame
      ? ['The same seed in the virtual world: this is a change, not noise.']
      : ['The same seed in the virtual world, so it is no noise.']
  }
  if (method === 'single') return brokenNow ? [] : [singleSentence(said)]
  const over = overWords(found)
  if (interval === 'no spread') {
    return shows === 'unknown'
      ? [`Weighed ${over}, which do not differ among themselves: too little to tell noise from change.`]
      : [`${alikeWords(found)}, which leaves no interval: a change, not noise; other seeds may differ.`]
  }
  const of = `The 95 % interval is ${interval}, ${over}`
  if (brokenNow) return [`${of}.`]
  return [shows === 'change' ? `${of}: this is a change, not noise.` : `${of}: noise, as far as these runs can show.`]
}

function alikeWords({ method, runs }: MetricChange): string {
  if (method === 'paired') return `By as much at each of ${formatCounted(runs.after, 'seed')}`
  return 'The seeds of either side do not differ among themselves'
}

function overWords({ method, runs }: MetricChange): string {
  const { before, after, others } = runs
  if (method === 'paired') return `paired over ${formatCounted(after, 'seed')}`
  if (method === 'welch') return `by Welch's t over ${formatCounted(before, 'seed')} before and ${after} after`
  if (method === 'one-of-many') return `of one run beside ${Math.max(before, after)}`
  return `by what ${formatCounted(others, 'other real run')} of this seed differ by`
}

function singleSentence({ before, after, sameSeeds }: Said): string {
  if (before.mode !== after.mode) return 'One run in each world: noise and change cannot be told apart.'
  const seeds = 'more seeds on both sides can (--seeds 1..10)'
  if (!sameSeeds) return `One run each, at seeds of their own, cannot tell change from luck; ${seeds}.`
  return `One real run each cannot tell change from noise; ${seeds}.`
}

function judgement({ direction, regression, shows }: MetricChange, { gate }: ComparedMetric, said: Said): string[] {
  const tolerance = percentText(said.tolerance)
  if (regression && shows === 'unknown') return [`It is beyond the tolerance of ${tolerance}: a regression.`]
  if (regression) return ['A regression.']
  if (direction === 'worse' && shows === 'change' && gate !== null)
    return [`It is within the tolerance of ${tolerance}.`]
  return []
}

/** What stands at the end of a row. */
export function wordFor(
  { shows, direction, regression }: MetricChange,
  { gate }: ComparedMetric,
  tolerance: number,
): string {
  if (regression) return 'REGRESSION'
  if (shows === 'same') return 'same'
  if (shows === 'noise') return 'noise'
  if (shows === 'unknown') return 'cannot tell'
  if (direction === 'worse' && gate !== null) return `within ${percentText(tolerance)}`
  return direction ?? 'changed'
}

export function verdictSentence({ verdict }: VariantChange): string {
  const { before, after, regression } = verdict
  if (before === after) return `verdict: ${after}, as before.`
  return `verdict: ${after}, and ${before} before.${regression ? ' A regression.' : ''}`
}

/** The end of it all, in a sentence. */
export function endSentence({ regressions, variants, metrics, afterCutShort, after }: RunComparison): string {
  if (regressions === 0) {
    const told = variants.some((variant) => variant.metrics.some(({ shows }) => shows === 'unknown'))
    return told ? 'No regression that these runs can show.' : 'No regression.'
  }
  const where = variants.flatMap((variant) => {
    const worse = [
      ...(variant.verdict.regression ? ['verdict'] : []),
      ...variant.metrics.filter(({ regression }) => regression).map(({ metric }) => nameOf(metrics, metric)),
    ]
    return worse.length > 0 ? [`${variant.name} (${worse.join(', ')})`] : []
  })
  const cut = afterCutShort ? [`the later run did not come to its end (${after.cutShort})`] : []
  return `${formatCounted(regressions, 'regression')}: ${[...cut, ...where].join('; ')}.`
}

function nameOf(metrics: readonly ComparedMetric[], id: string): string {
  return metrics.find((metric) => metric.id === id)?.name ?? id
}

/** `these two were not asked the same`, and in what; empty where they were, at the same seeds. */
export function askedSentences(comparison: RunComparison): string[] {
  const { differences, moreDifferences, askedTheSame, before, after, onlyBefore, onlyAfter } = comparison
  const shown = differences.map(({ what, before: was, after: is }) => `${what}: ${was} before, ${is} now`)
  const more = moreDifferences > 0 ? [`and ${formatCounted(moreDifferences, 'more difference')}`] : []
  const [was, is] = [before.faultline, after.faultline]
  return [
    ...(askedTheSame ? [] : ['These two were not asked the same:']),
    ...[...shown, ...more].map((each) => `  ${each}`),
    ...(was !== null && is !== null && was !== is ? [`Faultline ${was} before, ${is} now.`] : []),
    ...(before.cutShort === null ? [] : [`The earlier run did not come to its end: ${before.cutShort}.`]),
    ...(after.cutShort === null ? [] : [`The later run did not come to its end: ${after.cutShort}.`]),
    ...byHandSentence('earlier', before),
    ...byHandSentence('later', after),
    ...(onlyBefore.length > 0 ? [`Only before: ${onlyBefore.join(', ')}.`] : []),
    ...(onlyAfter.length > 0 ? [`Only now: ${onlyAfter.join(', ')}.`] : []),
  ]
}

function byHandSentence(which: string, { changedByHand = 0 }: ComparedSide): string[] {
  if (changedByHand === 0) return []
  return [`The ${which} run was changed by hand while it went on: ${formatCounted(changedByHand, 'change')}.`]
}
