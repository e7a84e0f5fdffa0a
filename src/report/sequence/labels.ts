/** How labels may stand beside what they name: lines, side, and the room they take. */

import type { DiagramMessage } from '../../core/story.ts'
import { formatMs } from '../format.ts'
import type { Box, Piece } from './field.ts'
import { arrivalOf } from './points.ts'
import { LINE_HEIGHT, widestOf, wrapped } from './text.ts'

export type Anchor = 'start' | 'middle' | 'end'

/** `x` is where the anchor is; `top` the upper edge of the first line. Both are relative until the label is placed. */
export interface Label {
  readonly lines: readonly string[]
  readonly anchor: Anchor
  readonly x: number
  readonly top: number
  readonly box: Box
}

/** Between which sides labels may stand. */
export interface Sides {
  readonly left: number
  readonly right: number
}

const MOST_LINES = 4
/** Narrower text is hard to read. */
const LEAST_WIDTH = 110
/** From a lane to the text beside it. */
const BESIDE = 13
/** Inside a box, from its edge to its text. */
export const PADDING = 6

/** Refers to the list of what happened, where nothing is cut. */
export function endingOf(number: number): string {
  return `… [${number}]`
}

/** @param x where its left edge would best be; it is moved so far that it stays between the sides */
export function labelAt(lines: readonly string[], anchor: Anchor, x: number, top: number, sides: Sides): Label {
  const width = widestOf(lines)
  const left = Math.max(sides.left, Math.min(x, sides.right - width))
  const shift = { start: 0, middle: width / 2, end: width }[anchor]
  return {
    lines,
    anchor,
    x: left + shift,
    top,
    box: { left, top, right: left + width, bottom: top + lines.length * LINE_HEIGHT },
  }
}

/** Above the arrow's beginning, where it belongs however steep the arrow becomes. */
export function messageLabel(lines: readonly string[], fromX: number, toX: number, sides: Sides): Label {
  const top = -lines.length * LINE_HEIGHT - 2
  if (toX >= fromX) return labelAt(lines, 'start', fromX + 10, top, sides)
  return labelAt(lines, 'end', fromX - 10 - widestOf(lines), top, sides)
}

/** Beside a sign on a lane; `first` is the side to prefer. Sides without room are left out. */
export function besideLabels(
  text: string,
  { x, first, most, ending, sides }: { x: number; first: 'left' | 'right'; most: number; ending: string; sides: Sides },
): Label[] {
  const room = { left: x - BESIDE - sides.left, right: sides.right - x - BESIDE }
  const order = first === 'left' ? (['left', 'right'] as const) : (['right', 'left'] as const)
  // Lanes at the edge have one good side only.
  const enough = Math.min(most, LEAST_WIDTH, Math.max(room.left, room.right))
  return order
    .filter((side) => room[side] >= enough)
    .map((side) => {
      const lines = wrapped(text, Math.min(most, room[side]), MOST_LINES, ending)
      const left = side === 'left' ? x - BESIDE - widestOf(lines) : x + BESIDE
      return labelAt(lines, side === 'left' ? 'end' : 'start', left, 4 - LINE_HEIGHT / 2 - 4, sides)
    })
}

/** Flights of this length and more are told in figures. */
const TOLD_FLIGHT_MS = 10

/** What was said, how long it took where that was long, and what became of it. */
export function messageLines(message: DiagramMessage, width: number, number: number): string[] {
  const arrived = arrivalOf(message)
  const flight = arrived === null ? 0 : arrived - message.sentMs
  const took = flight >= TOLD_FLIGHT_MS ? `, ${formatMs(flight)}` : ''
  const lines = wrapped(`${message.label}${took}`, width, 3, endingOf(number))
  const end = fateOf(message)
  return end === null ? lines : [...lines, ...wrapped(end, width, 3, endingOf(number))]
}

/** Null for a message that came as it should. */
function fateOf(message: DiagramMessage): string | null {
  if (message.arrivedMs === null) return message.lost === null ? 'lost' : `lost: ${message.lost}`
  return message.lost === null ? null : `in vain: ${message.lost}`
}

/** Text with air above and below. */
export function textPiece({ left, top, right, bottom }: Box): Piece {
  return { kind: 'text', box: { left: left - 3, top: top - 2, right: right + 3, bottom: bottom + 1 } }
}

/** Room around a box's text. */
export function padded({ left, top, right, bottom }: Box): Box {
  return { left: left - PADDING, top: top - 3, right: right + PADDING, bottom: bottom + 4 }
}
