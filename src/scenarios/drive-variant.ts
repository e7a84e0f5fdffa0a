/** What the traffic's process does: buyers as the parent's message says. Apart from the services, so that neither loads the other. */

import { changeInWords } from '../core/change.ts'
import type { TrafficSetup } from '../runtime/real/messages.ts'
import type { TrafficTools } from '../runtime/real/traffic-process.ts'
import { drive } from '../traffic/drive.ts'
import { openGate } from '../traffic/gate.ts'
import { variantOf } from './variant-of.ts'

export function driveVariant(setup: TrafficSetup, tools: TrafficTools) {
  const { scenario, seed, trafficStartMs, saturate } = setup
  const { clock, ask, sink, signal } = tools
  const gate = openGate(clock)
  tools.onChange((change) => {
    if (!('traffic' in change)) return
    gate.turn(change.traffic === 'on')
    sink.record({ type: 'changed', what: 'traffic', detail: changeInWords(change) })
  })
  return drive({
    scenario,
    seed,
    buyer: variantOf(setup).buyer,
    clock,
    ask,
    sink,
    signal,
    trafficStartMs,
    gate,
    ...(saturate === null ? {} : { saturate: { concurrency: saturate } }),
  })
}
