/** Lines as text for a terminal, with or without colours, in UTF-8 or in ASCII. */

import type { Line, Tone } from './line.ts'
import { cellsOfCharacter } from './plain.ts'

export interface Paint {
  readonly color: boolean
  readonly ascii: boolean
}

/** The sixteen colours that everybody has chosen for their own terminal. A sign or a word says the same, so that none is needed. */
const CODES: Readonly<Record<Tone, string>> = {
  normal: '',
  dim: '2',
  strong: '1',
  good: '32',
  warning: '33',
  bad: '1;31',
  accent: '36',
  alarm: '1;97;41',
  caption: '7',
}

/** One sign for one sign, so that the same layout holds. */
const ASCII: Readonly<Record<string, string>> = {
  '●': '*',
  '◐': '%',
  '✗': 'x',
  '↻': '@',
  '○': 'o',
  '◷': '&',
  '✓': '+',
  '▸': '>',
  '→': '>',
  '←': '<',
  '·': '.',
  '…': '~',
  '─': '-',
  '│': '|',
  '█': '#',
  '░': '.',
  '▁': '_',
  '▂': ',',
  '▃': '-',
  '▄': ':',
  '▅': '=',
  '▆': '+',
  '▇': '*',
  '↑': '^',
  '↓': 'v',
  '×': 'x',
  '–': '-',
  '—': '-',
  '‘': "'",
  '’': "'",
  '“': '"',
  '”': '"',
  '€': 'E',
}

/** Every line ends as it began, so that no colour runs on. */
export function paint(line: Line, { color, ascii }: Paint): string {
  return line
    .map(({ text, tone }) => {
      const said = ascii ? toAscii(text) : text
      const code = CODES[tone]
      return color && code !== '' && said !== '' ? `\u001b[${code}m${said}\u001b[0m` : said
    })
    .join('')
}

function toAscii(text: string): string {
  if (/^[\u0020-\u007e]*$/.test(text)) return text
  return Array.from(text, asciiOf).join('')
}

function asciiOf(character: string): string {
  if (character >= ' ' && character <= '~') return character
  const sign = ASCII[character]
  if (sign !== undefined) return sign
  // An accent is lost, the letter is kept.
  const letter = character.normalize('NFKD')[0] ?? '?'
  const said = letter >= ' ' && letter <= '~' ? letter : '?'
  return said.repeat(cellsOfCharacter(character))
}
