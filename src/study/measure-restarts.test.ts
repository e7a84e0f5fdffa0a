import { describe, expect, it } from 'vitest'
import { type Cold, drawFrom } from '../core/calibration.ts'
import type { JournalLine } from '../core/event.ts'
import { measureRestarts } from './measure-restarts.ts'

function lineOf(node: string, incarnation: number, atMs: number, event: object): JournalLine {
  return { node, incarnation, atMs, ...event } as JournalLine
}

/** The requests of a life that are measured, the last ones by what those of their step take. */
const cold = (...first: number[]) => [...first, ...Array(64 - first.length).fill(0)]
const CHARGE = { operation: 'do', effect: 'charge' }

/** The bank is called so often, and each call takes so long. In one life after the other, journals by name and not by time. */
function callsOf(lives: Readonly<Record<number, readonly number[]>>): JournalLine[] {
  const all = Object.entries(lives).flatMap(([life, calls]) =>
    calls.map((ms, n) => ({
      life: Number(life),
      ms,
      purchase: `p-${life}-${n}`,
      atMs: Number(life) * 10_000 + n * 100,
    })),
  )
  const bank = all.map(({ life, purchase, atMs }) =>
    lineOf('bank', life, atMs, { type: 'received', purchase, ...CHARGE }),
  )
  const heard = { type: 'heard', from: 'bank', status: 200, ...CHARGE }
  const payment = all.map(({ purchase, atMs, ms }) =>
    lineOf('payment', 1, atMs + ms, { ...heard, purchase, afterMs: ms }),
  )
  return [...payment, ...bank.reverse().toSorted((a, b) => (a.incarnation === b.incarnation ? a.atMs - b.atMs : 0))]
}

function coldOf(lines: readonly JournalLine[]): Cold {
  const measuring = measureRestarts()
  for (const line of lines) measuring.line(line)
  measuring.endTraffic()
  return measuring.measured().cold as Cold
}

it('measures how long a service that was killed takes until it is up again', () => {
  const measuring = measureRestarts()
  const line = (incarnation: number, atMs: number, event: object) =>
    measuring.line(lineOf('logging', incarnation, atMs, event))
  // Journals are read in the order of their names.
  line(2, 520, { type: 'started' })
  line(2, 600, { type: 'strike', fatal: true })
  line(1, 0, { type: 'started' })
  line(1, 100, { type: 'strike', fatal: false })
  line(1, 200, { type: 'strike', fatal: true })
  line(3, 920, { type: 'started' })
  // One that the run's end took.
  line(3, 990, { type: 'strike', fatal: true })
  measuring.endTraffic()
  expect(drawFrom(measuring.measured().boot, 0.5)).toBe(320_000)
})

describe('the first requests of a life', () => {
  it('are measured by what they take beyond those to a warm service', () => {
    const warm = [2, 3, 2, 2, 4, 2, 2]
    const lines = callsOf({ 1: warm, 2: [22, 12, 2, 1.5], 3: [32, 8], 4: [12, 10, 1] })
    expect(coldOf(lines)).toEqual({ serving: cold(20_000, 8_000), calling: cold() })
  })

  it('are measured in steps that grow', () => {
    const slow = Array.from({ length: 70 }, (_, at) => (at < 8 ? 12 : at < 32 ? 4 : at < 64 ? 3 : 2))
    const { serving } = coldOf(callsOf({ 1: [2, 2, 2], 2: slow }))
    expect(serving).toEqual([...Array(8).fill(10_000), ...Array(24).fill(2_000), ...Array(32).fill(1_000)])
  })

  it('are measured in each variant by itself, and taken together', () => {
    const measuring = measureRestarts()
    for (const first of [12, 22, 52]) {
      for (const line of callsOf({ 1: [2], 2: [first] })) measuring.line(line)
      measuring.endTraffic()
    }
    expect(measuring.measured().cold?.serving[0]).toBe(20_000)
  })

  it('are no slower than those before them', () => {
    const lines = callsOf({ 1: [2], 2: [12, 4, 9, 22] })
    expect(coldOf(lines)).toMatchObject({ serving: cold(10_000, 2_000, 2_000, 2_000) })
  })

  it('are measured by the attempt that was answered, in the life that answered it', () => {
    const [heard] = callsOf({ 2: [30] })
    const lost = lineOf('bank', 1, 19_000, { type: 'received', purchase: 'p-2-0', ...CHARGE })
    expect(coldOf([...callsOf({ 1: [2] }), lost, ...callsOf({ 2: [30] })])).toMatchObject({ serving: { 0: 28_000 } })
    // What nobody has received was answered by nobody.
    expect(coldOf([...callsOf({ 1: [2] }), heard as JournalLine])).toEqual({ serving: cold(), calling: cold() })
  })

  it('say nothing where the call waited for somebody else, or nothing warm is known of its kind', () => {
    expect(coldOf(callsOf({ 1: [2], 2: [2_000] }))).toEqual({ serving: cold(), calling: cold() })
    expect(coldOf(callsOf({ 2: [30] }))).toEqual({ serving: cold(), calling: cold() })
  })
})
