/**
 * Where everything of a sequence diagram stands: lanes from left to right, time downwards. Each thing takes the highest place that is free,
 * below what was before it; so later is lower, and no label touches another. Stretches in which nothing happens are skipped, and marked.
 */

import type { Diagram } from '../../core/story.ts'
import { formatMs, formatMsFigure } from '../format.ts'
import { createField, type Field, lowered, type Piece } from './field.ts'
import { type Label, labelAt } from './labels.ts'
import { createLanes, type LanePlan } from './lanes.ts'
import { factWays, markWays, messageWay, type Way } from './pieces.ts'
import type { PlacedMark, PlacedMessage, SequenceLayout } from './placed.ts'
import { gapOf, type Point, pointsOf, scaleOf } from './points.ts'
import { LINE_HEIGHT, widthOf } from './text.ts'

const BREAK_HEIGHT = 26
const TOP = 12

/** What has been placed so far. */
interface Drawing {
  readonly plan: LanePlan
  readonly field: Field
  readonly messages: Map<number, PlacedMessage>
  readonly marks: Map<number, PlacedMark>
  readonly breaks: SequenceLayout['breaks'][number][]
  readonly times: Label[]
  readonly away: { readonly lane: string; readonly index: number; fromY: number; toY: number | null }[]
}

function settled(label: Label, y: number): Label {
  return { ...label, top: label.top + y, box: lowered(label.box, y) }
}

function take({ field }: Drawing, ways: readonly Way[], y: number): { readonly y: number; readonly label: Label } {
  const found = field.take(
    ways.map(({ pieces }) => pieces),
    y,
  )
  const way = ways[found.way]
  if (!way) throw new Error('something of a sequence diagram has nowhere to stand')
  return { y: found.y, label: settled(way.label, found.y) }
}

/** An arrow's end, or where a process dies or comes back. */
function spotAt(x: number): Piece {
  return { kind: 'spot', box: { left: x - 8, top: -5, right: x + 8, bottom: 5 } }
}

function placeArrival(drawing: Drawing, point: Extract<Point, { what: 'arrive' }>, y: number): number {
  const sent = drawing.messages.get(point.index)
  if (!sent) throw new Error('a message of a sequence diagram arrives before it is sent')
  const at = drawing.field.take([[spotAt(sent.toX)]], Math.max(y, sent.toY)).y
  drawing.messages.set(point.index, { ...sent, toY: at })
  const [left, right] = sent.fromX < sent.toX ? [sent.fromX, sent.toX] : [sent.toX, sent.fromX]
  // Steep arrows leave room beside them; nothing else may be written over flat ones.
  if (at - sent.fromY <= LINE_HEIGHT) {
    drawing.field.occupy({ kind: 'line', box: { left, top: sent.fromY - 1, right, bottom: at + 2 } })
  }
  return at
}

function placePoint(drawing: Drawing, point: Point, from: number): number {
  const { plan, field } = drawing
  switch (point.what) {
    case 'send': {
      const way = messageWay(point, plan)
      const { fromX, toX } = way
      const { y, label } = take(drawing, [way], from)
      const arrived = point.message.arrivedMs !== null
      drawing.messages.set(point.index, { message: point.message, fromX, fromY: y, toX, toY: y + 6, arrived, label })
      return y
    }
    case 'arrive':
      return placeArrival(drawing, point, from)
    case 'mark': {
      const x = plan.xOf(point.mark.lane)
      const { y, label } = take(drawing, markWays(point, plan), from)
      drawing.marks.set(point.index, { mark: point.mark, x, y, label })
      return y
    }
    case 'gone': {
      const { y } = field.take([[spotAt(plan.xOf(point.lane))]], from)
      drawing.away.push({ lane: point.lane, index: point.index, fromY: y, toY: null })
      return y
    }
    case 'back': {
      const { y } = field.take([[spotAt(plan.xOf(point.lane))]], from)
      const away = drawing.away.find(({ index }) => index === point.index)
      if (away) away.toY = y
      return y
    }
  }
}

/** A band over all lanes, below everything that was before. */
function placeBreak({ plan, field, breaks }: Drawing, ms: number): number {
  const top = field.bottom() + 4
  const bottom = top + BREAK_HEIGHT
  const lines = [`… ${formatMs(ms)} …`]
  const x = (plan.sides.left + plan.sides.right - widthOf(lines[0] ?? '')) / 2
  breaks.push({ top, bottom, label: labelAt(lines, 'middle', x, top + 4, plan.sides) })
  field.occupy({ kind: 'text', box: { left: 0, top, right: plan.width, bottom } })
  return bottom + 8
}

function placeTime({ plan, times }: Drawing, ms: number, y: number): void {
  const top = y - LINE_HEIGHT / 2
  const last = times.at(-1)
  if (last && last.box.bottom > top) return
  const lines = [formatMsFigure(ms)]
  if (last && last.lines[0] === lines[0]) return
  const sides = { left: 0, right: plan.gutter - 10 }
  times.push(labelAt(lines, 'end', sides.right - widthOf(lines[0] ?? ''), top, sides))
}

function placePoints(drawing: Drawing, diagram: Diagram): void {
  const scale = scaleOf(diagram)
  let y = TOP
  // Nothing reaches above the first line.
  drawing.field.occupy({ kind: 'text', box: { left: 0, top: -TOP, right: drawing.plan.width, bottom: 0 } })
  let lastMs: number | null = null
  for (const point of pointsOf(diagram)) {
    const passedMs: number = lastMs === null ? 0 : point.atMs - lastMs
    const gap = gapOf(passedMs, scale)
    y = placePoint(drawing, point, gap === null ? placeBreak(drawing, passedMs) : y + gap)
    if (point.atMs !== lastMs) placeTime(drawing, point.atMs, y)
    lastMs = point.atMs
  }
}

/** What ledgers say, below all that happened. */
function placeFacts(drawing: Drawing, diagram: Diagram): { readonly endY: number; readonly ledgers: Label | null } {
  const { plan, field, marks } = drawing
  const facts = diagram.marks.map((mark, index) => ({ mark, index })).filter(({ mark }) => mark.kind === 'fact')
  const endY = field.bottom() + 10
  if (facts.length === 0) return { endY, ledgers: null }
  const ledgers = labelAt(['ledgers, at the end'], 'start', plan.sides.left, endY + 5, plan.sides)
  field.occupy({ kind: 'text', box: { left: 0, top: endY, right: plan.width, bottom: endY + LINE_HEIGHT + 10 } })
  const numbered = diagram.messages.length + diagram.absences.length + diagram.marks.length - facts.length
  facts.forEach(({ mark, index }, at) => {
    const { y, label } = take(drawing, factWays(mark, numbered + at + 1, plan), endY)
    marks.set(index, { mark, x: plan.xOf(mark.lane), y, label })
  })
  return { endY, ledgers }
}

function inOrder<T>(placed: ReadonlyMap<number, T>): T[] {
  return [...placed].sort(([a], [b]) => a - b).map(([, one]) => one)
}

/** A pure function of the diagram. Everything of it has its place; lanes that only a message or a mark names are added on the right. */
export function layoutOf(diagram: Diagram): SequenceLayout {
  const plan = createLanes(diagram)
  const drawing: Drawing = {
    plan,
    field: createField(),
    messages: new Map(),
    marks: new Map(),
    breaks: [],
    times: [],
    away: [],
  }
  placePoints(drawing, diagram)
  const { endY, ledgers } = placeFacts(drawing, diagram)
  return {
    width: plan.width,
    height: drawing.field.bottom() + 12,
    gutter: plan.gutter,
    lanes: plan.names.map((name) => ({
      name,
      x: plan.xOf(name),
      away: drawing.away.filter(({ lane }) => lane === name).map(({ fromY, toY }) => [fromY, toY ?? endY] as const),
    })),
    messages: inOrder(drawing.messages),
    marks: inOrder(drawing.marks),
    breaks: drawing.breaks,
    times: drawing.times,
    endY,
    ledgers,
  }
}
