/** Changes in a picture over time: a line in every lane that they are about, and above the lanes a row with their numbers. */

import { changesInWords, type MadeChange } from '../changes.ts'
import { formatCounted } from '../format.ts'
import type { ChangeMark } from './change-marks.ts'
import type { LaneMark } from './lane-marks.ts'
import type { Plain } from './spec.ts'
import { fine } from './strikes.ts'

/** More lines than these hide what they stand in. */
const MOST_DRAWN = 60
const SCALE = 'changes'
/** Of the height of all lanes: for few numbers one row is enough, many need more. */
const SHARE = { least: 0.12, each: 0.008, most: 0.36 }

export interface ChangeRow {
  readonly marks: readonly LaneMark[]
  readonly scales: { readonly [key: string]: Plain }
  readonly plugins: { readonly [key: string]: Plain }
  /** How to read it, behind the other sentences about the picture. */
  readonly about: string
  /** For someone who cannot see it. */
  readonly label: string
  /** All of them, for a picture that stands alone. */
  readonly besides: { readonly besides?: string }
}

const NO_ROW: ChangeRow = { marks: [], scales: {}, plugins: {}, about: '', label: '', besides: {} }

function aboutWords(changes: readonly MadeChange[], drawn: number): string {
  const some = (by: MadeChange['by']) => changes.some((change) => change.by === by)
  const hand = some('hand') ? ['by hand (filled, whole lines)'] : []
  const scenario = some('scenario') ? ['by the scenario (framed, dashed lines)'] : []
  const only = drawn < changes.length ? `, the first ${drawn} of ${changes.length}` : ''
  return ` Numbers: changes ${[...hand, ...scenario].join(' and ')}${only}.`
}

/** @param lanes the variant of each */
export function changeRow(changes: readonly MadeChange[], lanes: readonly string[], endMs: number): ChangeRow {
  const here = changes.filter(({ made }) => made.some(({ variant, atMs }) => lanes.includes(variant) && atMs <= endMs))
  if (here.length === 0) return NO_ROW
  const drawn = here.slice(0, MOST_DRAWN).map(({ number, by, made }): ChangeMark => {
    const lines = lanes.flatMap((name, lane): [number, number][] =>
      made
        .filter(({ variant, atMs }) => variant === name && atMs <= endMs)
        .map(({ atMs }) => [lane, fine(atMs / 1_000)]),
    )
    return { number, hand: by === 'hand', lines }
  })
  const share = Math.min(SHARE.most, SHARE.least + drawn.length * SHARE.each)
  const stackWeight = fine(lanes.length * share)
  const axis = { type: 'linear', axis: 'y', min: 0, max: 1, stack: 'time', stackWeight }
  return {
    marks: [{ scale: SCALE, text: 'changes', line: 0.5, full: true }],
    scales: { [SCALE]: { ...axis, grid: { display: false }, ticks: { autoSkip: false } } },
    plugins: { changes: { scale: SCALE, changes: drawn.map((mark) => ({ ...mark })) } },
    about: aboutWords(here, drawn.length),
    label: ` ${formatCounted(here.length, 'change was', 'changes were')} made while it went on.`,
    besides: { besides: `Changes: ${changesInWords(here)}.` },
  }
}
