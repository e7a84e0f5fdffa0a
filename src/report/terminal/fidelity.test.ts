import { expect, it } from 'vitest'
import type { Fidelity, VariantFidelity } from '../../core/fidelity.ts'
import { renderFidelity } from './fidelity.ts'

const quantiles = (p50: number) => ({ p50, p90: 2 * p50, p99: null, max: null })

const VARIANT: VariantFidelity = {
  name: 'retry+key',
  verdicts: { real: ['PASS', 'PASS'], virtual: 'PASS' },
  expectations: [
    { expectation: 'all-or-nothing holds', holds: { real: [true, true], virtual: true }, met: true },
    { expectation: 'no order is lost', holds: { real: [true, true], virtual: true }, met: true },
  ],
  wassersteinMs: { toReal: 0.84, floor: 0.3, limit: 1.3, met: true },
  otherOutcome: { toReal: 0.02, floor: 0, limit: 0.01, met: false },
  outcomes: { confirmed: { real: [60, 59], virtual: 58 } },
  purchases: 60,
  firstStrikes: { real: [7, 7], virtual: 7 },
  violations: { 'never-oversold': { real: [1, 2], virtual: 3 } },
  latencyMs: { real: [quantiles(10), quantiles(11)], virtual: quantiles(12) },
  goodputPerSecond: { real: [15.61, 15.58], virtual: 15.6 },
  callMs: { 'order→payment': { real: [5.21, null], virtual: 5.5 } },
  misses: ['2.0 % of the purchases end in another way; between real runs it is 0.0 %, so at most 1.0 %.'],
  notJudged: [],
}

const FIDELITY: Fidelity = {
  schemaVersion: 1,
  scenario: 'calm',
  seed: 42,
  flags: [],
  faithful: false,
  calibration: 'sha256:0123456789abcdef',
  runs: [
    { mode: 'real', folder: '/a', loadAverage: 0.5 },
    { mode: 'real', folder: '/b', loadAverage: 1 },
    { mode: 'virtual', folder: '/c', loadAverage: 2.25 },
  ],
  variants: [VARIANT],
}

function rowOf(text: string, what: string) {
  const line = text.split('\n').find((each) => each.trim().startsWith(what))
  return line?.trim().split(/ {2,}/)
}

it('sets each figure beside the real ones, and what is judged beside its floor', () => {
  const text = renderFidelity(FIDELITY)
  const row = (what: string) => rowOf(text, what)
  expect(row('latencies apart')).toEqual(['latencies apart (Wasserstein-1), ms', '0.84', '0.30', '1.30', 'ok'])
  expect(row('another outcome')).toEqual(['another outcome, % of purchases', '2.0', '0.0', '1.0', 'MISSED'])
  expect(row('expectations')).toEqual(['expectations that hold, of 2', '2 / 2', '2', 'ok'])
  expect(row('latency p50')).toEqual(['latency p50, ms', '10.0 / 11.0', '12.0'])
  expect(row('latency p99')).toEqual(['latency p99, ms', '– / –', '–'])
  expect(row('call order→payment')).toEqual(['call order→payment p50, ms', '5.2 / –', '5.5'])
  expect(row('violations')).toEqual(['violations: never-oversold', '1 / 2', '3'])
  expect(text).toContain('real 0.50, real 1.00, virtual 2.25')
})

it('ends with the verdict and every miss', () => {
  expect(renderFidelity(FIDELITY)).toMatch(/NOT FAITHFUL:\n {2}retry\+key: 2\.0 % of the purchases .*\n$/)
  const faithful = { ...FIDELITY, faithful: true, calibration: null, variants: [{ ...VARIANT, misses: [] }] }
  expect(renderFidelity(faithful)).toMatch(/FAITHFUL: the virtual world did what the real one did\.\n$/)
  expect(renderFidelity(faithful)).toContain('the built-in pace')
})

it('says what was not judged, and does not call it faithful', () => {
  const unknown: VariantFidelity = {
    ...VARIANT,
    expectations: [
      { expectation: 'all-or-nothing holds', holds: { real: [true, true], virtual: true }, met: true },
      { expectation: 'no order is lost', holds: { real: [true, false], virtual: true }, met: null },
    ],
    wassersteinMs: { toReal: 0.84, floor: null, limit: null, met: null },
    otherOutcome: { toReal: 0, floor: 0, limit: 0.01, met: true },
    misses: [],
    notJudged: ['Latencies are not judged.'],
  }
  const text = renderFidelity({ ...FIDELITY, faithful: null, variants: [unknown] })
  expect(rowOf(text, 'latencies apart')?.slice(1)).toEqual(['0.84', '–', '–', 'not judged'])
  expect(rowOf(text, 'expectations')?.slice(1)).toEqual(['2 / 1', '2', 'not judged'])
  expect(rowOf(text, 'another outcome')?.at(-1)).toBe('ok')
  expect(text).toMatch(/\nNOT JUDGED: .*\n {2}retry\+key: Latencies are not judged\.\n$/)
  const missed = renderFidelity({ ...FIDELITY, variants: [VARIANT, unknown] })
  expect(missed).toMatch(/\nNOT FAITHFUL:\n.*another way.*\n {2}retry\+key: Latencies are not judged\.\n$/)
})
