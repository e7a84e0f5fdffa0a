/** Whole sentences about a run, the same in every output. */

import type { InvariantName } from '../core/invariant.ts'
import type { GremlinCount, Result, VariantResult, Verdict } from '../core/result.ts'
import { brokenPromises, totalStrikes, totalViolations } from './columns.ts'
import { formatCount, formatCounted, formatMoney } from './format.ts'
import { arrivedOf, kindsToCompare } from './kinds.ts'

/** `23 of 300 buyers`; violations need not be of one purchase each, and then there is no whole that they are a part of. */
function among(count: number, arrived: number, one: string): string {
  return count < arrived ? `${formatCount(count)} of ${formatCounted(arrived, one)}` : formatCounted(count, one)
}

/** What a broken promise means to a shop, worst first: money, goods, then trust and bookkeeping. */
const HARMS: Record<InvariantName, (count: number, arrived: number) => string> = {
  'charged-at-most-once': (count, arrived) => `charged ${among(count, arrived, 'buyer')} more than once`,
  'deducted-at-most-once': (count, arrived) =>
    `took the goods of ${among(count, arrived, 'purchase')} from stock more than once`,
  'never-oversold': (count) => `sold more than there was ${formatCounted(count, 'time')}`,
  'all-or-nothing': (count, arrived) => `left ${among(count, arrived, 'purchase')} half done`,
  'no-order-lost': (count, arrived) => `lost ${among(count, arrived, 'order')}`,
  'buyer-told-the-truth': (count, arrived) => `told ${among(count, arrived, 'buyer')} something untrue`,
  'money-conserved': (count) => `made or lost money from nothing ${formatCounted(count, 'time')}`,
  'notified-exactly-once': (count, arrived) => `notified ${among(count, arrived, 'buyer')} never or more than once`,
  'nothing-left-locked': (count) => `left ${formatCounted(count, 'thing')} locked`,
  'history-complete': (count) =>
    `left ${formatCounted(count, 'gap or duplicate', 'gaps or duplicates')} in the payment history`,
  'requests-conserved': (count) => `lost count of requests ${formatCounted(count, 'time')}`,
  'books-balance': (count) => `kept books that do not add up ${formatCounted(count, 'time')}`,
}
const SEVERITY = Object.keys(HARMS) as InvariantName[]
const MOST_HARMS = 2

/** What a variant did to its buyers, without its name: `charged 23 of 300 buyers more than once and cost $11,500.00`. */
export function harm(variant: VariantResult, currency: string): string {
  const broken = brokenPromises(variant).sort((a, b) => SEVERITY.indexOf(a.name) - SEVERITY.indexOf(b.name))
  const parts = broken.slice(0, MOST_HARMS).map(({ name, violations }) => HARMS[name](violations, arrivedOf(variant)))
  if (variant.lossCents > 0) parts.push(`cost ${formatMoney(variant.lossCents, currency)}`)
  const last = parts.pop()
  if (last === undefined) return 'harmed none and cost nothing'
  return parts.length > 0 ? `${parts.join(', ')} and ${last}` : last
}

function worseFirst(a: VariantResult, b: VariantResult): number {
  return b.lossCents - a.lossCents || totalViolations(b) - totalViolations(a)
}

function cleanRun(result: Result): string {
  const strikes = result.variants.reduce((sum, variant) => sum + totalStrikes(variant), 0)
  const only = result.variants.length === 1 ? result.variants[0] : undefined
  const who = only ? `${only.name} broke no promise and lost no money` : 'No variant broke a promise or lost money'
  if (strikes > 0) return `${who}, although gremlins struck ${formatCounted(strikes, 'time')}.`
  return `${who}; no gremlin ${result.configuration.gremlins.length === 0 ? 'was let in' : 'struck'}.`
}

/** Of the variants that did equally well, the first behind the worst: scenarios list a cure behind what it cures. */
function bestBeside(worst: VariantResult, variants: readonly VariantResult[]): VariantResult {
  const from = variants.indexOf(worst)
  const nearestFirst = [...variants.slice(from), ...variants.slice(0, from)]
  return nearestFirst.reduce((best, variant) => (worseFirst(best, variant) < 0 ? variant : best))
}

/** What to remember of the run, in one sentence: the worst variant against the best. */
export function headline(result: Result): string {
  if (result.variants.length === 0) return 'No variant was run.'
  if (result.variants.every((variant) => arrivedOf(variant) === 0))
    return 'No order arrived, so this run shows nothing.'
  const ranked = [...result.variants].sort(worseFirst)
  const worst = ranked[0] as VariantResult
  if (totalViolations(worst) === 0 && worst.lossCents === 0) return cleanRun(result)
  const what = `${worst.name} ${harm(worst, result.baseCurrency)}`
  const best = bestBeside(worst, result.variants)
  if (best === worst) return `${what}.`
  const luck = totalStrikes(worst) > 0 && totalStrikes(best) > 0 ? ', with the same luck,' : ''
  const still = totalViolations(best) > 0 || best.lossCents > 0 ? ' still' : ''
  return `${what}; ${best.name}${luck}${still} ${harm(best, result.baseCurrency)}.`
}

function namesWith(result: Result, verdict: Verdict): string {
  return result.variants
    .filter((variant) => variant.verdict === verdict)
    .map((variant) => variant.name)
    .join(', ')
}

/** What the verdict of the whole run means. */
export function verdictSentence(result: Result): string {
  const names = namesWith(result, result.verdict)
  const who = names ? ` (${names})` : ''
  if (result.verdict === 'PASS') return 'Every variant did what the scenario expects of it, mistakes included.'
  if (result.verdict === 'FAIL') return `Not every variant did what the scenario expects of it${who}.`
  if (result.verdict === 'ERROR') return `The lab itself failed, so these figures prove nothing${who}.`
  return `This run cannot say whether every variant does what the scenario expects of it${who}.`
}

/** What ended the run before its time, if anything did. */
export function ends(result: Result): string[] {
  return [
    ...(result.error === null ? [] : [`The lab failed: ${result.error}`]),
    ...(result.interrupted === null ? [] : [`Cut short: ${result.interrupted}`]),
  ]
}

/** A gremlin of a scenario in words; a name that was made up from kind and place is not said again. */
export function gremlinTitle({ name, gremlin, on }: { name: string; gremlin: string; on: string }): string {
  return name === gremlin || name === `${gremlin}@${on}` ? `${gremlin} on ${on}` : `${name} (${gremlin} on ${on})`
}

/** `41 of 300`: strikes of tosses; in words where the variant never passes the moments that the gremlin waits for. */
export function strikeText(gremlin: GremlinCount): string {
  if (!gremlin.applies) return 'does not apply'
  return `${formatCount(gremlin.strikes)} of ${formatCount(gremlin.tossed)}`
}

/** The gremlins of all variants, each once, with its count in every variant that met it. */
export function gremlinsAcross(
  result: Result,
): { name: string; gremlin: string; on: string; counts: { variant: string; count: GremlinCount }[] }[] {
  const found = new Map<string, ReturnType<typeof gremlinsAcross>[number]>()
  for (const variant of result.variants) {
    for (const count of variant.gremlins) {
      const { name, gremlin, on } = count
      const known = found.get(name) ?? { name, gremlin, on, counts: [] }
      known.counts.push({ variant: variant.name, count })
      found.set(name, known)
    }
  }
  return [...found.values()]
}

/** Seed, world and size of the run. */
export function runFacts(result: Result): string {
  const arrived = result.variants.map(arrivedOf)
  const what = kindsToCompare(result).length > 0 ? 'request' : 'order'
  const [least, most] = [Math.min(...arrived), Math.max(...arrived)]
  const orders =
    arrived.length === 0
      ? 'no variant'
      : least === most
        ? formatCounted(most, what)
        : `${formatCount(least)}–${formatCount(most)} ${what}s`
  const world = result.calibration === undefined ? result.mode : `calibrated ${result.mode}`
  return `seed ${result.seed} · ${world} services · ${orders} per variant`
}

/** What to type to see it again. */
export function reproduceCommand({ scenario, seed, flags }: Result): string {
  return ['npx faultline run', quote(scenario), '--seed', String(seed), ...flags.map(quote)].join(' ')
}

/** As a POSIX shell takes it. */
export function quote(word: string): string {
  return /^[\w.@/+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
