/** Keeps `index.html` in the folder of the reports: a list of the runs below it, written anew after each. */

import { closeSync, existsSync, openSync, readdirSync, readSync, realpathSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { RESULT_FILE } from '../core/run-folder.ts'
import { RUN_LIST_MARK, renderRunList } from '../report/page/run-list-page.ts'
import {
  type ListedRun,
  listedRun,
  listedStudy,
  MOST_LISTED_RUNS,
  type RunList,
  type RunRow,
} from '../report/run-list.ts'
import { checkListedRun, checkListedStudy, type KeptList, readKeptList } from '../scenarios/check-listed.ts'
import { reasonOf } from './failure.ts'
import { isRun } from './find-run.ts'
import { REPORT_FILES } from './reporters.ts'
import { readDocument } from './run-documents.ts'
import { timeInName } from './run-time.ts'
import { STUDY_HTML, STUDY_JSON } from './study-seeds.ts'
import { writeWhole } from './write-file.ts'

export const RUN_LIST_FILE = 'index.html'
/** What the list was made of, so that a result is read once. May be removed at any time. */
const KEPT_FILE = '.faultline-runs.json'
/** Folders that are looked into: some may hold no run. */
const MOST_LOOKED_INTO = 4 * MOST_LISTED_RUNS

interface Folder {
  readonly path: string
  readonly atMs: number
}

type Kept = KeptList['folders'][string]

/** @param say is told why an `index.html` stays as it is @returns what could not be written */
export function updateRunList(outDir: string, say: (line: string) => void, mostRuns = MOST_LISTED_RUNS): string[] {
  const file = join(outDir, RUN_LIST_FILE)
  if (!isOurs(file)) {
    say(`${file} is not a list of runs, and stays as it is`)
    return []
  }
  const { list, kept } = listRuns(outDir, mostRuns)
  return [...written(file, renderRunList(list)), ...written(join(outDir, KEPT_FILE), `${JSON.stringify(kept)}\n`)]
}

function written(file: string, text: string): string[] {
  try {
    writeWhole(file, text)
    return []
  } catch (error) {
    return [`cannot write ${file}: ${reasonOf(error)}`]
  }
}

/** The same for one run whose report was made again; nothing where that run is not below the folder. */
export function updateRunListOf(folder: string, outDir: string, say: (line: string) => void): string[] {
  const below = existsSync(outDir) && dirname(dirname(realpathSync(folder))) === realpathSync(outDir)
  return below ? updateRunList(outDir, say) : []
}

/** Where the reports are may be anybody's folder, with a page of its own. */
function isOurs(file: string): boolean {
  const found = statSync(file, { throwIfNoEntry: false })
  if (found?.isFile() !== true) return found === undefined
  const opened = openSync(file, 'r')
  try {
    const start = Buffer.alloc(1_000)
    return start.toString('utf8', 0, readSync(opened, start)).includes(RUN_LIST_MARK)
  } finally {
    closeSync(opened)
  }
}

function listRuns(outDir: string, mostRuns: number): { list: RunList; kept: KeptList } {
  const before = readKept(outDir)
  const rows: RunRow[] = []
  const unreadable: { path: string; why: string }[] = []
  const kept: Record<string, Kept> = {}
  const folders = foldersBelow(outDir)
  let seen = 0
  for (const { path, atMs } of folders.slice(0, MOST_LOOKED_INTO)) {
    if (rows.length === mostRuns) break
    seen += 1
    const folder = join(outDir, path)
    const read = readFolder(folder, before[path])
    if (read === null) continue
    if (typeof read !== 'string') kept[path] = read
    const { run, why } = typeof read === 'string' ? { run: null, why: read } : read
    if (run === null) unreadable.push({ path, why })
    else rows.push({ run, path, at: new Date(atMs).toISOString(), page: pageOf(folder, run) })
  }
  return { list: { rows, older: folders.length - seen, unreadable }, kept: { schemaVersion: 1, folders: kept } }
}

function readKept(outDir: string): KeptList['folders'] {
  try {
    return readKeptList(readDocument(outDir, KEPT_FILE))?.folders ?? {}
  } catch {
    // Whatever is wrong with it: everything in it can be read again.
    return {}
  }
}

/** Folders of runs and studies, the newest first. */
function foldersBelow(outDir: string): Folder[] {
  const found = namesIn(outDir).flatMap((scenario) =>
    namesIn(join(outDir, scenario)).map((name) => {
      const path = `${scenario}/${name}`
      return { path, atMs: timeInName(name) ?? statSync(join(outDir, path), { throwIfNoEntry: false })?.mtimeMs ?? 0 }
    }),
  )
  return found.sort((one, other) => other.atMs - one.atMs || (one.path < other.path ? -1 : 1))
}

/** Folders in a folder; links, such as `latest`, are none. None in one that may not be read, or is gone meanwhile. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((each) => (each.isDirectory() ? [each.name] : []))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error
    return []
  }
}

/** A text: why there is nothing to read. Null: it is the folder of neither a run nor a study. */
function readFolder(folder: string, before: Kept | undefined): Kept | string | null {
  for (const name of [RESULT_FILE, STUDY_JSON]) {
    const found = statSync(join(folder, name), { throwIfNoEntry: false })
    if (!found) continue
    const { mtimeMs: changedMs, size: bytes } = found
    if (before?.changedMs === changedMs && before.bytes === bytes) return before
    return { changedMs, bytes, ...readRun(folder, name) }
  }
  return isRun(folder) ? `has no ${RESULT_FILE}: it goes on, or was killed` : null
}

function readRun(folder: string, name: string): { run: ListedRun | null; why: string } {
  let found: unknown
  try {
    found = readDocument(folder, name)
  } catch (error) {
    return { run: null, why: `has a ${name} that cannot be read: ${reasonOf(error)}` }
  }
  if (name === STUDY_JSON) {
    const study = checkListedStudy(found)
    return study.ok
      ? { run: listedStudy(study.document), why: '' }
      : { run: null, why: `has a ${name} that ${study.why}` }
  }
  const result = checkListedRun(found)
  return result.ok
    ? { run: listedRun(result.document), why: '' }
    : { run: null, why: `has a ${name} that ${result.why}` }
}

function pageOf(folder: string, { what }: ListedRun): string | null {
  const name = what === 'study' ? STUDY_HTML : REPORT_FILES.html
  return existsSync(join(folder, name)) ? name : null
}
