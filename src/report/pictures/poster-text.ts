/** Text that must fit: broken into lines, and cut where there are no more of them. */

/** As wide as this canvas would write it. */
export type Measure = (text: string) => number

const CUT = '…'
const letters = new Intl.Segmenter('en', { granularity: 'grapheme' })

const lettersOf = (text: string) => Array.from(letters.segment(text), ({ segment }) => segment)

/** The beginning that fits, with a sign that something is missing. A letter is never cut in two. */
export function cutToFit(text: string, width: number, measure: Measure): string {
  if (measure(text) <= width) return text
  const kept = lettersOf(text)
  while (kept.length > 0 && measure(`${kept.join('').trimEnd()}${CUT}`) > width) kept.pop()
  return `${kept.join('').trimEnd()}${CUT}`
}

/** At most `most` lines that fit; what is left over is cut. */
export function fitLines(text: string, width: number, most: number, measure: Measure): string[] {
  const lines: string[] = []
  let line = ''
  // Lines break at spaces, but for those that say that they do not; a word that is longer than a line, as in scripts without spaces, wherever it must.
  const pieces = text
    .split(/(?<=[^\S\u00a0])/u)
    .flatMap((word) => (measure(word.trimEnd()) > width ? lettersOf(word) : [word]))
  for (const [at, piece] of pieces.entries()) {
    if (measure((line + piece).trimEnd()) <= width) {
      line += piece
      continue
    }
    if (lines.length === most - 1) {
      lines.push(cutToFit(line + pieces.slice(at).join(''), width, measure))
      return lines
    }
    lines.push(line.trimEnd())
    line = piece.trimStart()
  }
  return line === '' ? lines : [...lines, line.trimEnd()]
}
