/** The whole screen: which panel is where, in whatever room there is. */

import type { Snapshot, VariantView } from '../core/live.ts'
import { bodyOfOne } from './body-of-one.ts'
import { bodyOfTwo } from './body-of-two.ts'
import type { DeskState } from './desk.ts'
import { captionLines, titleLine } from './head.ts'
import { helpLine, helpLines } from './help.ts'
import { cut, type Line, say, wrap } from './line.ts'

export const LEAST_COLUMNS = 80
export const LEAST_ROWS = 24

export interface WindowSize {
  readonly columns: number
  readonly rows: number
}

/** One line less than the window has: a terminal scrolls where all of it is written. */
export function screenLines(state: DeskState, { columns, rows }: WindowSize): Line[] {
  const height = Math.max(0, rows - 1)
  if (columns < LEAST_COLUMNS || rows < LEAST_ROWS) return tooSmall(state, columns, rows).slice(0, height)
  const { snapshot } = state
  const first = snapshot?.variants[0]
  const top = snapshot ? [titleLine(snapshot, columns), ...captionLines(snapshot.caption, columns)] : []
  const foot = [messageLine(state, columns), footLine(state, first, columns)]
  const room = height - top.length - foot.length
  const body = bodyLines(state, columns, room).slice(0, room)
  const blank = Array.from({ length: room - body.length }, (): Line => [])
  return [...top, ...body, ...blank, ...foot].map((line) => cut(line, columns))
}

function bodyLines(state: DeskState, width: number, height: number): Line[] {
  const { snapshot } = state
  if (state.help) return helpLines(snapshot?.variants[0], state.chosen, width, height)
  if (!snapshot) return [[say('waiting for the services')]]
  const [first, second] = snapshot.variants
  if (!first) return [[say('no variant has begun yet')]]
  const place = { currency: snapshot.currency, details: state.details, chosen: state.chosen, width, height }
  return second ? bodyOfTwo([first, second], place) : bodyOfOne(first, place)
}

/** What a key did comes before what is known of the run. */
function messageLine({ message, snapshot }: DeskState, width: number): Line {
  const notice = noticeOf(snapshot)
  const said: Line = message
    ? [say(message.bad ? `! ${message.text}` : message.text, message.bad ? 'bad' : 'accent')]
    : []
  const between: Line = said.length > 0 && notice.length > 0 ? [say('   ')] : []
  return cut([...said, ...between, ...notice], width)
}

function noticeOf(snapshot: Snapshot | null): Line {
  return snapshot?.notice ? [say(`! ${snapshot.notice}`, 'warning')] : []
}

function footLine({ ending }: DeskState, variant: VariantView | undefined, width: number): Line {
  if (!ending) return helpLine(variant, width)
  return cut([say(' ending ', 'caption'), say('  services stop, the report is written   '), ...again()], width)
}

function again(): Line {
  return [say('q', 'accent'), say(' once more: do not wait', 'dim')]
}

function tooSmall({ ending }: DeskState, columns: number, rows: number): Line[] {
  const width = Math.max(0, columns)
  if (width === 0) return []
  const sentence =
    `The dashboard needs a window of ${LEAST_COLUMNS} columns and ${LEAST_ROWS} rows. ` +
    `This one has ${columns} and ${rows}: please make it larger.`
  return [
    ...wrap(sentence, width, 'normal', Math.max(1, rows)),
    ...wrap(ending ? 'ending; q once more: do not wait' : 'q ends the run.', width, 'accent', Math.max(1, rows)),
  ]
}
