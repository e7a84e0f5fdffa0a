/** What happened so far in a run that somebody watches, as a scenario that does it again. */

import { isGremlinChange, type Switch } from '../core/change.ts'
import type { Scenario } from '../core/scenario.ts'
import { arrivalsOf } from '../traffic/arrivals.ts'
import { adjustScenario } from './file/adjust.ts'
import { withAdded } from './live-added.ts'
import type { WatchedStage } from './live-stage.ts'
import { withoutQuizAndScript } from './quiz-and-script.ts'

const LONGEST_NAME = 40

export function savedName({ name }: Scenario, nth: number): string {
  return `${name.slice(0, LONGEST_NAME)}-saved-${nth}`
}

/**
 * The watched variant alone, with those who have come so far, every change at its time, and gremlins that were added. What it
 * promises is what the scenario promises of the variant.
 */
export function scenarioSoFar(stage: WatchedStage, seed: number, nth: number): Scenario {
  const { scenario, variant } = stage
  const elapsedMs = stage.elapsedMs()
  const emptySinceMs = stage.emptySinceMs() ?? Number.POSITIVE_INFINITY
  // What nobody has met would never come: the traffic ends when the last of them has gone.
  const made = stage.made().filter(({ atMs }) => atMs <= emptySinceMs)
  const due = scenario.switches.filter(({ atMs }) => atMs <= Math.min(elapsedMs, emptySinceMs))
  const sorted = [...due, ...made].toSorted((one, other) => one.atMs - other.atMs)
  const alone = adjustScenario(scenario, { variants: [variant.name] })
  const one = alone.ok ? alone.scenario : scenario
  const met = withAdded({ ...withoutQuizAndScript(one), gremlins: scenario.gremlins }, made)
  return {
    ...withComers(met, stage.arrived(), seed),
    name: savedName(scenario, nth),
    title: `${scenario.title}: as it went`.slice(0, 100),
    seed,
    switches: asWritten(endOpen(sorted)),
  }
}

/** As a file has them: a gremlin that is held back is told no probability; it is told when it is let loose again. */
function asWritten(switches: readonly Switch[]): Switch[] {
  const waiting = new Map<string, number>()
  return switches.map((each): Switch => {
    if (!isGremlinChange(each)) return each
    const { gremlin, on, scheduled, setting } = each
    const { probability = setting?.probability ?? waiting.get(gremlin) } = each
    if (on || probability === undefined) waiting.delete(gremlin)
    else waiting.set(gremlin, probability)
    const change = { atMs: each.atMs, gremlin, on }
    if (scheduled) return { ...change, scheduled }
    return on && probability !== undefined ? { ...change, probability } : change
  })
}

/** Traffic that stands still at the end would stand still for ever. */
function endOpen(switches: readonly Switch[]): readonly Switch[] {
  const lastOn = switches.findLastIndex((each) => 'traffic' in each && each.traffic === 'on')
  return switches.filter((each, index) => !('traffic' in each) || index <= lastOn)
}

/** Who has come: the first of the plan, or exactly these where fewer of them would come at other times, or are named. */
function withComers(scenario: Scenario, arrived: number, seed: number): Scenario {
  const { traffic, gremlins, strikes = [] } = scenario
  const comers = Math.max(1, Math.min(arrived, traffic.orders))
  if (comers === traffic.orders && !traffic.exactly) return scenario
  const named = [...gremlins.flatMap(({ purchases }) => purchases), ...strikes.map(({ purchase }) => purchase)]
  const namesOthers = named.some((purchase) => Number(purchase.slice(2)) > comers)
  if (traffic.exactly || namesOthers || traffic.shape.kind === 'ramp') {
    const all = [...arrivalsOf(traffic, seed)].slice(0, comers)
    const exactly = all.map(({ index, intendedMs }) => ({ purchase: `p-${index + 1}`, atMs: intendedMs }))
    return { ...scenario, traffic: { ...traffic, exactly } }
  }
  const fewer = adjustScenario(scenario, { orders: comers })
  return fewer.ok ? fewer.scenario : scenario
}
