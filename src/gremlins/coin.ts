import type { Request } from '../core/call.ts'
import type { Env } from '../core/env.ts'
import type { Gremlin, GremlinSetting } from '../core/gremlin.ts'

/**
 * The effect as luck knows it. Prepare, commit and do of one effect share their luck, so that two-phase commit and a plain call
 * meet the same gremlins. Undo and abort have luck of their own.
 */
export function coinEffect({ operation, effect }: Request): string {
  return operation === 'undo' || operation === 'abort' ? `${effect}:undo` : effect
}

/** Tosses a gremlin's coin over a request and records how it fell; a strike is on record before its damage. */
export function tossCoin(setting: GremlinSetting, gremlin: Gremlin, request: Request, env: Env): boolean {
  const { operation, purchase, effect, attempt } = request
  const luck = env.draw(setting.name, setting.on, purchase, coinEffect(request), attempt)
  const struck = luck < setting.probability
  const about = { gremlin: setting.name, operation, purchase, effect, attempt }
  env.record({ type: 'toss', ...about, struck })
  // Only the runtime knows which other calls a crash takes along; it fills in `takes`.
  if (struck) env.record({ type: 'strike', ...about, kind: gremlin.name, fatal: gremlin.fatal, takes: [] })
  return struck
}
