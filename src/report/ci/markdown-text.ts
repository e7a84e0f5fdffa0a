/** Any text as GitHub-flavoured Markdown that shows it, and does nothing else. */

import { cut } from '../tellings.ts'

/** Takes no room, and keeps what stands around it from being read as one: a mention, a link, a reference. */
const APART = '&#8203;'

/** A sentence of a story, or a name, is shorter; what is longer comes from elsewhere. */
const MOST_TEXT = 2_000

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  // As entities no splitter of tables and no nesting of escapes can take them for their own.
  '|': '&#124;',
  '`': '&#96;',
  '\\': '&#92;',
}

/** Marks of emphasis and of links. Inside a word an underscore is none, and figures with tildes are rare. */
const MARKS = /[*~[\]]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g

/** What GitHub and GitLab look for after Markdown is done, so that no escape helps: users, issues, requests, addresses, smileys, formulas. */
const AFTERWARDS: readonly (readonly [RegExp, string])[] = [
  [/@/g, `@${APART}`],
  [/(?<!&)([#!~%$])(?=[A-Za-z_(])/g, `$1${APART}`],
  [/(?<!&)([#!])(?=[0-9])/g, `$1${APART}`],
  [/\b(GH)-(?=[0-9])/gi, `$1${APART}-`],
  [/:(?=\/\/|[\w+-]+:)/g, `:${APART}`],
  [/\b(www)\./gi, `$1${APART}.`],
]

/** One line of running text: for a paragraph, an item of a list, a cell of a table. Nothing in it is a mark, a link or a mention. */
export function inline(text: string): string {
  const escaped = cut(text, MOST_TEXT)
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[&<>|`\\]/g, (character) => ENTITIES[character] ?? '')
    .replace(MARKS, '\\$&')
  const apart = AFTERWARDS.reduce((line, [pattern, replacement]) => line.replace(pattern, replacement), escaped)
  // At the beginning of a line these would make a heading, a list or a quick action; figures are left as they are.
  return apart.replace(/^[#+=:/-](?![0-9])/, '\\$&').replace(/^(\d+)([.)])(?=\s|$)/, '$1\\$2')
}

/** Lines as they are, between fences that none of them can close. */
export function fenced(lines: readonly string[], language = ''): string {
  const runs = lines.flatMap((line) => line.match(/`+/g) ?? []).map((run) => run.length)
  const fence = '`'.repeat(Math.max(3, 1 + Math.max(0, ...runs)))
  return [`${fence}${language}`, ...lines.map((line) => cut(line, MOST_TEXT)), fence].join('\n')
}

export interface Heading {
  readonly text: string
  readonly numeric: boolean
}

/** A table; names in it are escaped. */
export function table(headings: readonly Heading[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(inline).join(' | ')} |`
  const rule = headings.map(({ numeric }) => (numeric ? '---:' : '---'))
  return [line(headings.map(({ text }) => text)), `| ${rule.join(' | ')} |`, ...rows.map(line)].join('\n')
}
