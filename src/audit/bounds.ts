/** What the bounds of an expectation are about, and what was measured. */

import type { KindFigures } from '../core/result.ts'
import type { Bound, KindBound, VariantBound } from '../core/scenario.ts'
import type { Figures } from './figures.ts'
import { formatCents } from './format.ts'
import { totalLossCents } from './loss.ts'

export type BoundFigures = Pick<
  Figures,
  'orders' | 'latencyMs' | 'goodputPerSecond' | 'loss' | 'transactions' | 'kinds'
>

export interface Measure {
  readonly what: string
  /** Null: nothing was measured. */
  readonly actual: number | null
  /** Whether the bound is the most that it may be, and not the least. */
  readonly most: boolean
  show(amount: number): string
}

const plain = (amount: number) => String(Math.round(amount * 100) / 100)
const ms = (amount: number) => (Number.isFinite(amount) ? `${plain(amount)} ms` : 'longer than anybody waited')
const percent = (share: number) => `${plain(share * 100)} %`

export function measureBound(bound: Bound, figures: BoundFigures, baseCurrency: string): Measure {
  return 'kind' in bound ? measureKind(bound, figures) : measureVariant(bound, figures, baseCurrency)
}

/**
 * Latencies are of those who were answered. Whoever never was has waited longer than any bound: where that is more than the share
 * beyond the quantile, the quantile is among them.
 */
function quantileOfAll(ms: number | null, share: number, { arrived, unanswered }: Asked): number | null {
  return arrived > 0 && unanswered / arrived > 1 - share ? Number.POSITIVE_INFINITY : ms
}

type Asked = Pick<KindFigures, 'arrived' | 'unanswered'>

/** Those whose latency is the variant's: the orders, and in a mix without orders everybody. */
function askedOf({ kinds }: BoundFigures): Asked {
  const orders = kinds.filter(({ kind }) => kind === 'order')
  const counted = orders.length > 0 ? orders : kinds
  const sum = (figure: keyof Asked) => counted.reduce((before, kind) => before + kind[figure], 0)
  return { arrived: sum('arrived'), unanswered: sum('unanswered') }
}

function measureKind({ kind, metric }: KindBound, { kinds }: BoundFigures): Measure {
  const focus = kinds.find((one) => one.kind === kind)?.focus
  const share = focus && focus.arrived > 0 ? focus.good / focus.arrived : null
  switch (metric) {
    case 'good-share-at-least':
      return { what: `good share of ${kind} in focus`, actual: share, most: false, show: percent }
    case 'good-share-at-most':
      return { what: `good share of ${kind} in focus`, actual: share, most: true, show: percent }
    case 'focus-p99-ms-at-most': {
      const p99 = focus ? quantileOfAll(focus.latencyMs.p99, 0.99, focus) : null
      return { what: `p99 of ${kind} in focus`, actual: p99, most: true, show: ms }
    }
  }
}

function measureVariant({ metric }: VariantBound, figures: BoundFigures, baseCurrency: string): Measure {
  const { orders, latencyMs, goodputPerSecond, loss, transactions } = figures
  // Where nobody came for an order, none was refused: that proves nothing.
  const ofOrders = (count: number) => (orders.arrived > 0 ? count : null)
  switch (metric) {
    case 'goodput-per-second-at-least':
      return { what: 'goodput', actual: goodputPerSecond, most: false, show: (rate) => `${plain(rate)} per second` }
    case 'p50-ms-at-most':
      return {
        what: 'p50 of the latency',
        actual: quantileOfAll(latencyMs.p50, 0.5, askedOf(figures)),
        most: true,
        show: ms,
      }
    case 'p99-ms-at-most':
      return {
        what: 'p99 of the latency',
        actual: quantileOfAll(latencyMs.p99, 0.99, askedOf(figures)),
        most: true,
        show: ms,
      }
    case 'confirmed-at-least':
      return { what: 'confirmed purchases', actual: ofOrders(orders.confirmed), most: false, show: plain }
    case 'refused-at-most':
      return { what: 'refused purchases', actual: ofOrders(orders.refused), most: true, show: plain }
    case 'failed-at-most':
      return { what: 'failed purchases', actual: ofOrders(orders.failed), most: true, show: plain }
    case 'failed-at-least':
      return { what: 'failed purchases', actual: ofOrders(orders.failed), most: false, show: plain }
    case 'refused-by-lock-at-least':
      return {
        what: 'purchases refused by a lock',
        actual: ofOrders(transactions.refusedByLock),
        most: false,
        show: plain,
      }
    case 'refused-by-lock-at-most':
      return {
        what: 'purchases refused by a lock',
        actual: ofOrders(transactions.refusedByLock),
        most: true,
        show: plain,
      }
    case 'loss-cents-at-most': {
      const show = (cents: number) => formatCents(cents, baseCurrency)
      return { what: 'loss', actual: totalLossCents(loss), most: true, show }
    }
  }
}
