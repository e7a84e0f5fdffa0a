/** What each gremlin did in each variant. */

import type { GremlinCount, Result, VariantResult } from '../../core/result.ts'
import { totalStrikes } from '../columns.ts'
import { formatCount, NOT_MEASURED } from '../format.ts'
import { gremlinsAcross, gremlinTitle, strikeText } from '../headline.ts'
import { stackedBars } from './bars.ts'
import { type ChartSpec, HATCHES, OKABE_ITO } from './spec.ts'

/** Gremlins with a colour of their own; the others are drawn as one. The table has all. */
const MOST_DRAWN = 8
const COLORS = [
  OKABE_ITO.vermillion,
  OKABE_ITO.sky,
  OKABE_ITO.orange,
  OKABE_ITO.green,
  OKABE_ITO.purple,
  OKABE_ITO.blue,
  OKABE_ITO.yellow,
  OKABE_ITO.grey,
] as const

function tosses({ gremlins }: VariantResult): number {
  return gremlins.reduce((sum, { tossed }) => sum + tossed, 0)
}

const countIn = ({ gremlins }: VariantResult, wanted: string): GremlinCount | undefined =>
  gremlins.find(({ name }) => name === wanted)

/** Strikes of each gremlin, stacked; the table has the tosses beside them. */
export function strikesChart(result: Result): ChartSpec {
  const { variants } = result
  const gremlins = gremlinsAcross(result)
  const strikesOf = (variant: VariantResult, names: readonly { name: string }[]) =>
    names.reduce((sum, { name }) => sum + (countIn(variant, name)?.strikes ?? 0), 0)
  const all = (gremlin: (typeof gremlins)[number]) => gremlin.counts.reduce((sum, { count }) => sum + count.strikes, 0)
  const heaviest = new Set([...gremlins].sort((a, b) => all(b) - all(a)).slice(0, MOST_DRAWN))
  const rest = gremlins.filter((gremlin) => !heaviest.has(gremlin))
  const parts = gremlins
    .filter((gremlin) => heaviest.has(gremlin))
    .map((gremlin, at) => ({
      name: gremlinTitle(gremlin),
      color: COLORS[at % COLORS.length] ?? OKABE_ITO.grey,
      hatch: HATCHES[at % HATCHES.length] ?? ('none' as const),
      value: (variant: VariantResult) => strikesOf(variant, [gremlin]),
    }))
  const others = {
    name: `${formatCount(rest.length)} others`,
    color: OKABE_ITO.grey,
    hatch: 'cross' as const,
    value: (variant: VariantResult) => strikesOf(variant, rest),
  }
  const inWords = (variant: VariantResult) => `${formatCount(totalStrikes(variant))} of ${formatCount(tosses(variant))}`
  const bars = stackedBars(result, {
    id: 'gremlin-strikes',
    title: 'What each gremlin did',
    about: 'Strikes; beside each bar, out of how many tosses. The same coin falls the same in every variant.',
    unit: 'strikes',
    empty: 'no gremlin struck',
    parts: rest.length > 0 ? [...parts, others] : parts,
    text: formatCount,
    total: inWords,
    scale: 1,
    tickFormat: {},
  })
  const cell = (variant: VariantResult, name: string) => {
    const count = countIn(variant, name)
    return count ? strikeText(count) : NOT_MEASURED
  }
  return {
    ...bars,
    table: {
      columns: ['variant', ...gremlins.map(gremlinTitle), 'in all'],
      rows: variants.map((variant) => [
        variant.name,
        ...gremlins.map(({ name }) => cell(variant, name)),
        inWords(variant),
      ]),
    },
  }
}
