/** Lines of the screen: pieces of safe text, each with its tone and its width in cells. */

import { cellsOfCharacter, cellsOfText, plain } from './plain.ts'

/** What a piece means; `paint.ts` says what that looks like. */
export type Tone = 'normal' | 'dim' | 'strong' | 'good' | 'warning' | 'bad' | 'accent' | 'alarm' | 'caption'

/** Made by `say` only, so that nothing comes to the screen as it came from a file. */
export interface Span {
  readonly text: string
  readonly tone: Tone
  readonly cells: number
}

export type Line = readonly Span[]

/** A piece of text, whoever wrote it. */
export function say(text: string, tone: Tone = 'normal'): Span {
  const safe = plain(text)
  return { text: safe, tone, cells: cellsOfText(safe) }
}

function blank(cells: number): Span {
  return { text: ' '.repeat(cells), tone: 'normal', cells }
}

export function cellsOf(line: Line): number {
  return line.reduce((sum, span) => sum + span.cells, 0)
}

/** At most so many cells; what is missing is marked. */
export function cut(line: Line, width: number): Line {
  if (cellsOf(line) <= width) return line
  if (width <= 0) return []
  const kept: Span[] = []
  let left = width - 1
  for (const span of line) {
    if (span.cells <= left) {
      kept.push(span)
      left -= span.cells
      continue
    }
    let text = ''
    for (const character of span.text) {
      const cells = cellsOfCharacter(character)
      if (cells > left) break
      text += character
      left -= cells
    }
    kept.push(say(`${text}…`, span.tone))
    break
  }
  return kept
}

/** Exactly so many cells. */
export function fill(line: Line, width: number, align: 'left' | 'right' = 'left'): Line {
  const short = cut(line, width)
  const missing = width - cellsOf(short)
  if (missing <= 0) return short
  return align === 'left' ? [...short, blank(missing)] : [blank(missing), ...short]
}

/** Columns of a table. A width of 0 leaves the column and its gap out. */
export interface Cell {
  readonly line: Line
  readonly width: number
  readonly align?: 'left' | 'right'
}

export function row(cells: readonly Cell[], gap = 1): Line {
  return cells
    .filter(({ width }) => width > 0)
    .flatMap(({ line, width, align }, index) => [...(index > 0 ? [blank(gap)] : []), ...fill(line, width, align)])
}

/** One at each side; where there is no room for both the left one is cut. */
export function ends(left: Line, right: Line, width: number): Line {
  const end = cut(right, width)
  const room = width - cellsOf(end)
  return room < 2 ? end : [...fill(left, room - 1), blank(1), ...end]
}

/** A panel's first line. */
export function rule(title: string, right: Line, width: number): Line {
  const head = cut([say(title, 'strong'), blank(1)], width)
  const end = right.length > 0 ? cut([blank(1), ...right], Math.max(0, width - cellsOf(head) - 2)) : []
  const dashes = width - cellsOf(head) - cellsOf(end)
  return [...head, say('─'.repeat(Math.max(0, dashes)), 'dim'), ...end]
}

/** As many items to a line as fit. */
export function flow(items: readonly Line[], width: number, gap = 2): Line[] {
  const lines: Line[] = []
  let open: Line = []
  for (const item of items) {
    if (open.length > 0 && cellsOf(open) + gap + cellsOf(item) > width) {
      lines.push(open)
      open = []
    }
    open = open.length > 0 ? [...open, blank(gap), ...item] : cut(item, width)
  }
  if (open.length > 0) lines.push(open)
  return lines
}

/** Text over several lines, at most so many; the last one is cut. */
export function wrap(text: string, width: number, tone: Tone, mostLines: number): Line[] {
  const words = plain(text).split(' ')
  const lines: Line[] = []
  let open = ''
  for (const [index, word] of words.entries()) {
    const longer = open === '' ? word : `${open} ${word}`
    if (cellsOfText(longer) <= width || open === '') {
      open = longer
      continue
    }
    if (lines.length === mostLines - 1)
      return [...lines, cut([say([open, ...words.slice(index)].join(' '), tone)], width)]
    lines.push(cut([say(open, tone)], width))
    open = word
  }
  return [...lines, cut([say(open, tone)], width)]
}

/** Blocks side by side, each of its width, as high as the highest. */
export function beside(blocks: readonly { readonly lines: readonly Line[]; readonly width: number }[]): Line[] {
  const height = Math.max(0, ...blocks.map(({ lines }) => lines.length))
  return Array.from({ length: height }, (_, at) =>
    blocks.flatMap(({ lines, width }, index) => [
      ...(index > 0 ? [say(' │ ', 'dim')] : []),
      ...fill(lines[at] ?? [], width),
    ]),
  )
}

/** Cells between two blocks side by side. */
export const GUTTER_CELLS = 3

/** The first of them; where some are left out the last line says how many. */
export function clip(lines: readonly Line[], height: number): readonly Line[] {
  if (lines.length <= height) return lines
  if (height <= 0) return []
  return [...lines.slice(0, height - 1), [say(`… ${lines.length - height + 1} more`, 'dim')]]
}
