/** Both worlds are played by the virtual one, at different paces: what is tested is how they are set side by side. */

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { expecting, gremlin, smallScenario, VARIANTS } from '../../test/support/scenarios.ts'
import { temporaryFolder } from '../../test/support/temporary-folder.ts'
import { type Calibration, QUANTILE_POINTS } from '../core/calibration.ts'
import { FIDELITY_FILE } from '../core/fidelity.ts'
import { digestOf, readCalibration } from './calibration-file.ts'
import { compareWorlds } from './fidelity.ts'
import { runScenario } from './run.ts'
import { ORDERS_TO_BE_WARM } from './warm-up.ts'

const outDir = temporaryFolder('fidelity')
const slow = (micros: number): Calibration => ({
  kind: 'faultline-calibration',
  schemaVersion: 1,
  machine: {},
  orders: 1,
  calls: { 'order→payment': QUANTILE_POINTS.map(() => micros) },
  work: {},
  setOut: QUANTILE_POINTS.map(() => 0),
  boot: QUANTILE_POINTS.map(() => 0),
})

const scenario = smallScenario({
  gremlins: [gremlin('crash-after-commit', 'payment', { attempts: [1], probability: 0.3 })],
  variants: [VARIANTS.retry, VARIANTS.key],
  expectations: { retry: expecting(['charged-at-most-once'], { allowed: ['history-complete'] }) },
  restartAfterMs: 50,
})

function compare(seedOf: (mode: string | undefined) => number, calibration?: Calibration) {
  const ran: string[] = []
  const warmedBy: (number | undefined)[] = []
  const play: typeof runScenario = async (options) => {
    ran.push(options.mode ?? '')
    warmedBy.push(options.warmUpOrders)
    const { result, folder } = await runScenario({ ...options, mode: 'virtual', seed: seedOf(options.mode) })
    return { result: { ...result, mode: options.mode ?? 'real' }, folder }
  }
  const compared = compareWorlds({
    scenario,
    seed: 42,
    flags: [],
    repeat: 2,
    outDir,
    calibration,
    signal: new AbortController().signal,
    onProgress() {},
    onRun() {},
    run: play,
  })
  return compared.then(({ fidelity, folder }) => ({ fidelity, folder, ran, warmedBy }))
}

it('finds that a world is like itself, under gremlins too', async () => {
  const { fidelity, folder, ran, warmedBy } = await compare(() => 42)
  expect(ran).toEqual(['real', 'real', 'virtual'])
  // As warm as a calibration's services; no code gets quicker in the virtual world.
  expect(warmedBy).toEqual([ORDERS_TO_BE_WARM, ORDERS_TO_BE_WARM, undefined])
  expect(fidelity).toMatchObject({ faithful: true, calibration: null, runs: [{}, {}, { mode: 'virtual', folder }] })
  for (const variant of fidelity.variants) {
    expect(variant).toMatchObject({ purchases: 40, misses: [], wassersteinMs: { toReal: 0, floor: 0 } })
    expect(variant.firstStrikes.virtual).toBeGreaterThan(0)
    expect(new Set([...variant.firstStrikes.real, variant.firstStrikes.virtual]).size).toBe(1)
  }
  expect(fidelity.variants[0]?.violations['charged-at-most-once']?.real[0]).toBeGreaterThan(0)
  expect(existsSync(join(folder, FIDELITY_FILE))).toBe(true)
})

it('finds that a slow world is slower, and says which line misses', async () => {
  const { fidelity } = await compare(() => 42, slow(20_000))
  expect(fidelity.faithful).toBe(false)
  expect(fidelity.calibration).toMatch(/^sha256:/)
  const [retry] = fidelity.variants
  expect(retry?.misses.join(' ')).toContain('Latencies are')
  expect(retry?.latencyMs.virtual.p50).toBeGreaterThan(20)
})

it('a calibrated run is the same to the byte, has the digest in its result, and the file in its folder', async () => {
  const calibration = slow(1_000)
  const given = { scenario, seed: 42, mode: 'virtual', outDir, timeoutMs: null, onProgress() {} } as const
  const run = () => runScenario({ ...given, calibration, signal: new AbortController().signal })
  const [one, other] = [await run(), await run()]
  const read = (folder: string, file: string) => readFileSync(join(folder, file), 'utf8')
  expect(one.result.calibration).toBe(digestOf(calibration))
  expect(readCalibration(read(one.folder, 'calibration.json')).calibration).toEqual(calibration)
  expect(read(other.folder, 'result.json')).toBe(read(one.folder, 'result.json'))
  const journal = 'retry+key/journal/order-1.ndjson'
  expect(read(other.folder, journal)).toBe(read(one.folder, journal))
})

it('a service is away until it could be up again, where that takes longer than it is to be away', async () => {
  const linesOf = (folder: string, life: number) =>
    readFileSync(join(folder, `retry/journal/payment-${life}.ndjson`), 'utf8')
      .split('\n')
      .flatMap((line) => (line === '' ? [] : (JSON.parse(line) as { type: string; fatal?: boolean; atMs: number })))
  async function awayMs(bootMicros: number): Promise<number> {
    const calibration = { ...slow(1_000), boot: QUANTILE_POINTS.map(() => bootMicros) }
    const given = { scenario, seed: 42, mode: 'virtual', outDir, timeoutMs: null, onProgress() {} } as const
    const { folder } = await runScenario({ ...given, calibration, signal: new AbortController().signal })
    const died = linesOf(folder, 1).find(({ fatal }) => fatal)
    return (linesOf(folder, 2)[0]?.atMs ?? 0) - (died?.atMs ?? 0)
  }
  expect(await awayMs(400_000)).toBeCloseTo(400, 3)
  expect(await awayMs(10_000)).toBeCloseTo(50, 3)
})

it('takes what differs between real runs as the measure', async () => {
  let seed = 7
  const { fidelity } = await compare((mode) => (mode === 'virtual' ? 42 : seed++))
  for (const { wassersteinMs } of fidelity.variants) {
    expect(wassersteinMs.floor).toBeGreaterThan(0)
    expect(wassersteinMs.limit).toBeGreaterThan(wassersteinMs.floor as number)
  }
})
