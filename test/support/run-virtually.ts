/** A process that runs a shipped scenario, its short form where it has one, in the virtual world; prints the run's folder. */

import { runScenario } from '../../src/scenarios/run.ts'
import { loadText, SHIPPED_TEXT, shippedScenario } from './shipped-scenarios.ts'

const [, , outDir = '', name = '', seed = '', network = 'fast', load = 'idle', workers = '1'] = process.argv

/** Holds the process up again and again: whoever reads the machine's time reads another one. */
if (load === 'busy') {
  const holdUp = () => {
    const untilMs = performance.now() + 50
    while (performance.now() < untilMs);
  }
  setInterval(holdUp, 500).unref()
}

const { folder } = await runScenario({
  scenario: loadText(SHIPPED_TEXT).short.get(name) ?? shippedScenario(name),
  seed: Number(seed),
  mode: 'virtual',
  network: network === 'wire' ? 'wire' : 'fast',
  workers: Number(workers),
  outDir,
  timeoutMs: null,
  signal: new AbortController().signal,
  onProgress: () => undefined,
})
process.stdout.write(folder)
