/** A scenario with a few figures changed for one run, as the command line asks for it. */

import type { Bound, Expectation, Scenario, Shape } from '../../core/scenario.ts'
import { fitQuizAndScript } from '../quiz-and-script.ts'
import { MOST_ORDERS, MOST_RATE_PER_SECOND } from './limits.ts'
import { unknownName } from './nearest.ts'

export interface Adjustments {
  /** Run only these variants, in this order. */
  readonly variants?: readonly string[] | undefined
  readonly orders?: number | undefined
  /** Ramps and spikes keep their proportions. */
  readonly ratePerSecond?: number | undefined
}

export type Adjusted =
  | { readonly ok: true; readonly scenario: Scenario }
  | { readonly ok: false; readonly mistakes: readonly string[] }

/** Applies the adjustments, or says in one line each what is wrong with them. */
export function adjustScenario(scenario: Scenario, { variants, orders, ratePerSecond }: Adjustments): Adjusted {
  const mistakes: string[] = []
  const names = scenario.variants.map(({ name }) => name)
  const wanted = [...new Set(variants?.length ? variants : names)]
  for (const name of wanted) {
    if (!names.includes(name)) mistakes.push(`${scenario.name}: ${unknownName('variant', name, names)}`)
  }
  if (orders !== undefined && !(Number.isInteger(orders) && orders >= 1 && orders <= MOST_ORDERS)) {
    mistakes.push(`orders must be a whole number from 1 to ${MOST_ORDERS}, not ${orders}`)
  }
  if (ratePerSecond !== undefined && !(ratePerSecond > 0 && ratePerSecond <= MOST_RATE_PER_SECOND)) {
    mistakes.push(
      `rate must be more than 0 and at most ${MOST_RATE_PER_SECOND} orders per second, not ${ratePerSecond}`,
    )
  }
  if (scenario.traffic.exactly && (orders !== undefined || ratePerSecond !== undefined)) {
    mistakes.push(`${scenario.name} says exactly who comes when, so neither --orders nor --rate can change it`)
  }
  const { traffic } = scenario
  const rate = ratePerSecond ?? traffic.ratePerSecond
  const rateFactor = traffic.ratePerSecond === 0 ? 1 : rate / traffic.ratePerSecond
  const shape = scaleShape(traffic.shape, rateFactor)
  // Ramps and spikes keep their proportions, and may end above what any scenario may ask for.
  if (mistakes.length === 0 && peakOf(shape) > MOST_RATE_PER_SECOND)
    mistakes.push(
      `at rate ${rate} the ${shape.kind} of ${scenario.name} would reach ${peakOf(shape)} orders per second; at most ${MOST_RATE_PER_SECOND} are possible, give a lower rate`,
    )
  if (mistakes.length > 0) return { ok: false, mistakes }
  // Multiplied first: a quotient such as 1/49 times 49 is not 1.
  const scaleCount = (count: number) => (count * (orders ?? traffic.orders)) / traffic.orders
  const kept = Object.entries(scenario.expectations).filter(([name]) => wanted.includes(name))
  return {
    ok: true,
    scenario: fitQuizAndScript({
      ...scenario,
      traffic: {
        ...traffic,
        orders: orders ?? traffic.orders,
        ratePerSecond: rate,
        shape,
      },
      variants: wanted.flatMap((name) => scenario.variants.filter((variant) => variant.name === name)),
      expectations: Object.fromEntries(kept.map(([name, each]) => [name, scaleBounds(each, scaleCount, rateFactor)])),
    }),
  }
}

function peakOf(shape: Shape): number {
  return shape.kind === 'ramp' ? shape.toPerSecond : shape.kind === 'spike' ? shape.spikePerSecond : 0
}

function scaleShape(shape: Shape, factor: number): Shape {
  switch (shape.kind) {
    case 'constant':
      return shape
    case 'ramp':
      return { ...shape, toPerSecond: shape.toPerSecond * factor }
    case 'spike':
      return { ...shape, spikePerSecond: shape.spikePerSecond * factor }
  }
}

/** Bounds on counts follow the number of orders, a bound on goodput the rate; so fewer orders are not a broken promise. */
function scaleBounds(expectation: Expectation, scaleCount: (count: number) => number, rateFactor: number): Expectation {
  const scale = ({ metric, value }: Bound): number => {
    switch (metric) {
      case 'confirmed-at-least':
      case 'failed-at-least':
      case 'refused-by-lock-at-least':
        return Math.floor(scaleCount(value))
      case 'loss-cents-at-most':
      case 'refused-at-most':
      case 'failed-at-most':
      case 'refused-by-lock-at-most':
        return Math.ceil(scaleCount(value))
      case 'goodput-per-second-at-least':
        return value * Math.min(1, rateFactor)
      case 'p50-ms-at-most':
      case 'p99-ms-at-most':
      case 'focus-p99-ms-at-most':
      case 'good-share-at-least':
      case 'good-share-at-most':
        return value
    }
  }
  return {
    ...expectation,
    bounds: expectation.bounds.map((bound) => ({ ...bound, value: scale(bound) })),
  }
}
