import type { Clock } from '../core/env.ts'

/** Where buyers come in. While it is shut nobody does, and whoever was to come comes as much later. */
export interface Gate {
  turn(open: boolean): void
  /** For how long it has been shut so far, all in all. */
  heldMs(): number
  isOpen(): boolean
  /** Resolves when it is open, or when `closing` is aborted. */
  opened(closing: AbortSignal): Promise<void>
}

export function openGate(clock: Pick<Clock, 'nowMs'>): Gate {
  let heldMs = 0
  let shutAtMs: number | undefined
  let waiting: (() => void)[] = []
  return {
    turn(open) {
      if (!open) {
        shutAtMs ??= clock.nowMs()
        return
      }
      if (shutAtMs !== undefined) heldMs += clock.nowMs() - shutAtMs
      shutAtMs = undefined
      const all = waiting
      waiting = []
      for (const resolve of all) resolve()
    },
    heldMs: () => heldMs + (shutAtMs === undefined ? 0 : clock.nowMs() - shutAtMs),
    isOpen: () => shutAtMs === undefined,
    opened(closing) {
      if (shutAtMs === undefined || closing.aborted) return Promise.resolve()
      return new Promise((resolve) => {
        waiting.push(resolve)
        closing.addEventListener('abort', () => resolve(), { once: true })
      })
    },
  }
}
