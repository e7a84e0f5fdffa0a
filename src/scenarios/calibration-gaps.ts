/** Times that a scenario needs and a calibration does not have. */

import type { Calibration } from '../core/calibration.ts'
import { REQUEST_KINDS, type RequestKind } from '../core/purchase.ts'
import type { Scenario } from '../core/scenario.ts'
import { calleeOf, EDGES, type Edge, type ServiceName } from '../core/topology.ts'
import { BUYERS_PATH } from './calibration-names.ts'
import { asksAfterVoting } from './file/note-votes.ts'

const BY_PAYMENT: readonly Edge[] = ['order→payment', 'payment→bank', 'payment→fx', 'payment→logging']
const BY_KIND: Readonly<Record<RequestKind, readonly Edge[]>> = {
  order: ['order→inventory', ...BY_PAYMENT, 'order→notification'],
  stock: ['order→inventory'],
  notification: ['order→notification'],
  payment: BY_PAYMENT,
}
/** A participant that has voted asks what has become of its vote. */
const IN_DOUBT: readonly Edge[] = ['inventory→order', 'payment→order', 'bank→payment']

/** Their places in the file, such as `calls.payment→fx` and `work.fx`: what a scenario's services may come to use. */
export function gapsOf({ calls, work }: Calibration, scenario: Scenario): string[] {
  const edges = edgesOf(scenario)
  const services = new Set<ServiceName>(['order', ...edges.map(calleeOf)])
  const works = (service: ServiceName) => Object.keys(work[service] ?? {}).some((name) => name.startsWith('request '))
  return [
    ...[BUYERS_PATH, ...edges].filter((path) => !Object.hasOwn(calls, path)).map((path) => `calls.${path}`),
    ...[...services].filter((service) => !works(service)).map((service) => `work.${service}`),
  ]
}

function edgesOf({ traffic, variants, accounts, baseCurrency }: Scenario): Edge[] {
  const kinds = REQUEST_KINDS.filter((kind) => traffic.mix[kind] > 0)
  const used = new Set(kinds.flatMap((kind) => BY_KIND[kind]))
  if (kinds.includes('order') && variants.some(asksAfterVoting)) for (const edge of IN_DOUBT) used.add(edge)
  // Who pays in the shop's own currency needs no rate.
  if (accounts.every(({ currency }) => currency === baseCurrency)) used.delete('payment→fx')
  return EDGES.filter((edge) => used.has(edge))
}

/** What becomes of calls and work without times, in one line; undefined: there are none. */
export function describeGaps(calibration: Calibration, scenarios: readonly Scenario[]): string | undefined {
  const gaps = [...new Set(scenarios.flatMap((scenario) => gapsOf(calibration, scenario)))]
  if (gaps.length === 0) return undefined
  return `lacks ${gaps.join(', ')}: such calls take the times of another path, and such work takes none`
}
