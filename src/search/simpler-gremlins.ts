/** Plainer settings of the gremlins that a shrunk violation needs. */

import type { JsonObject } from '../core/call.ts'
import { isGremlinChange, type Switch } from '../core/change.ts'
import type { GremlinSetting } from '../core/gremlin.ts'
import type { Candidate, Shown } from './candidate.ts'

/** What is decided needs no luck and no target: whom, when and how likely is left out. Windows keep their time. */
function bare(shown: Shown): Candidate {
  const gremlins = shown.scenario.gremlins.map((setting): GremlinSetting => {
    const moments = shown.strikes.filter(({ gremlin }) => gremlin === setting.name).map(({ at }) => at)
    const at = setting.at.filter((point) => moments.includes(point))
    return { ...setting, operations: [], purchases: [], attempts: [], at, probability: 1, ...wholeTime(setting, shown) }
  })
  return { ...shown, scenario: { ...shown.scenario, gremlins } }
}

function wholeTime({ name }: GremlinSetting, { strikes }: Shown): Partial<GremlinSetting> {
  const isWindow = strikes.some(({ gremlin, purchase }) => gremlin === name && purchase === '')
  return isWindow ? {} : { fromMs: 0, toMs: null }
}

function switchesOf({ scenario }: Shown, names: ReadonlyMap<string, string>): readonly Switch[] {
  return scenario.switches.map((each) =>
    isGremlinChange(each) ? { ...each, gremlin: names.get(each.gremlin) ?? each.gremlin } : each,
  )
}

/** The names that they would have without a word. Luck within a strike (how long a latency is) goes by the name. */
function plainNames(shown: Shown): Candidate | undefined {
  const names = new Map<string, string>()
  const taken = new Set<string>()
  for (const { name, gremlin, on } of shown.scenario.gremlins) {
    let plain = `${gremlin}@${on}`
    for (let n = 2; taken.has(plain); n++) plain = `${gremlin}@${on}-${n}`
    taken.add(plain)
    names.set(name, plain)
  }
  if ([...names].every(([before, after]) => before === after)) return undefined
  const renamed = <T>(name: string, make: (name: string) => T): T => make(names.get(name) ?? name)
  return {
    ...shown,
    scenario: {
      ...shown.scenario,
      gremlins: shown.scenario.gremlins.map((each) => renamed(each.name, (name) => ({ ...each, name }))),
      switches: switchesOf(shown, names),
    },
    strikes: shown.strikes.map((each) => renamed(each.gremlin, (gremlin) => ({ ...each, gremlin }))),
  }
}

/** One gremlin of the same kind and place does for several: their strikes are told apart anyway. */
function merged(shown: Shown): Candidate | undefined {
  const alike = Map.groupBy(shown.scenario.gremlins, ({ name: _, ...setting }) => JSON.stringify(setting))
  const names = new Map([...alike.values()].flatMap((same) => same.map(({ name }) => [name, same[0]?.name ?? name])))
  if (alike.size === shown.scenario.gremlins.length) return undefined
  const gremlins = shown.scenario.gremlins.filter(({ name }) => names.get(name) === name)
  const strikes = shown.strikes.map((each) => ({ ...each, gremlin: names.get(each.gremlin) ?? each.gremlin }))
  return { ...shown, scenario: { ...shown.scenario, gremlins, switches: switchesOf(shown, names) }, strikes }
}

const DELAYS_MS = [5_000, 2_000, 1_000, 500, 200, 100, 50, 20, 10]

/** Whatever lasts between two lengths lasts exactly as long as this, where that is less. */
function shorter(delayMs: number): (shown: Shown) => Candidate | undefined {
  return (shown) => {
    const isLonger = ({ options }: GremlinSetting) => Number(options.toMs ?? 0) > delayMs
    if (!shown.scenario.gremlins.some(isLonger)) return undefined
    const shorten = (setting: GremlinSetting): GremlinSetting => {
      const options: JsonObject = { ...setting.options, fromMs: delayMs, toMs: delayMs }
      return isLonger(setting) ? { ...setting, options } : setting
    }
    return { ...shown, scenario: { ...shown.scenario, gremlins: shown.scenario.gremlins.map(shorten) } }
  }
}

/** Windows that last so long. */
function briefer(lengthMs: number): (shown: Shown) => Candidate | undefined {
  return (shown) => {
    const isLonger = ({ fromMs, toMs }: GremlinSetting) => toMs !== null && toMs - fromMs > lengthMs
    if (!shown.scenario.gremlins.some(isLonger)) return undefined
    const gremlins = shown.scenario.gremlins.map((setting) =>
      isLonger(setting) ? { ...setting, toMs: setting.fromMs + lengthMs } : setting,
    )
    return { ...shown, scenario: { ...shown.scenario, gremlins } }
  }
}

export const simplerGremlins: readonly ((shown: Shown) => Candidate | undefined)[] = [
  bare,
  merged,
  plainNames,
  ...DELAYS_MS.map(shorter),
  ...DELAYS_MS.map(briefer),
]
