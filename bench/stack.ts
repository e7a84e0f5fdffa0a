/** Full stack against a bare flow with the same hops, commits and attempt counting, at saturation. */

import { join } from 'node:path'
import { openLaboratory } from '../src/runtime/real/laboratory.ts'
import { startTraffic } from '../src/runtime/real/traffic-child.ts'
import { startBareStack } from './bare/start.ts'
import { plentyFor, RETRY_WITH_KEY } from './scenario.ts'
import { againstItself, median, spread } from './statistics.ts'

const CHILD = new URL('../dist/scenarios/child.js', import.meta.url)
const BUYERS = 48
const ORDERS = 3_000
const PAIRS = 9
const SEED = 1

export async function benchStack(folder: string): Promise<string[]> {
  const scenario = plentyFor(ORDERS, 1_000)
  const plan = (name: string) => ({ scenario, variant: RETRY_WITH_KEY.name, folder: join(folder, name), seed: SEED })
  const laboratory = await openLaboratory(CHILD, plan('first'))
  const bareTraffic = startTraffic(CHILD)
  const bare = await startBareStack()

  async function driveFull(round: number): Promise<number> {
    await laboratory.prepare(plan(`full-${round}`))
    const watch = { progress() {}, waitingForQuiet() {} }
    const { endedAtMs, startedAtMs } = await laboratory.drive(new AbortController().signal, watch, BUYERS)
    return (ORDERS * 1_000) / (endedAtMs - startedAtMs)
  }

  async function driveBare(round: number): Promise<number> {
    const stores = join(folder, `bare-${round}`)
    await bare.reset(stores)
    const startMs = performance.timeOrigin + performance.now()
    const setup = {
      seed: SEED,
      variant: RETRY_WITH_KEY.name,
      folder: join(stores, 'traffic'),
      port: bare.orderPort,
      scenario,
      saturate: BUYERS,
      trafficStartMs: startMs,
    }
    const { endedAtMs } = await bareTraffic.drive(setup, () => {})
    return (ORDERS * 1_000) / (endedAtMs - startMs)
  }

  const full: number[] = []
  const plain: number[] = []
  try {
    for (let round = -2; round < PAIRS; round++) {
      const order = round % 2 === 0 ? [driveFull, driveBare] : [driveBare, driveFull]
      const figures = new Map<unknown, number>()
      for (const measure of order) figures.set(measure, await measure(round))
      // The first two pairs warm both up.
      if (round < 0) continue
      full.push(figures.get(driveFull) ?? Number.NaN)
      plain.push(figures.get(driveBare) ?? Number.NaN)
    }
  } finally {
    bare.stop()
    await Promise.all([laboratory.close(), bareTraffic.stop()])
  }
  const ratios = full.map((value, index) => value / (plain[index] ?? value))
  return [
    `full stack over bare flow, orders per second: ${spread(ratios)}, ${PAIRS} pairs; bound: at least 0.60`,
    `  the same against itself: full ${spread(againstItself(full))}, bare ${spread(againstItself(plain))}`,
    `  orders per second through retry+key on this machine: ${median(full).toFixed(0)}; bare: ${median(plain).toFixed(0)}`,
  ]
}
