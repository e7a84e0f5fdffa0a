/** What agreement costs: how long things were locked, and how much the services had to say to one another. */

import type { Levels, Result } from '../../core/result.ts'
import { formatPerOrder } from '../format.ts'
import { stackedBars } from './bars.ts'
import { type Look, laneChart, lineAt, withHeadroom } from './lanes.ts'
import { quantileBars } from './quantiles.ts'
import { type ChartSpec, OKABE_ITO } from './spec.ts'
import { bucketRow } from './timed-table.ts'

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

const LEVELS: readonly { readonly look: Look; readonly of: (levels: Levels) => readonly number[] }[] = [
  { look: { label: 'votes in doubt', color: OKABE_ITO.purple, fill: true }, of: (levels) => levels.inDoubt },
  {
    look: { label: 'units of stock locked', color: OKABE_ITO.vermillion, fill: false },
    of: (levels) => levels.lockedStock,
  },
  {
    look: { label: 'account holds', color: OKABE_ITO.blue, fill: false, dash: [7, 4] },
    of: (levels) => levels.lockedAccounts,
  },
]

/** How much was in doubt and locked at a time. Nothing where nothing was, and in results from before it was measured. */
export function locksOverTimeChart(result: Result): ChartSpec[] {
  const title = 'In doubt and locked, over time'
  const held = result.variants.flatMap((variant) => {
    const curves = LEVELS.map(({ look, of }) => ({ look, values: variant.levels ? of(variant.levels) : [] }))
    const most = Math.max(0, ...curves.flatMap(({ values }) => values))
    return most > 0 ? [{ variant, curves, most, bucketMs: variant.levels?.bucketMs ?? 1 }] : []
  })
  if (held.length === 0) return []
  const most = Math.max(...held.map((each) => each.most))
  const chart = laneChart(result, {
    id: 'locks-over-time',
    title,
    about: 'On average at once: votes that wait for the decision, and what nobody else can have.',
    label: `${title}, the most at once: ${held.map((each) => `${each.variant.name} ${formatPerOrder(each.most)}`).join(', ')}.`,
    lanes: held.map(({ variant, bucketMs, curves }) => ({
      name: variant.name,
      variant,
      curves: curves.map((curve) => ({ ...curve, bucketMs })),
    })),
    scale: { type: 'linear', min: 0, max: withHeadroom(most) },
    line: lineAt(most),
    table: {
      columns: ['variant', 'time', ...LEVELS.map(({ look }) => look.label)],
      rows: held.flatMap(({ variant, bucketMs, curves }) =>
        (curves[0]?.values ?? []).map((_, at) => {
          const levels = curves.map(({ values }) => formatPerOrder(values[at] ?? 0))
          return bucketRow({ variant }, bucketMs, at, levels)
        }),
      ),
    },
    empty: null,
  })
  return [chart]
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
