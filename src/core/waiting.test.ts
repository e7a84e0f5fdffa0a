import { expect, it } from 'vitest'
import { countWaiting, type PolicyLine } from './waiting.ts'

const line = (purchase: string): PolicyLine => ({
  atMs: 0,
  node: 'order',
  incarnation: 1,
  type: 'policy',
  policy: 'bulkhead',
  edge: 'order→payment',
  what: 'queued',
  detail: '',
  purchase,
  effect: 'charge',
})

it('counts who joined and has not left, and knows nobody who leaves without having joined', () => {
  const waiting = countWaiting()
  waiting.join(line('p-1'))
  waiting.join(line('p-1'))
  waiting.join(line('p-2'))
  waiting.leave(line('p-1'))
  waiting.leave(line('p-3'))
  expect(waiting.length()).toBe(2)
  waiting.leave(line('p-1'))
  waiting.leave(line('p-1'))
  expect(waiting.length()).toBe(1)
  waiting.clear()
  waiting.leave(line('p-2'))
  expect(waiting.length()).toBe(0)
})
