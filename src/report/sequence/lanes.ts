/** How many lanes a sequence diagram has, and how far apart they stand. */

import type { Diagram } from '../../core/story.ts'
import { formatMsFigure } from '../format.ts'
import type { Sides } from './labels.ts'
import { widthOf } from './text.ts'

export interface LanePlan {
  readonly names: readonly string[]
  readonly xOf: (lane: string) => number
  /** From one lane to the next. */
  readonly gap: number
  readonly gutter: number
  readonly width: number
  readonly sides: Sides
}

const USUAL_WIDTH = 900
const LEAST_GAP = 110
const MOST_GAP = 220
/** From the times to the first lane, the buyer's: few things stand at its left. */
const FIRST = 52
/** Room around a label between two lanes. */
const AROUND = 26

/** Lanes that only a message, a mark or an absence names come last. */
function lanesOf({ lanes, messages, marks, absences }: Diagram): string[] {
  const named = [
    ...lanes,
    ...messages.flatMap(({ from, to }) => [from, to]),
    ...marks.map(({ lane }) => lane),
    ...absences.map(({ lane }) => lane),
  ]
  return [...new Set(named)]
}

/** All times that are printed on the left. */
function timesOf({ messages, marks, absences }: Diagram): number[] {
  return [
    ...messages.flatMap(({ sentMs, arrivedMs }) => [sentMs, arrivedMs ?? sentMs]),
    ...marks.map(({ atMs }) => atMs),
    ...absences.flatMap(({ fromMs, toMs }) => [fromMs, toMs ?? fromMs]),
  ]
}

export function createLanes(diagram: Diagram): LanePlan {
  const names = lanesOf(diagram)
  const gutter = 16 + Math.max(widthOf('ms'), ...timesOf(diagram).map((ms) => widthOf(formatMsFigure(ms))))
  const texts = [...diagram.messages.map(({ label }) => label), ...diagram.marks.map(({ text }) => text)]
  const wanted = Math.max(0, ...texts.map((text) => widthOf(text) + AROUND))
  const room = Math.floor((USUAL_WIDTH - gutter) / Math.max(1, names.length))
  const gap = Math.max(LEAST_GAP, Math.min(room, MOST_GAP, Math.max(wanted, 170)))
  const places = new Map(names.map((name, at) => [name, Math.round(gutter + FIRST + gap * at)]))
  const width = Math.round(gutter + FIRST + gap * (names.length - 0.5))
  return {
    names,
    xOf: (lane) => places.get(lane) ?? gutter,
    gap,
    gutter,
    width,
    sides: { left: gutter, right: width - 2 },
  }
}
