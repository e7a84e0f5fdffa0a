/** Differences with their intervals, variant by variant: one panel for each metric, side by side on the slide. */

import {
  axisName,
  type ChartSpec,
  commonOptions,
  commonPlugins,
  type Dataset,
  OKABE_ITO,
  type Plain,
} from '../charts/spec.ts'
import { moneyAxisFormat } from '../format.ts'
import { LEADING } from './metrics.ts'
import type { MetricComparison, Study } from './study.ts'
import { metricFigures } from './words.ts'

type StudyMetric = Study['metrics'][number]

const MOST_PANELS = 4
const MOST_STEPS = 4
/** Of the range, at either end: labels of neighbouring panels stay apart. */
const ROOM = 0.12
/** On white and on black paper. */
const DARK = 'rgba(120, 120, 120, 0.95)'
const FAINT = 'rgba(128, 128, 128, 0.22)'

/** Fillings and shapes differ as well, so that colour is not needed. */
const LOOKS = {
  better: { color: OKABE_ITO.green, fill: OKABE_ITO.green, shape: 'circle' },
  worse: { color: OKABE_ITO.vermillion, fill: OKABE_ITO.vermillion, shape: 'triangle' },
  different: { color: OKABE_ITO.blue, fill: OKABE_ITO.blue, shape: 'rectRot' },
  unclear: { color: OKABE_ITO.grey, fill: '#ffffff', shape: 'circle' },
} as const

/** What differs alike at every seed is no less different; that it has no bar tells it apart. */
function directionOf({ shows, difference }: MetricComparison): 'more' | 'less' | undefined {
  if (shows === 'no-spread') return (difference ?? 0) > 0 ? 'more' : 'less'
  return shows === 'more' || shows === 'less' ? shows : undefined
}

function lookOf(found: MetricComparison, { better }: StudyMetric): (typeof LOOKS)[keyof typeof LOOKS] {
  const direction = directionOf(found)
  if (direction === undefined) return LOOKS.unclear
  if (better === null) return LOOKS.different
  return direction === better ? LOOKS.better : LOOKS.worse
}

/** Axes in dollars and percent, figures in cents and shares. */
const SCALES: Readonly<Record<StudyMetric['unit'], number>> = {
  money: 0.01,
  share: 100,
  count: 1,
  ms: 1,
  'per-second': 1,
}

function foundIn(study: Study, metric: StudyMetric): MetricComparison[] {
  return study.comparisons.flatMap(({ metrics }) => metrics.filter((found) => found.metric === metric.id))
}

interface Axis {
  readonly min: number
  readonly max: number
  readonly ticks: readonly number[]
}

/** Ends with zero inside and room at both; labels at multiples of 1, 2 or 5 times a power of ten, zero among them. */
function axisFor(values: readonly number[]): Axis {
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)]
  const range = high - low || 1
  const power = 10 ** Math.floor(Math.log10(range / MOST_STEPS))
  const step = ([1, 2, 5].find((times) => times * power >= range / MOST_STEPS) ?? 10) * power
  const [first, last] = [Math.ceil(low / step), Math.floor(high / step)]
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12)))
  return { min: low - ROOM * range, max: high + ROOM * range, ticks }
}

/** The line between two panels: a second axis of names, without the names. */
function edge(labels: readonly Plain[], position: Plain): Plain {
  const hidden = { ticks: { display: false }, grid: { display: false } }
  return { axis: 'y', type: 'category', labels, offset: true, position, ...hidden, border: { color: FAINT } }
}

function panelDatasets(metric: StudyMetric, found: readonly MetricComparison[], xAxisID: string): Dataset[] {
  const looks = found.map((each) => lookOf(each, metric))
  const shown = (value: number) => value * SCALES[metric.unit]
  return [
    {
      label: `${metric.name}: difference`,
      type: 'line',
      showLine: false,
      data: found.map(({ difference }) => difference && shown(difference)),
      xAxisID,
      yAxisID: 'y',
      pointRadius: 8,
      pointBorderWidth: 3,
      pointStyle: looks.map(({ shape }) => shape),
      pointBorderColor: looks.map(({ color }) => color),
      pointBackgroundColor: looks.map(({ fill }) => fill),
    },
    {
      label: `${metric.name}: 95 % interval`,
      data: found.map(({ low, high }) => (low === null || high === null ? null : [shown(low), shown(high)])),
      xAxisID,
      yAxisID: 'y',
      grouped: false,
      barThickness: 5,
      backgroundColor: looks.map(({ color }) => color),
    },
  ]
}

interface Panel {
  readonly ticks: { readonly [scale: string]: readonly number[] }
  readonly datasets: readonly Dataset[]
  readonly scales: { readonly [key: string]: Plain }
}

/** @param at its place; each panel has axes of its own */
function panel(study: Study, metric: StudyMetric, at: number): Panel {
  const x = `x${at}`
  const { unit, name } = metric
  const found = foundIn(study, metric)
  const ends = found.flatMap(({ difference, low, high }) => [difference, low, high]).filter((end) => end !== null)
  const { min, max, ticks } = axisFor(ends.map((end) => end * SCALES[unit]))
  const money = unit === 'money' ? moneyAxisFormat(study.baseCurrency) : {}
  const names = study.comparisons.map(({ variant }) => axisName(variant))
  return {
    ticks: { [x]: ticks },
    datasets: panelDatasets(metric, found, x),
    scales: {
      [x]: {
        axis: 'x',
        position: 'bottom',
        stack: 'panels',
        min,
        max,
        title: { display: true, text: unit === 'share' ? `${name} (points)` : name },
        ticks: { autoSkip: false, maxRotation: 0, format: { ...money, notation: 'compact' } },
        // The line of no difference is darker.
        grid: {
          color: ticks.map((tick) => (tick === 0 ? DARK : FAINT)),
          lineWidth: ticks.map((tick) => (tick === 0 ? 2 : 1)),
        },
      },
      ...(at === 0 ? {} : { [`edge${at}`]: edge(names, { [x]: min }) }),
    },
  }
}

const ABOUT = 'Mark: mean difference; bar: its 95 % interval; line: no difference. Hollow where the seeds show none.'

function chartOf(study: Study, id: string, title: string, metrics: readonly StudyMetric[]): ChartSpec {
  const panels = metrics.map((metric, at) => panel(study, metric, at))
  const names = study.comparisons.map(({ variant }) => axisName(variant))
  const sentences = metrics.flatMap((metric) => foundIn(study, metric).map(({ sentence }) => sentence))
  const ticks = Object.assign({}, ...panels.map((each) => each.ticks))
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
          ...commonPlugins(title, ABOUT, { marks: none ? { empty: 'nothing to compare' } : { ticks } }),
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
  const leading = LEADING.flatMap((id) => study.metrics.filter((metric) => metric.id === id))
  const metrics = leading.filter((metric) => differs(study, metric)).slice(0, MOST_PANELS)
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
