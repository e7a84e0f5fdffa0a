/** A comparison with its sentences: the document that `compare --json` prints. */

import type { ComparedMetric } from '../../core/measured.ts'
import type { MetricChange, RunComparison, VariantChange } from '../../core/run-comparison.ts'
import { cleanAll } from '../clean-result.ts'
import { askedSentences, changeSentence, endSentence, verdictSentence, wordFor } from './words.ts'

export interface ToldChange extends MetricChange {
  readonly sentence: string
  /** In a word: `REGRESSION`, `better`, `noise`. */
  readonly word: string
}

export interface ToldVariant extends Omit<VariantChange, 'metrics'> {
  readonly verdictSentence: string
  readonly metrics: readonly ToldChange[]
}

export interface ToldComparison extends Omit<RunComparison, 'variants'> {
  readonly variants: readonly ToldVariant[]
  /** In what they were not asked the same, and what only one of them has. */
  readonly notes: readonly string[]
  readonly end: string
}

/** Every string in it is clean: names come from files. */
export function tellComparison(raw: RunComparison): ToldComparison {
  const comparison = cleanAll(raw)
  const { variants, metrics, tolerance } = comparison
  return {
    ...comparison,
    notes: askedSentences(comparison),
    variants: variants.map((variant) => ({
      ...variant,
      verdictSentence: verdictSentence(variant),
      metrics: variant.metrics.flatMap((found): ToldChange[] => {
        const metric = metricOf(metrics, found)
        if (!metric) return []
        const sentence = changeSentence(metric, found, comparison)
        return [{ ...found, sentence, word: wordFor(found, metric, tolerance) }]
      }),
    })),
    end: endSentence(comparison),
  }
}

export function metricOf(metrics: readonly ComparedMetric[], { metric }: MetricChange): ComparedMetric | undefined {
  return metrics.find(({ id }) => id === metric)
}
