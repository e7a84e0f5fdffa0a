import { describe, expect, it } from 'vitest'
import { type Calibration, QUANTILE_POINTS } from '../core/calibration.ts'
import { EDGES, SERVICES } from '../core/topology.ts'
import { digestOf, readCalibration, strangerTo, writeCalibration } from './calibration-file.ts'

const table = QUANTILE_POINTS.map((_, n) => 100 + n)
const CALIBRATION: Calibration = {
  kind: 'faultline-calibration',
  schemaVersion: 1,
  machine: { cores: 2, model: 'some machine' },
  orders: 480,
  calls: { 'order→payment': table },
  work: { payment: { 'request do:charge': table } },
  setOut: table,
  boot: table,
  cold: { calling: [9_000, 800, 0], serving: [] },
}

describe('a calibration', () => {
  it('is read as it was written, and named by what is in it', () => {
    const text = writeCalibration(CALIBRATION)
    const { calibration } = readCalibration(text)
    expect(calibration).toEqual(CALIBRATION)
    expect(digestOf(calibration as Calibration)).toBe(digestOf(CALIBRATION))
    expect(digestOf({ ...CALIBRATION, orders: 481 })).not.toBe(digestOf(CALIBRATION))
  })

  it('knows the machine where it was measured', () => {
    expect(strangerTo({ cores: 2, model: 'some machine', node: '24.0.0' }, CALIBRATION)).toBeUndefined()
    expect(strangerTo({ cores: 8, model: 'some machine' }, CALIBRATION)).toBe('cores 2, here 8')
  })

  it.each([
    ['', 'it is no calibration of Faultline'],
    ['{"kind": "faultline-calib', 'it is no calibration of Faultline'],
    ['[1, 2]', 'it is no calibration of Faultline'],
    ['{"schemaVersion": 1, "scenario": "calm"}', 'it is no calibration of Faultline'],
    [JSON.stringify({ ...CALIBRATION, schemaVersion: 7 }), 'its schemaVersion is 7'],
    [JSON.stringify({ ...CALIBRATION, calls: {} }), 'calls: must name a path'],
    [JSON.stringify({ ...CALIBRATION, setOut: table.slice(1) }), 'setOut: '],
    [JSON.stringify({ ...CALIBRATION, setOut: table.toReversed() }), 'setOut: must not fall'],
    [JSON.stringify({ ...CALIBRATION, setOut: table.map((n, at) => (at === 3 ? 'fast' : n)) }), 'setOut.3: '],
    [JSON.stringify({ ...CALIBRATION, more: 1 }), 'more'],
    [JSON.stringify({ ...CALIBRATION, cold: { calling: [5, -1], serving: [] } }), 'cold.calling.1: '],
  ])('that is none is told in one sentence: %s', (text, words) => {
    const { wrong } = readCalibration(text)
    expect(wrong).toEqual([expect.stringContaining(words)])
    expect(wrong?.[0]).not.toContain('\n')
  })

  it('says every mistake at once, each with its place and what to write instead', () => {
    const text = JSON.stringify({
      ...CALIBRATION,
      orders: 0,
      calls: { 'order→payment': table, 'order→paymnt': table, 'order→bank': table },
      work: {
        paymet: { 'request do:charge': table },
        bank: { 'request charg:charge': table, 'answer do:chargeback': table, 'do:charge': table },
      },
    })
    expect(readCalibration(text).wrong).toEqual([
      expect.stringMatching(/^orders: /),
      "work.bank.do:charge: must be such as 'request do:charge' or 'answer do:charge'",
      "calls.order→paymnt: unknown path 'order→paymnt'; did you mean 'order→payment'?",
      expect.stringMatching(/^calls\.order→bank: unknown path 'order→bank'; choose one of traffic→order, /),
      "work.paymet: unknown service 'paymet'; did you mean 'payment'?",
      expect.stringMatching(
        /^work\.bank\.request charg:charge: unknown operation 'charg'; choose one of place, query, /,
      ),
      expect.stringMatching(/^work\.bank\.answer do:chargeback: unknown effect 'chargeback'; did you mean 'charge'/),
    ])
  })

  it('says no more than can be read, however much is wrong', () => {
    const names = Array.from({ length: 1_000 }, (_, n) => [`${'x'.repeat(1_000)}${n}`, table])
    const { wrong = [] } = readCalibration(JSON.stringify({ ...CALIBRATION, work: Object.fromEntries(names) }))
    expect(wrong).toHaveLength(21)
    expect(wrong.at(-1)).toMatch(/^and \d+ more of the kind$/)
    for (const each of wrong) expect(each.length).toBeLessThan(300)
  })

  it('may be older, and know nothing of how cold a restarted service is', () => {
    const { cold: _, ...older } = CALIBRATION
    const { calibration } = readCalibration(JSON.stringify(older))
    expect(calibration).toEqual(older)
    expect(digestOf(calibration as Calibration)).toBe(digestOf(older))
  })

  it('may name all that is measured', () => {
    const paths = ['traffic→order', ...EDGES].map((path) => [path, table])
    const works = ['request place:order', 'answer query:stock', 'request inquire:charge', 'request do:quote']
    const work = Object.fromEntries(works.map((name) => [name, table]))
    const all = { calls: Object.fromEntries(paths), work: Object.fromEntries(SERVICES.map((name) => [name, work])) }
    expect(readCalibration(JSON.stringify({ ...CALIBRATION, ...all })).wrong).toBe(undefined)
  })
})
