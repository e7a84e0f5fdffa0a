/** What stands on the path of a call. */

import type { Call } from './call.ts'
import type { Env } from './env.ts'

/** A policy or a gremlin: is given the next call, and gives one back. */
export type Layer = (next: Call, env: Env) => Call
