/** Time from a service's death to its next answer, over `restartAfterMs`. */

import { join } from 'node:path'
import { request } from 'undici'
import { openLaboratory } from '../src/runtime/real/laboratory.ts'
import { plentyFor, RETRY_WITH_KEY } from './scenario.ts'
import { spread } from './statistics.ts'

const CHILD = new URL('../dist/scenarios/child.js', import.meta.url)
const ROUNDS = 7

export async function benchRestart(folder: string): Promise<string[]> {
  const ratios: number[] = []
  const scenario = plentyFor(1, 100)
  const plan = (round: number) => ({
    scenario,
    variant: RETRY_WITH_KEY.name,
    folder: join(folder, `restart-${round}`),
    seed: 1,
  })
  const startMs = performance.now()
  const laboratory = await openLaboratory(CHILD, plan(-1))
  const readyMs = performance.now() - startMs
  try {
    for (let round = 0; round < ROUNDS; round++) {
      // A reset forgives the death before: three unexplained ones in a row would be a crash loop.
      await laboratory.prepare(plan(round))
      const pid = laboratory.pids().inventory
      if (pid === undefined) throw new Error('inventory has no process')
      const diedMs = performance.now()
      process.kill(pid, 'SIGKILL')
      await untilHealthy(laboratory.ports.inventory)
      ratios.push((performance.now() - diedMs) / scenario.restartAfterMs)
    }
  } finally {
    await laboratory.close()
  }
  return [
    `death of a service to its next answer, over restartAfterMs (${scenario.restartAfterMs}): ${spread(ratios)}, ${ROUNDS} times`,
    `  all seven services and the traffic ready after ${readyMs.toFixed(0)} ms; bound: 4,000 ms`,
  ]
}

async function untilHealthy(port: number): Promise<void> {
  for (;;) {
    try {
      const { statusCode, body } = await request(`http://127.0.0.1:${port}/health`, { headersTimeout: 1_000 })
      await body.dump()
      if (statusCode === 200) return
    } catch {
      // Not back yet: that is what is being measured.
    }
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}
