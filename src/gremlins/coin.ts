import type { Request } from '../core/call.ts'
import type { Decision } from '../core/decision.ts'
import type { Env } from '../core/env.ts'
import type { Gremlin, GremlinSetting } from '../core/gremlin.ts'
import type { Point } from '../core/point.ts'

/**
 * The effect as luck knows it. Prepare, commit and do of one effect share their luck, so that two-phase commit and a plain call
 * meet the same gremlins. Undo and abort have luck of their own.
 */
export function coinEffect({ operation, effect }: Request): string {
  return operation === 'undo' || operation === 'abort' ? `${effect}:undo` : effect
}

/** A gremlin of a scenario. */
export interface Coin {
  setting: GremlinSetting
  readonly gremlin: Gremlin
}

/** Whether a coin comes up. */
export type Decide = (coin: Coin, request: Request, env: Env, point: Point | undefined) => boolean

/** A gremlin that waits at several moments has luck of its own for each. */
function momentOf({ setting }: Coin, point: Point | undefined): { readonly at?: Point } {
  return setting.at.length > 0 && point !== undefined ? { at: point } : {}
}

/** By the seed: the same coin always falls the same way. */
export const decideByLuck: Decide = (coin, request, env, point) => {
  const { name, on, probability } = coin.setting
  const { at } = momentOf(coin, point)
  const about = at === undefined ? coinEffect(request) : `${coinEffect(request)}@${at}`
  return env.draw(name, on, request.purchase, about, request.attempt) < probability
}

/** What a coin was tossed over. */
export function coinOf(coin: Coin, { operation, purchase, effect, attempt }: Request, point?: Point): Decision {
  return { gremlin: coin.setting.name, operation, purchase, effect, attempt, ...momentOf(coin, point) }
}

/** Tosses a gremlin's coin over a request and records how it fell; a strike is on record before its damage. */
export function tossCoin(coin: Coin, request: Request, env: Env, decide: Decide, point?: Point): boolean {
  const struck = decide(coin, request, env, point)
  const { gremlin } = coin
  const about = coinOf(coin, request, point)
  env.record({ type: 'toss', ...about, struck })
  // Only the runtime knows which other calls a crash takes along; it fills in `takes`.
  if (struck) env.record({ type: 'strike', ...about, kind: gremlin.name, fatal: gremlin.fatal, takes: [] })
  return struck
}
