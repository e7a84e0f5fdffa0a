/** Source files as the tidy rules see them: the text, the code without strings and comments, the comments, the imports. */

import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

export interface Source {
  /** From the root of the repository, with slashes. */
  readonly path: string
  readonly text: string
}

/** Code with the contents of strings, templates, regular expressions and comments replaced by spaces; lines stay where they are. */
export interface Stripped {
  readonly code: string
  /** The other way round: comments only. */
  readonly comments: string
}

const IGNORED_FOLDERS = new Set(['.git', 'node_modules', 'dist', 'coverage'])
const TEXT_FILE =
  /\.(ts|tsx|js|mjs|json|yaml|yml|md)$|(^|\/)(\.ci\/run|LICENSE|\.npmrc|\.editorconfig|\.gitattributes|\.gitignore)$/

/** Every text file that belongs to the project, built and reported things apart. */
export function readProject(root: string): Source[] {
  const found: Source[] = []
  const walk = (folder: string): void => {
    for (const entry of readdirSync(path.join(root, folder), { withFileTypes: true })) {
      const file = path.posix.join(folder, entry.name)
      if (entry.isDirectory()) {
        if (!IGNORED_FOLDERS.has(entry.name) && folder !== 'reports') walk(file)
      } else if (TEXT_FILE.test(file)) {
        found.push({ path: file, text: readFileSync(path.join(root, file), 'utf8') })
      }
    }
  }
  walk('')
  return found.sort((a, b) => (a.path < b.path ? -1 : 1))
}

/** A slash begins a regular expression after these, and divides after anything else. `<` is left out: `</p>` in JSX. */
const BEFORE_REGEX = /(?:^|[(,=:[!&|?{;+*%~^>-]|\b(?:return|typeof|case|in|of|await|yield))\s*$/

const stripped = new Map<string, Stripped>()

/** A small scanner, enough for rules about words. Code inside `${…}` of a template counts as code. */
export function strip(text: string): Stripped {
  const known = stripped.get(text)
  if (known) return known
  let code = ''
  let comments = ''
  let at = 0
  /** For each template we are inside of: how many braces are open in its current `${…}`. */
  const templates: number[] = []

  const keep = (count: number): void => {
    code += text.slice(at, at + count)
    comments += blank(text.slice(at, at + count))
    at += count
  }
  const hide = (end: number): void => {
    code += blank(text.slice(at, end))
    comments += blank(text.slice(at, end))
    at = end
  }
  const templateText = (): void => {
    const end = endOf(text, at, /`|\$\{/y)
    hide(end)
    if (text[at] === '$') templates.push(0)
    keep(text[at] === '$' ? 2 : 1)
  }

  while (at < text.length) {
    const char = text[at] as string
    const two = text.slice(at, at + 2)
    if (two === '//' || two === '/*') {
      const close = two === '//' ? text.indexOf('\n', at) : text.indexOf('*/', at + 2) + 2
      const end = close < at + 2 ? text.length : close
      code += blank(text.slice(at, end))
      comments += text.slice(at, end)
      at = end
    } else if (char === "'" || char === '"') {
      keep(1)
      hide(endOf(text, at, char === "'" ? /'|\n/y : /"|\n/y))
      keep(1)
    } else if (char === '`') {
      keep(1)
      templateText()
    } else if (char === '/' && BEFORE_REGEX.test(code.slice(-80))) {
      keep(1)
      hide(endOfRegex(text, at))
      keep(1)
    } else {
      const depth = templates.at(-1)
      keep(1)
      if (depth === undefined) continue
      if (char === '{') templates[templates.length - 1] = depth + 1
      else if (char === '}' && depth > 0) templates[templates.length - 1] = depth - 1
      else if (char === '}') {
        templates.pop()
        templateText()
      }
    }
  }
  const result = { code, comments }
  stripped.set(text, result)
  return result
}

function blank(text: string): string {
  return text.replace(/[^\n]/g, ' ')
}

/** Where `stop` next matches, escaped characters passed over; the end of the text when it never does. */
function endOf(text: string, from: number, stop: RegExp): number {
  for (let at = from; at < text.length; at++) {
    stop.lastIndex = at
    if (stop.test(text)) return at
    if (text[at] === '\\') at++
  }
  return text.length
}

function endOfRegex(text: string, from: number): number {
  let inClass = false
  for (let at = from; at < text.length && text[at] !== '\n'; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === '[') inClass = true
    else if (text[at] === ']') inClass = false
    else if (text[at] === '/' && !inClass) return at
  }
  return from
}

export interface Import {
  readonly from: string
  /** Types only: gone when the code runs. */
  readonly typeOnly: boolean
  readonly line: number
}

const SPECIFIER = /\b(?:from|import|require|import\s*\(|require\s*\(|new\s+URL\s*\()\s*(['"`])/g
const STATEMENT = /\b(?:import|export)\b[^'"`;]*$/

/** Static and dynamic imports, re-exports, and `new URL('./x.ts', import.meta.url)`, which is how a process is forked. */
export function importsOf({ text }: Source): Import[] {
  const { code } = strip(text)
  return [...code.matchAll(SPECIFIER)].flatMap((match) => {
    const begin = match.index + match[0].length
    const from = text.slice(begin, code.indexOf(match[1] as string, begin))
    if (match[0].startsWith('new') && !from.startsWith('.')) return []
    const statement = STATEMENT.exec(code.slice(0, begin - 1))?.[0] ?? ''
    return [{ from, typeOnly: /^(?:import|export)\s+type\b/.test(statement), line: lineAt(text, match.index) }]
  })
}

export function lineAt(text: string, index: number): number {
  let line = 1
  for (let at = text.indexOf('\n'); at !== -1 && at < index; at = text.indexOf('\n', at + 1)) line++
  return line
}
