/** A run that somebody watches and changes: once, or again from the beginning as often as they like. */

import type { LiveControl, VariantView } from '../core/live.ts'
import type { Variant } from '../core/pattern.ts'
import type { Result } from '../core/result.ts'
import type { Scenario } from '../core/scenario.ts'
import { controlOf } from './live-control.ts'
import { openFrames } from './live-frames.ts'
import { openStage, type WatchedStage } from './live-stage.ts'
import type { VirtualNetwork } from './open-virtually.ts'
import type { Progress } from './progress.ts'
import { runScenario } from './run.ts'
import { stepsOf } from './script.ts'

export interface LiveOptions {
  /** Its first variant is the one that changes apply to; with `versus` the second is shown beside it. */
  readonly scenario: Scenario
  readonly versus: boolean
  readonly seed: number
  readonly mode: Result['mode']
  readonly network: VirtualNetwork
  /** Of a virtual run: so many times as fast as the machine's clock. */
  readonly speed: number
  /** Whether the scenario's script is played, until somebody takes over. */
  readonly script: boolean
  readonly flags: readonly string[]
  readonly outDir: string
  /** Ends everything; its reason is told in the result. */
  readonly signal: AbortSignal
  onProgress(progress: Progress): void
}

export interface LiveRun {
  readonly control: LiveControl
  /** All that was run, when somebody has ended it. Rejects as `runScenario` does. */
  readonly ended: Promise<readonly { readonly result: Result; readonly folder: string }[]>
}

const AGAIN = 'begun again by hand'
const ENDED = 'ended by hand'

export function startLive(options: LiveOptions): LiveRun {
  const { scenario, versus, seed, mode, outDir, signal } = options
  const sideBySide = versus && mode === 'virtual'
  const [first, second] = scenario.variants
  // What is shown as it went before has to have gone before.
  const order = versus && !sideBySide && first && second ? [second, first] : scenario.variants
  const stages = new Map<Variant, WatchedStage>()
  const frames = openFrames()
  let latest: WatchedStage | undefined
  let stop = new AbortController()
  let wanted: 'again' | 'end' | undefined
  let wake: (() => void) | undefined
  let caption: string | null = null
  let played = 0
  let taken = !options.script
  const steps = stepsOf(scenario, seed)

  const main = () => (sideBySide && first ? stages.get(first) : latest)
  const besideNow = () => (sideBySide && second ? stages.get(second) : undefined)

  function want(what: 'again' | 'end', reason: string): void {
    if (wanted === 'end') return
    wanted = what
    stop.abort(reason)
    wake?.()
  }

  function variants(): VariantView[] {
    playScript()
    const shown = main()
    if (!shown) return []
    const view = shown.view()
    if (versus && !sideBySide && shown.variant === second) frames.keep(view)
    const other = sideBySide ? besideNow()?.view() : shown.variant === first ? frames.at(view.elapsedMs) : undefined
    return other ? [view, other] : [view]
  }

  /** Steps that are due; while they go on at their times nobody has taken over. */
  function playScript(): void {
    const stage = main()
    if (taken || !stage || stage.phaseNow() !== 'traffic' || (versus && !sideBySide && stage.variant === second)) return
    const elapsedMs = stage.elapsedMs()
    for (let step = steps[played]; step && step.atMs <= elapsedMs; step = steps[played]) {
      played += 1
      if (step.caption !== undefined) {
        caption = step.caption === '' ? null : step.caption
        if (caption !== null) stage.say(caption)
      }
      if (step.change) controlled.scripted(step.change)
    }
  }

  const controlled = controlOf({
    ...{ scenario, seed, mode, outDir, main, variants },
    beside: besideNow,
    caption: () => caption,
    notice: () => (wanted === 'end' ? 'ending: what was measured is kept' : null),
    takenOver() {
      taken = true
      caption = null
    },
    restart: () => want('again', AGAIN),
    end: () => want('end', ENDED),
  })

  async function runOnce() {
    stop = new AbortController()
    wanted = undefined
    played = 0
    stages.clear()
    latest = undefined
    const hear = () => stop.abort(signal.reason)
    if (signal.aborted) hear()
    signal.addEventListener('abort', hear, { once: true })
    try {
      return await runScenario({
        ...{ seed, mode, outDir, timeoutMs: null, signal: stop.signal },
        scenario: { ...scenario, variants: order },
        network: options.network,
        flags: options.flags,
        onProgress: options.onProgress,
        live: {
          speed: options.speed,
          sideBySide,
          stage(variant) {
            const stage = openStage(scenario, variant)
            stages.set(variant, stage)
            latest = stage
            return stage
          },
        },
      })
    } finally {
      signal.removeEventListener('abort', hear)
    }
  }

  async function run() {
    const ran: { readonly result: Result; readonly folder: string }[] = []
    try {
      do {
        ran.push(await runOnce())
        if (wanted === undefined && !signal.aborted) await untilWanted()
      } while (isWanted('again'))
      return ran
    } finally {
      controlled.close()
    }
  }

  const isWanted = (what: typeof wanted) => wanted === what && !signal.aborted

  /** Everything stays as it is, to be looked at. */
  function untilWanted(): Promise<void> {
    return new Promise((resolve) => {
      wake = resolve
      signal.addEventListener('abort', () => resolve(), { once: true })
    })
  }

  return { control: controlled.control, ended: run() }
}
