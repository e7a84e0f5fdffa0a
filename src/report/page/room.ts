/** How much a page may weigh, and what is left out first where that is not enough. */

import type { Details } from '../../core/details.ts'
import { MOST_SAMPLES, type Result } from '../../core/result.ts'
import type { Drawing } from './drawings.tsx'
import { packText } from './packed.ts'
import type { StoryBounds } from './placed-stories.ts'

/** A page should open at once, also when it was mailed. */
const USUAL_BYTES = 500_000
/** So many variants, and cells of the matrix, are in the usual size; each one more may take some bytes. */
const USUAL_VARIANTS = 7
const BYTES_PER_VARIANT = 100_000
const USUAL_CELLS = 2_100
const BYTES_PER_CELL = 50
const MOST_BYTES = 3_000_000

export function mostBytes({ variants }: Result, { outcomes }: Details): number {
  const cells = outcomes ? outcomes.rows.length * outcomes.variants.length : 0
  const forVariants = BYTES_PER_VARIANT * Math.max(0, variants.length - USUAL_VARIANTS)
  return Math.min(MOST_BYTES, USUAL_BYTES + forVariants + BYTES_PER_CELL * Math.max(0, cells - USUAL_CELLS))
}

export interface PageBounds extends StoryBounds {
  /** Samples of each violated promise, with their ledger rows. */
  readonly samples: number
  /** Of the table beside each chart; the chart itself shows them all. */
  readonly rows: number
  /** Call paths of each variant that are drawn. */
  readonly paths: number
  /** Whether everything that was configured stands there. */
  readonly configuration: boolean
}

const STEPS: readonly PageBounds[] = [
  { samples: MOST_SAMPLES, listed: 200, stories: 12, rows: 200, paths: 5, configuration: true },
  { samples: 10, listed: 200, stories: 12, rows: 200, paths: 5, configuration: true },
  { samples: 5, listed: 200, stories: 12, rows: 100, paths: 5, configuration: true },
  { samples: 2, listed: 100, stories: 12, rows: 40, paths: 3, configuration: true },
  { samples: 1, listed: 60, stories: 12, rows: 16, paths: 2, configuration: true },
  { samples: 0, listed: 60, stories: 12, rows: 12, paths: 1, configuration: false },
  { samples: 0, listed: 30, stories: 12, rows: 8, paths: 0, configuration: false },
  { samples: 0, listed: 20, stories: 8, rows: 6, paths: 0, configuration: false },
  { samples: 0, listed: 10, stories: 4, rows: 6, paths: 0, configuration: false },
  { samples: 0, listed: 10, stories: 1, rows: 6, paths: 0, configuration: false },
]
/** Where stories are told, samples only add their ledger rows. */
const STEPS_WITH_STORIES = STEPS.filter(({ samples }) => samples <= 5)
const STEPS_WITHOUT = STEPS.map((step) => ({ ...step, samples: Math.max(1, step.samples) }))

/** A part of a story as markup. */
export interface StoryPart {
  readonly key: string
  /** Parts of the same kin resemble one another most. */
  readonly kin: string
  /** As it is packed: its diagrams are packed beside it, once for all parts that show them. */
  readonly markup: string
  readonly drawings: readonly Drawing[]
  /** Of it and its diagrams, where it is not packed. */
  readonly bytes: number
  /** Rather than do without these, a page does without its configuration and without later stories. */
  readonly needed: boolean
  /** Of the story that is open when the page is: it needs no unpacking. */
  readonly opening: boolean
}

/** How the parts of stories are on a page; what is neither is left out. */
export interface PartWays {
  readonly plain: ReadonlySet<string>
  readonly packed: ReadonlySet<string>
}

export interface Rendering {
  /** The parts that a page within these bounds could hold, those that matter most first. */
  readonly partsOf: (bounds: PageBounds) => readonly StoryPart[]
  /** @param packed what `packParts` made of the packed parts, null where there are none */
  readonly render: (bounds: PageBounds, ways: PartWays, packed: string | null) => string
}

/** Those that resemble one another are neighbours: gzip looks back 32 KB, and finds there most of what follows. */
function packParts(parts: readonly StoryPart[]): string | null {
  if (parts.length === 0) return null
  const kin = [...parts].sort((a, b) => compare(a.kin, b.kin) || a.bytes - b.bytes)
  const drawings = [...new Set(kin.flatMap((part) => part.drawings))]
  const entries = [
    ...kin.map(({ key, markup }) => [key, markup] as const),
    ...drawings.map(({ keys, picture }) => [keys.picture, picture] as const),
    ...drawings.map(({ keys, words }) => [keys.words, words] as const),
  ]
  return packText(JSON.stringify(Object.fromEntries(entries)))
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}

/** As many as fit, in their order; one that is too large does not keep smaller ones out. */
function fitting(parts: readonly StoryPart[], room: number): Set<string> {
  const found = new Set<string>()
  let left = room
  for (const { key, bytes } of parts) {
    if (bytes > left) continue
    left -= bytes
    found.add(key)
  }
  return found
}

/** How many of the parts, from the first on, can be packed into this room. */
function packable(parts: readonly StoryPart[], room: number): number {
  let [fits, fails] = [0, parts.length + 1]
  while (fails - fits > 1) {
    const count = Math.floor((fits + fails) / 2)
    if ((packParts(parts.slice(0, count))?.length ?? 0) <= room) fits = count
    else fails = count
  }
  return fits
}

/** What stands around the packed parts. */
const FRAME_BYTES = 200
const keysOf = (parts: readonly StoryPart[]): Set<string> => new Set(parts.map(({ key }) => key))
const NONE: ReadonlySet<string> = new Set()

/** Pages show more stories rather than what stands before this step. */
const LEAST = STEPS_WITH_STORIES.filter(({ configuration }) => configuration).length - 1

/** Whether all that should be told at this step is told. */
function suffices(kept: readonly StoryPart[], parts: readonly StoryPart[], step: number): boolean {
  const wanted = step < LEAST ? parts : parts.filter(({ needed }) => needed)
  return kept.length >= wanted.length
}

/**
 * The richest page within `most` bytes; the poorest one where none is. What is open at the beginning stands there as it is,
 * if it fits; other parts are packed, those that matter most first, and as they are where there is room left.
 */
export function renderWithin(most: number, { stories }: Details, { partsOf, render }: Rendering): string {
  const steps = stories === null ? STEPS_WITHOUT : STEPS_WITH_STORIES
  let page = ''
  for (const [step, bounds] of steps.entries()) {
    const parts = partsOf(bounds)
    const bare = render(bounds, { plain: NONE, packed: keysOf(parts) }, null)
    const room = most - FRAME_BYTES - Buffer.byteLength(bare)
    const open = fitting(
      parts.filter(({ opening }) => opening),
      room,
    )
    const others = parts.filter(({ key }) => !open.has(key))
    const spent = parts.reduce((sum, { key, bytes }) => sum + (open.has(key) ? bytes : 0), 0)
    const kept = others.slice(0, packable(others, room - spent))
    page = render(bounds, { plain: open, packed: keysOf(kept) }, packParts(kept))
    if (room < 0 || !suffices(kept, others, step)) continue
    const plain = fitting(kept, most - Buffer.byteLength(page))
    if (plain.size === 0) return page
    const rest = kept.filter(({ key }) => !plain.has(key))
    return render(bounds, { plain: new Set([...open, ...plain]), packed: keysOf(rest) }, packParts(rest))
  }
  return page
}
