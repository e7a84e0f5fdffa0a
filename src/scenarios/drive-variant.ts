/** What the traffic's process does: buyers as the parent's message says. Apart from the services, so that neither loads the other. */

import type { TrafficSetup } from '../runtime/real/messages.ts'
import type { TrafficTools } from '../runtime/real/traffic-process.ts'
import { drive } from '../traffic/drive.ts'
import { variantOf } from './variant-of.ts'

export function driveVariant(setup: TrafficSetup, tools: TrafficTools) {
  const { scenario, seed, trafficStartMs, saturate } = setup
  const { clock, ask, sink, signal } = tools
  return drive({
    scenario,
    seed,
    buyer: variantOf(setup).buyer,
    clock,
    ask,
    sink,
    signal,
    trafficStartMs,
    ...(saturate === null ? {} : { saturate: { concurrency: saturate } }),
  })
}
