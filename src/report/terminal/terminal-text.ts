/** Text in a terminal's cells: how wide it is, padded and wrapped. */

/** Nothing can be laid out in less; then lines are longer than the terminal. */
export const LEAST_WIDTH = 30
/** Longer lines of prose are hard to read, however wide the terminal. */
export const WIDEST_PROSE = 110
/** A blank at which `wrapWhole` breaks no line. */
export const NO_BREAK = '\u00a0'

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })
/** East Asian wide characters and emoji take two cells (Unicode UAX #11, in the part that names are written with). */
const WIDE =
  /^(?:\p{Emoji_Presentation}|\p{Script=Han}|\p{Script=Hangul}|\p{Script=Hiragana}|\p{Script=Katakana}|[\u3000-\u303f\uff01-\uff60])/u

/** Text in which each character is one cell: nearly all there is, and far quicker to measure. */
const NARROW = /^[ -~→…]*$/

/** Cells that the text takes. */
export function displayWidth(text: string): number {
  if (NARROW.test(text)) return text.length
  let cells = 0
  for (const { segment } of graphemes.segment(text)) cells += WIDE.test(segment) ? 2 : 1
  return cells
}

export function pad(text: string, cells: number, align: 'left' | 'right'): string {
  const gap = ' '.repeat(Math.max(0, cells - displayWidth(text)))
  return align === 'left' ? text + gap : gap + text
}

/** Breaks a word that is wider than a line. */
function chop(word: string, cells: number): string[] {
  const parts: string[] = []
  let part = ''
  for (const { segment } of graphemes.segment(word)) {
    if (part && displayWidth(part + segment) > cells) {
      parts.push(part)
      part = ''
    }
    part += segment
  }
  return [...parts, part]
}

/** Lines of at most `cells` cells, all but the first indented by `hanging` beyond `indent`. */
export function wrap(text: string, cells: number, indent = 0, hanging = 0): string[] {
  const lines: string[] = []
  let line = ''
  const room = () => Math.max(8, cells - indent - (lines.length > 0 ? hanging : 0))
  const push = () => {
    lines.push(' '.repeat(indent + (lines.length > 0 ? hanging : 0)) + line)
    line = ''
  }
  for (const word of text.split(' ').filter(Boolean)) {
    if (line && displayWidth(line) + 1 + displayWidth(word) > room()) push()
    for (const [index, part] of chop(word, Math.max(8, cells - indent - hanging)).entries()) {
      if (index > 0) push()
      line = line ? `${line} ${part}` : part
    }
  }
  if (line || lines.length === 0) push()
  return lines
}

/** Wraps; blanks that were `NO_BREAK` are plain ones in the end. */
export function wrapWhole(text: string, cells: number, indent = 0, hanging = 0): string[] {
  return wrap(text, cells, indent, hanging).map((line) => line.replaceAll(NO_BREAK, ' '))
}
