import type { Layer } from '../../core/layer.ts'

/** Sends no idempotency key. Stands innermost on each edge that has no `idempotency-key` policy. */
export const stripKey: Layer = (next) => (request, signal) => {
  if (request.key === undefined) return next(request, signal)
  const { key: _, ...keyless } = request
  return next(keyless, signal)
}
