/** Finds what can be compared, runs and studies alike, and reads its figures. */

import { existsSync, readdirSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import type { Measured } from '../core/measured.ts'
import { ENVIRONMENT_FILE, RESULT_FILE } from '../core/run-folder.ts'
import { type Opened, openBaselineFile } from './baselines.ts'
import { reasonOf } from './failure.ts'
import { readDocument } from './run-documents.ts'
import { STUDY_JSON } from './study-seeds.ts'

export interface Compared {
  /** As it is shown: `<scenario>/<run>`, or a baseline's name. */
  readonly place: string
  /** Undefined for a baseline. */
  readonly folder: string | undefined
  readonly measured: Measured
}

export interface Places {
  readonly cwd: string
  /** Of the reports. */
  readonly outDir: string
}

const RUN_AGAIN = 'run the scenario again'
/** Named where somebody asks for a run that is not there. */
const MOST_NAMED = 5

/** @param run a folder, a file of a baseline, `latest`, `<scenario>/<run>`, or a scenario's name for its newest one */
export async function openCompared(run: string, { cwd, outDir }: Places): Promise<Opened<Compared>> {
  const paths = run === 'latest' ? [] : [resolve(cwd, run), resolve(outDir, run)]
  for (const path of paths) {
    if (isComparable(path)) return openFolder(path)
    if (!statSync(path, { throwIfNoEntry: false })?.isFile()) continue
    if ([RESULT_FILE, STUDY_JSON].includes(basename(path))) return openFolder(dirname(path))
    const baseline = await openBaselineFile(dirname(path), basename(path))
    if (!baseline.ok) return baseline
    const { measured, baseline: name } = baseline.document
    return { ok: true, document: { place: `baseline '${name}'`, folder: undefined, measured } }
  }
  const all = comparableBelow(outDir)
  const of = run === 'latest' ? all : all.filter((each) => each.startsWith(`${run}/`))
  const [newest] = of
  if (newest !== undefined) return openFolder(join(outDir, newest))
  return { ok: false, problem: missing(run, paths, all, outDir) }
}

function missing(run: string, paths: readonly string[], all: readonly string[], outDir: string): string {
  const unfinished = paths.find((path) => statSync(path, { throwIfNoEntry: false })?.isDirectory())
  if (unfinished !== undefined && run !== 'latest')
    return `${unfinished} has neither ${RESULT_FILE} nor ${STUDY_JSON}: a run that goes on or was killed cannot be compared; ${RUN_AGAIN}`
  if (all.length === 0) return `there is no run '${run}', and none below ${outDir}; 'faultline run' makes one`
  const named = all.slice(0, MOST_NAMED).join(', ')
  return `there is no run '${run}'; the newest below ${outDir}: ${named}`
}

function isComparable(folder: string): boolean {
  return existsSync(join(folder, RESULT_FILE)) || existsSync(join(folder, STUDY_JSON))
}

function foldersIn(folder: string): string[] {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return []
  return readdirSync(folder, { withFileTypes: true }).flatMap((each) => (each.isDirectory() ? [each.name] : []))
}

/** `<scenario>/<run>`, the newest first. A folder's name begins with its time; a study comes after its runs. */
function comparableBelow(outDir: string): string[] {
  const all = foldersIn(outDir).flatMap((scenario) =>
    foldersIn(join(outDir, scenario))
      .filter((run) => isComparable(join(outDir, scenario, run)))
      .map((run) => ({ path: `${scenario}/${run}`, key: timeOf(outDir, scenario, run) })),
  )
  return all.sort((one, other) => (one.key < other.key ? 1 : -1)).map(({ path }) => path)
}

function timeOf(outDir: string, scenario: string, run: string): string {
  if (/^\d{4}-\d\d-\d\dT/.test(run)) return run
  return statSync(join(outDir, scenario, run))
    .mtime.toISOString()
    .replaceAll(/[:.]/g, '-')
}

async function openFolder(folder: string): Promise<Opened<Compared>> {
  const place = `${basename(dirname(folder))}/${basename(folder)}`
  const opened = await openMeasured(folder)
  return opened.ok ? { ok: true, document: { place, folder, measured: opened.document } } : opened
}

/** A study has a study.json, a run a result.json. */
async function openMeasured(folder: string): Promise<Opened<Measured>> {
  const [{ checkComparedResult, checkComparedStudy }, { measuredOf }] = await Promise.all([
    import('../scenarios/check-measured.ts'),
    import('../report/compare/metrics.ts'),
  ])
  const name = existsSync(join(folder, STUDY_JSON)) ? STUDY_JSON : RESULT_FILE
  const file = join(folder, name)
  const read = readJson(folder, name)
  if (!read.ok) return read
  if (name === STUDY_JSON) {
    const study = checkComparedStudy(read.document)
    return study.ok ? study : { ok: false, problem: `${file} ${study.why}; ${RUN_AGAIN}` }
  }
  const result = checkComparedResult(read.document)
  if (!result.ok) return { ok: false, problem: `${file} ${result.why}; mend it there, or ${RUN_AGAIN}` }
  const measured = measuredOf([result.document], versionOf(folder))
  return measured ? { ok: true, document: measured } : { ok: false, problem: `${file} is empty; ${RUN_AGAIN}` }
}

function readJson(folder: string, name: string): Opened<unknown> {
  try {
    return { ok: true, document: readDocument(folder, name) }
  } catch (error) {
    const { syscall, message } = error as NodeJS.ErrnoException
    const why = syscall === undefined ? message : `cannot read ${join(folder, name)}: ${reasonOf(error)}`
    return { ok: false, problem: `${why}; mend it there, or ${RUN_AGAIN}` }
  }
}

/** Of Faultline; null where it is not on record. */
function versionOf(folder: string): string | null {
  const read = readJson(folder, ENVIRONMENT_FILE)
  const found = read.ok ? (read.document as { readonly faultline?: unknown } | null | undefined) : undefined
  return typeof found?.faultline === 'string' ? found.faultline : null
}

/** Read in search of further real runs of a seed. */
const MOST_BESIDE = 20

/** Real runs of this seed in the folders beside these, the newest first. What cannot be read is none: nobody asked for it. */
export async function runsBeside(folders: readonly string[], seed: number): Promise<Measured[]> {
  const beside = new Set(folders.map(dirname))
  const names = [...beside].flatMap((folder) =>
    foldersIn(folder)
      .filter((name) => name.includes(`-seed-${seed}`) && !folders.includes(join(folder, name)))
      .map((name) => ({ folder: join(folder, name), name })),
  )
  const newest = names.sort((one, other) => (one.name < other.name ? 1 : -1)).slice(0, MOST_BESIDE)
  const opened: Measured[] = []
  for (const each of newest) {
    if (!existsSync(join(each.folder, RESULT_FILE))) continue
    const measured = await openMeasured(each.folder)
    if (measured.ok && measured.document.runs[0]?.seed === seed) opened.push(measured.document)
  }
  return opened
}
