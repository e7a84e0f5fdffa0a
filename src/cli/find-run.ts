/** Finds the folder of a run, and the journals in it. */

import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { JOURNAL_FOLDER, RESULT_FILE, variantFolder } from '../core/run-folder.ts'
import { unknownName } from '../scenarios/file/nearest.ts'
import { Failure } from './failure.ts'
import { timeInName } from './run-time.ts'

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}

function foldersIn(path: string): string[] {
  if (!isFolder(path)) return []
  return readdirSync(path)
    .filter((name) => isFolder(join(path, name)))
    .sort()
}

/** A run is a folder with a result, or with variants that have journals (a run that goes on, or was killed). */
export function isRun(path: string): boolean {
  if (!isFolder(path)) return false
  return (
    existsSync(join(path, RESULT_FILE)) || foldersIn(path).some((name) => isFolder(join(path, name, JOURNAL_FOLDER)))
  )
}

/** A scenario's name stands for its newest run. Throws `Failure` (64) with what there is instead. */
export function findRun(run: string, { cwd, out }: { cwd: string; out: string }): string {
  const reports = resolve(cwd, out)
  const found = [resolve(cwd, run), resolve(reports, run)].find(isRun)
  if (found) return realpathSync(found)
  const runs = allRuns(reports)
  if (runs.length === 0)
    throw new Failure('usage', `there is no run '${run}', and none below ${reports}; 'faultline run' makes one`)
  const newest = newestOf(runs, reports)
  if (run === 'latest') return join(reports, newest)
  const ofScenario = runs.filter((each) => each.startsWith(`${run}/`))
  if (ofScenario.length > 0) return join(reports, newestOf(ofScenario, reports))
  throw new Failure('usage', `there is no run '${run}'; the newest below ${reports} is '${newest}'`)
}

function allRuns(reports: string): string[] {
  return foldersIn(reports).flatMap((scenario) => {
    if (scenario === 'latest') return []
    return foldersIn(join(reports, scenario))
      .map((run) => `${scenario}/${run}`)
      .filter((run) => isRun(join(reports, run)))
  })
}

/** By the moment at which they began: a report that is made again makes no run newer. */
function newestOf(runs: readonly string[], reports: string): string {
  const times = new Map(runs.map((run) => [run, timeInName(basename(run)) ?? statSync(join(reports, run)).mtimeMs]))
  return runs.reduce((best, run) => ((times.get(run) ?? 0) > (times.get(best) ?? 0) ? run : best))
}

export interface VariantJournals {
  readonly name: string
  /** The files, in the order of their names. */
  readonly journals: readonly string[]
}

/**
 * The run's variants, in its order, or those that are asked for. A killed run has no result; then the folders' names stand for the
 * variants'. Throws `Failure` (64) for a variant that the run does not have.
 */
export function variantsOf(folder: string, wanted: readonly string[]): VariantJournals[] {
  const there = foldersIn(folder).filter((name) => isFolder(join(folder, name, JOURNAL_FOLDER)))
  const named = namesInResult(folder).filter((name) => there.includes(variantFolder(name)))
  const folders = new Set(named.map(variantFolder))
  const names = [...named, ...there.filter((name) => !folders.has(name))]
  for (const name of wanted) {
    if (!names.includes(name)) throw new Failure('usage', `${unknownName('variant', name, names)} (in ${folder})`)
  }
  const chosen = wanted.length > 0 ? names.filter((name) => wanted.includes(name)) : names
  return chosen.map((name) => {
    const journals = join(folder, variantFolder(name), JOURNAL_FOLDER)
    const files = readdirSync(journals)
      .filter((file) => file.endsWith('.ndjson'))
      .sort()
    return { name, journals: files.map((file) => join(journals, file)) }
  })
}

function namesInResult(folder: string): string[] {
  try {
    const result = JSON.parse(readFileSync(join(folder, RESULT_FILE), 'utf8')) as { variants?: { name?: unknown }[] }
    return (result.variants ?? []).flatMap(({ name }) => (typeof name === 'string' ? [name] : []))
  } catch {
    // A run that goes on, or was killed, has none; the journals are enough.
    return []
  }
}
