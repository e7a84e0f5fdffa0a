/** What a comparison means, in whole sentences that claim no more than the seeds can show. */

import type { PairedDifference } from '../../core/paired.ts'
import { VERDICTS } from '../../core/result.ts'
import { formatCount, formatCounted, formatShare } from '../format.ts'
import { quote } from '../headline.ts'
import { amountText, differenceText, digitsOf, type Figure, figureText, intervalText } from './figures.ts'
import { LEADING, type Metric } from './metrics.ts'
import type { Comparison, LeftOut, OrdersLost, Study } from './study.ts'

/** Sentences about single metrics that are said aloud; all are in `study.json`. */
const MOST_TELLING = 3

interface Names {
  readonly variant: string
  readonly reference: string
  readonly currency: string
}

/** `over 30 seeds` */
function over(seeds: number): string {
  return `over ${formatCounted(seeds, 'seed')}`
}

/** One sentence for one metric. */
export function metricSentence(metric: Metric, found: PairedDifference, names: Names): string {
  const { variant, reference, currency } = names
  const { seeds, difference, low, high, shows } = found
  const figure: Figure = { unit: metric.unit, currency, digits: digitsOf(found, metric.unit) }
  const both = `${variant} and ${reference}`
  if (difference === null) return `${metric.name}: there is no seed at which both ${both} can be compared.`
  const said = (amount: number) => metric.words(variant, amountText(amount, figure), difference > 0, reference)
  if (low === null || high === null) {
    return `${said(difference)} at the only seed that can be compared; one seed shows no interval.`
  }
  if (shows === 'same') return `${metric.name}: the same for ${both} at each of ${formatCounted(seeds, 'seed')}.`
  if (shows === 'no-spread') {
    const why = 'the seeds do not differ, so there is no interval; others may'
    return `${said(difference)} at each of ${formatCounted(seeds, 'seed')}: ${why}.`
  }
  if (shows === 'nothing') {
    const what = `${metric.name} of ${variant} and of ${reference}`
    return `No difference between ${what} that ${formatCounted(seeds, 'seed')} can show (95 % interval ${intervalText(found, figure)}).`
  }
  const [near, far] = difference > 0 ? [low, high] : [high, low]
  return `${said(difference)}, 95 % interval ${amountText(near, figure)} to ${amountText(far, figure)}, ${over(seeds)}.`
}

/** @param counts of all seeds together */
export function ordersSentence(counts: Omit<OrdersLost, 'sentence'>, { variant, reference }: Names): string {
  const { seeds, orders, onlyVariantShare, onlyReferenceShare, onlyVariant, onlyReference } = counts
  if (onlyVariantShare === null || onlyReferenceShare === null) {
    return `There is no order that arrived both with ${variant} and with ${reference}.`
  }
  const of = `Of ${formatCounted(orders, 'order')} ${over(seeds)}`
  if (onlyVariant + onlyReference === 0) return `${of}, ${variant} and ${reference} confirmed the same ones.`
  const here = `${variant} alone lost ${formatCount(onlyVariant)} (${formatShare(onlyVariantShare)})`
  const there = `${reference} alone ${formatCount(onlyReference)} (${formatShare(onlyReferenceShare)})`
  return `${of}, ${here} and ${there}.`
}

/** `3 of 30 seeds are left out: naive INCONCLUSIVE at 2, retry not run at 1.` Empty where none is. */
function leftOutSentence(leftOut: readonly LeftOut[], seeds: number): string[] {
  if (leftOut.length === 0) return []
  const counts = new Map<string, number>()
  for (const { variant, why } of leftOut) {
    const words = `${variant} ${why} at`
    counts.set(words, (counts.get(words) ?? 0) + 1)
  }
  const reasons = [...counts].map(([words, count]) => `${words} ${formatCount(count)}`).join(', ')
  const are = leftOut.length === 1 ? 'is' : 'are'
  return [
    `${formatCount(leftOut.length)} of ${formatCounted(seeds + leftOut.length, 'seed')} ${are} left out: ${reasons}.`,
  ]
}

/** Means of variant and reference, difference and interval, with the same digits. */
export function metricFigures(unit: Metric['unit'], found: PairedDifference, currency: string) {
  const figure: Figure = { unit, currency, digits: digitsOf(found, unit) }
  return {
    mean: figureText(found.mean, figure),
    referenceMean: figureText(found.referenceMean, figure),
    difference: differenceText(found.difference, figure),
    interval: intervalText(found, figure),
  }
}

/** What a seed range is called: `1..30`. */
function seedsText({ first, last }: Study['seeds']): string {
  return `${first}..${last}`
}

/** Which seeds, in which world, against whom. */
export function studyFacts({ seeds, runs, mode, reference }: Study): string {
  const asked = seeds.last - seeds.first + 1
  const ran = runs.length < asked ? `, of which ${formatCount(runs.length)} were run` : ''
  return `seeds ${seedsText(seeds)}${ran} · ${mode} services · against ${reference}`
}

/** Names of the metrics in which a comparison shows this. */
function namesThatShow(study: Study, { metrics }: Comparison, shows: PairedDifference['shows']): string[] {
  return metrics.flatMap(({ metric, shows: found }) => {
    const name = study.metrics.find(({ id }) => id === metric)?.name
    return found === shows && name !== undefined ? [name] : []
  })
}

function tells({ shows }: PairedDifference): boolean {
  return shows === 'more' || shows === 'less' || shows === 'no-spread'
}

/** What to remember of a comparison: its most telling sentences, the orders, and what the seeds do not show. */
export function mainSentences(study: Study, comparison: Comparison): string[] {
  const { metrics, seeds, leftOut, orders } = comparison
  const telling = LEADING.flatMap((id) => metrics.filter((found) => found.metric === id && tells(found)))
  const nothing = namesThatShow(study, comparison, 'nothing')
  const same = namesThatShow(study, comparison, 'same')
  return [
    ...telling.slice(0, MOST_TELLING).map(({ sentence }) => sentence),
    orders.sentence,
    ...(nothing.length > 0
      ? [`No difference that ${formatCounted(seeds, 'seed')} can show in ${nothing.join(', ')}.`]
      : []),
    ...(same.length > 0 ? [`The same at each seed: ${same.join(', ')}.`] : []),
    ...leftOutSentence(leftOut, seeds),
  ]
}

/** What to type to see it again. */
export function studyCommand({ scenario, seeds, flags, reference }: Study): string {
  const words = [scenario, '--seeds', seedsText(seeds), ...flags, '--reference', reference]
  return ['npx faultline run', ...words.map(quote)].join(' ')
}

/** `28 PASS, 2 FAIL` */
export function verdictCounts({ runs }: Study): string {
  return VERDICTS.flatMap((verdict) => {
    const count = runs.filter((run) => run.verdict === verdict).length
    return count > 0 ? [`${formatCount(count)} ${verdict}`] : []
  }).join(', ')
}

/** What to remember of the study, in one sentence: the largest difference in what matters most. */
export function headline({ comparisons, reference, runs }: Study): string {
  for (const id of LEADING) {
    const [largest] = comparisons
      .flatMap(({ metrics }) => metrics.filter((found) => found.metric === id && tells(found)))
      .sort((one, other) => Math.abs(other.difference ?? 0) - Math.abs(one.difference ?? 0))
    if (largest) return largest.sentence
  }
  return `No difference to ${reference} that ${formatCounted(runs.length, 'seed')} can show.`
}
