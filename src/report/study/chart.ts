/** Differences with their intervals, variant by variant: one panel for each metric, side by side on the slide. */

import {
  axisName,
  type ChartSpec,
  commonOptions,
  commonPlugins,
  type Dataset,
  OKABE_ITO,
  type Plain,
} from '../chart-spec.ts'
import { moneyAxisFormat } from '../format.ts'
import { LEADING } from './metrics.ts'
import type { MetricComparison, Study } from './study.ts'
import { metricFigures } from './words.ts'

type StudyMetric = Study['metrics'][number]

const MOST_PANELS = 4
const DARK = '#555555'

/** Fillings and shapes differ as well, so that colour is not needed. */
const LOOKS = {
  better: { color: OKABE_ITO.green, fill: OKABE_ITO.green, shape: 'circle' },
  worse: { color: OKABE_ITO.vermillion, fill: OKABE_ITO.vermillion, shape: 'triangle' },
  different: { color: OKABE_ITO.blue, fill: OKABE_ITO.blue, shape: 'rectRot' },
  unclear: { color: OKABE_ITO.grey, fill: '#ffffff', shape: 'circle' },
} as const

function lookOf({ shows }: MetricComparison, { better }: StudyMetric): (typeof LOOKS)[keyof typeof LOOKS] {
  if (shows !== 'more' && shows !== 'less') return LOOKS.unclear
  if (better === null) return LOOKS.different
  return shows === better ? LOOKS.better : LOOKS.worse
}

/** Axes in dollars and percent, figures in cents and shares. */
const SCALES: Readonly<Record<StudyMetric['unit'], number>> = {
  money: 0.01,
  share: 100,
  count: 1,
  ms: 1,
  'per-second': 1,
}

function scaled(value: number | null, unit: StudyMetric['unit']): number | null {
  return value === null ? null : value * SCALES[unit]
}

function foundIn(study: Study, metric: StudyMetric): MetricComparison[] {
  return study.comparisons.flatMap(({ metrics }) => metrics.filter((found) => found.metric === metric.id))
}

interface Panel {
  readonly datasets: readonly Dataset[]
  readonly scales: { readonly [key: string]: Plain }
}

/** @param at its place; each panel has axes of its own */
function panel(study: Study, metric: StudyMetric, at: number): Panel {
  const [x, zero] = [`x${at}`, `zero${at}`]
  const found = foundIn(study, metric)
  const looks = found.map((each) => lookOf(each, metric))
  const { unit } = metric
  const names = study.comparisons.map(({ variant }) => axisName(variant))
  const intervals = found.map(({ low, high }) =>
    low === null || high === null ? null : [scaled(low, unit), scaled(high, unit)],
  )
  const tickFormat = unit === 'money' ? moneyAxisFormat(study.baseCurrency) : {}
  return {
    datasets: [
      {
        label: `${metric.name}: difference`,
        type: 'line',
        showLine: false,
        data: found.map(({ difference }) => scaled(difference, unit)),
        xAxisID: x,
        yAxisID: 'y',
        pointRadius: 8,
        pointBorderWidth: 3,
        pointStyle: looks.map(({ shape }) => shape),
        pointBorderColor: looks.map(({ color }) => color),
        pointBackgroundColor: looks.map(({ fill }) => fill),
      },
      {
        label: `${metric.name}: 95 % interval`,
        data: intervals,
        xAxisID: x,
        yAxisID: 'y',
        grouped: false,
        barThickness: 5,
        // An interval of no width is still there to be seen.
        minBarLength: 1,
        backgroundColor: looks.map(({ color }) => color),
      },
    ],
    scales: {
      [x]: {
        axis: 'x',
        position: 'bottom',
        stack: 'panels',
        beginAtZero: true,
        // So that nobody's interval lies on the border between two panels.
        grace: '10%',
        title: { display: true, text: unit === 'share' ? `${metric.name} (points)` : metric.name },
        ticks: { maxTicksLimit: 4, maxRotation: 0, format: tickFormat },
      },
      // The line of no difference: a second axis of names, without the names, that crosses at zero.
      [zero]: {
        axis: 'y',
        type: 'category',
        labels: names,
        offset: true,
        position: { [x]: 0 },
        ticks: { display: false },
        grid: { display: false },
        border: { color: DARK, width: 2 },
      },
    },
  }
}

const ABOUT = 'Mark: mean difference; bar: its 95 % interval; line: no difference. Hollow where the seeds show none.'

function chartOf(study: Study, id: string, title: string, metrics: readonly StudyMetric[]): ChartSpec {
  const panels = metrics.map((metric, at) => panel(study, metric, at))
  const names = study.comparisons.map(({ variant }) => axisName(variant))
  const sentences = metrics.flatMap((metric) => foundIn(study, metric).map(({ sentence }) => sentence))
  const none = metrics.length === 0 || names.length === 0
  return {
    id,
    title,
    about: ABOUT,
    label: `${title}. ${sentences.join(' ')}`,
    config: {
      type: 'bar',
      data: { labels: names, datasets: panels.flatMap(({ datasets }) => datasets) },
      options: {
        ...commonOptions(title, ABOUT),
        indexAxis: 'y',
        scales: Object.assign(
          { y: { axis: 'y', type: 'category', offset: true, grid: { display: false } } },
          ...panels.map(({ scales }) => scales),
        ),
        plugins: {
          ...commonPlugins(title, ABOUT, none ? { marks: { empty: 'nothing to compare' } } : {}),
          legend: { display: false, labels: {} },
        },
      },
    },
    table: {
      columns: ['variant', 'metric', 'mean', `mean of ${study.reference}`, 'difference', '95 % interval', 'seeds'],
      rows: metrics.flatMap((metric) =>
        foundIn(study, metric).map((found, at) => {
          const { mean, referenceMean, difference, interval } = metricFigures(metric.unit, found, study.baseCurrency)
          const variant = study.comparisons[at]?.variant ?? ''
          return [variant, metric.name, mean, referenceMean, difference, interval, String(found.seeds)]
        }),
      ),
    },
  }
}

/** Whether there is anything to see: somebody differs in it. */
function differs(study: Study, metric: StudyMetric): boolean {
  return foundIn(study, metric).some(({ shows, seeds }) => shows !== 'same' && seeds > 0)
}

/** The picture for a slide: what one looks at first, as far as there is anything to see. @param study cleaned */
export function slideChart(study: Study): ChartSpec {
  const byKind = study.metrics.filter(({ id }) => id.endsWith('-good'))
  const leading = LEADING.flatMap((id) => study.metrics.filter((metric) => metric.id === id))
  const metrics = [...byKind, ...leading].filter((metric) => differs(study, metric)).slice(0, MOST_PANELS)
  return chartOf(study, 'study', `Differences to ${study.reference}`, metrics)
}

/** One picture for each metric in which anybody differs. @param study cleaned */
export function metricCharts(study: Study): ChartSpec[] {
  return study.metrics
    .filter((metric) => differs(study, metric))
    .map((metric) =>
      chartOf(study, `difference-${metric.id}`, `${metric.name}: difference to ${study.reference}`, [metric]),
    )
}
