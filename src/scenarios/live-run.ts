/** A run that somebody watches and changes: once, or again from the beginning as often as they like. */

import type { LiveControl, VariantView } from '../core/live.ts'
import type { Variant } from '../core/pattern.ts'
import type { Result } from '../core/result.ts'
import type { Scenario } from '../core/scenario.ts'
import { controlOf } from './live-control.ts'
import { openFrames } from './live-frames.ts'
import { openStage, type WatchedStage } from './live-stage.ts'
import { openTalk } from './live-talk.ts'
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
  /** Ends by itself when all is over. Otherwise everything stays as it is, to be looked at, until somebody ends it. */
  readonly untilOver?: boolean
  readonly flags: readonly string[]
  readonly outDir: string
  /** Ends everything; its reason is told in the result. */
  readonly signal: AbortSignal
  /** Another entry for the child processes, for tests. */
  readonly childEntry?: URL
  onProgress(progress: Progress): void
}

export interface LiveRun {
  readonly control: LiveControl
  /** All that was run, when somebody has ended it. Rejects as `runScenario` does. */
  readonly ended: Promise<readonly RanLive[]>
}

export interface RanLive {
  readonly result: Result
  readonly folder: string
}

const AGAIN = 'begun again by hand'
const ENDED = 'ended by hand'

export function startLive(options: LiveOptions): LiveRun {
  const { scenario, seed, mode, outDir, signal } = options
  const stages = openStages(options)
  const talk = openTalk(options.script ? stepsOf(scenario, seed) : [], (change) => controlled.scripted(change))
  const end = openEnd(signal, stages.areDriven)
  const controlled = controlOf({
    ...{ scenario, seed, mode, outDir },
    main: stages.main,
    beside: stages.beside,
    variants() {
      const stage = stages.main()
      if (stage && !stages.isRecorded(stage)) talk.play(stage)
      return stages.views()
    },
    caption: talk.caption,
    notice: () => (end.wanted() === 'end' ? 'ending: what was measured is kept' : stages.finished()),
    takenOver: talk.stop,
    restart: () => end.want('again', AGAIN),
    end: () => end.want('end', ENDED),
  })

  async function run(): Promise<RanLive[]> {
    const ran: RanLive[] = []
    try {
      do {
        stages.clear()
        talk.rewind()
        const once = await runOnce(options, stages, end.begin())
        ran.push(once)
        // Where the lab failed there is nothing to look at but why, and that is told at the end.
        if (options.untilOver || once.result.error !== null) end.want('end', ENDED)
        await end.untilWanted()
      } while (end.wanted() === 'again')
      return ran
    } finally {
      controlled.close()
    }
  }
  return { control: controlled.control, ended: run() }
}

function runOnce(options: LiveOptions, stages: Stages, signal: AbortSignal): Promise<RanLive> {
  const { scenario, seed, mode, network, flags, outDir, speed, onProgress, childEntry } = options
  const { order, sideBySide, open } = stages
  return runScenario({
    ...{ seed, mode, network, flags, outDir, onProgress, signal, timeoutMs: null },
    scenario: { ...scenario, variants: order },
    ...(childEntry ? { childEntry } : {}),
    live: { speed, sideBySide, stage: open },
  })
}

/** Why a run comes to an end, and what is wanted then. What is only to be read and judged is not cut short any more. */
function openEnd(signal: AbortSignal, areDriven: () => boolean) {
  let stop = new AbortController()
  let wanted: 'again' | 'end' | undefined
  let wake = () => {}

  function want(what: 'again' | 'end', reason: unknown): void {
    if (wanted === 'end') return
    wanted = what
    if (!areDriven()) stop.abort(reason)
    wake()
  }
  signal.addEventListener('abort', () => want('end', signal.reason), { once: true })

  return {
    want,
    wanted: () => wanted,
    /** @returns aborted when this run is to end */
    begin(): AbortSignal {
      stop = new AbortController()
      wanted = undefined
      if (signal.aborted) want('end', signal.reason)
      return stop.signal
    },
    async untilWanted(): Promise<void> {
      if (wanted !== undefined) return
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    },
  }
}

/** Such as `naive: PASS, 2 violations`. What was lost stands beside its own variant alone. */
function summaryOf({ name, verdict, soFar: { violations } }: VariantView): string {
  const count = violations.reduce((sum, each) => sum + each.count, 0)
  return `${name}: ${verdict}, ${count === 0 ? 'nothing broken' : `${count} ${count === 1 ? 'violation' : 'violations'}`}`
}

type Stages = ReturnType<typeof openStages>

/** The variants that go on, or went, in this run, and what is shown of them. */
function openStages({ scenario, versus, mode }: LiveOptions) {
  const sideBySide = versus && mode === 'virtual'
  const [first, second] = scenario.variants
  const recorded = versus && !sideBySide ? second : undefined
  const stages = new Map<Variant | undefined, WatchedStage>()
  const frames = openFrames()
  let latest: WatchedStage | undefined
  const main = () => (sideBySide ? stages.get(first) : latest)
  const beside = () => (sideBySide ? stages.get(second) : undefined)
  const isOver = (stage: WatchedStage) => stage.phaseNow() === 'over'
  const isDriven = (stage: WatchedStage) => ['auditing', 'over'].includes(stage.phaseNow())
  return {
    // What is shown as it went before has to have gone before.
    order: recorded && first ? [recorded, first] : scenario.variants,
    sideBySide,
    main,
    beside,
    areDriven: () => stages.size === scenario.variants.length && [...stages.values()].every(isDriven),
    /** Whether it goes on only to be shown beside another one later. */
    isRecorded: ({ variant }: WatchedStage) => variant === recorded,
    open(variant: Variant): WatchedStage {
      // It was judged when nobody looked.
      if (recorded && latest?.variant === recorded) frames.keep(latest.view())
      latest = openStage(scenario, variant)
      stages.set(variant, latest)
      return latest
    },
    views(): VariantView[] {
      const view = main()?.view()
      if (!view) return []
      if (recorded && latest?.variant === recorded) frames.keep(view)
      // At the end, how the other one ended, whichever took longer.
      const untilMs = view.phase === 'over' ? Number.POSITIVE_INFINITY : view.elapsedMs
      const other = sideBySide ? beside()?.view() : latest?.variant === first ? frames.at(untilMs) : undefined
      return other ? [view, other] : [view]
    },
    /** How those ended that went before the one that is shown; null: there are none. */
    finished(): string | null {
      const others = [...stages.values()].filter((each) => each !== latest && isOver(each))
      return sideBySide || others.length === 0 ? null : others.map((each) => summaryOf(each.view())).join(' · ')
    },
    clear() {
      stages.clear()
      latest = undefined
    },
  }
}
