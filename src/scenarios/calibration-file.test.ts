import { describe, expect, it } from 'vitest'
import { type Calibration, QUANTILE_POINTS } from '../core/calibration.ts'
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
    [JSON.stringify({ ...CALIBRATION, calls: { 'order→bank': table.map(() => 'fast') } }), 'calls.order→bank.0: '],
    [JSON.stringify({ ...CALIBRATION, more: 1 }), 'more'],
  ])('that is none is told in one sentence: %s', (text, words) => {
    const { wrong } = readCalibration(text)
    expect(wrong).toContain(words)
    expect(wrong?.split('\n')).toHaveLength(1)
  })
})
