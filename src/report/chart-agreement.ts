/** What agreement costs: how long things were locked, and how much the services had to say to one another. */

import type { Result } from '../core/result.ts'
import { stackedBars } from './chart-bars.ts'
import { quantileBars } from './chart-quantiles.ts'
import { type ChartSpec, OKABE_ITO } from './chart-spec.ts'
import { formatPerOrder } from './format.ts'

/** How long stock and accounts were locked in each variant. */
export function lockedTimeChart(result: Result): ChartSpec {
  return quantileBars(result, {
    id: 'locked-time',
    title: 'How long things were locked',
    about: 'Plain: each unit of stock; hatched: each part of a bank account. Meanwhile nobody else can have it.',
    quantiles: ['p50', 'p99'],
    measures: [
      { name: 'stock', hatch: 'none', of: (variant) => variant.transactions.lockedStockMs },
      { name: 'account', hatch: 'diagonal', of: (variant) => variant.transactions.lockedAccountMs },
    ],
    empty: 'nothing was locked',
  })
}

/** How many requests and answers an order took. */
export function messagesChart(result: Result): ChartSpec {
  const bars = stackedBars(result, {
    id: 'messages-per-order',
    title: 'Messages for each order',
    about: 'Requests and answers between the services, retries and inquiries included, over the orders that arrived.',
    unit: 'messages per order',
    empty: 'no message was sent',
    parts: [
      {
        name: 'messages per order',
        color: OKABE_ITO.blue,
        hatch: 'none',
        value: (variant) => variant.transactions.messagesPerOrder ?? 0,
      },
    ],
    text: formatPerOrder,
    total: (variant) => formatPerOrder(variant.transactions.messagesPerOrder),
    scale: 1,
    tickFormat: {},
  })
  const rows = result.variants.map(({ name, transactions }) => [name, formatPerOrder(transactions.messagesPerOrder)])
  return { ...bars, table: { columns: ['variant', 'messages per order'], rows } }
}
