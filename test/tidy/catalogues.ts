/** One file and one line: what can be chosen by name, its catalogue, its test and its page. */

import path from 'node:path'
import { parse } from 'yaml'
import { importsOf, type Source, strip } from './source.ts'

interface Kind {
  readonly folder: string
  /** How a file of the folder shows that it is a member, and not a part of one. */
  readonly defines: RegExp
}

function typed(type: string): RegExp {
  return new RegExp(`\\bexport const (\\w+)(?:: ${type}\\b[^=]*=|[^=]*=[\\s\\S]*\\bsatisfies ${type}\\b)`)
}

export const KINDS: readonly Kind[] = [
  { folder: 'src/gremlins', defines: typed('Gremlin') },
  { folder: 'src/patterns/policies', defines: typed('Policy') },
  { folder: 'src/patterns/workflows', defines: typed('Workflow') },
  { folder: 'src/audit', defines: typed('Invariant') },
  { folder: 'src/services', defines: /\bexport const (\w+)(?:: Service\b[^=]*=| = leafService\()/ },
]

const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
const baseOf = (file: string) => path.posix.basename(file).replace(/\.tsx?$/, '')

/** The files of a folder that define a member, by their exported name. */
function membersOf(sources: readonly Source[], { folder, defines }: Kind): Map<string, string> {
  const members = new Map<string, string>()
  for (const { path: file, text } of sources) {
    if (path.posix.dirname(file) !== folder || !file.endsWith('.ts') || /(\.test|\/catalogue)\.ts$/.test(file)) continue
    const name = defines.exec(strip(text).code)?.[1]
    if (name) members.set(name, file)
  }
  return members
}

/** Members that are missing in their catalogue, catalogue lines without a file, names that differ, and members without a test. */
export function findCatalogueGaps(sources: readonly Source[], kinds: readonly Kind[] = KINDS): string[] {
  return kinds.flatMap((kind) => {
    const catalogue = sources.find((source) => source.path === `${kind.folder}/catalogue.ts`)
    if (!catalogue) return [`${kind.folder}: has no catalogue.ts`]
    const members = membersOf(sources, kind)
    const listed = new Set(
      importsOf(catalogue)
        .filter(({ from }) => from.startsWith('./'))
        .map(({ from }) => `${kind.folder}/${from.slice(2)}`),
    )
    const strays = [...listed].filter((file) => ![...members.values()].includes(file))
    return [
      ...(members.size === 0 ? [`${kind.folder}: no member was found`] : []),
      ...strays.map((file) => `${catalogue.path}: ${file} defines no member`),
      ...[...members].flatMap(([name, file]) => problemsOfMember(sources, catalogue, listed, name, file)),
    ]
  })
}

function problemsOfMember(
  sources: readonly Source[],
  catalogue: Source,
  listed: ReadonlySet<string>,
  name: string,
  file: string,
): string[] {
  const base = baseOf(file)
  const problems: string[] = []
  const numbered = numberedNameOf(sources, file)
  const key = numbered ?? base
  if (base !== kebab(name) && base !== numbered) {
    problems.push(`${file}: exports ${name}, which does not match its file's name`)
  }
  if (!listed.has(file) || !hasLine(catalogue, key, name)) problems.push(`${catalogue.path}: has no line for ${base}`)
  if (!sources.some((source) => isTestOf(source, file))) problems.push(`${file}: no test names it`)
  return problems
}

/** A name such as '2pc', under which nothing can be exported: the export has a name in words, and so may the file. */
function numberedNameOf(sources: readonly Source[], file: string): string | undefined {
  const text = sources.find((source) => source.path === file)?.text ?? ''
  return /^ {2}name: '(\d[\w-]*)',$/m.exec(text)?.[1]
}

/** `latency,` or `'crash-after-commit': crashAfterCommit,` or an element of a list. */
function hasLine({ text }: Source, key: string, name: string): boolean {
  const body = text.replace(/^import\b[\s\S]*?from\s*'[^']*'$/gm, '')
  return new RegExp(`(^|[{[,]|'${key}':)\\s*${name}\\s*[,}\\]]`, 'm').test(body)
}

/** A test that imports the member, or an end-to-end test that names it as a scenario would. */
function isTestOf(source: Source, file: string): boolean {
  if (!/\.test\.tsx?$/.test(source.path)) return false
  if (source.path === file.replace(/\.ts$/, '.test.ts')) return true
  const imported = importsOf(source).some(({ from }) => path.posix.join(path.posix.dirname(source.path), from) === file)
  return imported || new RegExp(`['"\`\\s]${baseOf(file)}['"\`\\s:,]`).test(source.text)
}

/** Names of the scenarios in a scenario file: a list of scenarios with names, or a map by name. */
function scenarioNames(text: string): string[] {
  const scenarios: unknown = (parse(text) as { scenarios?: unknown } | null)?.scenarios
  if (Array.isArray(scenarios)) return scenarios.map((scenario: { name: string }) => scenario.name)
  return Object.keys(scenarios ?? {})
}

/** Scenarios and policies without a page that explains them, and pages about nothing. */
export function findMissingPages(sources: readonly Source[]): string[] {
  const paths = new Set(sources.map((source) => source.path))
  const file = sources.find((source) => source.path === 'scenarios.yaml')
  const policies = KINDS.filter((kind) => kind.folder === 'src/patterns/policies').flatMap((kind) => [
    ...membersOf(sources, kind).values(),
  ])
  const scenarios = file ? scenarioNames(file.text) : []
  const wanted = [
    ...scenarios.map((name) => `docs/scenarios/${name}.md`),
    ...policies.map((policy) => `docs/patterns/${baseOf(policy)}.md`),
  ]
  return [
    ...(scenarios.length === 0 ? ['scenarios.yaml: no scenario was found'] : []),
    ...wanted.filter((page) => !paths.has(page)).map((page) => `${page}: is missing`),
  ]
}
