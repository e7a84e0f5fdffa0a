import type { GremlinView, VariantView } from '../core/live.ts'
import type { ServiceName } from '../core/topology.ts'

/** What no journal says: known to whoever runs the variant. */
export interface Moment
  extends Pick<VariantView, 'phase' | 'ghost' | 'trafficOn' | 'soFar' | 'policies' | 'workflow' | 'verdict'> {
  /** On the clock of the journals. */
  readonly nowMs: number
  /** Null: the traffic has not started. */
  readonly trafficStartMs: number | null
  /** Orders that the traffic is to bring. */
  readonly planned: number
  /** Services whose process is known to be gone, whatever their journals say. */
  readonly away: readonly ServiceName[]
  /** As they stand; how often they tossed and struck is counted here. */
  readonly gremlins: readonly Omit<GremlinView, 'tosses' | 'strikes'>[]
}
