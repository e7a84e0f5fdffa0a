import type { Details, ReportedRun } from '../core/details.ts'
import type { Result } from '../core/result.ts'
import type { VariantStories } from '../core/story.ts'
import type { Plan } from './run-plan.ts'

export interface KeptRuns {
  readonly runs: readonly ReportedRun[]
  /** Whether what is kept has its stories. */
  readonly needsDetails: boolean
  add(run: ReportedRun): void
  results(): Result[]
}

/** Runs for a document that holds them all; none where there will be no such document, since many seeds give many runs. */
export function keepRuns({ json, junit }: Plan): KeptRuns {
  const runs: ReportedRun[] = []
  const needsDetails = junit !== undefined
  return {
    runs,
    needsDetails,
    add({ result, details }) {
      if (json || needsDetails) runs.push({ result, details: inWords(details) })
    },
    results: () => runs.map(({ result }) => result),
  }
}

/** What JUnit tells: stories without their diagrams, which are nearly all of their size. */
function inWords({ stories }: Details): Details {
  if (stories === null) return { stories, outcomes: null }
  return { stories: { ...stories, variants: stories.variants.map(withoutDiagrams) }, outcomes: null }
}

function withoutDiagrams({ groups, ...variant }: VariantStories): VariantStories {
  return {
    ...variant,
    groups: groups.map(({ story, prevention, ...group }) => ({
      ...group,
      story: { ...story, diagram: null },
      prevention: prevention && { ...prevention, diagram: null },
    })),
  }
}
