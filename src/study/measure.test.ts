import { expect, it } from 'vitest'
import { drawFrom } from '../core/calibration.ts'
import type { JournalLine } from '../core/event.ts'
import { measureCalls } from './measure.ts'

/** One payment over the bank: the buyer asks at 10 ms, half a millisecond late. Times in milliseconds. */
function journalsOf(purchase: string): JournalLine[] {
  const charge = { purchase, effect: 'charge', operation: 'do' }
  const place = { purchase, effect: 'payment', operation: 'place' }
  const line = (node: string, atMs: number, event: object) => ({ node, atMs, incarnation: 1, ...event }) as JournalLine
  const answered = { type: 'answered', status: 200, reason: null }
  return [
    line('bank', 14, { type: 'received', ...charge, attempt: 1, key: null }),
    line('bank', 14.25, { ...answered, ...charge }),
    line('order', 11, { type: 'received', ...place, attempt: 1, key: null }),
    line('order', 11.5, { type: 'sent', ...charge, to: 'bank', attempt: 1, key: null }),
    line('order', 16, { type: 'heard', ...charge, from: 'bank', attempt: 1, status: 200, afterMs: 4.5 }),
    // Two things go out: the last one ends the work.
    line('order', 16.1, { type: 'sent', purchase, effect: 'notify', operation: 'do', to: 'notification', attempt: 1 }),
    line('order', 16.4, { ...answered, ...place }),
    // Long after, and so of its own accord.
    line('order', 700, { type: 'sent', purchase, effect: 'notify', operation: 'do', to: 'notification', attempt: 2 }),
    line('traffic', 10, { type: 'asked', purchase, effect: 'payment', attempt: 1, key: null }),
    line('traffic', 18, { type: 'told', purchase, effect: 'payment', attempt: 1, status: 'answered', reason: null }),
  ]
}

it('measures what calls take beyond the callee, how long nodes are at work, and how late buyers set out', () => {
  const measuring = measureCalls()
  for (const purchase of ['p-1', 'p-2']) {
    for (const line of journalsOf(purchase)) measuring.line(line)
    measuring.buyer(purchase, 9.5)
    measuring.endTraffic()
  }
  const { calls, work, setOut } = measuring.measured()
  const middle = (tables: Readonly<Record<string, readonly number[]>> = {}) =>
    Object.fromEntries(Object.entries(tables).map(([name, table]) => [name, drawFrom(table, 0.5)]))
  expect(middle(calls)).toEqual({ 'order→bank': 4_250, 'traffic→order': 2_600 })
  expect(middle(work.bank)).toEqual({ 'request do:charge': 250 })
  expect(middle(work.order)).toEqual({ 'request place:payment': 500, 'answer do:charge': 400 })
  expect(drawFrom(setOut, 0.5)).toBe(500)
})
