/** Text from files and services, made safe for a screen on which every cell counts. */

/** Nothing on the screen is longer; a name may be a whole file. */
const MOST_CHARACTERS = 1_000

const ONLY_ASCII = /^[\u0020-\u007e]*$/
/** They stand on the character before, and terminals disagree about how. What has a form in one piece was put together before. */
const MARKS = /[\p{Mn}\p{Me}]/gu
/** Would move the cursor, turn the writing around, be invisible, or be as wide as each terminal likes. */
const UNSAFE =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Emoji_Presentation}\p{Default_Ignorable_Code_Point}\u{1160}-\u{11ff}\u{d7b0}-\u{d7ff}\u{10000}-\u{1ffff}\u{e0000}-\u{10ffff}]/gu
const WIDE =
  /[\u{1100}-\u{115f}\u{2e80}-\u{303e}\u{3041}-\u{33ff}\u{3400}-\u{4dbf}\u{4e00}-\u{a4cf}\u{a960}-\u{a97c}\u{ac00}-\u{d7a3}\u{f900}-\u{faff}\u{fe10}-\u{fe19}\u{fe30}-\u{fe6f}\u{ff01}-\u{ff60}\u{ffe0}-\u{ffe6}\u{20000}-\u{3fffd}]/u

/** One line of characters that each take one cell, or two where the writing is wide. */
export function plain(text: string): string {
  const short = text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}\u2026` : text
  if (ONLY_ASCII.test(short)) return short
  return short
    .replace(/[^\S ]/gu, ' ')
    .normalize('NFC')
    .replace(MARKS, '')
    .replace(UNSAFE, '\ufffd')
}

/** Cells that one character takes. */
export function cellsOfCharacter(character: string): 1 | 2 {
  return WIDE.test(character) ? 2 : 1
}

/** Cells that a text takes after `plain`. */
export function cellsOfText(text: string): number {
  if (ONLY_ASCII.test(text)) return text.length
  let cells = 0
  for (const character of text) cells += cellsOfCharacter(character)
  return cells
}
