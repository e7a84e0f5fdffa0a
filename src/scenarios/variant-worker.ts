/** The entry of a worker thread that runs whole variants. */

import type { VariantResult } from '../core/result.ts'
import { hostTasks } from '../runtime/virtual/worker-host.ts'
import { runVariantApart, type VariantNews, type VariantTask } from './run-variant-apart.ts'

hostTasks<VariantTask, VariantResult, VariantNews>(runVariantApart)
