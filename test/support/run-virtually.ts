/** A process that runs a shipped scenario, its short form where it has one, in the virtual world; prints the run's folder. */

import { runScenario } from '../../src/scenarios/run.ts'
import { loadText, SHIPPED_TEXT, shippedScenario } from './shipped-scenarios.ts'

const [, , outDir = '', name = '', seed = ''] = process.argv
const { folder } = await runScenario({
  scenario: loadText(SHIPPED_TEXT).short.get(name) ?? shippedScenario(name),
  seed: Number(seed),
  mode: 'virtual',
  outDir,
  timeoutMs: null,
  signal: new AbortController().signal,
  onProgress: () => undefined,
})
process.stdout.write(folder)
