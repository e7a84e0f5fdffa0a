/** The layered code in the virtual world against the same hops written straight onto its kernel, and against other ways to turn time. */

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { PolicySetting, Variant } from '../src/core/pattern.ts'
import type { Scenario } from '../src/core/scenario.ts'
import { driveToQuiet, makeTraffic } from '../src/runtime/virtual/drive-world.ts'
import { type Keeping, keepInFolder } from '../src/runtime/virtual/keeping.ts'
import { keepInMemory } from '../src/runtime/virtual/memory-keeping.ts'
import { makeMemoryStore } from '../src/runtime/virtual/memory-store.ts'
import { makePlainStore } from '../src/runtime/virtual/plain/plain-store.ts'
import { makeWorld, type WorldOptions } from '../src/runtime/virtual/world.ts'
import { composeNode } from '../src/scenarios/compose.ts'
import { driveVariant } from '../src/scenarios/drive-variant.ts'
import { startFakeTimersKernel } from './bare/fake-timers-kernel.ts'
import { driveBareFlow } from './bare/virtual-flow.ts'
import { plentyFor, RETRY_WITH_KEY } from './scenario.ts'
import { againstItself, spread } from './statistics.ts'

const ORDERS = 10_000
const RATE_PER_SECOND = 500
const ROUNDS = 7
/** A mock library's clock is so much slower that it gets fewer. */
const FEW_ORDERS = 3_000
const NOBODY = { progress() {}, waitingForQuiet() {} }

type Measure = (orders: number, round: number) => Promise<void>

/** Orders per second of the processor's time, which a busy neighbour on the machine changes less than the clock's. */
async function rateOf(measure: Measure, orders: number, round: number): Promise<number> {
  const before = process.cpuUsage()
  await measure(orders, round)
  const { user, system } = process.cpuUsage(before)
  return orders / ((user + system) / 1e6)
}

function layered(
  name: string,
  more: { variant?: Variant; keep?(folder: string): Keeping; world?: Partial<WorldOptions> },
  folder: string,
): Measure {
  const { variant = RETRY_WITH_KEY, keep = keepPlain, world: options } = more
  return async (orders, round) => {
    const scenario: Scenario = { ...plentyFor(orders, RATE_PER_SECOND), variants: [variant] }
    const own = join(folder, `${name}-${orders}-${round}`)
    const plan = { scenario, variant: variant.name, seed: 1, folder: own }
    const world = makeWorld(plan, { compose: composeNode, keeping: keep(own), ...options })
    const traffic = makeTraffic(world, driveVariant)
    const { arrived, quietAfterMs } = await driveToQuiet(world, NOBODY, () =>
      traffic.drive(new AbortController().signal, null),
    )
    await world.end()
    if (arrived !== orders || quietAfterMs === null) throw new Error(`${name}: ${arrived} of ${orders} came`)
  }
}

const keepPlain = () => keepInMemory({ makeStore: makePlainStore })

/** Journals and the traffic's record on the disk, ledgers in plain memory until the end. */
function keepPlainWithJournal(folder: string): Keeping {
  mkdirSync(folder, { recursive: true })
  const { store } = keepPlain()
  return { ...keepInFolder(folder), store }
}

function withOnEveryEdge(...settings: PolicySetting[]): Variant {
  const edges = Object.entries(RETRY_WITH_KEY.edges).map(([edge, own]) => [edge, [...settings, ...own]])
  return { ...RETRY_WITH_KEY, edges: Object.fromEntries(edges) as Variant['edges'] }
}

export async function benchVirtual(folder: string): Promise<string[]> {
  const bare: Measure = async (orders) => {
    const confirmed = await driveBareFlow(orders, 1e6 / RATE_PER_SECOND)
    if (confirmed !== orders) throw new Error(`the bare flow confirmed ${confirmed} of ${orders}`)
  }
  const ways: Readonly<Record<string, Measure>> = {
    'bare flow on the kernel': bare,
    'layered, plain store': layered('plain', {}, folder),
    'the same, journal on the disk': layered('journal', { keep: keepPlainWithJournal }, folder),
    'SQLite in memory': layered('sqlite', { keep: () => keepInMemory({ makeStore: makeMemoryStore }) }, folder),
    'as run --virtual keeps it (SQLite, journal)': layered('run', { keep: keepInFolder }, folder),
    'a breaker per dependency': layered('breaker', { variant: withOnEveryEdge(BREAKER) }, folder),
    'opossum per dependency': layered('opossum', { variant: withOnEveryEdge(OPOSSUM) }, folder),
  }
  const rates = await interleave(ways)
  const plain = rates.get('layered, plain store') ?? []
  const base = rates.get('bare flow on the kernel') ?? []
  return [
    ...[...rates].map(
      ([name, all]) => `${name.padEnd(44)} ${spread(all, 0)} orders/s, ${spread(ratios(all, base))} of the bare flow`,
    ),
    `the layered one against itself: ${spread(againstItself(plain))}`,
    await againstFakeTimers(folder),
  ]
}

const BREAKER: PolicySetting = { policy: 'breaker', options: { failures: 5, openMs: 1_000 } }
const OPOSSUM: PolicySetting = {
  policy: 'breaker',
  options: { engine: 'opossum', windowMs: 10_000, failureRatio: 0.5, minimumCalls: 5, openMs: 1_000 },
}

/** Each way once a round, in turn, so that the machine's moods meet them all. The first two rounds warm up. */
async function interleave(ways: Readonly<Record<string, Measure>>): Promise<Map<string, number[]>> {
  const rates = new Map<string, number[]>(Object.keys(ways).map((name) => [name, []]))
  for (let round = -2; round < ROUNDS; round++) {
    for (const [name, measure] of Object.entries(ways)) {
      const rate = await rateOf(measure, ORDERS, round)
      if (round >= 0) rates.get(name)?.push(rate)
    }
  }
  return rates
}

function ratios(all: readonly number[], base: readonly number[]): number[] {
  return all.map((rate, round) => rate / (base[round] ?? Number.NaN))
}

/** The clock's time here: a mock library waits for the machine's timers between two of its own. */
async function againstFakeTimers(folder: string): Promise<string> {
  const own = layered('own', {}, folder)
  const mocked = layered('mocked', { world: { start: startFakeTimersKernel } }, folder)
  const times: number[] = []
  const rates: number[] = []
  for (let round = -1; round < 3; round++) {
    const [mine, theirs] = [await secondsOf(own, round), await secondsOf(mocked, round)]
    if (round < 0) continue
    times.push(theirs / mine)
    rates.push(FEW_ORDERS / theirs)
  }
  return `@sinonjs/fake-timers driving the same code: ${spread(rates, 0)} orders/s; the own kernel is ${spread(times, 1)} times as fast (wall clock, ${FEW_ORDERS} orders)`
}

async function secondsOf(measure: Measure, round: number): Promise<number> {
  const sinceMs = performance.now()
  await measure(FEW_ORDERS, round)
  return (performance.now() - sinceMs) / 1_000
}
