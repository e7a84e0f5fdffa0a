/** The stories that a page tells, each with its place in the page. */

import type { InvariantName } from '../../core/invariant.ts'
import type { Stories, StoryGroup } from '../../core/story.ts'
import type { Anchors } from './anchors.ts'

export interface PlacedStory {
  readonly id: string
  readonly variant: string
  readonly group: StoryGroup
}

/** How much of the stories a page has room for. */
export interface StoryBounds {
  /** Of each variant; the most frequent shape of each invariant before second ones. */
  readonly stories: number
  /** Purchases listed of each. */
  readonly listed: number
}

export interface ToldVariant {
  readonly variant: string
  readonly told: readonly PlacedStory[]
  /** Violations whose shape this page does not tell. */
  readonly untold: number
}

/** A story by variant and invariant, the n-th of these: stable for deep links. */
function storyId(anchors: Anchors, variant: string, invariant: InvariantName, nth: number): string {
  return anchors('story', variant, invariant, String(nth))
}

export function placeStories(stories: Stories, most: number, anchors: Anchors): ToldVariant[] {
  return stories.variants.map(({ variant, groups, untold }) => {
    const seen = new Map<InvariantName, number>()
    const numbered = groups.map((group) => {
      const nth = (seen.get(group.invariant) ?? 0) + 1
      seen.set(group.invariant, nth)
      return { id: storyId(anchors, variant, group.invariant, nth), variant, group, nth }
    })
    const chosen = new Set([...numbered].sort((a, b) => a.nth - b.nth).slice(0, most))
    const left = numbered.filter((each) => !chosen.has(each))
    return {
      variant,
      told: numbered.filter((each) => chosen.has(each)).map(({ id, group }) => ({ id, variant, group })),
      untold: left.reduce((sum, { group }) => sum + group.count, untold),
    }
  })
}

/** The first story of a variant's broken promise, if the page tells one. */
export function storyOf(
  told: readonly ToldVariant[],
  variant: string,
  invariant: InvariantName,
): PlacedStory | undefined {
  return told.find((each) => each.variant === variant)?.told.find(({ group }) => group.invariant === invariant)
}
