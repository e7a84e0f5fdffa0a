import type { Policy } from '../../core/pattern.ts'
import { adaptiveLimit } from './adaptive-limit.ts'
import { breaker } from './breaker.ts'
import { breakerAsTaught } from './breaker-as-taught.ts'
import { bulkhead } from './bulkhead.ts'
import { fallback } from './fallback.ts'
import { healthCheck } from './health-check.ts'
import { hedge } from './hedge.ts'
import { idempotencyKey } from './idempotency-key.ts'
import { rateLimit } from './rate-limit.ts'
import { retry } from './retry.ts'
import { sharedPool } from './shared-pool.ts'
import { timeout } from './timeout.ts'

/** Every policy by name. Options are checked by the policy's own schema before `create` sees them. */
export const POLICIES: Readonly<Record<string, Policy>> = {
  timeout,
  retry,
  'idempotency-key': idempotencyKey,
  breaker,
  'breaker-as-taught': breakerAsTaught,
  'health-check': healthCheck,
  bulkhead,
  'shared-pool': sharedPool,
  'rate-limit': rateLimit,
  fallback,
  hedge,
  'adaptive-limit': adaptiveLimit,
}
