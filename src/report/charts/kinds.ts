/** How each kind of request fared in each variant. */

import type { RequestKind } from '../../core/purchase.ts'
import type { KindResult, Result, VariantResult } from '../../core/result.ts'
import { formatCount, formatShare, NOT_MEASURED } from '../format.ts'
import { focusText } from '../kinds.ts'
import { axisName, type ChartSpec, commonOptions, commonPlugins, HATCHES, LONG_BESIDE, OKABE_ITO } from './spec.ts'

const COLORS = [OKABE_ITO.green, OKABE_ITO.sky, OKABE_ITO.orange, OKABE_ITO.purple, OKABE_ITO.blue] as const

function kindsOf({ variants }: Result): RequestKind[] {
  return [...new Set(variants.flatMap(({ kinds }) => kinds.map(({ kind }) => kind)))]
}

/** Whether anybody came for anything but an order. */
export function otherThanOrders(result: Result): boolean {
  return kindsOf(result).some((kind) => kind !== 'order')
}

function shareOf(found: KindResult | undefined): number | null {
  return found && found.focus.arrived > 0 ? found.focus.good / found.focus.arrived : null
}

/** Good answers as a share of those who came within the scenario's focus: a bar for each kind, in each variant. */
export function goodByKindChart(result: Result): ChartSpec {
  const { variants } = result
  const kinds = kindsOf(result)
  const only = kinds.length === 1 ? kinds[0] : undefined
  const title = 'Told yes, truthfully and in time'
  const about = `Of those who meant to ask ${focusText(result)}, by what they came for.`
  const found = (variant: VariantResult, kind: RequestKind) => variant.kinds.find((each) => each.kind === kind)
  const inWords = (variant: VariantResult, kind: RequestKind) => {
    const share = shareOf(found(variant, kind))
    return share === null ? NOT_MEASURED : formatShare(share)
  }
  return {
    id: 'good-by-kind',
    title,
    about,
    label: `${title}: ${variants.map((variant) => `${variant.name} ${kinds.map((kind) => `${kind} ${inWords(variant, kind)}`).join(', ')}`).join('; ')}.`,
    config: {
      type: 'bar',
      data: {
        labels: variants.map(({ name }) => axisName(name, LONG_BESIDE)),
        datasets: kinds.map((kind, at) => ({
          label: kind,
          data: variants.map((variant) => (shareOf(found(variant, kind)) ?? 0) * 100),
          texts: only === undefined ? variants.map((variant) => inWords(variant, kind)) : [],
          backgroundColor: COLORS[at % COLORS.length] ?? OKABE_ITO.grey,
          hatch: HATCHES[at % HATCHES.length] ?? 'none',
          pointStyle: 'rect',
          maxBarThickness: 60,
        })),
      },
      options: {
        ...commonOptions(title, about),
        indexAxis: 'y',
        scales: {
          x: { min: 0, max: only === undefined ? 100 : 120, title: { display: true, text: '% of those who came' } },
          y: { grid: { display: false }, ticks: { autoSkip: false } },
        },
        plugins: commonPlugins(title, about, {
          // One bar a variant: beside it is room for its figure, however short it is.
          marks: only === undefined ? {} : { totals: variants.map((variant) => inWords(variant, only)) },
        }),
      },
    },
    table: {
      columns: ['variant', 'kind', 'came', 'good', 'share'],
      rows: variants.flatMap((variant) =>
        kinds.map((kind) => {
          const focus = found(variant, kind)?.focus
          return [
            variant.name,
            kind,
            formatCount(focus?.arrived ?? 0),
            formatCount(focus?.good ?? 0),
            inWords(variant, kind),
          ]
        }),
      ),
    },
  }
}
