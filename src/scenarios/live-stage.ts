/** One variant of a run while somebody watches it: what is seen of it, and what was changed by hand. */

import { openSoFar, type SoFarAudit } from '../audit/so-far.ts'
import { type Change, isGremlinChange, type Switch } from '../core/change.ts'
import type { GremlinView, LivePhase, SoFar, VariantView } from '../core/live.ts'
import type { Variant } from '../core/pattern.ts'
import type { Verdict } from '../core/result.ts'
import type { Scenario } from '../core/scenario.ts'
import { type Collector, collectVariant } from '../live/collect-variant.ts'
import { nowMs as machineNowMs } from '../runtime/real/clock.ts'
import type { LiveStage, LiveWorld } from './live-hooks.ts'
import { type LiveState, stateAfter } from './live-state.ts'
import { workflowChoices } from './workflow-choices.ts'

export interface WatchedStage extends LiveStage {
  readonly scenario: Scenario
  readonly variant: Variant
  /** Makes it now, and remembers it. */
  change(change: Change): void
  /** The gremlin will be held back by itself then, on the machine's clock. */
  endsAt(gremlin: string, atMs: number): void
  /** What a script says. */
  say(caption: string): void
  phaseNow(): LivePhase
  /** Since the traffic's start, on the variant's own clock. */
  elapsedMs(): number
  /** Who has come so far. */
  arrived(): number
  /** Since when nobody is there, after the traffic's start; null: somebody is, or nobody has come yet. */
  emptySinceMs(): number | null
  /** Made by hand so far, by time. */
  made(): readonly Switch[]
  state(): LiveState
  view(): VariantView
}

/** What is known of the stage at a time. */
interface Known {
  readonly scenario: Scenario
  readonly variant: Variant
  readonly collector: Collector
  readonly audit: SoFarAudit
  readonly made: Switch[]
  /** When gremlins end by themselves, on the machine's clock. */
  readonly endings: Map<string, number>
  /** Buyers, whatever for. */
  came: number
  /** When one of them had an answer, or none. */
  lastToldMs: number | null
  world: LiveWorld | undefined
  phase: LivePhase
  startMs: number | null
  /** Nothing is written any more since then. */
  closedAtMs: number | undefined
  soFar: SoFar
  verdict: Verdict | null
}

const MICROS_PER_MS = 1_000
const NOTHING_YET: SoFar = { violations: [], lossCents: 0, latest: null }

export function openStage(scenario: Scenario, variant: Variant): WatchedStage {
  const collector = collectVariant({ scenario, variant })
  const audit = openSoFar({
    scenario: variant.gremlins === 'none' ? { ...scenario, gremlins: [] } : scenario,
    reread: (purchase) => known.world?.recordOf?.(purchase),
    found: (violation) => collector.violated(violation, nowOf(known)),
  })
  const known: Known = {
    ...{ scenario, variant, collector, audit, made: [], endings: new Map() },
    ...{ world: undefined, phase: 'starting', startMs: null, closedAtMs: undefined },
    ...{ came: 0, lastToldMs: null, soFar: NOTHING_YET, verdict: null },
  }
  const choices = workflowChoices(variant)
  return {
    ...{ scenario, variant },
    hearer: {
      entry: audit.entry,
      told(told) {
        known.lastToldMs = Math.max(known.lastToldMs ?? told.atMs, told.atMs)
        audit.told(told)
      },
      line(line) {
        // Services that end because the run has are not down.
        if (known.closedAtMs === undefined) collector.line(line)
      },
      wanted(purchase) {
        known.came += 1
        audit.wanted(purchase)
      },
    },
    opened(world) {
      known.world = world
    },
    phase(next) {
      known.phase = next
    },
    started(trafficStartMs) {
      known.startMs = trafficStartMs
      known.phase = 'traffic'
    },
    closing: () => close(known),
    judged({ verdict, invariants, lossCents }) {
      known.phase = 'over'
      known.verdict = verdict
      // Some of it only the end knows.
      const broken = invariants.filter(({ violations }) => violations > 0)
      const violations = broken.map(({ name, violations: count }) => ({ invariant: name, count }))
      known.soFar = { ...known.soFar, violations, lossCents }
    },
    change: (change) => make(known, change),
    endsAt: (gremlin, atMs) => void known.endings.set(gremlin, atMs),
    say: (caption) => collector.said(caption, nowOf(known)),
    phaseNow: () => known.phase,
    elapsedMs: () => elapsedOf(known),
    made: () => known.made,
    state: () => stateOf(known),
    emptySinceMs() {
      const { open } = viewOf(known, choices).orders
      const { lastToldMs, startMs, phase } = known
      if (lastToldMs === null || startMs === null) return null
      // An order may be open when its buyer has gone, so that is asked only while buyers come.
      return phase === 'traffic' && open > 0 ? null : lastToldMs - startMs
    },
    arrived() {
      if (known.closedAtMs === undefined) known.world?.poll()
      return known.came
    },
    view: () => viewOf(known, choices),
  }
}

/** On the clock of the journals. */
function nowOf({ closedAtMs, world }: Known): number {
  return closedAtMs ?? world?.nowMs() ?? machineNowMs()
}

function elapsedOf(known: Known): number {
  return known.startMs === null ? 0 : Math.max(0, nowOf(known) - known.startMs)
}

function stateOf(known: Known): LiveState {
  const { scenario, variant, made, startMs } = known
  const elapsedMs = elapsedOf(known)
  const due = startMs === null ? [] : scenario.switches.filter(({ atMs }) => atMs <= elapsedMs)
  return stateAfter(
    scenario,
    variant,
    [...due, ...made].toSorted((one, other) => one.atMs - other.atMs),
  )
}

function make(known: Known, change: Change): void {
  // A scenario file has whole milliseconds: what is saved is to be had again at its very moment, before anything else of that moment.
  const sinceMs = Math.round(elapsedOf(known) * MICROS_PER_MS) / MICROS_PER_MS
  const atMs = Math.floor(sinceMs) + 1
  known.world?.change(change, atMs - sinceMs)
  known.made.push({ atMs, ...change })
  if (isGremlinChange(change)) known.endings.delete(change.gremlin)
  known.collector.changed(change, nowOf(known))
}

/** Reads what there is to read for the last time. */
function close(known: Known): readonly Switch[] {
  const { world, audit, made, closedAtMs } = known
  if (world && closedAtMs === undefined) {
    world.poll()
    known.soFar = audit.look(nowOf(known), true)
    known.closedAtMs = nowOf(known)
    world.close()
  }
  return made
}

function viewOf(known: Known, choices: readonly string[]): VariantView {
  const { collector, audit, world, closedAtMs, phase, startMs, verdict } = known
  if (world && closedAtMs === undefined) {
    world.poll()
    known.soFar = audit.look(nowOf(known))
  }
  const state = stateOf(known)
  return collector.view({
    ...{ phase, ghost: false, soFar: known.soFar, verdict, nowMs: nowOf(known), trafficStartMs: startMs, away: [] },
    trafficOn: phase === 'traffic' && state.trafficOn,
    planned: plannedOrders(known),
    policies: state.policies,
    workflow: { current: state.workflow.workflow, choices },
    gremlins: gremlinsOf(known, state),
  })
}

/** 0: nobody knows, since buyers come for other things as well, or since they are not the lab's. */
function plannedOrders({ scenario, phase }: Known): number {
  const { mix, exactly, orders } = scenario.traffic
  const onlyOrders = Object.entries(mix).every(([kind, weight]) => kind === 'order' || weight === 0)
  return onlyOrders && phase !== 'ready' ? (exactly?.length ?? orders) : 0
}

function gremlinsOf({ endings }: Known, { gremlins }: LiveState): Omit<GremlinView, 'tosses' | 'strikes'>[] {
  return gremlins.map(({ name, gremlin, on, state, probability }) => {
    const endsAtMs = endings.get(name)
    const endsInMs = endsAtMs === undefined ? null : Math.max(0, endsAtMs - machineNowMs())
    return { name, gremlin, on, state, probability, endsInMs }
  })
}
