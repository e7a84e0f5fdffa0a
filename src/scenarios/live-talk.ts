/** Plays a scenario's script while its run goes on, until somebody takes over. */

import type { Change } from '../core/change.ts'
import type { WatchedStage } from './live-stage.ts'
import type { PlayedStep } from './script.ts'

export interface Talk {
  /** Makes the steps that are due by the stage's own time. */
  play(stage: WatchedStage): void
  /** What is said at the moment. */
  caption(): string | null
  /** Says and does nothing any more. */
  stop(): void
  /** From the first step again, unless it was stopped. */
  rewind(): void
}

/** @param act makes a change on the stage that is played on */
export function openTalk(steps: readonly PlayedStep[], act: (change: Change) => void): Talk {
  let played = 0
  let caption: string | null = null
  let stopped = steps.length === 0
  return {
    play(stage) {
      if (stopped || stage.phaseNow() !== 'traffic') return
      const elapsedMs = stage.elapsedMs()
      for (let step = steps[played]; step && step.atMs <= elapsedMs; step = steps[played]) {
        played += 1
        if (step.caption !== undefined) caption = step.caption === '' ? null : step.caption
        if (step.caption) stage.say(step.caption)
        if (step.change) act(step.change)
      }
    },
    caption: () => caption,
    stop() {
      stopped = true
      caption = null
    },
    rewind() {
      played = 0
      caption = null
    },
  }
}
