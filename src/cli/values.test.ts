import { describe, expect, it } from 'vitest'
import { readDurationMs, readOptions, readOrders, readRate, readSeed, readSeeds } from './values.ts'

describe('values of options', () => {
  it('seeds are whole numbers from 0 on', () => {
    expect(['0', '42', '9007199254740991'].map(readSeed)).toEqual([0, 42, 9_007_199_254_740_991])
    for (const bad of ['', '-1', '1.5', '1e3', 'x', '9007199254740992', '0x10']) expect(readSeed(bad)).toBeUndefined()
  })

  it('ranges of seeds go upwards', () => {
    expect(readSeeds('3..5')).toEqual([3, 4, 5])
    expect(readSeeds('7..7')).toEqual([7])
    expect(readSeeds('1..1000')).toHaveLength(1_000)
    for (const bad of ['', '5', '5..1', '1..1001', '1...3', '-1..2', '1..x']) expect(readSeeds(bad)).toBeUndefined()
  })

  it('orders and rates have limits', () => {
    expect(readOrders('1000000')).toBe(1_000_000)
    for (const bad of ['0', '1000001', '1.5', '']) expect(readOrders(bad)).toBeUndefined()
    expect(readRate('0.5')).toBe(0.5)
    for (const bad of ['0', '-1', '100001', '1e3', '']) expect(readRate(bad)).toBeUndefined()
  })

  it('durations have units, seconds by default', () => {
    expect(['90', '90s', '500ms', '1.5m', '1h'].map(readDurationMs)).toEqual([90_000, 90_000, 500, 90_000, 3_600_000])
    for (const bad of ['', '0', 'soon', '1d', '25h', '-1s', '1 s']) expect(readDurationMs(bad)).toBeUndefined()
  })

  it('mistakes are collected, one line each', () => {
    const read = readOptions()
    expect(read.one('seed', undefined, 'a seed', readSeed)).toBeUndefined()
    expect(read.one('seed', '7', 'a seed', readSeed)).toBe(7)
    expect(read.mistakes).toEqual([])
    read.one('seed', 'x', 'a seed', readSeed)
    read.one('seed', ['1', '2'], 'a seed', readSeed)
    expect(read.mistakes).toEqual(["--seed must be a seed, not 'x'", '--seed is given 2 times; give it once'])
  })
})
