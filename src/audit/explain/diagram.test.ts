import { expect, test } from 'vitest'
import { buildRun, buildStrike, START_MS } from '../../../test/support/build-facts.ts'
import {
  answered,
  asked,
  committed,
  heard,
  line,
  order,
  place,
  RESET,
  received,
  sent,
} from '../../../test/support/journal-by-hand.ts'
import { MOST_DRAWN } from '../../core/story.ts'
import { diagramOf } from './diagram.ts'

const lostOf = (diagram: ReturnType<typeof diagramOf>) =>
  diagram?.messages.flatMap(({ kind, from, to, lost }) => (lost === null ? [] : [`${kind} ${from} to ${to}: ${lost}`]))
const marksOf = (diagram: ReturnType<typeof diagramOf>, lane: string) =>
  diagram?.marks.filter((mark) => mark.lane === lane).map(({ kind, text }) => `${kind}: ${text}`)

test('nothing is drawn of nothing', () => {
  expect(diagramOf([], null)).toBeNull()
})

test('requests and answers are paired, and each has the times of both ends', () => {
  const diagram = diagramOf(
    [asked(0), place(0.3), sent(0.4), received('inventory', 0.7), answered('inventory', 0.9, 200), heard(1.2, 0.8)],
    null,
  )
  expect(diagram?.lanes).toEqual(['buyer', 'order', 'inventory'])
  const shown = diagram?.messages.map(({ from, to, label, sentMs, arrivedMs }) => [
    from,
    to,
    label,
    sentMs.toFixed(1),
    arrivedMs?.toFixed(1),
  ])
  expect(shown).toEqual([
    ['buyer', 'order', 'place order', '0.0', '0.3'],
    ['order', 'inventory', 'do deduct', '0.4', '0.7'],
    ['inventory', 'order', '200', '0.9', '1.2'],
  ])
})

test('an answer that a strike took is lost, and the belief stands beside the fact', () => {
  const run = buildRun()
  const strike = buildStrike('p-1', { gremlin: 'dropped-answer@inventory', atMs: START_MS + 0.7 })
  run.purchase('p-1').accept('o-1').deduct().strike(strike)
  const lines = [
    sent(0.4),
    received('inventory', 0.7),
    committed('inventory', 0.8),
    answered('inventory', 0.9, 0),
    heard(1.3, 0.9, RESET),
  ]
  const diagram = diagramOf(lines, run.classified()[0] ?? null)
  expect(lostOf(diagram)).toEqual(['answer inventory to order: dropped-answer@inventory'])
  expect(marksOf(diagram, 'order')).toEqual(['belief: perhaps it happened (reset)', 'fact: o-1 accepted'])
  expect(marksOf(diagram, 'inventory')).toEqual([
    'strike: dropped-answer@inventory strikes',
    'commit: do deduct is durable',
    'fact: deduct -1 piece',
  ])
})

test('a death takes the answer along, and lasts until the next life is heard of', () => {
  const run = buildRun()
  run.purchase('p-1').strike(buildStrike('p-1', { gremlin: 'boom', kind: 'crash', fatal: true, atMs: START_MS + 1 }))
  const lines = [
    ...[sent(0), received('inventory', 0.5), heard(1.2, 1.2, RESET)],
    ...[
      sent(2, { attempt: 2 }),
      heard(2.2, 0.2, { attempt: 2, status: 0, reason: 'connection-refused', definite: true }),
    ],
    ...[
      sent(400, { attempt: 3 }),
      line('inventory', 401, { type: 'received', operation: 'do', attempt: 2, key: null }, 2),
    ],
  ]
  const diagram = diagramOf(lines, run.classified()[0] ?? null)
  expect(lostOf(diagram)).toEqual([
    'answer inventory to order: inventory died',
    'request order to inventory: connection refused by inventory',
  ])
  expect(diagram?.absences.map(({ lane, fromMs, toMs }) => [lane, Math.round(fromMs), toMs])).toEqual([
    ['inventory', 1, 401],
  ])
  expect(marksOf(diagram, 'inventory')).toEqual(['crash: boom kills inventory', 'restart: life 2 is heard of'])
})

test('an answer for which nobody waits any more is lost', () => {
  const timeout = {
    type: 'policy',
    policy: 'timeout',
    edge: 'order→inventory',
    what: 'timeout',
    detail: 'no answer in 300 ms',
  }
  const lines = [
    sent(0),
    received('inventory', 0.5),
    line('order', 300, timeout),
    answered('inventory', 900, 200),
    heard(901, 901),
  ]
  expect(lostOf(diagramOf(lines, null))).toEqual(['answer inventory to order: too late: order gave up after 300.0 ms'])
})

test('the middle of a long story is left out, strikes and facts never', () => {
  const run = buildRun()
  run
    .purchase('p-1')
    .accept('o-1')
    .strike(buildStrike('p-1', { atMs: START_MS + 5_000 }))
  const lines = Array.from({ length: 500 }, (_, index) => [
    sent(index * 20, { attempt: index + 1 }),
    heard(index * 20 + 5, 5, { attempt: index + 1, ...RESET }),
  ])
  const diagram = diagramOf([...lines.flat(), order(10_001, 'cancelled')], run.classified()[0] ?? null)
  expect((diagram?.messages.length ?? 0) + (diagram?.marks.length ?? 0)).toBe(MOST_DRAWN)
  expect(diagram?.leftOut).toBe(500 + 500 + 1 + 1 + 1 - MOST_DRAWN)
  expect(diagram?.marks.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['strike', 'fact']))
})

test('times are told to the microsecond, wherever they stand', () => {
  const run = buildRun()
  run.purchase('p-1').strike(buildStrike('p-1', { kind: 'crash', fatal: true, atMs: START_MS + 1.234_567_8 }))
  const lines = [
    sent(0),
    received('inventory', 0.229_003_906_25),
    heard(1.300_000_1, 1.2, RESET),
    line('inventory', 4.000_499_9, { type: 'received', operation: 'do', attempt: 2, key: null }, 2),
  ]
  const diagram = diagramOf(lines, run.classified()[0] ?? null)
  const { messages, marks, absences } = diagram ?? { messages: [], marks: [], absences: [] }
  expect(messages[0]?.arrivedMs).toBe(0.229)
  expect(absences).toEqual([{ lane: 'inventory', fromMs: 1.235, toMs: 4 }])
  const times = [...messages.flatMap((each) => [each.sentMs, each.arrivedMs]), ...marks.map(({ atMs }) => atMs)]
  for (const ms of times) expect(ms).toBe(ms === null ? null : Number(ms.toFixed(3)))
})
