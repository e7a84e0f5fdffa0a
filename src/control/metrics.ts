/** A snapshot as metrics. Names end in their unit, counters in `_total`, and times are seconds, as Prometheus wants it. */

import type { LivePhase, Snapshot, VariantView } from '../core/live.ts'
import type { Family, Sample } from './metrics-text.ts'

/** One metric: what it is called, and its samples in one variant. `of` gives them without the label `variant`. */
interface Metric {
  readonly name: string
  readonly help: string
  of(variant: VariantView, snapshot: Snapshot): Iterable<Sample>
}

const PHASES: readonly LivePhase[] = [
  'starting',
  'warming-up',
  'ready',
  'traffic',
  'waiting-for-quiet',
  'auditing',
  'over',
]

type Labels = Sample['labels']
const sample = (labels: Labels, value: number): Sample => ({ labels, value })
const flag = (labels: Labels, on: boolean): Sample => sample(labels, on ? 1 : 0)
/** One series for each state, 1 for the one that it is in. */
const states = (labels: Labels, all: readonly string[], current: string): Sample[] =>
  all.map((state) => flag({ ...labels, state }, state === current))
/** Nothing where nothing is known: a 0 would be a lie. */
const known = (labels: Labels, value: number | null): Sample[] => (value === null ? [] : [sample(labels, value)])
const inSeconds = (ms: number | null) => (ms === null ? null : ms / 1_000)

const RUN: readonly Metric[] = [
  {
    name: 'faultline_run_info',
    help: 'Always 1; the labels say what runs.',
    of: (_variant, { scenario, mode, seed }) => [sample({ scenario, mode, seed: String(seed) }, 1)],
  },
  {
    name: 'faultline_phase',
    help: '1 for the phase that the run is in.',
    of: ({ phase }) => states({}, PHASES, phase),
  },
  {
    name: 'faultline_elapsed_seconds',
    help: "Since the traffic's start, on the variant's own clock.",
    of: ({ elapsedMs }) => [sample({}, elapsedMs / 1_000)],
  },
]

const SERVICES: readonly Metric[] = [
  {
    name: 'faultline_service_up',
    help: 'Whether the service answers, slowly or not.',
    of: ({ services }) => services.map(({ service, state }) => flag({ service }, state === 'up' || state === 'slow')),
  },
  {
    name: 'faultline_service_state',
    help: '1 for the state that the service is in.',
    of: ({ services }) =>
      services.flatMap(({ service, state }) => states({ service }, ['up', 'slow', 'down', 'restarting'], state)),
  },
  {
    name: 'faultline_service_requests_per_second',
    help: 'Requests answered in the last full second.',
    of: ({ services }) => services.map(({ service, ratePerSecond }) => sample({ service }, ratePerSecond)),
  },
  {
    name: 'faultline_service_requests_in_flight',
    help: 'Requests received and not answered.',
    of: ({ services }) => services.map(({ service, inFlight }) => sample({ service }, inFlight)),
  },
  {
    name: 'faultline_service_latency_seconds',
    help: 'Median of the last full second; none where nothing was answered in it.',
    of: ({ services }) =>
      services.flatMap(({ service, latencyMs }) => known({ service }, inSeconds(latencyMs.at(-1) ?? null))),
  },
  {
    name: 'faultline_service_strikes_total',
    help: 'Strikes of gremlins on the service.',
    of: ({ services }) => services.map(({ service, strikes }) => sample({ service }, strikes)),
  },
  {
    name: 'faultline_service_incarnation',
    help: 'Which of its lives the service is in, from 1.',
    of: ({ services }) => services.map(({ service, incarnation }) => sample({ service }, incarnation)),
  },
]

const CALLS: readonly Metric[] = [
  {
    name: 'faultline_breaker_state',
    help: '1 for the state that the breaker is in.',
    of: ({ breakers }) =>
      breakers.flatMap(({ edge, policy, state }) => states({ edge, policy }, ['closed', 'open', 'half-open'], state)),
  },
  {
    name: 'faultline_breaker_half_open_in_seconds',
    help: 'Until an open breaker lets a trial through.',
    of: ({ breakers }) =>
      breakers.flatMap(({ edge, policy, halfOpenInMs }) => known({ edge, policy }, inSeconds(halfOpenInMs))),
  },
  {
    name: 'faultline_compartment_calls_in_flight',
    help: 'Calls that are out on the edge.',
    of: ({ compartments }) => compartments.map(({ edge, inFlight }) => sample({ edge }, inFlight)),
  },
  {
    name: 'faultline_compartment_calls_queued',
    help: 'Calls on the edge that wait for a permit.',
    of: ({ compartments }) => compartments.map(({ edge, queued }) => sample({ edge }, queued)),
  },
  {
    name: 'faultline_compartment_limit',
    help: 'Most calls at once on the edge, where a policy says so.',
    of: ({ compartments }) => compartments.flatMap(({ edge, limit }) => known({ edge }, limit)),
  },
]

const ORDERS: readonly Metric[] = [
  {
    name: 'faultline_orders_planned',
    help: 'Orders that will come in all.',
    of: ({ orders }) => (orders.planned > 0 ? [sample({}, orders.planned)] : []),
  },
  {
    name: 'faultline_orders_arrived_total',
    help: 'Orders that have come.',
    of: ({ orders }) => [sample({}, orders.arrived)],
  },
  {
    name: 'faultline_orders',
    help: 'Orders that have come, by the state that they are in.',
    of: ({ orders }) =>
      (['open', 'confirmed', 'pending', 'cancelled', 'refused', 'failed'] as const).map((state) =>
        sample({ state }, orders[state]),
      ),
  },
  {
    name: 'faultline_goodput_orders_per_second',
    help: 'Good orders a second, over the last five seconds.',
    of: ({ goodputPerSecond }) => [sample({}, goodputPerSecond)],
  },
  {
    name: 'faultline_order_latency_seconds',
    help: 'What buyers waited for their last answers, by percentile.',
    of: ({ latencyMs }) => [
      ...known({ percentile: '50' }, inSeconds(latencyMs.p50)),
      ...known({ percentile: '99' }, inSeconds(latencyMs.p99)),
    ],
  },
  {
    name: 'faultline_violations',
    help: 'Violations that are there now; some may still mend.',
    of: ({ soFar }) => soFar.violations.map(({ invariant, count }) => sample({ invariant }, count)),
  },
  {
    name: 'faultline_money_lost_cents',
    help: 'Money lost so far, in hundredths of the currency.',
    of: ({ soFar }, { currency }) => [sample({ currency }, soFar.lossCents)],
  },
]

const CHAOS: readonly Metric[] = [
  {
    name: 'faultline_gremlin_tosses_total',
    help: 'Coins that the gremlin has tossed.',
    of: ({ gremlins }) =>
      gremlins.map(({ name, gremlin, on, tosses }) => sample({ name, gremlin, service: on }, tosses)),
  },
  {
    name: 'faultline_gremlin_strikes_total',
    help: 'Strikes of the gremlin.',
    of: ({ gremlins }) =>
      gremlins.map(({ name, gremlin, on, strikes }) => sample({ name, gremlin, service: on }, strikes)),
  },
  {
    name: 'faultline_gremlin_state',
    help: '1 for the state that the gremlin is in.',
    of: ({ gremlins }) =>
      gremlins.flatMap(({ name, gremlin, on, state }) =>
        states({ name, gremlin, service: on }, ['scheduled', 'on', 'off'], state),
      ),
  },
  {
    name: 'faultline_gremlin_probability_ratio',
    help: 'Of the coin that the gremlin tosses.',
    of: ({ gremlins }) =>
      gremlins.map(({ name, gremlin, on, probability }) => sample({ name, gremlin, service: on }, probability)),
  },
  {
    name: 'faultline_policy_on',
    help: 'Whether the policy stands in the way of calls.',
    of: ({ policies }) => policies.map(({ policy, on }) => flag({ policy }, on)),
  },
  {
    name: 'faultline_traffic_on',
    help: 'Whether buyers come.',
    of: ({ trafficOn }) => [flag({}, trafficOn)],
  },
]

/** All metrics of what goes on. What was recorded earlier (a ghost) is no metric of now. */
export function metricFamilies(snapshot: Snapshot): Family[] {
  const running = snapshot.variants.filter(({ ghost }) => !ghost)
  return [...RUN, ...SERVICES, ...CALLS, ...ORDERS, ...CHAOS].map(({ name, help, of }) => ({
    name,
    help,
    type: name.endsWith('_total') ? 'counter' : 'gauge',
    samples: running.flatMap((variant) =>
      [...of(variant, snapshot)].map(({ labels, value }) => ({ labels: { variant: variant.name, ...labels }, value })),
    ),
  }))
}
