/** Gremlins: what happens when one strikes, and the wrapper's settings that say when. */

import type { ZodType } from 'zod'
import type { JsonObject, Operation } from './call.ts'
import type { Layer } from './layer.ts'
import type { Point } from './point.ts'
import type { ServiceName } from './topology.ts'

/**
 * Where a gremlin strikes: around the handler of a call (`call`), at a named moment of the work (a `Point`, or `point` where the
 * scenario says at which ones), or for a while whatever is called (`window`).
 */
export type Place = 'call' | 'window' | 'point' | Point

/**
 * A gremlin: one file in `gremlins/` and one line in its catalogue. It says only what happens when it strikes; target,
 * probability, time window and count belong to the wrapper.
 *
 * `strike` is a layer like any policy. For a `call`, next is the handler. At a point, next goes on with the work. For a
 * `window`, next ends when the window does.
 */
export interface Gremlin<Options = unknown> {
  readonly name: string
  readonly summary: string
  readonly place: Place
  /** Whether it ends the process: then the strike is journalled with the calls it takes along. */
  readonly fatal: boolean
  readonly options: ZodType<Options>
  strike(options: Options): Layer
}

/** One gremlin of a scenario: what, on whom, and when. */
export interface GremlinSetting {
  /** Unique in the scenario; part of the coin's key. */
  readonly name: string
  /** Which gremlin of the catalogue. */
  readonly gremlin: string
  readonly on: ServiceName
  /** Only these operations; all when empty. */
  readonly operations: readonly Operation[]
  /** Only these purchases, by id (`p-3`); all when empty. */
  readonly purchases: readonly string[]
  /** Only these attempts of each effect (1 is the first); all when empty. */
  readonly attempts: readonly number[]
  /** The named moments of a gremlin of the place `point`; empty for all others. Each has luck of its own. */
  readonly at: readonly Point[]
  readonly probability: number
  /** Milliseconds after the traffic's start; null: without end. */
  readonly fromMs: number
  readonly toMs: number | null
  readonly options: JsonObject
}
