/** Room that text needs in a sequence diagram, estimated by its characters, since nothing is measured where a report is written. */

/** The size of all text, in the diagram's units; 16 of them are the page's `1rem`. */
export const FONT_SIZE = 15
/** From one line of text to the next. */
export const LINE_HEIGHT = 18

/** Signs by their width in shares of the font's size. They are those of DejaVu Sans, the widest of the faces a page is likely to be shown in. */
const SHARES: readonly (readonly [RegExp, number])[] = [
  [/[ijlI.,:;'|!·]/, 0.34],
  [/[ ftr()[\]/\\"`-]/, 0.42],
  [/[ckszxyv]/, 0.59],
  [/[a-z]/, 0.64],
  [/[0-9_$?*~]/, 0.65],
  [/[A-Z&#+<>=^{}–]/, 0.8],
  [/\p{M}/u, 0],
  [/[\u0021-\u10ff\u2000-\u206f\u2190-\u21ff]/, 1],
]
const BROAD = /[mwMW@%…—→]/

function shareOf(sign: string): number {
  if (BROAD.test(sign)) return 1
  const known = SHARES.find(([signs]) => signs.test(sign))
  if (known) return known[1]
  return (sign.codePointAt(0) ?? 0) < 0x10000 ? 1.05 : 1.4
}

/** In the diagram's units. */
export function widthOf(text: string): number {
  let share = 0
  for (const sign of text) share += shareOf(sign)
  return Math.ceil(share * FONT_SIZE)
}

export function widestOf(lines: readonly string[]): number {
  return Math.max(0, ...lines.map(widthOf))
}

/** As many signs of the text's beginning as fit. */
function beginningOf(text: string, width: number): string {
  let beginning = ''
  for (const sign of text) {
    if (widthOf(beginning + sign) > width && beginning !== '') break
    beginning += sign
  }
  return beginning
}

/** Words, and parts of words that would not fit a line by themselves. */
function wordsOf(text: string, width: number): string[] {
  return text
    .split(/\s+/u)
    .filter((word) => word !== '')
    .flatMap((word) => {
      const parts: string[] = []
      let rest = word
      while (rest !== '') {
        const most = beginningOf(rest, width)
        // Names are best broken where their own parts meet.
        const part = most === rest ? most : (/^.+[-@/]/u.exec(most)?.[0] ?? most)
        parts.push(part)
        rest = rest.slice(part.length)
      }
      return parts
    })
}

/** What stands on a label is short; the rest of an endless one is not looked at. */
const MOST_SIGNS = 400

/**
 * Lines that fit the width. Where there would be more than `most`, the last one ends in `ending`, which says where the whole text stands.
 */
export function wrapped(text: string, width: number, most: number, ending: string): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of wordsOf(text.slice(0, MOST_SIGNS).toWellFormed(), width)) {
    const longer = line === '' ? word : `${line} ${word}`
    if (widthOf(longer) <= width) {
      line = longer
      continue
    }
    lines.push(line)
    line = word
  }
  if (line !== '') lines.push(line)
  const cut = lines.length > most || text.length > MOST_SIGNS
  if (!cut) return lines
  const kept = lines.slice(0, most)
  const last = kept.pop() ?? ''
  return [...kept, `${beginningOf(last, Math.max(0, width - widthOf(ending)))}${ending}`]
}

/** One line, ended with an ellipsis where it does not fit. */
export function clipped(text: string, width: number): string {
  return wrapped(text, width, 1, '…')[0] ?? ''
}
