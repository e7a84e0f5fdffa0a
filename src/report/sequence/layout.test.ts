import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exampleStories } from '../../../test/support/example-stories.ts'
import { type Diagram, MARK_KINDS } from '../../core/story.ts'
import type { Box } from './field.ts'
import { layoutOf } from './layout.ts'
import { eventsInWords } from './list.ts'
import type { SequenceLayout } from './placed.ts'
import { arrivalOf } from './points.ts'

const EMPTY: Diagram = { lanes: ['buyer', 'order'], messages: [], marks: [], absences: [], leftOut: 0 }

const LANES = ['buyer', 'order', 'payment', 'inventory', 'bank', 'logging']
const lane = fc.constantFrom(...LANES)
const atMs = fc.oneof(fc.integer({ min: 0, max: 40 }), fc.double({ min: 0, max: 90_000, noNaN: true }))
const text = fc.oneof(
  fc.constantFrom(
    'do charge, try 2',
    '200',
    '503 busy',
    'dropped-answer@inventory strikes',
    'perhaps it happened (reset)',
  ),
  fc.string({ unit: 'grapheme', maxLength: 120 }),
)
const message = fc
  .record({
    from: lane,
    to: lane,
    kind: fc.constantFrom('request' as const, 'answer' as const),
    label: text,
    sentMs: atMs,
    flightMs: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 3_000, noNaN: true }), fc.constant(null)),
    lost: fc.oneof(fc.constant(null), text),
  })
  .map(({ flightMs, ...rest }) => ({ ...rest, arrivedMs: flightMs === null ? null : rest.sentMs + flightMs }))
const mark = fc.record({ lane, kind: fc.constantFrom(...MARK_KINDS), atMs, text })
const absence = fc.record({ lane, fromMs: atMs, toMs: fc.oneof(fc.constant(null), atMs) })
const anyDiagram: fc.Arbitrary<Diagram> = fc.record({
  lanes: fc.integer({ min: 1, max: 6 }).map((count) => LANES.slice(0, count)),
  messages: fc
    .array(message, { maxLength: 30 })
    .map((messages) => messages.sort((one, other) => one.sentMs - other.sentMs)),
  marks: fc.array(mark, { maxLength: 20 }).map((marks) => marks.sort((one, other) => one.atMs - other.atMs)),
  absences: fc.array(absence, { maxLength: 3 }),
  leftOut: fc.nat(3),
})

function boxesOf({ messages, marks, breaks, times, ledgers }: SequenceLayout): Box[] {
  const labels = [...messages, ...marks, ...breaks].map(({ label }) => label)
  return [...labels, ...times, ...(ledgers ? [ledgers] : [])].map(({ box }) => box)
}

function overlapsOf(boxes: readonly Box[]): [Box, Box][] {
  return boxes.flatMap((one, at) =>
    boxes
      .slice(at + 1)
      .filter((other) => one.left < other.right && other.left < one.right)
      .filter((other) => one.top < other.bottom && other.top < one.bottom)
      .map((other): [Box, Box] => [one, other]),
  )
}

/** Each place with its time. Facts stand at the end whenever they were written. */
function heightsOf({ messages, marks }: SequenceLayout): { readonly atMs: number; readonly y: number }[] {
  return [
    ...messages.map(({ message, fromY }) => ({ atMs: message.sentMs, y: fromY })),
    ...messages.flatMap(({ message, toY }) => {
      const atMs = arrivalOf(message)
      return atMs === null ? [] : [{ atMs, y: toY }]
    }),
    ...marks.filter(({ mark }) => mark.kind !== 'fact').map(({ mark, y }) => ({ atMs: mark.atMs, y })),
  ].sort((one, other) => one.atMs - other.atMs || one.y - other.y)
}

describe('the layout of any diagram', () => {
  it('lets no label touch another, and none leave the picture', () => {
    fc.assert(
      fc.property(anyDiagram, (diagram) => {
        const layout = layoutOf(diagram)
        const boxes = boxesOf(layout)
        expect(overlapsOf(boxes)).toEqual([])
        for (const { left, top, right, bottom } of boxes) {
          expect(left).toBeGreaterThanOrEqual(0)
          expect(top).toBeGreaterThanOrEqual(0)
          expect(right).toBeLessThanOrEqual(layout.width)
          expect(bottom).toBeLessThanOrEqual(layout.height)
        }
      }),
      { numRuns: 150 },
    )
  })

  it('finds labels that do touch', () => {
    const box = { left: 0, top: 0, right: 10, bottom: 10 }
    expect(overlapsOf([box, { ...box, left: 9, right: 20 }])).toHaveLength(1)
    expect(overlapsOf([box, { ...box, left: 10, right: 20 }])).toEqual([])
  })

  it('draws later things lower', () => {
    fc.assert(
      fc.property(anyDiagram, (diagram) => {
        const heights = heightsOf(layoutOf(diagram))
        heights.slice(1).forEach(({ atMs, y }, at) => {
          const before = heights[at]!
          if (atMs > before.atMs) expect(y).toBeGreaterThan(before.y)
        })
      }),
      { numRuns: 150 },
    )
  })

  it('draws every message, mark and lane, in their order, and lists them all', () => {
    fc.assert(
      fc.property(anyDiagram, (diagram) => {
        const { messages, marks, lanes } = layoutOf(diagram)
        expect(messages.map((placed) => placed.message)).toEqual(diagram.messages)
        expect(marks.map((placed) => placed.mark)).toEqual(diagram.marks)
        expect(lanes.map(({ name }) => name).slice(0, diagram.lanes.length)).toEqual(diagram.lanes)
        for (const { from, to } of diagram.messages) {
          expect(lanes.map(({ name }) => name)).toEqual(expect.arrayContaining([from, to]))
        }
        expect(lanes.flatMap(({ away }) => away)).toHaveLength(diagram.absences.length)
        const listed = diagram.messages.length + diagram.marks.length + diagram.absences.length
        expect(eventsInWords(diagram)).toHaveLength(listed)
      }),
      { numRuns: 100 },
    )
  })
})

const ask = (label: string, sentMs: number, arrivedMs: number | null, lost: string | null = null) =>
  ({ from: 'buyer', to: 'order', kind: 'request', label, sentMs, arrivedMs, lost }) as const

describe('a message', () => {
  it('that was lost ends between the lanes, with its reason', () => {
    const { messages, lanes } = layoutOf({ ...EMPTY, messages: [ask('place order', 0, null, 'connection refused')] })
    const [from, to] = lanes
    expect(messages[0]).toMatchObject({ arrived: false, label: { lines: ['place order', 'lost: connection refused'] } })
    expect(messages[0]!.toX).toBeGreaterThan(from!.x + 16)
    expect(messages[0]!.toX).toBeLessThan(to!.x - 16)
  })

  it('that was lost ends on no lane in between', () => {
    const lost = { ...ask('place order', 0, null), to: 'payment' }
    const { messages, lanes } = layoutOf({ ...EMPTY, lanes: ['buyer', 'order', 'payment'], messages: [lost] })
    for (const { x } of lanes) expect(Math.abs(messages[0]!.toX - x)).toBeGreaterThan(16)
  })

  it('that came too late arrives, and says that it was in vain', () => {
    const { messages, lanes } = layoutOf({ ...EMPTY, messages: [ask('200', 0, 1_204, 'the caller had left')] })
    expect(messages[0]).toMatchObject({
      arrived: true,
      toX: lanes[1]!.x,
      label: { lines: ['200, 1,204 ms', 'in vain: the caller had left'] },
    })
  })

  it('that seems to arrive before it was sent, by another clock, arrives below all the same', () => {
    const { messages } = layoutOf({ ...EMPTY, messages: [ask('place order', 5, 4.2)] })
    expect(messages[0]!.toY).toBeGreaterThan(messages[0]!.fromY)
  })

  it('breaks names where their parts meet', () => {
    const name = 'dropped-answer@the-participants-notification'
    expect(layoutOf({ ...EMPTY, messages: [ask(name, 0, 1)] }).messages[0]!.label.lines[0]).toMatch(/[-@]$/)
  })

  it('with an endless label is cut, and refers to the list where it is whole', () => {
    const label = 'a word '.repeat(60).trim()
    const diagram = { ...EMPTY, messages: [ask('place order', 0, 1), ask(label, 2, 3)] }
    expect(layoutOf(diagram).messages[1]!.label.lines.at(-1)).toMatch(/… \[2\]$/)
    expect(eventsInWords(diagram)[1]).toContain(label)
  })
})

describe('time', () => {
  it('is skipped where nothing happens, and it is said how long', () => {
    const { breaks, messages } = layoutOf({ ...EMPTY, messages: [ask('one', 0, 1), ask('two', 1_205, 1_206)] })
    expect(breaks.map(({ label }) => label.lines)).toEqual([['… 1,204 ms …']])
    expect(breaks[0]!.top).toBeGreaterThan(messages[0]!.toY)
    expect(breaks[0]!.bottom).toBeLessThan(messages[1]!.fromY)
  })

  it('is not skipped where messages follow one another', () => {
    expect(layoutOf({ ...EMPTY, messages: [ask('one', 0, 1), ask('two', 2, 3)] }).breaks).toEqual([])
  })

  it('slants messages that take longer than others', () => {
    const { messages } = layoutOf({ ...EMPTY, messages: [ask('a', 0, 1), ask('b', 2, 3), ask('c', 4, 12)] })
    const [usual, , slow] = messages.map(({ fromY, toY }) => toY - fromY)
    expect(slow).toBeGreaterThan(2 * usual!)
  })
})

describe('lanes and what ledgers say', () => {
  const away = { ...EMPTY, messages: [ask('one', 0, 1), ask('two', 9, 10)] }

  it('break off while a process is away, to the end when it never comes back', () => {
    const back = layoutOf({ ...away, absences: [{ lane: 'order', fromMs: 2, toMs: 8 }] })
    expect(back.lanes[0]!.away).toEqual([])
    expect(back.lanes[1]!.away[0]![1]).toBeLessThan(back.messages[1]!.toY)
    const gone = layoutOf({ ...away, absences: [{ lane: 'order', fromMs: 2, toMs: null }] })
    expect(gone.lanes[1]!.away[0]![1]).toBe(gone.endY)
  })

  it('facts stand below everything else', () => {
    const fact = { lane: 'order', kind: 'fact', atMs: 0, text: '2 charges of $500.00' } as const
    const { marks, endY, messages } = layoutOf({ ...away, marks: [fact] })
    expect(endY).toBeGreaterThan(messages[1]!.toY)
    expect(marks[0]!.label.box.top).toBeGreaterThan(endY)
    expect(layoutOf(away).ledgers).toBeNull()
  })

  it('beliefs stand at the left of their lane', () => {
    const diagram = exampleStories().variants.flatMap(({ groups }) =>
      groups.flatMap(({ story }) => story.diagram ?? []),
    )[0]!
    const beliefs = layoutOf(diagram).marks.filter(({ mark }) => mark.kind === 'belief')
    expect(beliefs.length).toBeGreaterThan(0)
    for (const { x, label } of beliefs) expect(label.box.right).toBeLessThan(x)
  })

  it('an empty diagram has its lanes', () => {
    expect(layoutOf(EMPTY)).toMatchObject({ lanes: [{ name: 'buyer' }, { name: 'order' }], messages: [], marks: [] })
  })
})
