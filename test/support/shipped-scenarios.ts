/** The scenarios that Faultline comes with. */

import { readFileSync } from 'node:fs'
import type { Scenario } from '../../src/core/scenario.ts'
import { loadScenarios, type ScenarioFile } from '../../src/scenarios/file/load.ts'
import { formatMistake } from '../../src/scenarios/file/mistakes.ts'

export const SHIPPED_TEXT = readFileSync(new URL('../../scenarios.yaml', import.meta.url), 'utf8')

/** Throws with every mistake where the file has some. */
export function loadText(text: string, fileName = 'my.yaml'): ScenarioFile {
  const loaded = loadScenarios(text, fileName)
  if (!loaded.ok) throw new Error(loaded.mistakes.map(formatMistake).join('\n'))
  return loaded.file
}

export function shippedScenario(name: string): Scenario {
  const found = loadText(SHIPPED_TEXT, 'scenarios.yaml').scenarios.find((scenario) => scenario.name === name)
  if (!found) throw new Error(`there is no scenario ${name}`)
  return found
}
