import { describe, expect, it } from 'vitest'
import { type Calibration, drawFrom, QUANTILE_POINTS, tableOf } from '../../core/calibration.ts'
import { keyedDraw } from '../../core/draw.ts'
import { drawLegs } from './legs.ts'
import { builtInPace, calibratedPace } from './pace.ts'

const REQUEST = { purchase: 'p-1', operation: 'do', effect: 'charge' } as const
const flat = (micros: number) => QUANTILE_POINTS.map(() => micros)
const MIDDLE = { there: 0.5, back: 0.5, request: 0.5, answer: 0.5 }

const calibration: Calibration = {
  kind: 'faultline-calibration',
  schemaVersion: 1,
  machine: {},
  orders: 1,
  calls: { 'order→payment': flat(1_000), 'traffic→order': flat(2_000) },
  work: {
    payment: { 'request do:charge': flat(300), 'request undo:charge': flat(500) },
    order: { 'answer do:charge': flat(200) },
  },
  setOut: flat(700),
  boot: flat(0),
}

describe('the times of a call', () => {
  it('are the same for the same seed, and others for another', () => {
    const timesOf = (seed: number) => drawLegs(keyedDraw(seed))('order→payment', REQUEST)
    expect(timesOf(1)).toEqual(timesOf(1))
    expect(timesOf(1)).not.toEqual(timesOf(2))
  })

  it('are drawn anew for each time that it is sent', () => {
    const legsOf = drawLegs(keyedDraw(1))
    expect(legsOf('order→payment', REQUEST)).not.toEqual(legsOf('order→payment', REQUEST))
  })

  it('by default keep a node busy for 20 to 60 microseconds', () => {
    const legsOf = drawLegs(keyedDraw(1))
    const work = Array.from({ length: 2_000 }, () => legsOf('order→payment', REQUEST)).flatMap((times) => [
      times.requestMicros,
      times.answerMicros,
    ])
    expect(Math.min(...work)).toBeGreaterThanOrEqual(20)
    expect(Math.max(...work)).toBeLessThanOrEqual(60)
    expect(work.reduce((sum, each) => sum + each, 0) / work.length).toBeCloseTo(40, 0)
  })

  it('on the way do not depend on how long the work takes', () => {
    const luck = { there: 0.3, back: 0.7, request: 0.1, answer: 0.9 }
    const call = { path: 'order→payment', operation: 'do', effect: 'charge', sent: 1 }
    const { thereMicros, backMicros } = builtInPace(call, luck)
    expect(builtInPace(call, { ...luck, request: 0.8 })).toMatchObject({ thereMicros, backMicros })
  })
})

describe('a calibrated pace', () => {
  const pace = calibratedPace(calibration)
  const call = { path: 'order→payment', operation: 'do', effect: 'charge', sent: 1 }

  it('shares what a call takes between both legs and both ends, and adds the work', () => {
    expect(pace(call, MIDDLE)).toEqual({ thereMicros: 0, backMicros: 0, requestMicros: 800, answerMicros: 700 })
    const wide = { ...calibration, calls: { 'order→payment': QUANTILE_POINTS.map((point) => 1_000 + point * 1_000) } }
    const { thereMicros, backMicros, requestMicros, answerMicros } = calibratedPace(wide)(call, MIDDLE)
    expect(thereMicros + backMicros + requestMicros + answerMicros).toBeCloseTo(1_500 + 300 + 200, 6)
  })

  it('lets a buyer set out late, the first time', () => {
    // Of two milliseconds one is work at the order service; the other is the way back and the reading of the answer.
    const visit = { path: 'traffic→order', operation: 'place', effect: 'order', sent: 1 }
    expect(pace(visit, MIDDLE).thereMicros).toBe(700)
    expect(pace({ ...visit, sent: 2 }, MIDDLE).thereMicros).toBe(0)
    expect(pace(visit, MIDDLE)).toMatchObject({ backMicros: 1_000, requestMicros: 1_000 })
  })

  it('takes other work of the service for what was not measured', () => {
    expect(pace({ ...call, operation: 'abort' }, MIDDLE).requestMicros).toBe(800)
    expect(pace({ ...call, path: 'payment→nowhere' }, MIDDLE).requestMicros).toBeGreaterThan(0)
  })
})

describe('a table', () => {
  it('gives back what it was made of', () => {
    const sample = Array.from({ length: 10_001 }, (_, n) => n)
    const table = tableOf(sample)
    for (const luck of [0, 0.1, 0.5, 0.93, 0.999, 1]) expect(drawFrom(table, luck)).toBeCloseTo(luck * 10_000, -1)
    expect(tableOf([7])).toEqual(flat(7))
    expect(tableOf([])).toEqual(flat(0))
  })
})
