/** Many small scenarios over real processes: one after the other in the same laboratory, each with fresh stores. */

import path from 'node:path'
import type { VariantResult } from '../../src/core/result.ts'
import type { Scenario } from '../../src/core/scenario.ts'
import { type Driven, type Laboratory, openLaboratory } from '../../src/runtime/real/laboratory.ts'
import { auditVariant } from '../../src/scenarios/audit-variant.ts'
import { warmUpOf } from '../../src/scenarios/warm-up.ts'
import { CHILD_ENTRY, temporaryFolder } from './runs.ts'

/** One run: the first (and only) variant of a scenario. */
export interface Cell {
  readonly name: string
  readonly scenario: Scenario
  /** Done beside the traffic. `folder` holds the variant's ledgers and journals. */
  meanwhile?(laboratory: Laboratory, folder: string): Promise<void>
}

export interface CellOptions {
  readonly childEntry?: URL
  readonly seed?: number
  /** So many laboratories work side by side: most of a run is waiting. */
  readonly laboratories?: number
}

export interface CellResult extends VariantResult {
  readonly folder: string
}

/** Runs every cell; the results have the cells' names. Fails when the lab itself does. */
export async function runCells(
  cells: readonly Cell[],
  { childEntry = CHILD_ENTRY, seed = 42, laboratories = 3 }: CellOptions = {},
): Promise<Map<string, CellResult>> {
  const results = new Map<string, CellResult>()
  const outDir = temporaryFolder()
  const turns = cells.entries()
  const planOf = ([index, { scenario }]: [number, Cell]) => ({
    scenario,
    variant: scenario.variants[0]?.name ?? '',
    folder: path.join(outDir, `cell-${index}`),
    seed,
  })

  async function work(worker: number): Promise<void> {
    const [{ scenario }] = cells as [Cell]
    const warmUp = {
      ...planOf([0, { name: 'warm-up', scenario: warmUpOf(scenario) }]),
      folder: path.join(outDir, '.warm-up', String(worker)),
    }
    const laboratory = await openLaboratory(childEntry, warmUp)
    let judgeLast = async () => {}
    try {
      await driveCell(laboratory)
      for (const turn of turns) {
        const plan = planOf(turn)
        const [, cell] = turn
        await laboratory.prepare(plan)
        // Moving on has closed the stores of the cell before, which can now be read and judged.
        await judgeLast()
        const driven = await driveCell(laboratory, cell.meanwhile?.bind(cell, laboratory, plan.folder))
        judgeLast = async () => void results.set(cell.name, await judge(cell, driven, plan.folder))
      }
    } finally {
      await laboratory.close()
    }
    await judgeLast()
  }

  await Promise.all(Array.from({ length: Math.min(laboratories, cells.length) }, (_, worker) => work(worker)))
  return results
}

async function driveCell(laboratory: Laboratory, meanwhile?: () => Promise<void>): Promise<Driven> {
  const watch = { progress: () => undefined, waitingForQuiet: () => undefined }
  const driving = laboratory.drive(new AbortController().signal, watch)
  const [driven] = await Promise.all([driving, meanwhile?.()])
  return driven
}

async function judge({ scenario }: Cell, driven: Driven, folder: string): Promise<CellResult> {
  const [variant] = scenario.variants
  if (!variant) throw new Error('a cell wants a variant')
  const result = await auditVariant({ scenario, variant, folder, driven, interrupted: null })
  return { ...result, folder }
}
