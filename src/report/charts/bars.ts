/** Charts that compare the variants side by side: how purchases ended, what was violated, what it cost. */

import { INVARIANTS } from '../../core/invariant.ts'
import type { Loss, OrderCounts, Result, VariantResult } from '../../core/result.ts'
import { totalViolations } from '../columns.ts'
import { formatCount, formatMoney, moneyAxisFormat } from '../format.ts'
import {
  axisName,
  type ChartSpec,
  commonOptions,
  commonPlugins,
  HATCHES,
  type Hatch,
  LONG_BESIDE,
  OKABE_ITO,
  type Plain,
} from './spec.ts'

interface Part {
  readonly name: string
  readonly color: string
  readonly hatch: Hatch
  readonly value: (variant: VariantResult) => number
}

interface Stack {
  readonly id: string
  readonly title: string
  readonly about: string
  readonly unit: string
  readonly empty: string
  readonly parts: readonly Part[]
  /** What the figures say as text: counts, or money. */
  readonly text: (value: number) => string
  /** The variant's bar in words, where the total alone says little. */
  readonly words?: (variant: VariantResult) => string
  /** What is written at the end of a variant's bar. */
  readonly total: (variant: VariantResult) => string
  readonly scale: number
  readonly tickFormat: { readonly [key: string]: Plain }
}

/** A horizontal stacked bar for each variant. */
export function stackedBars(result: Result, stack: Stack): ChartSpec {
  const { variants } = result
  const used = stack.parts.filter((part) => variants.some((variant) => part.value(variant) > 0))
  const totals = variants.map(stack.total)
  const common = commonOptions(stack.title, stack.about)
  const marks = used.length === 0 ? { totals, empty: stack.empty } : { totals }
  return {
    id: stack.id,
    title: stack.title,
    about: stack.about,
    label: `${stack.title}: ${variants.map((variant, at) => `${variant.name} ${stack.words?.(variant) ?? totals[at]}`).join(', ')}.`,
    config: {
      type: 'bar',
      data: {
        labels: variants.map((variant) => axisName(variant.name, LONG_BESIDE)),
        datasets: used.map((part) => ({
          label: part.name,
          data: variants.map((variant) => part.value(variant) / stack.scale),
          // Where there is only one part, the total beside the bar says it already.
          texts: stack.parts.length > 1 ? variants.map((variant) => stack.text(part.value(variant))) : [],
          backgroundColor: part.color,
          hatch: part.hatch,
          pointStyle: 'rect',
          maxBarThickness: 90,
        })),
      },
      options: {
        ...common,
        indexAxis: 'y',
        scales: {
          x: {
            stacked: true,
            beginAtZero: true,
            suggestedMax: used.length === 0 ? 1 : 0,
            // Room for the totals.
            grace: '22%',
            title: { display: true, text: stack.unit },
            ticks: {
              display: used.length > 0,
              precision: 0,
              maxTicksLimit: 7,
              maxRotation: 0,
              format: stack.tickFormat,
            },
          },
          y: { stacked: true, grid: { display: false }, ticks: { autoSkip: false } },
        },
        plugins: commonPlugins(stack.title, stack.about, { marks }),
      },
    },
    table: {
      columns: ['variant', ...stack.parts.map((part) => part.name), 'total'],
      rows: variants.map((variant, at) => [
        variant.name,
        ...stack.parts.map((part) => stack.text(part.value(variant))),
        totals[at] ?? '',
      ]),
    },
  }
}

function classPart(name: string, key: keyof OrderCounts, color: string, hatch: Hatch): Part {
  return { name, color, hatch, value: (variant) => variant.orders[key] }
}

/** How many purchases ended in which class. */
export function ordersChart(result: Result): ChartSpec {
  return stackedBars(result, {
    id: 'orders-by-class',
    title: 'How the purchases ended',
    about: 'Every purchase that arrived ends in exactly one class.',
    unit: 'purchases',
    empty: 'no purchase arrived',
    parts: [
      classPart('confirmed', 'confirmed', OKABE_ITO.green, 'none'),
      classPart('cancelled', 'cancelled', OKABE_ITO.sky, 'diagonal'),
      classPart('refused', 'refused', OKABE_ITO.yellow, 'dots'),
      classPart('failed', 'failed', OKABE_ITO.vermillion, 'back-diagonal'),
      classPart('in doubt', 'inDoubt', OKABE_ITO.purple, 'grid'),
    ],
    text: formatCount,
    words: ({ orders }) => `${formatCount(orders.confirmed)} of ${formatCount(orders.arrived)} confirmed`,
    total: (variant) => formatCount(variant.orders.arrived),
    scale: 1,
    tickFormat: {},
  })
}

/** How often which promise was broken. An invariant looks the same in every report. */
export function violationsChart(result: Result): ChartSpec {
  const colors = Object.values(OKABE_ITO)
  return stackedBars(result, {
    id: 'violations',
    title: 'Promises broken',
    about: 'Violations of each invariant, as the ledgers show them.',
    unit: 'violations',
    empty: 'no promise was broken',
    parts: INVARIANTS.map((name, at) => ({
      name,
      color: colors[(at * 5) % colors.length] ?? OKABE_ITO.grey,
      hatch: HATCHES[(at + Math.floor(at / colors.length)) % HATCHES.length] ?? 'none',
      value: (variant) => variant.violations[name] ?? 0,
    })),
    text: formatCount,
    total: (variant) => formatCount(totalViolations(variant)),
    scale: 1,
    tickFormat: {},
  })
}

/** The four parts of a loss, with the words that every output uses. */
export const LOSS_PARTS: readonly { key: keyof Loss; name: string; about: string; color: string; hatch: Hatch }[] = [
  {
    key: 'overchargeCents',
    name: 'charged too much',
    about: 'Charged beyond the price to buyers whose purchase was confirmed.',
    color: OKABE_ITO.vermillion,
    hatch: 'none',
  },
  {
    key: 'surplusUnitsCents',
    name: 'goods given away',
    about: 'Units handed out beyond those that were ordered and paid, at their price.',
    color: OKABE_ITO.orange,
    hatch: 'diagonal',
  },
  {
    key: 'chargedWithoutGoodsCents',
    name: 'charged without goods',
    about: 'Charged to buyers who were not confirmed, or did not get all goods.',
    color: OKABE_ITO.purple,
    hatch: 'dots',
  },
  {
    key: 'phantomStockCents',
    name: 'phantom stock',
    about: 'Stock taken for purchases that were not confirmed, where no charge covers it.',
    color: OKABE_ITO.sky,
    hatch: 'back-diagonal',
  },
]

/** What each variant's mistakes cost. */
export function lossChart(result: Result): ChartSpec {
  const currency = result.baseCurrency
  return stackedBars(result, {
    id: 'money-lost',
    title: 'Money lost',
    about: 'What each variant’s mistakes cost; each cent is counted once.',
    unit: currency,
    empty: 'nothing was lost',
    parts: LOSS_PARTS.map(({ key, name, color, hatch }) => ({
      name,
      color,
      hatch,
      value: (variant) => variant.loss[key],
    })),
    text: (cents) => formatMoney(cents, currency),
    total: (variant) => formatMoney(variant.lossCents, currency),
    scale: 100,
    tickFormat: moneyAxisFormat(currency),
  })
}
