/** What terminal and Markdown show of a comparison, so that both show the same. */

import type { ComparedSide } from '../../core/run-comparison.ts'
import { formatCounted } from '../format.ts'
import { LEADING } from '../study/metrics.ts'
import { metricOf, type ToldChange, type ToldComparison, type ToldVariant } from './told.ts'
import { changeFigures } from './words.ts'

export const HEADER = ['metric', 'before', 'now', 'change', '95 % interval', ''] as const

export interface Row {
  readonly cells: readonly string[]
  readonly change: ToldChange
}

/** Sentences about changes that are no regression; the rest is in the table. */
const MOST_TELLING = 3

/** What nobody has is not worth a row. */
function isNothing({ before, after }: ToldChange): boolean {
  return before === 0 && after === 0
}

/** A row for each figure that is not the same in both. */
export function rowsOf({ metrics, baseCurrency }: ToldComparison, variant: ToldVariant): Row[] {
  return variant.metrics.flatMap((found) => {
    const metric = metricOf(metrics, found)
    if (!metric || found.shows === 'same') return []
    const { before, after, change, interval } = changeFigures(metric, found, baseCurrency)
    return [{ cells: [metric.name, before, after, change, interval || '–', found.word], change: found }]
  })
}

/** Every regression by itself, then what else is most telling, and what did not change. */
export function sentencesOf({ metrics }: ToldComparison, variant: ToldVariant): string[] {
  const regressions = variant.metrics.filter(({ regression }) => regression)
  const telling = LEADING.flatMap((id) =>
    variant.metrics.filter(({ metric, shows, regression }) => metric === id && shows === 'change' && !regression),
  )
  const chosen = [...regressions, ...telling.slice(0, Math.max(0, MOST_TELLING - regressions.length))]
  const unknown = variant.metrics.find(({ shows, change }) => shows === 'unknown' && change !== null)
  const said = chosen.length > 0 || unknown === undefined ? chosen : [unknown]
  const same = variant.metrics.filter((found) => found.shows === 'same' && !isNothing(found))
  const names = same.map((found) => metricOf(metrics, found)?.name ?? found.metric)
  const { verdict, verdictSentence, leftOut } = variant
  if (isUnchanged(variant)) return leftOutSentence(leftOut)
  return [
    ...(verdict.direction === null ? [] : [verdictSentence]),
    ...said.map(({ sentence }) => sentence),
    ...(names.length > 0 ? [`The same: ${names.join(', ')}.`] : []),
    ...leftOutSentence(leftOut),
  ]
}

function leftOutSentence({ before, after }: ToldVariant['leftOut']): string[] {
  if (before + after === 0) return []
  return [`Left out, since they decide nothing: ${formatCounted(before, 'seed')} before, ${after} now.`]
}

/** Whether anything at all is different. */
export function isUnchanged(variant: ToldVariant): boolean {
  return variant.verdict.direction === null && variant.metrics.every(({ shows }) => shows === 'same')
}

/** `calm/2026-…-seed-42 · virtual services · seed 42` */
export function sideText({ place, mode, seeds }: ComparedSide): string {
  const [first] = seeds
  return `${place} · ${mode} services · ${seeds.length === 1 ? `seed ${first}` : formatCounted(seeds.length, 'seed')}`
}
