/** Gremlins that were added by hand to a run that goes on. */

import { isGremlinChange, type Switch } from '../core/change.ts'
import type { GremlinSetting } from '../core/gremlin.ts'
import type { Scenario } from '../core/scenario.ts'

/** The scenario with all that it met. One that was added takes the place of its namesake, and is there as it was last. */
export function withAdded(scenario: Scenario, made: readonly Switch[]): Scenario {
  const added = new Map<string, GremlinSetting>()
  const sinceMs = new Map<string, number>()
  for (const change of made) {
    if (!isGremlinChange(change) || !change.setting) continue
    const { gremlin, setting, atMs } = change
    if (!sinceMs.has(gremlin)) sinceMs.set(gremlin, atMs)
    added.set(gremlin, notBefore(setting, sinceMs.get(gremlin) ?? atMs))
  }
  if (added.size === 0) return scenario
  const kept = scenario.gremlins.filter(({ name }) => !added.has(name))
  return { ...scenario, gremlins: [...kept, ...added.values()] }
}

/** By its own times it begins when it had come; the change that brought it is a moment earlier, and says whether it is loose. */
function notBefore(setting: GremlinSetting, atMs: number): GremlinSetting {
  const fromMs = Math.max(setting.fromMs, atMs + 1)
  return { ...setting, fromMs, toMs: setting.toMs !== null && setting.toMs > fromMs ? setting.toMs : null }
}
