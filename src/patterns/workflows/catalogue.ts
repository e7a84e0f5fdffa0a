import type { Workflow } from '../../core/pattern.ts'
import { sequential } from './sequential.ts'

/** Every workflow by name. Options are checked by the workflow's own schema before `create` sees them. */
export const WORKFLOWS: Readonly<Record<string, Workflow>> = {
  sequential,
}
