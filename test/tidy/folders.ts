/** Who may import whom, and who may touch the world: architecture.md, "Folders". */

import path from 'node:path'
import { type Import, importsOf, lineAt, type Source, strip } from './source.ts'

/** What each folder of src/ may import besides itself. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: [],
  services: ['core'],
  gremlins: ['core'],
  patterns: ['core'],
  traffic: ['core'],
  audit: ['core'],
  runtime: ['core'],
  report: ['core'],
  study: ['core'],
  dashboard: ['core'],
  live: ['core'],
  control: ['core'],
  scenarios: ['core', 'services', 'gremlins', 'patterns', 'traffic', 'audit', 'runtime', 'study', 'live'],
  search: ['core', 'scenarios'],
  cli: ['core', 'scenarios', 'search', 'report', 'study', 'dashboard', 'control'],
}

/** Libraries that open sockets, draw on a terminal or read a command line, and the only folders that may use them. */
const LIBRARY_HOMES: Readonly<Record<string, readonly string[]>> = {
  fastify: ['runtime', 'control'],
  undici: ['runtime', 'control'],
  pino: ['runtime'],
  'close-with-grace': ['runtime', 'scenarios'],
  autocannon: [],
  yargs: ['cli'],
  opossum: ['patterns'],
  ink: ['dashboard'],
}

/** Parts of Node that compute and touch nothing. Everything else needs a world. */
const PURE_NODE = new Set(['assert', 'buffer', 'crypto', 'module', 'path', 'string_decoder', 'url', 'util', 'zlib'])

const WORLDLY_FOLDERS = new Set(['runtime', 'cli', 'control'])

/**
 * The files outside runtime/ and cli/ that are a process's entry: they read what their parent gave them and end their process.
 * Nothing else of scenarios/ may.
 */
export const PROCESS_ENTRIES: readonly string[] = [
  'src/scenarios/child.ts',
  'src/scenarios/trial-worker.ts',
  'src/scenarios/variant-worker.ts',
]

const TIME_AND_LUCK: readonly (readonly [RegExp, string])[] = [
  [/(?<![.\w$])Date\s*\.\s*now\b/g, 'Date.now'],
  [/\bnew\s+Date\b\s*(?:\(\s*\)|(?!\s*\())/g, 'new Date() without a time'],
  [/(?<!new\s+)(?<![.\w$])Date\s*\(/g, 'Date()'],
  [/(?<![.\w$])performance\s*[.[?]/g, 'performance'],
  [/(?<![.\w$])Math\s*\.\s*random\b/g, 'Math.random'],
  [/\b(?:randomUUID|randomBytes|randomInt|randomFillSync|getRandomValues)\b/g, 'randomness that has no seed'],
  [/(?<![.\w$])set(?:Timeout|Interval|Immediate)\b/g, 'a timer'],
  [/\bAbortSignal\s*\.\s*timeout\b/g, 'AbortSignal.timeout'],
  [/\bAtomics\s*\.\s*wait/g, 'Atomics.wait'],
  [/\bTemporal\s*\.\s*Now\b/g, 'Temporal.Now'],
  // The same things under another name.
  [/(?<![.\w$])(?:Date|Math|performance|AbortSignal|Atomics)\s*\[/g, 'a computed member of Date, Math or performance'],
  [/=\s*(?:Date|Math|performance|AbortSignal|Atomics)\s*(?=[;,)\n}]|$)/g, 'an alias of Date, Math or performance'],
]

const WORLD: readonly (readonly [RegExp, string])[] = [
  [/(?<![.\w$])process\s*(?:[.[]|\?\.)/g, 'process'],
  [/\}\s*=\s*process\b/g, 'process'],
  [/(?<![.\w$])globalThis\b/g, 'globalThis'],
  [/(?<![.\w$])console\s*\./g, 'console'],
  [/(?<![.\w$])fetch\s*\(/g, 'fetch'],
  [/\bnew\s+(?:WebSocket|EventSource|BroadcastChannel|MessageChannel)\b/g, 'a socket'],
]

const isTest = (file: string) => /\.test\.tsx?$/.test(file)
/** `src/patterns/policies/retry.ts` is of the folder `patterns`. */
const folderOf = (file: string) => (file.startsWith('src/') ? file.split('/')[1] : undefined)

function isSource({ path: file }: Source): boolean {
  return /^src\/.*\.tsx?$/.test(file)
}

/** Imports against the dependency rule. */
export function findForeignImports(sources: readonly Source[]): string[] {
  return sources.filter(isSource).flatMap((source) => {
    const folder = folderOf(source.path) ?? ''
    if (!MAY_IMPORT[folder]) return [`${source.path}: src/${folder} is no folder of the architecture`]
    return importsOf(source).flatMap((found) => {
      const problem = found.from.startsWith('.')
        ? problemOfFile(source, folder, found)
        : problemOfLibrary(source, folder, found)
      return problem ? [`${source.path}:${found.line}: ${problem}`] : []
    })
  })
}

function problemOfFile(source: Source, folder: string, { from }: Import): string | undefined {
  const target = path.posix.join(path.posix.dirname(source.path), from)
  const other = folderOf(target)
  if (other === folder) return undefined
  if (other === undefined) {
    if (isTest(source.path) && /^(test|docs)\//.test(target)) return undefined
    // Files that lie at the root are read as data, by those who may read files.
    return WORLDLY_FOLDERS.has(folder) && !/\.(tsx?|m?js)$/.test(target) ? undefined : `${from} is outside src/`
  }
  return MAY_IMPORT[folder]?.includes(other) ? undefined : `${folder} must not import ${other} (${from})`
}

function problemOfLibrary(source: Source, folder: string, { from, typeOnly }: Import): string | undefined {
  if (isTest(source.path)) return undefined
  const library = from.startsWith('@') ? from.split('/').slice(0, 2).join('/') : (from.split('/')[0] ?? '')
  if (from.startsWith('node:')) {
    const pure = PURE_NODE.has(from.slice(5).split('/')[0] ?? '')
    const worldly = WORLDLY_FOLDERS.has(folder) || PROCESS_ENTRIES.includes(source.path)
    return pure || worldly ? undefined : `${from} is for runtime/ and cli/ only`
  }
  if (folder === 'core' && !typeOnly) return `core imports types only from libraries (${from})`
  const homes = Object.hasOwn(LIBRARY_HOMES, library) ? LIBRARY_HOMES[library] : undefined
  return !homes || homes.includes(folder) ? undefined : `${library} belongs to ${homes.join(' and ') || 'bench'}`
}

/** Time, chance, and the machine itself, used where `env` is the only source of them. */
export function findWorldlyCode(sources: readonly Source[]): string[] {
  const watched = sources.filter((source) => isSource(source) && !WORLDLY_FOLDERS.has(folderOf(source.path) ?? ''))
  return watched.flatMap((source) => {
    const bans =
      isTest(source.path) || PROCESS_ENTRIES.includes(source.path) ? TIME_AND_LUCK : [...TIME_AND_LUCK, ...WORLD]
    const { code } = strip(source.text)
    return bans.flatMap(([pattern, name]) =>
      [...code.matchAll(pattern)].map(
        (match) => `${source.path}:${lineAt(code, match.index)}: ${name} is for runtime/ and cli/ only`,
      ),
    )
  })
}
