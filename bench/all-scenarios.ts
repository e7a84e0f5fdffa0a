/** Every scenario that Faultline comes with, in its short form where it has one, every variant, in the virtual world, files and all. */

import { join } from 'node:path'
import { runScenario } from '../src/scenarios/run.ts'
import { loadText, SHIPPED_TEXT } from '../test/support/shipped-scenarios.ts'
import { spread } from './statistics.ts'

const ROUNDS = 5
const SEED = 42

interface Took {
  readonly wallSeconds: number
  readonly processorSeconds: number
}

async function runAll(folder: string, workers: number): Promise<Took> {
  const { scenarios, short } = loadText(SHIPPED_TEXT)
  const [sinceMs, before] = [performance.now(), process.cpuUsage()]
  for (const scenario of scenarios) {
    const { result } = await runScenario({
      scenario: short.get(scenario.name) ?? scenario,
      seed: SEED,
      mode: 'virtual',
      workers,
      outDir: folder,
      timeoutMs: null,
      signal: new AbortController().signal,
      onProgress() {},
    })
    if (result.verdict !== 'PASS') throw new Error(`${scenario.name}: ${result.verdict} ${result.error ?? ''}`)
  }
  const { user, system } = process.cpuUsage(before)
  return { wallSeconds: (performance.now() - sinceMs) / 1_000, processorSeconds: (user + system) / 1e6 }
}

/** The first round of each is cold, as a command is; the others are what a process takes that goes on. */
export async function benchAllScenarios(folder: string): Promise<string[]> {
  const took = new Map<number, Took[]>([
    [2, []],
    [1, []],
  ])
  for (let round = 0; round < ROUNDS; round++)
    for (const [workers, all] of took) all.push(await runAll(join(folder, `${workers}-${round}`), workers))
  const { scenarios } = loadText(SHIPPED_TEXT)
  const variants = scenarios.reduce((sum, scenario) => sum + scenario.variants.length, 0)
  return [
    `${scenarios.length} scenarios, ${variants} variants, ${ROUNDS} rounds`,
    ...[...took].map(([workers, all]) => {
      const [wall, processor] = [all.map((each) => each.wallSeconds), all.map((each) => each.processorSeconds)]
      const cold = all[0]?.wallSeconds.toFixed(1)
      return `${workers} threads: ${spread(wall, 1)} s, the first ${cold} s; processor time ${spread(processor, 1)} s`
    }),
  ]
}
