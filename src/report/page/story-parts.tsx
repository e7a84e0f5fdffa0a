/** The parts of all stories as markup, each by itself: a page holds some as they are and packs the others. */

import { renderToStaticMarkup } from 'react-dom/server'
import type { Drawing, Drawings } from './drawings.tsx'
import type { ToldVariant } from './placed-stories.ts'
import type { StoryPart } from './room.ts'
import { diagramsOf, Said, Shown, saidKey, shownKey } from './story.tsx'

/** Markup beyond this takes a browser, and us, too long. */
const MOST_BYTES = 6_000_000

interface Ordered {
  readonly at: number
  readonly placed: ToldVariant['told'][number]
  readonly opening: boolean
  readonly later: boolean
}

/** The first of every promise before second ones. */
function inOrder(variants: readonly ToldVariant[]): Ordered[] {
  const stories = variants.flatMap(({ told }) =>
    told.map((placed, at) => ({
      placed,
      later: told.findIndex(({ group }) => group.invariant === placed.group.invariant) !== at,
    })),
  )
  return stories
    .map((story, at) => ({ ...story, at, opening: at === 0 }))
    .sort((a, b) => Number(a.later) - Number(b.later) || a.at - b.at)
}

/** What is said before what is shown; of each, the most frequent shape of every promise first. What is too much is left out. */
export function renderStoryParts(variants: readonly ToldVariant[], drawingOf: Drawings): StoryPart[] {
  const stories = inOrder(variants)
  const said = stories.map(({ placed, opening }): StoryPart => {
    const markup = renderToStaticMarkup(<Said group={placed.group} />)
    const key = saidKey(placed)
    return {
      key,
      kin: `said ${placed.group.invariant}`,
      markup,
      drawings: [],
      bytes: sizeOf(markup),
      needed: true,
      opening,
    }
  })
  const shown = stories.flatMap(({ placed, opening, later }): StoryPart[] => {
    const drawings = diagramsOf(placed).map(({ diagram }) => drawingOf(diagram))
    if (drawings.length === 0) return []
    const markup = renderToStaticMarkup(<Shown placed={placed} packedAs={drawingOf} />)
    const bytes = sizeOf(markup) + drawings.reduce((sum, drawing) => sum + drawing.bytes, 0)
    const kin = placed.group.story.purchase ?? ''
    return [{ key: shownKey(placed), kin, markup, drawings, bytes, needed: !later, opening }]
  })
  return within(MOST_BYTES, [...said, ...shown])
}

function sizeOf(markup: string): number {
  return Buffer.byteLength(markup)
}

/** A drawing that two parts share counts once. */
function within(most: number, parts: readonly StoryPart[]): StoryPart[] {
  const counted = new Set<Drawing>()
  let left = most
  return parts.filter(({ markup, drawings }) => {
    left -= sizeOf(markup)
    for (const drawing of drawings) {
      if (!counted.has(drawing)) left -= drawing.bytes
      counted.add(drawing)
    }
    return left >= 0
  })
}
