/** Named baselines on the disk: `<out>/baselines/<name>/<scenario>.json`, each written whole or not at all. */

import { readdirSync, rmdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { BASELINES_FOLDER, type Baseline } from '../core/baseline.ts'
import type { Measured } from '../core/measured.ts'
import { unknownName } from '../scenarios/file/nearest.ts'
import { reasonOf } from './failure.ts'
import { readDocument } from './run-documents.ts'
import { writeWhole } from './write-file.ts'

/** A path can be none: no separator, and it begins with a letter or a digit. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/
export const BASELINE_NAME_RULE = 'a name of 1 to 64 of A-Z, a-z, 0-9, . _ - that begins with a letter or digit'
export function readBaselineName(text: string): string | undefined {
  return NAME.test(text) ? text : undefined
}

/** More of them are not listed. */
const MOST_NAMES = 1_000

function folderOf(outDir: string, name: string): string {
  return join(outDir, BASELINES_FOLDER, name)
}

function fileOf(outDir: string, name: string, scenario: string): string {
  return join(folderOf(outDir, name), `${scenario}.json`)
}

export function saveBaseline(outDir: string, name: string, from: string, measured: Measured): string {
  const file = fileOf(outDir, name, measured.scenario)
  const savedAt = new Date().toISOString()
  const baseline: Baseline = { schemaVersion: 1, baseline: name, savedAt, from, measured }
  writeWhole(file, `${JSON.stringify(baseline)}\n`)
  return file
}

/** Names of a folder's members of one sort; none where there is no such folder. */
function namesIn(folder: string, wanted: 'folder' | 'file'): string[] {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return []
  return readdirSync(folder, { withFileTypes: true })
    .filter((each) => (wanted === 'folder' ? each.isDirectory() : each.isFile()))
    .map(({ name }) => name)
    .sort()
    .slice(0, MOST_NAMES)
}

/** In the order of their names. */
export function baselineNames(outDir: string): string[] {
  return namesIn(join(outDir, BASELINES_FOLDER), 'folder').filter((name) => readBaselineName(name) !== undefined)
}

/** Scenarios that a baseline has. */
export function scenariosOf(outDir: string, name: string): string[] {
  return namesIn(folderOf(outDir, name), 'file').flatMap((file) => (file.endsWith('.json') ? [file.slice(0, -5)] : []))
}

export type Opened<Document> =
  | { readonly ok: true; readonly document: Document }
  | { readonly ok: false; readonly problem: string }

const SAVE = (name: string) => `'faultline baseline save ${name} <run>' makes one`

/** The problem is one line: place, reason, remedy. */
export async function openBaseline(outDir: string, name: string, scenario: string): Promise<Opened<Baseline>> {
  const names = baselineNames(outDir)
  if (!names.includes(name)) return { ok: false, problem: unknownBaseline(outDir, name) }
  const scenarios = scenariosOf(outDir, name)
  if (!scenarios.includes(scenario)) {
    const has = scenarios.length > 0 ? `it has ${scenarios.join(', ')}` : 'it is empty'
    return { ok: false, problem: `baseline '${name}' has no scenario '${scenario}'; ${has}; ${SAVE(name)}` }
  }
  return openBaselineFile(folderOf(outDir, name), `${scenario}.json`)
}

export function unknownBaseline(outDir: string, name: string): string {
  const names = baselineNames(outDir)
  const where = join(outDir, BASELINES_FOLDER)
  if (names.length === 0) return `there is no baseline '${name}', and none in ${where}; ${SAVE(name)}`
  return `${unknownName('baseline', name, names)} (in ${where}: ${names.join(', ')}); ${SAVE(name)}`
}

export async function openBaselineFile(folder: string, file: string): Promise<Opened<Baseline>> {
  const { checkBaseline } = await import('../scenarios/check-measured.ts')
  const path = join(folder, file)
  let found: unknown
  try {
    found = readDocument(folder, file)
  } catch (error) {
    return { ok: false, problem: `cannot use ${path}: ${reasonOf(error)}; save the baseline again` }
  }
  const checked = checkBaseline(found)
  return checked.ok ? checked : { ok: false, problem: `${path} ${checked.why}; save the baseline again` }
}

/** Removes a baseline with all its scenarios, and nothing else that somebody may have put there. */
export function removeBaseline(outDir: string, name: string): void {
  const folder = folderOf(outDir, name)
  for (const scenario of scenariosOf(outDir, name)) rmSync(fileOf(outDir, name, scenario))
  if (readdirSync(folder).length === 0) rmdirSync(folder)
}
