import { z } from 'zod'
import type { Policy } from '../../core/pattern.ts'

const options = z.strictObject({})

/**
 * Lets the idempotency key travel that the workflow derived from the order, the same one on every attempt (IETF draft "The
 * Idempotency-Key HTTP Header Field"). It makes no keys: a key made here would differ after a restart. An edge without this policy
 * sends none; see `stripKey`.
 */
export const idempotencyKey: Policy<z.output<typeof options>> = {
  name: 'idempotency-key',
  summary: "Sends the order's idempotency key along, so that repeated requests have one effect.",
  scope: 'edge',
  options,
  create: () => (next) => (request, signal) => (signal.aborted ? Promise.reject(signal.reason) : next(request, signal)),
}
