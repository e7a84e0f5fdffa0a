/** The virtual world, made of the same parts as the processes of the real one. */

import { LabError } from '../runtime/real/lab-error.ts'
import type { Plan } from '../runtime/real/supervisor.ts'
import { openVirtualLaboratory } from '../runtime/virtual/laboratory.ts'
import { composeNode, driveVariant } from './compose.ts'
import { findUnfit } from './unfit.ts'

/** @throws LabError where a variant is made of something that has a clock of its own */
export function openVirtually(first: Plan) {
  const unfit = findUnfit(first.scenario)
  if (unfit.length > 0) throw new LabError(unfit.join(' '))
  return openVirtualLaboratory({ compose: composeNode, drive: driveVariant }, first)
}
