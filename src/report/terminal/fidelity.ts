/** Fidelity for a terminal: each figure of the virtual world beside the real one, and beside what real runs differ by. */

import type { Distance, Fidelity, Sides, VariantFidelity } from '../../core/fidelity.ts'
import type { Quantiles } from '../../core/result.ts'

const NONE = '–'

type Row = readonly [what: string, real: string, virtual: string, floor: string, limit: string, judged: string]

const HEAD: Row = ['', 'real', 'virtual', 'real to real', 'at most', '']

export function renderFidelity(fidelity: Fidelity): string {
  const { scenario, seed, runs, calibration, variants, faithful } = fidelity
  const loads = runs.map(({ mode, loadAverage }) => `${mode} ${loadAverage.toFixed(2)}`).join(', ')
  const times = calibration === null ? 'the built-in pace' : `a calibration (${calibration.slice(0, 15)})`
  const rows = variants.map((variant) => [[`${variant.name}`, '', '', '', '', ''] as Row, ...rowsOf(variant)])
  const widths = widthsOf([HEAD, ...rows.flatMap((each) => each.slice(1))])
  const lines = rows.flatMap(([title, ...others]) => ['', title?.[0] ?? '', ...others.map((row) => line(row, widths))])
  const said = variants.flatMap(({ name, misses, notJudged }) =>
    [...misses, ...notJudged].map((each) => `  ${name}: ${each}`),
  )
  return [
    `Fidelity of ${scenario}, seed ${seed}: ${runs.length - 1} real runs beside a virtual one, which took its times from ${times}`,
    `Load of the machine after each run: ${loads}`,
    '',
    line(HEAD, widths),
    ...lines,
    '',
    endOf(faithful),
    ...said,
    '',
  ].join('\n')
}

function endOf(faithful: Fidelity['faithful']): string {
  if (faithful === null) return 'NOT JUDGED: nothing misses, and not everything could be judged:'
  return faithful ? 'FAITHFUL: the virtual world did what the real one did.' : 'NOT FAITHFUL:'
}

function rowsOf(variant: VariantFidelity): Row[] {
  const { wassersteinMs, otherOutcome, expectations, outcomes, firstStrikes, violations } = variant
  const same = expectations.map(({ holds }) => holds)
  const held = (side: (holds: Sides<boolean | null>) => boolean) => String(same.filter(side).length)
  return [
    [
      `expectations that hold, of ${expectations.length}`,
      list(variant.verdicts.real.map((_, run) => held(({ real }) => real[run] === true))),
      held(({ virtual }) => virtual === true),
      '',
      '',
      verdict(worstOf(expectations.map(({ met }) => met))),
    ],
    ['latencies apart (Wasserstein-1), ms', '', ...distance(wassersteinMs, (ms) => ms.toFixed(2))],
    ['another outcome, % of purchases', '', ...distance(otherOutcome, (share) => (100 * share).toFixed(1))],
    ...quantileRows(variant.latencyMs),
    ...Object.entries(variant.callMs).map(([edge, ms]) => plain(`call ${edge} p50, ms`, ms, shownMs)),
    plain('goodput/s', variant.goodputPerSecond, (value) => value.toFixed(1)),
    plain('first-attempt strikes', firstStrikes, String),
    ...Object.entries(outcomes).map(([outcome, counts]) => plain(outcome, counts, String)),
    ...Object.entries(violations).map(([name, counts]) =>
      plain(`violations: ${name}`, counts as Sides<number>, String),
    ),
  ]
}

function distance({ toReal, floor, limit, met }: Distance, show: (value: number) => string) {
  const shown = (value: number | null) => (value === null ? NONE : show(value))
  return [shown(toReal), shown(floor), shown(limit), verdict(met)] as const
}

function shownMs(ms: number | null): string {
  return ms?.toFixed(1) ?? NONE
}

function verdict(met: boolean | null): string {
  if (met === null) return 'not judged'
  return met ? 'ok' : 'MISSED'
}

function worstOf(all: readonly (boolean | null)[]): boolean | null {
  if (all.includes(false)) return false
  return all.includes(null) ? null : true
}

function quantileRows({ real, virtual }: Sides<Quantiles>): Row[] {
  return (['p50', 'p90', 'p99'] as const).map((which) =>
    plain(`latency ${which}, ms`, { real: real.map((each) => each[which]), virtual: virtual[which] }, shownMs),
  )
}

function plain<T>(what: string, { real, virtual }: Sides<T>, show: (value: T) => string): Row {
  return [what, list(real.map(show)), show(virtual), '', '', '']
}

function list(values: readonly string[]): string {
  return values.join(' / ')
}

function widthsOf(rows: readonly Row[]): number[] {
  return HEAD.map((_, column) => Math.max(...rows.map((row) => (row[column] as string).length)))
}

function line(row: Row, widths: readonly number[]): string {
  const [what, ...figures] = row
  const cells = figures.map((figure, n) => figure.padStart(widths[n + 1] as number))
  return `  ${[what.padEnd(widths[0] as number), ...cells].join('  ')}`.trimEnd()
}
