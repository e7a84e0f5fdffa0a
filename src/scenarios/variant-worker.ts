/** The entry of a worker thread that runs whole variants. */

import { hostTasks } from '../runtime/virtual/worker-host.ts'
import type { AuditedVariant } from './audit-variant.ts'
import { runVariantApart, type VariantNews, type VariantTask } from './run-variant-apart.ts'

hostTasks<VariantTask, AuditedVariant, VariantNews>((task, tools) => runVariantApart(task, tools))
