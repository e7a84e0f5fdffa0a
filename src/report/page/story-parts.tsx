/** The parts of all stories as markup, each by itself: a page holds some as they are and packs the others. */

import { renderToStaticMarkup } from 'react-dom/server'
import type { ToldVariant } from './placed-stories.ts'
import type { StoryPart } from './room.ts'
import { storyParts } from './story.tsx'

/** Markup beyond this takes a browser, and us, too long. */
const MOST_BYTES = 6_000_000

/** What is said before what is shown; of each, the most frequent shape of every promise first. What is too much is left out. */
export function renderStoryParts(variants: readonly ToldVariant[]): StoryPart[] {
  const stories = variants.flatMap(({ told }) =>
    told.map((placed, at) => ({
      parts: storyParts(placed),
      purchase: placed.group.story.purchase ?? '',
      later: told.findIndex(({ group }) => group.invariant === placed.group.invariant) !== at,
    })),
  )
  const ordered = [...stories.filter(({ later }) => !later), ...stories.filter(({ later }) => later)]
  const said = ordered.map(({ parts, purchase }) => ({ ...parts.said, purchase, needed: true }))
  const shown = ordered.flatMap(({ parts, purchase, later }) =>
    parts.shown ? { ...parts.shown, purchase, needed: !later } : [],
  )
  let left = MOST_BYTES
  return [...said, ...shown].flatMap(({ key, node, purchase, needed }) => {
    if (left <= 0) return []
    const markup = renderToStaticMarkup(node)
    const bytes = Buffer.byteLength(markup)
    left -= bytes
    return left >= 0 ? [{ key, purchase, markup, bytes, needed }] : []
  })
}
