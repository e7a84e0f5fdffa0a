/** The services of a variant, for others to use: without traffic of the lab's own, until somebody ends it. */

import { join } from 'node:path'
import type { LiveControl } from '../core/live.ts'
import type { Variant } from '../core/pattern.ts'
import { variantFolder } from '../core/run-folder.ts'
import type { Scenario } from '../core/scenario.ts'
import { openLaboratory } from '../runtime/real/laboratory.ts'
import type { Ports } from '../runtime/real/messages.ts'
import { makeRunFolder } from '../runtime/real/run-folder.ts'
import { controlOf } from './live-control.ts'
import { followVariant } from './live-follow.ts'
import { openStage } from './live-stage.ts'

const CHILD_ENTRY = new URL('./child.js', import.meta.url)

const UP_FOLDER = 'up'

export interface UpOptions {
  readonly scenario: Scenario
  readonly variant: Variant
  readonly seed: number
  readonly outDir: string
  readonly signal: AbortSignal
  /** Another entry for the child processes, for tests. */
  readonly childEntry?: URL
}

export interface Up {
  readonly control: LiveControl
  readonly ports: Ports
  /** Where journals and ledgers are. */
  readonly folder: string
  /** Fulfilled when every process has ended; rejected when the lab failed, then too. */
  readonly ended: Promise<void>
}

/** @throws LabError when the services do not start; then none is left */
export async function startUp(options: UpOptions): Promise<Up> {
  const { scenario, variant, seed, outDir, signal } = options
  // Beside the runs and not among them: there will be no result.
  const run = makeRunFolder(join(outDir, UP_FOLDER), scenario.name, seed)
  const folder = join(run, variantFolder(variant.name))
  const plan = { scenario, variant: variant.name, folder, seed, live: true }
  const laboratory = await openLaboratory(options.childEntry ?? CHILD_ENTRY, plan)
  const stage = openStage(scenario, variant)
  stage.opened(followVariant(folder, stage.hearer, laboratory.change))
  stage.started(laboratory.begin())
  stage.phase('ready')
  const asked = Promise.withResolvers<void>()
  const controlled = controlOf({
    ...{ scenario, seed, mode: 'real', outDir },
    main: () => stage,
    beside: () => undefined,
    variants: () => [stage.view()],
    caption: () => null,
    notice: () => null,
    takenOver() {},
    restart() {},
    end: asked.resolve,
  })
  if (signal.aborted) asked.resolve()
  signal.addEventListener('abort', () => asked.resolve(), { once: true })

  async function untilEnd(): Promise<void> {
    try {
      await Promise.race([asked.promise, laboratory.failed])
    } finally {
      stage.closing()
      controlled.close()
      await laboratory.close()
    }
  }
  return { control: controlled.control, ports: laboratory.ports, folder, ended: untilEnd() }
}
