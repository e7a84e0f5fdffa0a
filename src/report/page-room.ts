/** How much a page may weigh, and what is left out first where that is not enough. */

import type { Details } from '../core/details.ts'
import { MOST_SAMPLES } from '../core/result.ts'
import type { StoryBounds } from './page-stories.ts'

/** A page should open at once, also when it was mailed. */
const USUAL_BYTES = 500_000
/** So many cells of the matrix are in the usual size; each one more may take some bytes. */
const USUAL_CELLS = 2_100
const BYTES_PER_CELL = 50
const MOST_BYTES = 3_000_000

export function mostBytes({ outcomes }: Details): number {
  const cells = outcomes ? outcomes.rows.length * outcomes.variants.length : 0
  return Math.min(MOST_BYTES, USUAL_BYTES + BYTES_PER_CELL * Math.max(0, cells - USUAL_CELLS))
}

export interface PageBounds extends StoryBounds {
  /** Samples of each violated promise, with their ledger rows. */
  readonly samples: number
  /** Of the table beside each chart; the chart itself shows them all. */
  readonly rows: number
  /** Call paths of each variant that are drawn. */
  readonly paths: number
}

interface Step extends PageBounds {
  /** The share of the page that diagrams should have, where there are so many. They tell more than long lists, and less than proofs. */
  readonly diagrams: number
}

const STEPS: readonly Step[] = [
  { samples: MOST_SAMPLES, listed: 200, stories: 12, rows: 200, paths: 5, diagrams: 0.2 },
  { samples: 10, listed: 200, stories: 12, rows: 200, paths: 5, diagrams: 0.2 },
  { samples: 5, listed: 200, stories: 12, rows: 100, paths: 5, diagrams: 0.2 },
  { samples: 2, listed: 100, stories: 12, rows: 40, paths: 3, diagrams: 0.16 },
  { samples: 1, listed: 60, stories: 12, rows: 16, paths: 2, diagrams: 0.1 },
  { samples: 0, listed: 30, stories: 12, rows: 12, paths: 1, diagrams: 0.08 },
  { samples: 0, listed: 20, stories: 8, rows: 12, paths: 0, diagrams: 0.06 },
  { samples: 0, listed: 20, stories: 5, rows: 12, paths: 0, diagrams: 0.04 },
  { samples: 0, listed: 20, stories: 4, rows: 8, paths: 0, diagrams: 0.04 },
  { samples: 0, listed: 20, stories: 3, rows: 8, paths: 0, diagrams: 0.03 },
  { samples: 0, listed: 10, stories: 2, rows: 6, paths: 0, diagrams: 0.02 },
  { samples: 0, listed: 10, stories: 1, rows: 6, paths: 0, diagrams: 0 },
]
/** Where stories are told, samples only add their ledger rows. */
const STEPS_WITH_STORIES = STEPS.filter(({ samples }) => samples <= 5)
const STEPS_WITHOUT = STEPS.map((step) => ({ ...step, samples: Math.max(1, step.samples) }))

/** A diagram, and what it weighs. */
export interface Weighed {
  readonly id: string
  readonly bytes: number
}

export interface Rendering {
  /** The page within these bounds, with these diagrams. */
  readonly render: (bounds: PageBounds, drawn: ReadonlySet<string>) => string
  /** The diagrams that a page within these bounds could show, those that matter most first. */
  readonly weigh: (bounds: PageBounds) => readonly Weighed[]
}

/** As many as fit, in their order; one that is too large does not keep smaller ones out. */
function pack(diagrams: readonly Weighed[], room: number): Set<string> {
  const packed = new Set<string>()
  let left = room
  for (const { id, bytes } of diagrams) {
    if (bytes > left) continue
    left -= bytes
    packed.add(id)
  }
  return packed
}

/** The richest page within `most` bytes; the poorest one where none is. */
export function renderWithin(most: number, { stories }: Details, { render, weigh }: Rendering): string {
  const steps = stories === null ? STEPS_WITHOUT : STEPS_WITH_STORIES
  const none: ReadonlySet<string> = new Set()
  let page = ''
  for (const bounds of steps) {
    page = render(bounds, none)
    const room = most - Buffer.byteLength(page)
    const diagrams = weigh(bounds)
    const wanted = diagrams.reduce((sum, { bytes }) => sum + bytes, 0)
    if (room < Math.min(wanted, bounds.diagrams * most) && bounds !== steps.at(-1)) continue
    const drawn = pack(diagrams, room)
    return drawn.size > 0 ? render(bounds, drawn) : page
  }
  return page
}
