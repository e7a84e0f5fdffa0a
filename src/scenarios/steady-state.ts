/** Before anything is let loose: without gremlins every order must be confirmed. In the virtual world: `require-steady-state.ts`. */

import { join } from 'node:path'
import type { Variant } from '../core/pattern.ts'
import type { OrderCounts } from '../core/result.ts'
import { LabError } from '../runtime/real/lab-error.ts'
import type { Driven, Laboratory } from '../runtime/real/laboratory.ts'
import type { Plan } from '../runtime/real/plan.ts'
import { auditVariant } from './audit-variant.ts'

/** Cold services on a busy machine may miss a timeout or two; services that are warm and still fail have another reason. */
const MOST_PASSES = 3

/** Nobody looks at these orders, and two cores take several times as many. */
const LONG_RATE_PER_SECOND = 200
/** With 12 lives of 200 orders each a call takes as long at once as it does five variants later; see `docs/fidelity.md`. */
export const LIVES_TO_BE_WARM = 12
const LIVES_AGAIN = 4

/** A folder for each pass, and one for what the services hold after the last. */
export function warmUpFolder(root: string, pass: number): string {
  return join(root, String(pass))
}

/** The warm-up with so many orders in a life: what a laboratory is opened with that is to be driven warm. */
export function longWarmUp<P extends Pick<Plan, 'scenario'>>(
  plan: P,
  orders: number,
  root: string,
): P & Pick<Plan, 'folder'> {
  const { scenario } = plan
  const traffic = { ...scenario.traffic, orders, ratePerSecond: LONG_RATE_PER_SECOND }
  return { ...plan, scenario: { ...scenario, traffic }, folder: warmUpFolder(root, 0) }
}

/**
 * Drives what the laboratory stands on, in one life of its processes after the other, whatever becomes of it, and moves on. It is
 * the lives that make code quick, more than the orders: what a service is made of is made anew in each, and is compiled for all of
 * them only after some.
 */
export async function driveWarm(
  laboratory: Pick<Laboratory, 'prepare' | 'drive'>,
  { warmUp, lives, next }: { readonly warmUp: Plan; readonly lives: number; readonly next: Plan },
  signal: AbortSignal,
): Promise<void> {
  for (let life = 1; ; life++) {
    await laboratory.drive(signal, { progress() {}, waitingForQuiet() {} })
    if (life === lives || signal.aborted) break
    await laboratory.prepare({ ...warmUp, folder: `${warmUp.folder}-${life}` })
  }
  await laboratory.prepare(next)
}

/** Whether some process was started again, and is cold. */
export function isCold({ restarts }: Pick<Driven, 'restarts'>): boolean {
  return Object.keys(restarts).length > 0
}

/** As `driveWarm`, between two variants: most processes are warm. */
export async function warmAgain(
  laboratory: Pick<Laboratory, 'prepare' | 'drive'>,
  warmUp: Plan,
  next: Plan,
  signal: AbortSignal,
): Promise<void> {
  await laboratory.prepare(warmUp)
  await driveWarm(laboratory, { warmUp, lives: LIVES_AGAIN, next }, signal)
}

/**
 * Drives the warm-up until all of its orders are confirmed. The laboratory stands on the first pass already.
 * @throws LabError when the last pass is no steady state either
 */
export async function reachSteadyState(
  laboratory: Pick<Laboratory, 'prepare' | 'drive'>,
  plan: Omit<Plan, 'folder'>,
  root: string,
): Promise<void> {
  for (let pass = 1; ; pass++) {
    const { confirmed, arrived } = await warmOnce(laboratory, plan, root, pass)
    if (confirmed === arrived) return
    if (pass === MOST_PASSES) throw noSteadyState(confirmed, arrived)
  }
}

export function noSteadyState(confirmed: number, arrived: number): LabError {
  return new LabError(
    `no steady state: only ${confirmed} of ${arrived} warm-up orders were confirmed although no gremlin was loose`,
  )
}

async function warmOnce(
  laboratory: Pick<Laboratory, 'prepare' | 'drive'>,
  plan: Omit<Plan, 'folder'>,
  root: string,
  pass: number,
): Promise<OrderCounts> {
  const { scenario } = plan
  const driven = await laboratory.drive(new AbortController().signal, { progress() {}, waitingForQuiet() {} })
  // Closes the stores of this pass, which can then be read.
  await laboratory.prepare({ ...plan, folder: warmUpFolder(root, pass + 1) })
  const variant = scenario.variants.find(({ name }) => name === plan.variant) as Variant
  const folder = warmUpFolder(root, pass)
  const { orders } = await auditVariant({ scenario, variant, folder, driven, interrupted: null })
  return orders
}
