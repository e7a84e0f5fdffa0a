import { describe, expect, it } from 'vitest'
import { studentT } from './student.ts'

describe('Student’s t', () => {
  // NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2, upper critical values, columns 0.95, 0.975 and 0.995.
  it.each([
    [1, 6.314, 12.706, 63.657],
    [2, 2.92, 4.303, 9.925],
    [3, 2.353, 3.182, 5.841],
    [4, 2.132, 2.776, 4.604],
    [5, 2.015, 2.571, 4.032],
    [9, 1.833, 2.262, 3.25],
    [10, 1.812, 2.228, 3.169],
    [19, 1.729, 2.093, 2.861],
    [29, 1.699, 2.045, 2.756],
    [30, 1.697, 2.042, 2.75],
    [60, 1.671, 2.0, 2.66],
    [99, 1.66, 1.984, 2.626],
    [100, 1.66, 1.984, 2.626],
  ])('has the quantiles of the printed table for %i degrees of freedom', (degrees, t90, t95, t99) => {
    expect(studentT(0.9, degrees)).toBeCloseTo(t90, 3)
    expect(studentT(0.95, degrees)).toBeCloseTo(t95, 3)
    expect(studentT(0.99, degrees)).toBeCloseTo(t99, 3)
  })

  it('has the closed forms of one and two degrees of freedom', () => {
    for (const confidence of [0.01, 0.5, 0.9, 0.95, 0.999]) {
      expect(studentT(confidence, 1) / Math.tan((Math.PI * confidence) / 2)).toBeCloseTo(1, 10)
      expect(studentT(confidence, 2) / Math.sqrt((2 * confidence ** 2) / (1 - confidence ** 2))).toBeCloseTo(1, 10)
    }
  })

  it('comes down to the normal distribution', () => {
    const normal = 1.959963984540054
    // The first terms of its expansion in 1/ν: Abramowitz and Stegun, 26.7.5.
    const expansion = (degrees: number) =>
      normal +
      (normal ** 3 + normal) / 4 / degrees +
      (5 * normal ** 5 + 16 * normal ** 3 + 3 * normal) / 96 / degrees ** 2
    for (const degrees of [999, 1_000, 9_999]) expect(studentT(0.95, degrees)).toBeCloseTo(expansion(degrees), 8)
    expect(studentT(0.95, 1_000_000)).toBeCloseTo(normal, 5)
  })

  it('falls with each degree of freedom', () => {
    for (let degrees = 1; degrees < 1_000; degrees++) {
      expect(studentT(0.95, degrees + 1)).toBeLessThan(studentT(0.95, degrees))
    }
  })

  it.each([
    [0.95, 0],
    [0.95, 1.5],
    [0.95, Number.NaN],
    [0, 3],
    [1, 3],
  ])('does not exist for confidence %f and %f degrees', (confidence, degrees) => {
    expect(() => studentT(confidence, degrees)).toThrow(RangeError)
  })
})
