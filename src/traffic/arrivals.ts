/**
 * When buyers arrive. A plan's rate over time is a row of pieces, each linear in time. Arrivals on a unit-rate axis (exponential
 * gaps of mean 1, or whole steps where paced) are carried to time by the inverse of the cumulative rate, so the shape is exact
 * whatever chance does: time rescaling, E. Çinlar, Introduction to Stochastic Processes, 1975, chapter 4.
 */

import seedrandom from 'seedrandom'
import type { Shape, TrafficPlan } from '../core/scenario.ts'
import { indexOf } from './mix.ts'

/** A stretch of time in which the rate is linear. `lengthMs` of the last one is Infinity. */
interface Stretch {
  readonly lengthMs: number
  readonly startPerMs: number
  readonly endPerMs: number
}

/** A stretch that has its place: the time and the cumulative rate (orders) at which it begins and ends. */
interface Piece extends Stretch {
  readonly fromMs: number
  readonly fromOrders: number
  readonly toOrders: number
}

const MS_PER_SECOND = 1_000

function stretchesOf(plan: TrafficPlan): Stretch[] {
  const shape: Shape = plan.shape
  const rate = plan.ratePerSecond / MS_PER_SECOND
  const steady = (perMs: number, lengthMs: number): Stretch => ({ lengthMs, startPerMs: perMs, endPerMs: perMs })
  if (shape.kind === 'constant') return [steady(rate, Infinity)]
  if (shape.kind === 'spike') {
    const spike = shape.spikePerSecond / MS_PER_SECOND
    return [steady(rate, shape.fromMs), steady(spike, shape.toMs - shape.fromMs), steady(rate, Infinity)]
  }
  const end = shape.toPerSecond / MS_PER_SECOND
  const mean = (rate + end) / 2
  // Chance puts the last arrivals a little beyond the window; a ramp that ended at nothing would never let them in.
  const beyond = end > 0 ? end : mean
  return [{ lengthMs: plan.orders / mean, startPerMs: rate, endPerMs: end }, steady(beyond, Infinity)]
}

function checkPlan(plan: TrafficPlan): void {
  const { shape } = plan
  const rates = [plan.ratePerSecond]
  if (shape.kind === 'ramp') rates.push(shape.toPerSecond)
  if (shape.kind === 'spike') rates.push(shape.spikePerSecond)
  if (!rates.every((rate) => rate >= 0 && rate < Infinity))
    throw new RangeError('a rate is a finite number, at least 0')
  const lasting = shape.kind === 'ramp' ? plan.ratePerSecond + shape.toPerSecond : plan.ratePerSecond
  if (lasting === 0) throw new RangeError('at rate 0 the orders would never all arrive')
  if (shape.kind === 'spike' && !(shape.fromMs >= 0 && shape.fromMs <= shape.toMs && shape.toMs < Infinity)) {
    throw new RangeError('a spike begins at 0 or later and ends after it began')
  }
}

function piecesOf(plan: TrafficPlan): Piece[] {
  checkPlan(plan)
  const pieces: Piece[] = []
  let fromMs = 0
  let fromOrders = 0
  for (const stretch of stretchesOf(plan)) {
    const orders = stretch.lengthMs * ((stretch.startPerMs + stretch.endPerMs) / 2)
    // A stretch without arrivals has no inverse: time jumps over it.
    if (orders > 0) pieces.push({ ...stretch, fromMs, fromOrders, toOrders: fromOrders + orders })
    fromMs += stretch.lengthMs
    fromOrders += orders
  }
  return pieces
}

/** The inverse of the cumulative rate, for arguments that never go down. */
function invertCumulativeRate(pieces: readonly Piece[]): (orders: number) => number {
  let at = 0
  return (orders) => {
    while (at < pieces.length - 1 && orders > (pieces[at] as Piece).toOrders) at++
    const { fromMs, fromOrders, lengthMs, startPerMs, endPerMs } = pieces[at] as Piece
    const inside = orders - fromOrders
    if (inside <= 0) return fromMs
    // The quadratic's root in the form that neither cancels nor divides by a slope of zero.
    const slope = (endPerMs - startPerMs) / lengthMs
    const root = Math.sqrt(Math.max(0, startPerMs * startPerMs + 2 * slope * inside))
    // Rounding must not carry a time past its piece, or times would not ascend.
    return fromMs + Math.min(lengthMs, (2 * inside) / (startPerMs + root))
  }
}

/**
 * How long the plan's orders take to arrive: the time at which the integral of the rate reaches `orders`. Chance ends a
 * Poisson plan somewhat earlier or later. In milliseconds.
 * @throws RangeError where the plan's rates can never send its orders
 */
export function expectedWindowMs(plan: TrafficPlan): number {
  if (plan.exactly) return plan.exactly.at(-1)?.atMs ?? 0
  return invertCumulativeRate(piecesOf(plan))(plan.orders)
}

/**
 * The moments at which buyers mean to ask, in milliseconds after the traffic's start, ascending, exactly `plan.orders` of them;
 * lazily, since a plan may have a million. Poisson: exponential gaps. Paced: one at 0 and then one each time the integral of
 * the rate has grown by one. Rounded to microseconds, since the last bits of a logarithm differ between machines.
 * @param seed any integer or text; a pure function of it and the plan
 * @throws RangeError where the plan's rates can never send its orders
 */
export function intendedTimesMs(plan: TrafficPlan, seed: number | string): Iterable<number> {
  const pieces = piecesOf(plan)
  return {
    *[Symbol.iterator]() {
      const timeAt = invertCumulativeRate(pieces)
      const random = seedrandom.alea(`arrivals ${seed}`)
      let orders = 0
      for (let index = 0; index < plan.orders; index++) {
        if (plan.arrivals === 'poisson') orders -= Math.log(1 - random())
        else orders = index
        yield Math.round(timeAt(orders) * 1_000) / 1_000
      }
    },
  }
}

/** Who comes when: all of the plan, or those that it names. Indices are places in the whole plan. */
export function* arrivalsOf(
  plan: TrafficPlan,
  seed: number | string,
): Generator<{ readonly index: number; readonly intendedMs: number }> {
  if (plan.exactly) {
    for (const { purchase, atMs } of plan.exactly) yield { index: indexOf(purchase), intendedMs: atMs }
    return
  }
  let index = 0
  for (const intendedMs of intendedTimesMs(plan, seed)) yield { index: index++, intendedMs }
}
