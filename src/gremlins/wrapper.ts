/** What all gremlins have in common: whom they strike, when, how often, and the record of it. */

import type { Call, Operation, Request } from '../core/call.ts'
import type { GremlinChange } from '../core/change.ts'
import { compose } from '../core/compose.ts'
import { type Decision, decisionKey } from '../core/decision.ts'
import type { Env } from '../core/env.ts'
import type { GremlinSetting } from '../core/gremlin.ts'
import type { Layer } from '../core/layer.ts'
import type { Point } from '../core/point.ts'
import type { ServiceName } from '../core/topology.ts'
import { GREMLINS } from './catalogue.ts'
import { coinOf, type Decide, decideByLuck, tossCoin } from './coin.ts'
import { type ArmedWindow, type OpenWindows, openWindows } from './windows.ts'

/** The gremlins of one service, ready to strike. */
export interface Unleashed {
  /** All gremlins around a call, the first of the scenario outermost. Without any it is `next` itself. */
  readonly layer: Layer
  /** All gremlins at a named moment of the work; `next` goes on with the work. Undefined: nobody waits there. */
  atPoint(point: Point): Layer | undefined
  /**
   * Opens each window at its time and closes it at its end; resolves when all are over. Call it once for each incarnation, after
   * the traffic has started (throws before): a node that starts inside a window strikes at once. `healed` ends every window
   * early, and is all that ends a window without an end of its own.
   */
  windows(env: Env, healed?: AbortSignal): Promise<void>
  /**
   * Lets one of this service's gremlins loose or holds it back, from now on and whatever its times say; a window opens or closes at
   * once. One that brings a setting along joins the others, or takes the place of its namesake: then whoever asked `atPoint` must
   * ask again. About another service's gremlin nothing happens.
   * @returns whether it was about one of this service's
   * @throws Error for a setting, where gremlins cannot be added
   */
  change(change: GremlinChange): boolean
}

export interface UnleashOptions {
  readonly service: ServiceName
  /** When the traffic started, on the node's clock. Null: not now (warm-up, or healed), so nothing around a call strikes. */
  readonly trafficStartMs: () => number | null
  /** How the coins fall, instead of by luck: these strike, whatever their probability, target and time say, and no others. */
  readonly decisions?: readonly Decision[]
  /** The decided ones strike also where `trafficStartMs` says that it is not now. */
  readonly alsoHealed?: boolean
  /** Gremlins may be added while calls go on; it costs each call a step. */
  readonly live?: boolean
}

interface Armed extends ArmedWindow {
  /** As it was at first. */
  readonly own: GremlinSetting
  /** Null: all. */
  readonly operations: ReadonlySet<Operation> | null
  readonly purchases: ReadonlySet<string> | null
  readonly attempts: ReadonlySet<number> | null
}

/** Another probability is another setting of the same gremlin: its coins are the same, and more or fewer of them come up. */
function withProbability(setting: GremlinSetting, probability: number | undefined): GremlinSetting {
  return probability === undefined ? setting : { ...setting, probability }
}

function only<T>(items: readonly T[]): ReadonlySet<T> | null {
  return items.length === 0 ? null : new Set(items)
}

function arm(setting: GremlinSetting): Armed {
  const gremlin = Object.hasOwn(GREMLINS, setting.gremlin) ? GREMLINS[setting.gremlin] : undefined
  if (!gremlin) throw new Error(`${setting.name}: there is no gremlin named ${setting.gremlin}`)
  return {
    setting,
    own: setting,
    gremlin,
    state: 'scheduled',
    strike: gremlin.strike(gremlin.options.parse(setting.options)),
    operations: only(setting.operations),
    purchases: only(setting.purchases),
    attempts: only(setting.attempts),
  }
}

/** The cheap questions come first: most calls are nobody's target. */
function isTarget(armed: Armed, request: Request, env: Env, trafficStartMs: () => number | null): boolean {
  if (armed.state === 'off') return false
  if (armed.operations?.has(request.operation) === false) return false
  if (armed.purchases?.has(request.purchase) === false) return false
  if (armed.attempts?.has(request.attempt) === false) return false
  const startMs = trafficStartMs()
  if (startMs === null) return false
  if (armed.state === 'on') return true
  const sinceMs = env.clock.nowMs() - startMs
  return sinceMs >= armed.setting.fromMs && sinceMs < (armed.setting.toMs ?? Number.POSITIVE_INFINITY)
}

/** The same node with luck that belongs to one gremlin and moment, so that two latencies on one call differ. */
function withLuckOf(setting: GremlinSetting, env: Env, point?: Point): Env {
  const owner = setting.at.length === 0 ? setting.name : `${setting.name}@${point}`
  const draw: Env['draw'] = (purpose, ...about) => env.draw(`${owner}:${purpose}`, ...about)
  return Object.create(env, { draw: { value: draw } })
}

/** What all gremlins of a service go by. */
interface Rules {
  readonly trafficStartMs: () => number | null
  readonly decide: Decide
  readonly alsoHealed: boolean
}

function rulesOf({ trafficStartMs, decisions, alsoHealed = false }: UnleashOptions): Rules {
  if (!decisions) return { trafficStartMs, decide: decideByLuck, alsoHealed: false }
  const strikes = new Set(decisions.map(decisionKey))
  return {
    trafficStartMs,
    alsoHealed,
    decide: (armed, request, _env, point) => strikes.has(decisionKey(coinOf(armed, request, point))),
  }
}

function wrap(armed: Armed, { trafficStartMs, decide, alsoHealed }: Rules, point?: Point): Layer {
  const decided = decide !== decideByLuck
  return (next, env) => {
    const struck = armed.strike(next, withLuckOf(armed.setting, env, point))
    function strikes(request: Request): boolean {
      if (isTarget(armed, request, env, trafficStartMs)) return tossCoin(armed, request, env, decide, point)
      // What was decided once strikes also where this run is a little earlier or later than that one.
      return (
        decided &&
        (alsoHealed || trafficStartMs() !== null) &&
        decide(armed, request, env, point) &&
        tossCoin(armed, request, env, decide, point)
      )
    }
    return (request, signal) => (strikes(request) ? struck(request, signal) : next(request, signal))
  }
}

/** Makes the gremlins of one service out of a scenario's settings. Throws on an unknown gremlin and on bad options. */
export function unleash(settings: readonly GremlinSetting[], options: UnleashOptions): Unleashed {
  const { service, trafficStartMs, live = false } = options
  const rules = rulesOf(options)
  const armed = settings.filter(({ on }) => on === service).map(arm)
  let open: OpenWindows | undefined

  function layerOf(chosen: readonly Armed[], point?: Point): Layer {
    const layers = chosen.map((each) => wrap(each, rules, point))
    return (next, env) => compose(layers, next, env)
  }

  function atPoint(point: Point): Layer | undefined {
    const waiting = armed.filter(({ gremlin, setting }) =>
      gremlin.place === 'point' ? setting.at.includes(point) : gremlin.place === point,
    )
    return waiting.length === 0 ? undefined : layerOf(waiting, point)
  }

  const isAround = ({ gremlin }: Armed) => gremlin.place === 'call'
  const isWindow = ({ gremlin }: Armed) => gremlin.place === 'window'
  const around = growing(live, () => layerOf(armed.filter(isAround)))

  function join(setting: GremlinSetting): Armed {
    if (!live) throw new Error(`${setting.name} cannot be added to a run that is not watched live`)
    const added = arm(setting)
    const at = armed.findIndex((each) => each.setting.name === setting.name)
    const [before] = at < 0 ? armed.splice(armed.length, 0, added) : armed.splice(at, 1, added)
    if (before && isWindow(before)) {
      before.state = 'off'
      open?.turn(before)
    }
    around.renew()
    return added
  }

  return {
    layer: around.layer,
    atPoint,
    async windows(env, healed) {
      const windows = armed.filter(isWindow)
      if (windows.length === 0 && !live) return
      const startMs = trafficStartMs()
      if (startMs === null) throw new Error('windows are counted from the start of the traffic, which is not known yet')
      open = openWindows(windows, { startMs, decide: rules.decide }, env, healed)
      await open.over
    },
    change({ gremlin: name, on, probability, scheduled, setting }) {
      const known = setting?.on === service ? join(setting) : armed.find((each) => each.setting.name === name)
      if (!known) return false
      // Its namesake on another service takes its place.
      const isGone = setting !== undefined && setting.on !== service
      known.state = isGone ? 'off' : scheduled ? 'scheduled' : on ? 'on' : 'off'
      known.setting = withProbability(known.setting, scheduled ? known.own.probability : probability)
      if (isWindow(known)) open?.turn(known)
      return true
    },
  }
}

/** A layer that is made again when there are more of what it is made of; where that cannot be, it is what it is at first. */
function growing(live: boolean, make: () => Layer): { readonly layer: Layer; renew(): void } {
  if (!live) return { layer: make(), renew() {} }
  const renewals: (() => void)[] = []
  return {
    layer: (next, env) => {
      let call: Call = make()(next, env)
      renewals.push(() => {
        call = make()(next, env)
      })
      return (request, signal) => call(request, signal)
    },
    renew() {
      for (const each of renewals) each()
    },
  }
}
