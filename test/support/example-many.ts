/** Large runs to try reports on: many variants that break much, with stories and outcomes. */

import type { Details } from '../../src/core/details.ts'
import type { Result, VariantResult } from '../../src/core/result.ts'
import { MOST_GROUPS, MOST_LISTED, type StoryGroup } from '../../src/core/story.ts'
import { exampleResult } from './example-result.ts'
import { exampleOutcomes, exampleStories } from './example-stories.ts'

function names(count: number): string[] {
  return Array.from({ length: count }, (_, at) => `variant-${at + 1}`)
}

/** The example with its worst variant as often as asked for. */
export function manyVariants(count: number): Result {
  const result = exampleResult()
  const worst = result.variants[1] as VariantResult
  return { ...result, variants: names(count).map((name) => ({ ...worst, name })) }
}

/** Every variant has as many groups of violations as may be told, each with a long list. */
export function manyDetails(variants: number, purchases: number): Details {
  const outcomes = exampleOutcomes(purchases)
  const stories = exampleStories()
  const groups = (stories.variants[1]?.groups ?? []).filter(({ story }) => story.diagram !== null)
  const group = (at: number): StoryGroup => ({
    ...(groups[at % groups.length] as StoryGroup),
    shape: `shape ${at}`,
    count: 500,
    purchases: Array.from({ length: MOST_LISTED }, (_, each) => `p-${at + 7 * each + 1}`),
  })
  const all = Array.from({ length: MOST_GROUPS }, (_, at) => group(at))
  return {
    outcomes: {
      ...outcomes,
      variants: names(variants),
      rows: outcomes.rows.map((row) => ({
        ...row,
        cells: Array.from({ length: variants }, (_, at) => {
          const cell = row.cells[at % row.cells.length] ?? null
          // No two purchases take the same time.
          return (
            cell && { ...cell, latencyMs: cell.latencyMs === null ? null : cell.latencyMs + (row.intendedMs + at) / 7 }
          )
        }),
      })),
    },
    stories: { ...stories, variants: names(variants).map((variant) => ({ variant, groups: all, untold: 3 })) },
  }
}

/** A name as long as names get, with and without places to break it. */
const LONG_NAMES = [
  'retry+timeout+circuit-breaker+idempotency-key+',
  'anamewithoutanyplaceatwhichitcouldbebrokenintolines',
]

/** The same run with variants of long names. */
export function withLongNames<T>(run: T): T {
  const long = (_: string, at: string) => `"${LONG_NAMES[Number(at) % LONG_NAMES.length]}${at}"`
  return JSON.parse(JSON.stringify(run).replace(/"variant-(\d+)"/g, long)) as T
}
