/** Runs both worlds on the same seed, and the real one more than once, and sets them side by side. */

import { join } from 'node:path'
import type { PurchaseRecord } from '../audit/audit.ts'
import { classifyPurchase } from '../audit/classify.ts'
import { firstAnswer } from '../audit/kinds.ts'
import type { Calibration } from '../core/calibration.ts'
import {
  type ComparedRun,
  FIDELITY_FILE,
  type Fidelity,
  faithfulnessOf,
  type VariantFidelity,
} from '../core/fidelity.ts'
import type { Result, VariantResult } from '../core/result.ts'
import { variantFolder } from '../core/run-folder.ts'
import { type Evidence, openEvidence } from '../runtime/real/evidence.ts'
import { LabError } from '../runtime/real/lab-error.ts'
import type { Driven } from '../runtime/real/laboratory.ts'
import { writeWhole } from '../runtime/real/run-folder.ts'
import { loadAverage } from '../runtime/real/this-machine.ts'
import { beginComparison, type Ending, type RunFigures } from '../study/fidelity.ts'
import { digestOf } from './calibration-file.ts'
import { type RunOptions, runScenario } from './run.ts'
import { ORDERS_TO_BE_WARM } from './warm-up.ts'

export type FidelityOptions = Pick<
  RunOptions,
  'scenario' | 'seed' | 'outDir' | 'signal' | 'childEntry' | 'onProgress'
> & {
  readonly flags: readonly string[]
  /** How many real runs; two at least. */
  readonly repeat: number
  readonly calibration?: Calibration | undefined
  /** Told before each run. */
  onRun(mode: Result['mode'], number: number): void
  /** Another way to run; tests have none of their own world. */
  readonly run?: typeof runScenario
}

interface Ran {
  /** When the traffic of each variant began. */
  readonly startsMs: ReadonlyMap<string, number>
  readonly result: Result
  readonly folder: string
  readonly loadAverage: number
}

/** @throws LabError when a run fails, or is cut short */
export async function compareWorlds(options: FidelityOptions): Promise<{ fidelity: Fidelity; folder: string }> {
  const { scenario, seed, flags, repeat, calibration } = options
  const reals: Ran[] = []
  for (let n = 1; n <= repeat; n++) reals.push(await runOnce(options, 'real', n))
  const virtual = await runOnce(options, 'virtual', 1)
  const variants: VariantFidelity[] = []
  for (const { name } of scenario.variants) variants.push(await compareVariant(name, reals, virtual))
  const runs = [...reals, virtual].map(
    ({ result, folder, loadAverage }): ComparedRun => ({ mode: result.mode, folder, loadAverage }),
  )
  const fidelity: Fidelity = {
    schemaVersion: 1,
    scenario: scenario.name,
    seed,
    flags,
    faithful: faithfulnessOf(variants),
    calibration: calibration ? digestOf(calibration) : null,
    runs,
    variants,
  }
  writeWhole(join(virtual.folder, FIDELITY_FILE), `${JSON.stringify(fidelity, null, 2)}\n`)
  return { fidelity, folder: virtual.folder }
}

async function runOnce(options: FidelityOptions, mode: Result['mode'], n: number): Promise<Ran> {
  const { run = runScenario, calibration, flags, onRun, repeat: _, ...given } = options
  onRun(mode, n)
  const there =
    mode === 'virtual' ? { calibration, flags: [...flags, '--virtual'] } : { flags, warmUpOrders: ORDERS_TO_BE_WARM }
  const startsMs = new Map<string, number>()
  const onDriven = (variant: string, { startedAtMs }: Pick<Driven, 'startedAtMs'>) =>
    void startsMs.set(variant, startedAtMs)
  const ran = await run({ ...given, mode, onDriven, timeoutMs: null, ...there })
  const { error, interrupted } = ran.result
  const why = error ?? interrupted
  if (why !== null) throw new LabError(`a ${mode} run could not be compared: ${why} (${ran.folder})`)
  return { ...ran, startsMs, loadAverage: loadAverage() }
}

async function compareVariant(name: string, reals: readonly Ran[], virtual: Ran): Promise<VariantFidelity> {
  const runs = [...reals, virtual]
  const evidence: Evidence[] = []
  try {
    for (const { folder } of runs) evidence.push(await openEvidence(join(folder, variantFolder(name))))
    const comparison = beginComparison(reals.length)
    const starts = runs.map(({ startsMs }) => startsMs.get(name) ?? 0)
    for (const records of sideBySide(evidence.map((each) => wantedOf(each.purchases())))) {
      comparison.purchase(records.map((record, run) => record && endingOf(record, starts[run] as number)))
    }
    const figures = runs.map(({ result }, run): RunFigures => {
      return { result: variantOf(result, name), firstStrikes: countFirst(evidence[run] as Evidence) }
    })
    return comparison.end({ real: figures.slice(0, -1), virtual: figures.at(-1) as RunFigures })
  } finally {
    for (const each of evidence) each.close()
  }
}

/** How a purchase ended: its class, and what its buyer was told last where that says something else. */
function endingOf({ rows, told, wanted }: PurchaseRecord, startMs: number): Ending {
  const last = told.at(-1)?.status ?? 'nothing'
  const kind = wanted?.kind ?? 'order'
  const end = classifyPurchase(rows.order)
  const answer = firstAnswer(told)
  return {
    outcome: kind !== 'order' ? `${kind}: ${last}` : end === last ? end : `${end}, told ${last}`,
    latencyMs: answer && Math.max(0, answer.atMs - startMs - (wanted?.intendedMs ?? 0)),
  }
}

function* wantedOf(records: Iterable<PurchaseRecord>): Generator<PurchaseRecord> {
  for (const record of records) if (record.wanted) yield record
}

/** Each purchase once, as every run has it; all are in the order of their ids. */
function* sideBySide(runs: readonly Iterator<PurchaseRecord>[]): Generator<(PurchaseRecord | undefined)[]> {
  const heads = runs.map((run) => run.next())
  for (;;) {
    const ids = heads.flatMap((head) => (head.done ? [] : [head.value.id]))
    if (ids.length === 0) return
    const [least] = ids.toSorted()
    const mine = heads.map((head) => (!head.done && head.value.id === least ? head.value : undefined))
    yield mine
    for (const [run, record] of mine.entries()) if (record) heads[run] = (runs[run] as Iterator<PurchaseRecord>).next()
  }
}

function variantOf({ variants }: Result, name: string): VariantResult {
  const found = variants.find((variant) => variant.name === name)
  if (!found) throw new LabError(`a run has no variant '${name}'`)
  return found
}

/** Strikes on a first attempt: coins that both worlds toss, whatever came of them. */
function countFirst(evidence: Evidence): number {
  let count = 0
  for (const { attempt } of evidence.strikes()) if (attempt === 1) count += 1
  return count
}
