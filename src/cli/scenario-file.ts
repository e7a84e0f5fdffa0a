/** Finds and reads the scenario file of a command. */

import { existsSync, readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Scenario } from '../core/scenario.ts'
import type { Loaded, ScenarioFile } from '../scenarios/file/load.ts'
import { unknownName } from '../scenarios/file/nearest.ts'
import { Failure, reasonOf } from './failure.ts'

const DEFAULT_NAME = 'scenarios.yaml'
/** The scenarios that Faultline comes with; as far from dist/cli as from src/cli. */
const OWN_FILE = fileURLToPath(new URL(`../../${DEFAULT_NAME}`, import.meta.url))
const MOST_BYTES = 8_000_000

/** The given file, or `scenarios.yaml` of the working folder, or Faultline's own. */
function findScenarioFile(cwd: string, given: string | undefined): { path: string; shown: string } {
  if (given !== undefined) return { path: resolve(cwd, given), shown: given }
  const here = resolve(cwd, DEFAULT_NAME)
  return existsSync(here) ? { path: here, shown: DEFAULT_NAME } : { path: OWN_FILE, shown: OWN_FILE }
}

/** Loads the file; its mistakes are given back. Throws `Failure` (64) when it cannot be read. */
export async function readScenarioFile(cwd: string, given: string | undefined): Promise<Loaded> {
  const { path, shown } = findScenarioFile(cwd, given)
  const text = readText(path, shown)
  const { loadScenarios } = await import('../scenarios/file/load.ts')
  return loadScenarios(text, shown)
}

function readText(path: string, shown: string): string {
  try {
    const { size } = statSync(path)
    if (size > MOST_BYTES) throw new Error(`it has ${size} bytes, which is no scenario file`)
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new Failure(
      'usage',
      `cannot read ${shown}: ${reasonOf(error)}`,
      "'faultline init' writes a file to start from",
    )
  }
}

/** Loads a file without mistakes. Throws `Failure`: 64 when it cannot be read, 65 with every mistake in it. */
export async function openScenarioFile(cwd: string, given: string | undefined): Promise<ScenarioFile> {
  const loaded = await readScenarioFile(cwd, given)
  if (loaded.ok) return loaded.file
  const { formatMistake } = await import('../scenarios/file/mistakes.ts')
  throw new Failure('badFile', ...loaded.mistakes.map(formatMistake))
}

/** The scenario of that name. Throws `Failure` (64) with the nearest name. */
export function pickScenario({ scenarios, fileName }: ScenarioFile, name: string): Scenario {
  const found = scenarios.find((scenario) => scenario.name === name)
  if (found) return found
  const names = scenarios.map((scenario) => scenario.name)
  const file = /\.ya?ml$/i.test(name) ? `; a file of scenarios is given with --file ${name}` : ''
  throw new Failure('usage', `${unknownName('scenario', name, names)} (in ${fileName})${file}`)
}

/** The scenario of that name, or its short form. Throws `Failure` (64) where there is none. */
export function pickForm(file: ScenarioFile, name: string, short: boolean): Scenario {
  const found = pickScenario(file, name)
  return short ? (shortFormsOf(file, [found])[0] as Scenario) : found
}

/** What the scenarios are in short. Throws `Failure` (64), naming those that have a short form, when one of them has none. */
export function shortFormsOf({ short, fileName }: ScenarioFile, scenarios: readonly Scenario[]): Scenario[] {
  const without = scenarios.filter(({ name }) => !short.has(name))
  if (without.length > 0) {
    const names = without.map(({ name }) => `'${name}'`).join(', ')
    const others = short.size === 0 ? 'no scenario has one' : `these have one: ${[...short.keys()].join(', ')}`
    throw new Failure('usage', `${names}: no short form (in ${fileName}); ${others}`)
  }
  return scenarios.flatMap(({ name }) => short.get(name) ?? [])
}
