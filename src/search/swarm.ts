/**
 * Swarm testing: each seed draws a configuration of its own, and leaves many features out, since features that are all there at
 * once hide each other's faults (Groce, Zhang, Eide, Chen, Regehr, "Swarm Testing", ISSTA 2012).
 */

import type { Expectation, Scenario, Shape, TrafficPlan } from '../core/scenario.ts'
import { boundsOf } from './bounds.ts'
import { fitSwitches } from './fit-switches.ts'
import { drawFurther, drawOwn, type SwarmSite } from './swarm-gremlins.ts'
import { type SwarmLuck, swarmLuck } from './swarm-luck.ts'

const MS_PER_SECOND = 1_000
/** A request that was lost without a sound holds its connection for so long, also when nothing strikes any more. */
const MUTE_MS = 30_000

/**
 * The scenario as one seed has it: which gremlins there are, how strong, when, and how many buyers come how fast. A pure function
 * of the two. What the scenario expects of figures is left out: they belong to its own traffic.
 */
export function drawSwarm(scenario: Scenario, seed: number): Scenario {
  // What was decided is left to luck again, and what was bounded is drawn.
  const { explore: _, strikes: __, seed: ___, ...rest } = scenario
  const luck = swarmLuck(seed)
  const bounds = boundsOf(scenario)
  const traffic = drawTraffic(scenario.traffic, bounds, luck)
  const spanMs = spanOf(traffic)
  const stretch = spanMs / spanOf(scenario.traffic)
  const site: SwarmSite = { luck, bounds, orders: traffic.orders, spanMs, stretch }
  // A gremlin that is left out cannot be let loose on the way.
  return fitSwitches({
    ...rest,
    traffic: { ...traffic, shape: moveShape(traffic.shape, stretch) },
    switches: scenario.switches.map((each) => ({ ...each, atMs: Math.round(each.atMs * stretch) })),
    quietWithinMs: scenario.quietWithinMs + MUTE_MS,
    focus: { fromMs: 0, toMs: null },
    gremlins: [...scenario.gremlins.flatMap((own) => drawOwn(own, site) ?? []), ...drawFurther(site)],
    expectations: Object.fromEntries(
      Object.entries(scenario.expectations).map(([name, each]) => [name, withoutBounds(each)]),
    ),
  })
}

function withoutBounds(expectation: Expectation): Expectation {
  return { ...expectation, bounds: [] }
}

function drawTraffic(
  { exactly: _, ...plan }: TrafficPlan,
  bounds: ReturnType<typeof boundsOf>,
  luck: SwarmLuck,
): TrafficPlan {
  const factor = luck.magnitude(bounds.rateFactor, 'rate')
  const rate = (perSecond: number) => Math.max(0.01, Math.round(perSecond * factor * 100) / 100)
  // The end of the range is as likely as any other number.
  const { from, to } = bounds.orders
  const orders = Math.min(to, Math.floor(luck.magnitude({ from, to: to + 1 }, 'orders')))
  return { ...plan, orders, ratePerSecond: rate(plan.ratePerSecond), shape: fasterShape(plan.shape, rate) }
}

function fasterShape(shape: Shape, rate: (perSecond: number) => number): Shape {
  switch (shape.kind) {
    case 'constant':
      return shape
    case 'ramp':
      return { ...shape, toPerSecond: rate(shape.toPerSecond) }
    case 'spike':
      return { ...shape, spikePerSecond: rate(shape.spikePerSecond) }
  }
}

function moveShape(shape: Shape, stretch: number): Shape {
  if (shape.kind !== 'spike') return shape
  const fromMs = Math.round(shape.fromMs * stretch)
  return { ...shape, fromMs, toMs: Math.max(fromMs + 1, Math.round(shape.toMs * stretch)) }
}

/** About how long the buyers keep coming; where a shape makes it shorter, the difference does not matter. */
function spanOf({ orders, ratePerSecond, shape }: TrafficPlan): number {
  const perSecond = shape.kind === 'ramp' ? (ratePerSecond + shape.toPerSecond) / 2 : ratePerSecond
  return (orders / Math.max(perSecond, 0.01)) * MS_PER_SECOND
}
