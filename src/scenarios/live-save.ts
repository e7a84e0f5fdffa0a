/** What happened so far in a run that somebody watches, as a scenario that does it again. */

import { isGremlinChange, type Switch } from '../core/change.ts'
import type { GremlinSetting } from '../core/gremlin.ts'
import type { Scenario } from '../core/scenario.ts'
import { arrivalsOf } from '../traffic/arrivals.ts'
import { adjustScenario } from './file/adjust.ts'
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
  const switches = [...scenario.switches.filter(({ atMs }) => atMs <= elapsedMs), ...stage.made()]
  const sorted = switches.toSorted((one, other) => one.atMs - other.atMs)
  const added = addedGremlins(scenario, stage.made())
  const heldBack = added.map(({ name }): Switch => ({ atMs: 0, gremlin: name, on: false }))
  const alone = adjustScenario(scenario, { variants: [variant.name] })
  const one = alone.ok ? alone.scenario : scenario
  return {
    ...withComers(withoutQuizAndScript(one), stage.view().orders.arrived, seed),
    name: savedName(scenario, nth),
    title: `${scenario.title}: as it went`.slice(0, 100),
    seed,
    gremlins: [...scenario.gremlins.filter(({ name }) => !added.some((each) => each.name === name)), ...added],
    switches: [...heldBack, ...withoutSettings(endOpen(sorted))],
  }
}

/** Those that the scenario does not have, as they were last. */
function addedGremlins({ gremlins }: Scenario, made: readonly Switch[]): GremlinSetting[] {
  const added = new Map<string, GremlinSetting>()
  for (const change of made) if (isGremlinChange(change) && change.setting) added.set(change.gremlin, change.setting)
  return [...added.values()].filter((each) => !gremlins.includes(each))
}

function withoutSettings(switches: readonly Switch[]): Switch[] {
  return switches.map((each) => {
    if (!isGremlinChange(each)) return each
    const { setting: _, ...change } = each
    return change
  })
}

/** Traffic that stands still at the end would stand still for ever. */
function endOpen(switches: readonly Switch[]): readonly Switch[] {
  const last = switches.findLastIndex((each) => 'traffic' in each)
  const standing = switches[last]
  return standing && 'traffic' in standing && standing.traffic === 'off' ? switches.toSpliced(last, 1) : switches
}

/** Who has come: the first of the plan, or exactly these where fewer of them would come at other times. */
function withComers(scenario: Scenario, arrived: number, seed: number): Scenario {
  const { traffic } = scenario
  const comers = Math.max(1, Math.min(arrived, traffic.orders))
  if (comers === traffic.orders && !traffic.exactly) return scenario
  if (traffic.exactly || traffic.shape.kind === 'ramp') {
    const all = [...arrivalsOf(traffic, seed)].slice(0, comers)
    const exactly = all.map(({ index, intendedMs }) => ({ purchase: `p-${index + 1}`, atMs: intendedMs }))
    return { ...scenario, traffic: { ...traffic, exactly } }
  }
  const fewer = adjustScenario(scenario, { orders: comers })
  return fewer.ok ? fewer.scenario : scenario
}
