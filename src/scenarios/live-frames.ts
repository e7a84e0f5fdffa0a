import type { VariantView } from '../core/live.ts'

/** A recording of how a variant went, to be shown beside another one at the same time after its start. */
export interface Frames {
  keep(view: VariantView): void
  /** The last one up to that time; undefined: there is none. */
  at(elapsedMs: number): VariantView | undefined
}

/** Four a second for ten minutes; what comes later is not kept. */
const MOST_FRAMES = 2_400
const MOST_LINES = 5

export function openFrames(): Frames {
  const frames: VariantView[] = []
  return {
    keep(view) {
      const last = frames.at(-1)
      // Begun again from the beginning.
      if (last && view.elapsedMs < last.elapsedMs) frames.length = 0
      if (last?.elapsedMs === view.elapsedMs) frames.pop()
      if (frames.length < MOST_FRAMES) frames.push({ ...view, ghost: true, feed: view.feed.slice(-MOST_LINES) })
    },
    at(elapsedMs) {
      const next = frames.findIndex((frame) => frame.elapsedMs > elapsedMs)
      return next < 0 ? frames.at(-1) : frames[Math.max(0, next - 1)]
    },
  }
}
