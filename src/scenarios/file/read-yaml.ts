/** YAML text into plain values, with the place of every key and value. */

import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type YAMLError,
} from 'yaml'
import type { Locate, Mistake } from './mistakes.ts'

export interface Yaml {
  readonly value: unknown
  readonly locate: Locate
  /** Mistakes of YAML itself; with any that is not a repeated key, the value is undefined. */
  readonly mistakes: readonly Mistake[]
}

const START = { line: 1, column: 1 }
const TOO_DEEP = /call stack/i
const NESTED = 'cannot be read as YAML: it is nested too deeply'

/** Reads one YAML document. Never throws: what cannot be read is a mistake. */
export function readYaml(text: string, file: string): Yaml {
  const unreadable = (message: string): Yaml => ({
    value: undefined,
    locate: () => START,
    mistakes: [{ file, ...START, path: '', message }],
  })
  try {
    const lines = new LineCounter()
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' })
    const errors = [...document.errors, ...document.warnings]
    if (errors.some(({ message }) => TOO_DEEP.test(message))) return unreadable(NESTED)
    const mistakes = oncePerLine(errors.map((error) => asMistake(error, text, file, lines)))
    const broken = errors.some(({ code }) => code !== 'DUPLICATE_KEY')
    const locate: Locate = (keys, part) => position(lines, offsetOf(document, keys, part))
    return { value: broken ? undefined : document.toJS({ maxAliasCount: 100 }), locate, mistakes }
  } catch (error) {
    // The parser recurses, and refuses aliases that multiply: both are thrown.
    if (error instanceof RangeError) return unreadable(NESTED)
    return unreadable(`cannot be read as YAML: ${error instanceof Error ? error.message : error}`)
  }
}

/** One slip makes the parser complain several times about the same line. */
function oncePerLine(mistakes: readonly Mistake[]): Mistake[] {
  const first = new Map<number, Mistake>()
  for (const mistake of mistakes) if (!first.has(mistake.line)) first.set(mistake.line, mistake)
  return [...first.values()]
}

function position(lines: LineCounter, offset: number): { line: number; column: number } {
  const { line, col } = lines.linePos(offset)
  return line === 0 ? START : { line, column: col }
}

function asMistake(error: YAMLError, text: string, file: string, lines: LineCounter): Mistake {
  const [from, to] = error.pos
  const place = { file, ...position(lines, from), path: '' }
  if (error.code !== 'DUPLICATE_KEY')
    return { ...place, message: `this is not YAML: ${REMEDIES[error.code] ?? error.message}` }
  const key = /^["']?([^"':\n]*)/.exec(text.slice(from, Math.max(to, from + 80)))?.[1]?.trim() ?? ''
  return { ...place, message: `'${key}' is written twice here; remove one of them` }
}

const REMEDIES: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'a tab is used to indent; use spaces',
  BAD_INDENT:
    'the indentation does not match the lines around; lines of one block begin in the same column, and every bracket is closed',
  MISSING_CHAR: 'a closing quote, bracket or comma is missing, or the line after it is not indented enough',
  BLOCK_AS_IMPLICIT_KEY: "there is a second ': ' in this line; a text that holds one must be in quotes",
  MULTIPLE_DOCS: "there is a second document; remove the line '---' in the middle",
}

function offsetOf(document: Document.Parsed, keys: readonly (string | number)[], part: 'value' | 'key'): number {
  let node: Node | null = document.contents
  let offset = startOf(node, 0)
  for (const [depth, key] of keys.entries()) {
    const step: { key: Node | null; value: Node | null } | undefined = stepInto(resolve(node, document), key)
    if (!step) break
    const isLast = depth === keys.length - 1
    // A value left empty has no place of its own: its key stands for it.
    offset = startOf(isLast && part === 'key' ? step.key : step.value, startOf(step.key, offset))
    node = step.value
  }
  return offset
}

function resolve(node: Node | null, document: Document.Parsed): Node | null {
  return isAlias(node) ? (node.resolve(document) ?? null) : node
}

function stepInto(node: Node | null, key: string | number): { key: Node | null; value: Node | null } | undefined {
  if (isSeq(node)) {
    const item = node.items[Number(key)] as Node | null | undefined
    return item === undefined ? undefined : { key: item, value: item }
  }
  if (!isMap(node)) return undefined
  const pair = node.items.find((item) => String(isScalar(item.key) ? item.key.value : item.key) === String(key))
  return pair && { key: pair.key as Node | null, value: pair.value as Node | null }
}

function startOf(node: Node | null | undefined, otherwise: number): number {
  return node?.range?.[0] ?? otherwise
}
