import type { Workflow } from '../../core/pattern.ts'
import { twoPhaseCommit } from './2pc.ts'
import { twoPhaseCommitAsTaught } from './2pc-as-taught.ts'
import { saga } from './saga.ts'
import { sagaAsTaught } from './saga-as-taught.ts'
import { sequential } from './sequential.ts'
import { sequentialWithPending } from './sequential-with-pending.ts'

/** Every workflow by name. Options are checked by the workflow's own schema before `create` sees them. */
export const WORKFLOWS: Readonly<Record<string, Workflow>> = {
  sequential,
  'sequential-with-pending': sequentialWithPending,
  '2pc': twoPhaseCommit,
  '2pc-as-taught': twoPhaseCommitAsTaught,
  saga,
  'saga-as-taught': sagaAsTaught,
}
