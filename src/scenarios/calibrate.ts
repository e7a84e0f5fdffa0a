/** Measures how long things take on this machine: a calm run of processes, read from its journals. */

import { join } from 'node:path'
import type { Calibration } from '../core/calibration.ts'
import { variantFolder } from '../core/run-folder.ts'
import { openEvidence } from '../runtime/real/evidence.ts'
import { readJournals } from '../runtime/real/journals.ts'
import { LabError } from '../runtime/real/lab-error.ts'
import { describeThisMachine } from '../runtime/real/this-machine.ts'
import { measureCalls } from '../study/measure.ts'
import { measureRestarts } from '../study/measure-restarts.ts'
import { calibrationScenario, RESTARTS } from './calibration-scenario.ts'
import { type RunOptions, runScenario } from './run.ts'
import { ORDERS_TO_BE_WARM } from './warm-up.ts'

export type CalibrateOptions = Pick<RunOptions, 'outDir' | 'signal' | 'onProgress' | 'childEntry'> & {
  readonly seed: number
}

/** @throws LabError when the calm run is not calm */
export async function calibrate(options: CalibrateOptions): Promise<Calibration> {
  const scenario = calibrationScenario()
  const startsMs = new Map<string, number>()
  const onDriven = (variant: string, { startedAtMs }: { readonly startedAtMs: number }) =>
    void startsMs.set(variant, startedAtMs)
  const run = { ...options, scenario, onDriven, warmUpOrders: ORDERS_TO_BE_WARM, timeoutMs: null }
  const { result, folder } = await runScenario(run)
  if (result.verdict !== 'PASS') {
    const why = result.error ?? result.interrupted ?? result.variants.flatMap(({ reasons }) => reasons)[0]
    throw new LabError(`the calibration's run was ${result.verdict}: ${why} (${folder})`)
  }
  const measuring = measureCalls()
  const restarts = measureRestarts()
  for (const { name } of scenario.variants) {
    const variant = join(folder, variantFolder(name))
    if (RESTARTS.includes(name)) {
      await readJournals(variant, restarts.line)
      restarts.endTraffic()
      continue
    }
    const evidence = await openEvidence(variant)
    const startMs = startsMs.get(name) ?? 0
    try {
      for (const { wanted } of evidence.purchases())
        if (wanted) measuring.buyer(wanted.purchase, startMs + wanted.intendedMs)
    } finally {
      evidence.close()
    }
    await readJournals(variant, measuring.line)
    measuring.endTraffic()
  }
  return {
    kind: 'faultline-calibration',
    schemaVersion: 1,
    machine: describeThisMachine(),
    orders: scenario.traffic.orders * scenario.variants.length,
    ...measuring.measured(),
    ...restarts.measured(),
  }
}
