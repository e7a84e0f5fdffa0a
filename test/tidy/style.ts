/** Names, sizes, leftovers. */

import path from 'node:path'
import { importsOf, lineAt, type Source, strip } from './source.ts'

const MOST_LINES = 220
const MOST_TEST_LINES = 400

const isCode = ({ path: file }: Source) => /\.(ts|tsx|js|mjs)$/.test(file)
const isTestCode = ({ path: file }: Source) => file.startsWith('test/') || /\.test\.tsx?$/.test(file)

/** Files that are too long to be about one thing. */
export function findLongFiles(sources: readonly Source[]): string[] {
  return sources.filter(isCode).flatMap((source) => {
    const lines = source.text.split('\n').length - 1
    const most = isTestCode(source) ? MOST_TEST_LINES : MOST_LINES
    return lines > most ? [`${source.path}: ${lines} lines, at most ${most}`] : []
  })
}

const KEBAB = /^[a-z0-9]+(-[a-z0-9]+)*$/
/** Names under which anything can be hidden. */
const EMPTY_NAME = /^(utils?|helpers?|common|misc|shared|stuff|lib|base-.*|.*-(manager|factory|utils?|helpers?))$/

/** Files and folders that are not in kebab case, or whose name says nothing. */
export function findBadNames(sources: readonly Source[]): string[] {
  return sources.filter(isCode).flatMap(({ path: file }) => {
    const parts = file.replace(/(\.test|\.config)?\.(tsx?|m?js)$/, '').split('/')
    const odd = parts.find((part) => !KEBAB.test(part))
    if (odd !== undefined) return [`${file}: ${odd} is not in kebab case`]
    const empty = parts.find((part) => EMPTY_NAME.test(part))
    return empty === undefined ? [] : [`${file}: ${empty} says nothing; name the one thing that is in it`]
  })
}

/** Files that only pass on what others export. */
export function findBarrels(sources: readonly Source[]): string[] {
  return sources.filter(isCode).flatMap((source) => {
    if (/^index\./.test(path.posix.basename(source.path)))
      return [`${source.path}: import from the file itself, not from an index`]
    const { code } = strip(source.text)
    const rest = code
      .replace(/\b(import|export)\b[^'"]*\bfrom\s*(['"])\s*\2/g, '')
      .replace(/\bexport\s*(type\s*)?\{[^}]*\}/g, '')
    return /\bexport\b/.test(code) && rest.trim() === '' && importsOf(source).length > 0
      ? [`${source.path}: only re-exports`]
      : []
  })
}

const LEFTOVER =
  /\b(TODO|FIXME|XXX|HACK)\b|@ts-(ignore|expect-error|nocheck)|\b(biome|eslint|prettier|v8|c8|istanbul)-?\s?(ignore|disable)/g

/** Notes to oneself, and comments that switch a check off. */
export function findLeftovers(sources: readonly Source[]): string[] {
  return sources.filter(isCode).flatMap(({ path: file, text }) => {
    const { comments } = strip(text)
    return [...comments.matchAll(LEFTOVER)].map((match) => `${file}:${lineAt(comments, match.index)}: ${match[0]}`)
  })
}

/** Errors that are swallowed without a word why. A comment inside the block is a word. */
export function findSilentCatches(sources: readonly Source[]): string[] {
  return sources.filter(isCode).flatMap(({ path: file, text }) => {
    const { code, comments } = strip(text)
    return [...code.matchAll(/\bcatch\b\s*(?:\([^)]*\)\s*)?\{\s*\}/g)]
      .filter((match) => comments.slice(match.index, match.index + match[0].length).trim() === '')
      .map((match) => `${file}:${lineAt(code, match.index)}: an empty catch without a reason`)
  })
}

const SWITCHED_OFF =
  /(?<![.\w$])(?:it|test|describe|suite|bench)(?:\s*\.\s*\w+)*\s*\.\s*(?:skip|only|todo|skipIf|runIf|fails)\b|(?<![.\w$])(?:xit|fit|xdescribe|fdescribe)\s*\(/g

/** Where there is no browser, or no terminal can be made, tests in one are left out, and they say why. */
const MAY_BE_LEFT_OUT = (file: string, match: string) =>
  /^test\/(browser\/|support\/pseudo-terminal\.ts$)/.test(file) && match === 'describe.skipIf'

/** Tests that do not run, or that keep others from running. */
export function findSwitchedOffTests(sources: readonly Source[]): string[] {
  return sources
    .filter(isTestCode)
    .filter(isCode)
    .flatMap(({ path: file, text }) => {
      const { code } = strip(text)
      return [...code.matchAll(SWITCHED_OFF)]
        .filter(([match]) => !MAY_BE_LEFT_OUT(file, match))
        .map((match) => `${file}:${lineAt(code, match.index)}: ${match[0]}`)
    })
}

const MACHINE_PATH = /(?<![\w.~@:/-])\/(?:work|root|home\/\w+|Users\/\w+)\/[\w.]/g
const TEMPORARY_PATH = /(?<![\w.~@:/-])\/(?:var\/)?tmp\b/g
const REGISTRY =
  /https?:\/\/[^\s"'`/]*(?:registry|npmjs|artifactory|verdaccio|nexus|mirror)[^\s"'`/]*|\b_auth(?:Token)?\s*=|^\s*(?:@[\w-]+:)?registry\s*=/gim

/** What holds only on the machine where it was written. */
export function findMachineTraces(sources: readonly Source[]): string[] {
  return sources.flatMap(({ path: file, text }) => {
    const patterns = [MACHINE_PATH, REGISTRY, ...(file.startsWith('src/') ? [TEMPORARY_PATH] : [])]
    return patterns.flatMap((pattern) =>
      [...text.matchAll(pattern)].map((match) => `${file}:${lineAt(text, match.index)}: ${match[0].trim()}`),
    )
  })
}
