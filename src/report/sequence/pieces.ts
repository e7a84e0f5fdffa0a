/** The ways in which each thing of a sequence diagram may stand, with the room that each way takes. */

import type { DiagramMark } from '../../core/story.ts'
import type { Piece } from './field.ts'
import {
  besideLabels,
  endingOf,
  type Label,
  labelAt,
  messageLabel,
  messageLines,
  PADDING,
  padded,
  textPiece,
} from './labels.ts'
import type { LanePlan } from './lanes.ts'
import type { Point } from './points.ts'
import { widestOf, wrapped } from './text.ts'

export interface Way {
  readonly label: Label
  readonly pieces: readonly Piece[]
}

/** How far a call of a service by itself goes out. */
const LOOP = 34
/** Text beside a lane may reach over the next lane where lanes stand close. */
const CLOSE = 160

function labelWidth(gap: number): number {
  return gap >= CLOSE ? gap - 28 : 2 * gap - 34
}

/** Midway, but between two lanes, so that nobody seems to have got it. */
function midwayOf(fromX: number, goal: number, { names, xOf, gap }: LanePlan): number {
  const middle = Math.round((fromX + goal) / 2)
  const onLane = names.some((name) => Math.abs(xOf(name) - middle) < 16)
  return onLane ? middle - Math.round(Math.sign(goal - fromX) * gap * 0.4) : middle
}

/** Messages' labels may reach over lanes: their lines stay few. */
const LEAST_MESSAGE_WIDTH = 270

interface MessageWay extends Way {
  readonly fromX: number
  readonly toX: number
}

/** A message takes its label, the beginning of its arrow, and the arrow's first stretch. */
export function messageWay({ message, number }: Extract<Point, { what: 'send' }>, plan: LanePlan): MessageWay {
  const fromX = plan.xOf(message.from)
  const goal = message.from === message.to ? fromX + LOOP : plan.xOf(message.to)
  const toX = message.arrivedMs === null ? midwayOf(fromX, goal, plan) : goal
  const lines = messageLines(
    message,
    Math.min(plan.sides.right - plan.sides.left, Math.max(Math.abs(goal - fromX) - 24, LEAST_MESSAGE_WIDTH)),
    number,
  )
  const [left, right] = fromX < toX ? [fromX, toX] : [toX, fromX]
  const own: Piece[] = [
    { kind: 'spot', box: { left: fromX - 6, top: -3, right: fromX + 6, bottom: 5 } },
    { kind: 'line', box: { left, top: -1, right, bottom: 8 } },
  ]
  if (message.arrivedMs === null)
    own.push({ kind: 'spot', box: { left: toX - 8, top: -1, right: toX + 8, bottom: 14 } })
  const label = messageLabel(lines, fromX, goal, plan.sides)
  return { label, pieces: [textPiece(label.box), ...own], fromX, toX }
}

const SIGN: Piece = { kind: 'spot', box: { left: -9, top: -9, right: 9, bottom: 10 } }

function signAt(x: number): Piece {
  return { ...SIGN, box: { ...SIGN.box, left: x - 9, right: x + 9 } }
}

/** Words before a mark's text that say what its look says. */
const MARK_WORDS: Partial<Record<DiagramMark['kind'], string>> = { belief: 'believes: ', fact: 'ledger: ' }

/** Beliefs stand in boxes at the left of their lane, everything else at its right, unless there is no room. */
export function markWays({ mark, number }: Extract<Point, { what: 'mark' }>, plan: LanePlan): Way[] {
  const x = plan.xOf(mark.lane)
  const boxed = mark.kind === 'belief'
  const sides = boxed ? { left: plan.sides.left + PADDING, right: plan.sides.right - PADDING } : plan.sides
  const labels = besideLabels(`${MARK_WORDS[mark.kind] ?? ''}${mark.text}`, {
    x,
    first: boxed ? 'left' : 'right',
    most: labelWidth(plan.gap),
    ending: endingOf(number),
    sides,
  })
  return labels.map((label) => ({
    label,
    pieces: [textPiece(boxed ? padded(label.box) : label.box), signAt(x)],
  }))
}

/** A fact is a box on its lane. */
export function factWays(mark: DiagramMark, number: number, plan: LanePlan): Way[] {
  const text = `${MARK_WORDS.fact}${mark.text}`
  const lines = wrapped(text, Math.max(plan.gap - 24, 130), 4, endingOf(number))
  const sides = { left: plan.sides.left + PADDING, right: plan.sides.right - PADDING }
  const label = labelAt(lines, 'middle', plan.xOf(mark.lane) - widestOf(lines) / 2, 6, sides)
  return [{ label, pieces: [textPiece(padded(label.box))] }]
}
