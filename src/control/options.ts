/** What the control API is told by whoever starts it. It knows no catalogue itself. */

import type { GremlinSetting } from '../core/gremlin.ts'

/** What can be set, as data for whoever asks: `GET /catalogue`. */
export interface Catalogue {
  readonly gremlins: readonly {
    readonly gremlin: string
    readonly summary: string
    /** Where it strikes: `call`, `window`, `point`, or one named moment. */
    readonly place: string
    /** JSON Schema of its options. */
    readonly options: object
  }[]
  readonly services: readonly string[]
  readonly edges: readonly string[]
  readonly operations: readonly string[]
  readonly points: readonly string[]
  /** Of the running variant: by which of them new orders can go. */
  readonly workflows: readonly string[]
}

export type GremlinChecked = { readonly setting: GremlinSetting } | { readonly reasons: readonly string[] }

export interface ControlOptions {
  /** Whoever has it may do everything. At least 16 letters, digits, `-` and `_`; `makeToken` makes one. */
  readonly token: string
  /** 0, or left out: any free one. */
  readonly port?: number
  readonly catalogue: Catalogue
  /** Whether there is such a gremlin, and whether it can be set so; fills in what its options leave out. */
  checkGremlin(setting: GremlinSetting): GremlinChecked
}
