/** The virtual world, made of the same parts as the processes of the real one. */

import type { Plan } from '../runtime/real/supervisor.ts'
import { openVirtualLaboratory } from '../runtime/virtual/laboratory.ts'
import { composeNode, driveVariant } from './compose.ts'

export function openVirtually(first: Plan) {
  return openVirtualLaboratory({ compose: composeNode, drive: driveVariant }, first)
}
