/** A sequence diagram's lines and signs as SVG paths: one path for all of a kind, so that many diagrams fit a page. */

import type { MarkKind } from '../../core/story.ts'
import { PADDING, padded } from './labels.ts'
import type { PlacedLane, PlacedMark, PlacedMessage } from './placed.ts'

/** Whole units are finer than a line is wide. */
const whole = Math.round

/** Signs around a lane's point, one shape for each kind; facts are boxes only. */
const SIGNS: Record<MarkKind, (x: number, y: number) => string> = {
  commit: (x, y) => `M${x - 6} ${y - 6}h12v12h-12z`,
  strike: (x, y) => `M${x + 2} ${y - 10}l-9 12h6l-2 9 10-13h-6l4-8z`,
  crash: (x, y) => `M${x - 7} ${y - 7}l14 14m0-14l-14 14`,
  restart: (x, y) => `M${x - 7} ${y - 6}h14l-7 12z`,
  belief: (x, y) => `M${x - 4} ${y}a4 4 0 1 0 8 0a4 4 0 1 0-8 0`,
  policy: (x, y) => `M${x} ${y - 5}l5 5-5 5-5-5z`,
  fact: () => '',
}

export function signsOf(kind: MarkKind, marks: readonly PlacedMark[]): string {
  return marks
    .filter(({ mark }) => mark.kind === kind)
    .map(({ x, y }) => SIGNS[kind](whole(x), y))
    .join('')
}

/** Boxes around the texts of one kind. Beliefs are tied to their lane. */
export function boxesOf(kind: MarkKind, marks: readonly PlacedMark[]): string {
  return marks
    .filter(({ mark }) => mark.kind === kind)
    .map(({ label }) => {
      const { left, top, right, bottom } = padded(label.box)
      return `M${whole(left)} ${top}h${whole(right - left)}v${bottom - top}h${-whole(right - left)}z`
    })
    .join('')
}

function isLoop({ message }: PlacedMessage): boolean {
  return message.from === message.to
}

/** From where it was sent to where it arrived, or to where it was lost. */
export function arrowsOf(messages: readonly PlacedMessage[]): string {
  return messages
    .map((placed) => {
      const { fromX, fromY, toX, toY, arrived } = placed
      const out = `M${fromX} ${fromY}`
      return isLoop(placed) && arrived ? `${out}H${toX}V${toY}H${fromX}` : `${out}L${toX} ${toY}`
    })
    .join('')
}

const HEAD_LENGTH = 10
const HEAD_HALF = 5

/** Requests have filled heads, answers open ones. */
export function headsOf(messages: readonly PlacedMessage[], open: boolean): string {
  return messages
    .filter(({ arrived }) => arrived)
    .map((placed) => {
      const { fromY, toY } = placed
      const [fromX, toX] = isLoop(placed) ? [placed.toX, placed.fromX] : [placed.fromX, placed.toX]
      const dy = isLoop(placed) ? 0 : toY - fromY
      const length = Math.hypot(toX - fromX, dy) || 1
      const [alongX, alongY] = [(toX - fromX) / length, dy / length]
      const corner = (side: number) =>
        `${whole(toX - HEAD_LENGTH * alongX - side * HEAD_HALF * alongY)} ${whole(toY - HEAD_LENGTH * alongY + side * HEAD_HALF * alongX)}`
      return `M${corner(1)}L${toX} ${toY}L${corner(-1)}${open ? '' : 'z'}`
    })
    .join('')
}

/** Crosses where messages were lost. */
export function crossesOf(messages: readonly PlacedMessage[]): string {
  return messages
    .filter(({ arrived }) => !arrived)
    .map(({ toX, toY }) => `M${toX - 5} ${toY - 5}l10 10m0-10l-10 10`)
    .join('')
}

/** Where processes lived. */
export function lifelinesOf(lanes: readonly PlacedLane[], endY: number): string {
  return lanes
    .map(({ x, away }) => {
      const stretches = away.map(([fromY, toY]) => `V${fromY}M${x} ${toY}`).join('')
      return `M${x} 0${stretches}V${endY}`
    })
    .join('')
}

/** Where they were away. */
export function awayOf(lanes: readonly PlacedLane[]): string {
  return lanes.flatMap(({ x, away }) => away.map(([fromY, toY]) => `M${x} ${fromY}V${toY}`)).join('')
}

/** Ends of a lane that broke off, and beginnings of its next life. */
export function breakOffsOf(lanes: readonly PlacedLane[], endY: number): string {
  const across = (x: number, y: number) => `M${x - 8} ${y}h16`
  return lanes
    .flatMap(({ x, away }) => away.map(([from, to]) => across(x, from) + (to < endY ? across(x, to) : '')))
    .join('')
}

/** The box of a fact hangs on its lane. */
export function hangersOf(marks: readonly PlacedMark[], endY: number): string {
  return marks
    .filter(({ mark }) => mark.kind === 'fact')
    .map(({ x, label }) => `M${x} ${endY}V${label.box.top - PADDING / 2}`)
    .join('')
}
