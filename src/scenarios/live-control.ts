/** What can be done with a run that goes on, by hand and by its script: the same in either world, and where there is no traffic. */

import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { type Change, isGremlinChange, isPolicyChange, isWorkflowChange } from '../core/change.ts'
import { ChangeRefused, type LiveControl, type LivePhase, SNAPSHOTS_PER_SECOND, type Snapshot } from '../core/live.ts'
import type { Scenario } from '../core/scenario.ts'
import { nowMs, startTimer } from '../runtime/real/clock.ts'
import { firstFree, writeWhole } from '../runtime/real/run-folder.ts'
import { loadScenarios } from './file/load.ts'
import { writeScenario } from './file/write.ts'
import { refusalsOf } from './live-refusals.ts'
import { savedName, scenarioSoFar } from './live-save.ts'
import type { WatchedStage } from './live-stage.ts'
import { stateAfter } from './live-state.ts'

export interface Session {
  readonly scenario: Scenario
  readonly seed: number
  readonly mode: Snapshot['mode']
  readonly outDir: string
  /** Changes apply to it; undefined: not yet. */
  main(): WatchedStage | undefined
  /** What goes on beside it in the same traffic, and meets the same gremlins. */
  beside(): WatchedStage | undefined
  /** What is shown. */
  variants(): Snapshot['variants']
  caption(): string | null
  notice(): string | null
  /** Somebody has taken over from the script. */
  takenOver(): void
  restart(): void
  end(): void
}

export interface Controlled {
  readonly control: LiveControl
  /** Makes a change that the script asks for; one that cannot be made is left out. */
  scripted(change: Change): void
  /** Shows how things stand at the end, and nothing any more; no gremlin ends by itself. */
  close(): void
}

export function controlOf(session: Session): Controlled {
  const watchers = openWatchers(() => snapshotOf(session))
  const maker = makeChanges(session)
  const current = (): WatchedStage => {
    const stage = session.main()
    if (!stage) throw new ChangeRefused(['nothing can be changed now: the services are starting'])
    return stage
  }
  /** All of them, or none. */
  function byHand(stage: WatchedStage, changes: readonly Change[], reasons: readonly string[], ttlMs?: number): void {
    if (reasons.length > 0) throw new ChangeRefused(reasons)
    session.takenOver()
    for (const change of changes) maker.make(stage, change, ttlMs)
  }
  return {
    control: {
      snapshot: () => snapshotOf(session),
      watch: watchers.watch,
      change(changes, ttlMs) {
        const stage = current()
        byHand(stage, changes, whyNot(changes, stage), ttlMs)
      },
      reset() {
        const stage = current()
        byHand(stage, changesBack(stage), whyNotBack(stage))
      },
      takeOver: session.takenOver,
      restart: session.restart,
      save: async () => save(session, current()),
      end: session.end,
    },
    scripted(change) {
      const stage = session.main()
      if (stage && whyNot([change], stage).length === 0) maker.make(stage, change)
    },
    close() {
      maker.close()
      watchers.close()
    },
  }
}

function snapshotOf(session: Session): Snapshot {
  const { scenario, seed, mode } = session
  const { name, title, baseCurrency: currency } = scenario
  const about = { schemaVersion: 1, scenario: name, title, seed, mode, currency } as const
  // What is shown first: a step of the script that is due is made, and may say something.
  const variants = session.variants()
  return { ...about, variants, caption: session.caption(), notice: session.notice() }
}

/** Shows each of them a new snapshot a few times a second. What one of them throws is a bug, and is thrown on. */
function openWatchers(snapshot: () => Snapshot) {
  const watchers = new Set<(snapshot: Snapshot) => void>()
  const everyMs = 1_000 / SNAPSHOTS_PER_SECOND
  let timer = startTimer(everyMs, tick)

  function show(): void {
    const now = snapshot()
    for (const see of watchers) see(now)
  }
  function tick(): void {
    timer = startTimer(everyMs, tick)
    show()
  }
  return {
    watch(see: (snapshot: Snapshot) => void) {
      // One that throws at once is none.
      see(snapshot())
      watchers.add(see)
      return () => void watchers.delete(see)
    },
    close() {
      timer.stop()
      show()
      watchers.clear()
    },
  }
}

/** Makes changes on the stage and beside it, and holds gremlins back whose time is over. */
function makeChanges(session: Session) {
  const endings = new Map<string, { stop(): void }>()

  function make(stage: WatchedStage, change: Change, ttlMs?: number): void {
    stage.change(change)
    const beside = session.beside()
    const ofAll = !isPolicyChange(change) && !isWorkflowChange(change)
    if (beside && ofAll && whyNot([change], beside).length === 0) beside.change(change)
    if (!isGremlinChange(change)) return
    const { gremlin } = change
    endings.get(gremlin)?.stop()
    endings.delete(gremlin)
    if (ttlMs === undefined || !change.on) return
    stage.endsAt(gremlin, nowMs() + ttlMs)
    const held: Change = { gremlin, on: false }
    const end = () => {
      if (whyNotBack(stage).length === 0) make(stage, held)
    }
    endings.set(gremlin, startTimer(ttlMs, end))
  }

  return {
    make,
    close() {
      for (const each of endings.values()) each.stop()
      endings.clear()
    },
  }
}

/** @returns the file */
function save({ outDir, seed }: Session, stage: WatchedStage): string {
  if (NOTHING_YET.includes(stage.phaseNow())) throw new ChangeRefused(['there is nothing to save: nobody has come yet'])
  const folder = join(outDir, SAVED_FOLDER)
  const nth = firstFree(folder, (n) => `${savedName(stage.scenario, n)}.yaml`)
  const scenario = scenarioSoFar(stage, seed, nth)
  const file = join(folder, `${scenario.name}.yaml`)
  const text = writeScenario(scenario, COMMENT)
  const loaded = loadScenarios(text, file)
  if (!loaded.ok)
    throw new ChangeRefused(loaded.mistakes.map(({ path, message }) => `it cannot be saved: ${path} ${message}`))
  writeWhole(file, text)
  return file
}

/** Where services are for others to use nobody comes by the scenario's plan, so there is nothing that could be had again. */
const NOTHING_YET: readonly LivePhase[] = ['starting', 'warming-up', 'ready']
const SAVED_FOLDER = 'saved'
const COMMENT =
  'Saved from a run that was watched: who came, and what was changed by hand, each at its time.\nRun it with --virtual for the same every time.'

function whyNot(changes: readonly Change[], stage: WatchedStage): string[] {
  const { variant, scenario } = stage
  const made = scenario.switches.length + stage.made().length
  return refusalsOf(changes, { variant, phase: stage.phaseNow(), state: stage.state(), made })
}

/** What is as it was before can always be had again, however many changes there were. */
function whyNotBack(stage: WatchedStage): string[] {
  return refusalsOf([], { variant: stage.variant, phase: stage.phaseNow(), state: stage.state(), made: 0 })
}

/** What makes everything as the scenario has it at this time. */
function changesBack(stage: WatchedStage): Change[] {
  const { scenario, variant } = stage
  const due = scenario.switches.filter(({ atMs }) => atMs <= stage.elapsedMs())
  const wanted = stateAfter(scenario, variant, due)
  const now = stage.state()
  const gremlins = now.gremlins.flatMap((each): Change[] => {
    const gremlin = each.name
    const own = wanted.gremlins.find(({ name }) => name === gremlin)
    if (!own) return each.state === 'off' ? [] : [{ gremlin, on: false }]
    if (isDeepStrictEqual(own, each)) return []
    const { state, ...setting } = own
    // Another one may have taken its place.
    const { state: _, ...present } = each
    const same = isDeepStrictEqual(setting, { ...present, probability: own.probability })
    const back = same ? {} : { setting }
    if (state === 'scheduled') return [{ gremlin, on: true, scheduled: true, ...back }]
    return [{ gremlin, on: state === 'on', probability: own.probability, ...back }]
  })
  const policies = now.places.flatMap(({ policy, edge, on }, index): Change[] => {
    const own = wanted.places[index]
    return own && own.on !== on ? [{ policy, edge, on: own.on }] : []
  })
  const workflow: Change[] = isDeepStrictEqual(now.workflow, wanted.workflow) ? [] : [{ workflow: wanted.workflow }]
  const traffic: Change[] = now.trafficOn === wanted.trafficOn ? [] : [{ traffic: wanted.trafficOn ? 'on' : 'off' }]
  return [...gremlins, ...policies, ...workflow, ...traffic]
}
