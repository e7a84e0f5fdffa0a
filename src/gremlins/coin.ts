import type { Request } from '../core/call.ts'
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

/** Tosses a gremlin's coin over a request and records how it fell; a strike is on record before its damage. */
export function tossCoin(
  setting: GremlinSetting,
  gremlin: Gremlin,
  request: Request,
  env: Env,
  point?: Point,
): boolean {
  const { operation, purchase, effect, attempt } = request
  // A gremlin that waits at several moments has luck of its own for each.
  const moment = setting.at.length > 0 && point !== undefined ? { at: point } : {}
  const about = 'at' in moment ? `${coinEffect(request)}@${moment.at}` : coinEffect(request)
  const luck = env.draw(setting.name, setting.on, purchase, about, attempt)
  const struck = luck < setting.probability
  const coin = { gremlin: setting.name, operation, purchase, effect, attempt, ...moment }
  env.record({ type: 'toss', ...coin, struck })
  // Only the runtime knows which other calls a crash takes along; it fills in `takes`.
  if (struck) env.record({ type: 'strike', ...coin, kind: gremlin.name, fatal: gremlin.fatal, takes: [] })
  return struck
}
