/** One variant of a run while somebody watches it: what is seen of it, and what was changed by hand. */

import { openSoFar } from '../audit/so-far.ts'
import { type Change, isGremlinChange, type Switch } from '../core/change.ts'
import type { GremlinView, LivePhase, SoFar, VariantView } from '../core/live.ts'
import type { Variant } from '../core/pattern.ts'
import type { Verdict } from '../core/result.ts'
import type { Scenario } from '../core/scenario.ts'
import { collectVariant } from '../live/collect-variant.ts'
import { nowMs as machineNowMs } from '../runtime/real/clock.ts'
import type { LiveStage, LiveWorld } from './live-hooks.ts'
import { type LiveState, stateAfter } from './live-state.ts'
import { workflowChoices } from './workflow-choices.ts'

export interface WatchedStage extends LiveStage {
  readonly scenario: Scenario
  readonly variant: Variant
  /** Makes it now, and remembers it. */
  change(change: Change): void
  /** The gremlin will be held back by itself then, on the machine's clock; null: not any more. */
  endsAt(gremlin: string, atMs: number | null): void
  /** What a script says. */
  say(caption: string): void
  phaseNow(): LivePhase
  /** Since the traffic's start, on the variant's own clock. */
  elapsedMs(): number
  /** Made by hand so far, by time. */
  made(): readonly Switch[]
  state(): LiveState
  view(): VariantView
}

const NOTHING_YET: SoFar = { violations: [], lossCents: 0, latest: null }

export function openStage(scenario: Scenario, variant: Variant): WatchedStage {
  const met = variant.gremlins === 'none' ? { ...scenario, gremlins: [] } : scenario
  const collector = collectVariant({ scenario, variant })
  const audit = openSoFar({
    scenario: met,
    reread: (purchase) => world?.recordOf?.(purchase),
    found: (violation) => collector.violated(violation, nowMs()),
  })
  const choices = workflowChoices(variant)
  const made: Switch[] = []
  const endings = new Map<string, number>()
  let world: LiveWorld | undefined
  let phase: LivePhase = 'starting'
  let startMs: number | null = null
  let closedAtMs: number | undefined
  let soFar = NOTHING_YET
  let verdict: Verdict | null = null

  const nowMs = () => closedAtMs ?? world?.nowMs() ?? machineNowMs()
  const elapsedMs = () => (startMs === null ? 0 : Math.max(0, nowMs() - startMs))
  const dueMs = () => (startMs === null ? Number.NEGATIVE_INFINITY : elapsedMs())

  function changes(): Switch[] {
    const due = scenario.switches.filter(({ atMs }) => atMs <= dueMs())
    return [...due, ...made].toSorted((one, other) => one.atMs - other.atMs)
  }

  function read(): void {
    if (closedAtMs !== undefined || !world) return
    world.poll()
    soFar = audit.look(nowMs())
  }

  function gremlinsOf({ gremlins }: LiveState): Omit<GremlinView, 'tosses' | 'strikes'>[] {
    return gremlins.map(({ name, gremlin, on, state, probability }) => {
      const endsAtMs = endings.get(name)
      const endsInMs = endsAtMs === undefined ? null : Math.max(0, endsAtMs - machineNowMs())
      return { name, gremlin, on, state, probability, endsInMs }
    })
  }

  return {
    scenario,
    variant,
    hearer: { line: collector.line, entry: audit.entry, wanted: audit.wanted, told: audit.told },
    opened(opened) {
      world = opened
    },
    phase(next) {
      phase = next
    },
    started(trafficStartMs) {
      startMs = trafficStartMs
      phase = 'traffic'
    },
    closing() {
      if (world && closedAtMs === undefined) {
        world.poll()
        soFar = audit.look(nowMs(), true)
        closedAtMs = nowMs()
        world.close()
      }
      return made
    },
    judged(result) {
      phase = 'over'
      verdict = result.verdict
    },
    change(change) {
      // A scenario file has whole milliseconds: what is saved is to be had again at its very moment.
      const sinceMs = elapsedMs()
      const atMs = Math.ceil(sinceMs)
      world?.change(change, atMs - sinceMs)
      made.push({ atMs, ...change })
      if (isGremlinChange(change)) endings.delete(change.gremlin)
      collector.changed(change, nowMs())
    },
    endsAt(gremlin, atMs) {
      if (atMs === null) endings.delete(gremlin)
      else endings.set(gremlin, atMs)
    },
    say: (caption) => collector.said(caption, nowMs()),
    phaseNow: () => phase,
    elapsedMs,
    made: () => made,
    state: () => stateAfter(scenario, variant, changes()),
    view() {
      read()
      const state = stateAfter(scenario, variant, changes())
      return collector.view({
        ...{ phase, ghost: false, soFar, verdict, nowMs: nowMs(), trafficStartMs: startMs, away: [] },
        trafficOn: phase === 'traffic' && state.trafficOn,
        planned: scenario.traffic.exactly?.length ?? scenario.traffic.orders,
        policies: state.policies,
        workflow: { current: state.workflow, choices },
        gremlins: gremlinsOf(state),
      })
    },
  }
}
