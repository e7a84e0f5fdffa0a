import { describe, expect, it } from 'vitest'
import { line } from '../../test/support/journal-by-hand.ts'
import { served, strike, type Watched, watch } from '../../test/support/live-lines.ts'
import type { JournalLine } from '../core/event.ts'
import type { GremlinView } from '../core/live.ts'
import type { Moment } from './moment.ts'

const payment = (seen: Watched, afterMs: number, more?: Partial<Moment>) => {
  const found = seen.at(afterMs, more).services.find(({ service }) => service === 'payment')
  if (!found) throw new Error('no such service')
  return found
}
const stateOf = (seen: Watched, afterMs: number, more?: Partial<Moment>) => payment(seen, afterMs, more).state

/** So many calls in each of some seconds. */
function calls(fromSecond: number, seconds: number, each: number, tookMs: number): JournalLine[] {
  return Array.from({ length: seconds * each }, (_, index) => {
    const atMs = fromSecond * 1_000 + (index * 1_000) / each
    return served('payment', atMs, tookMs, `p-${fromSecond}-${index}`)
  }).flat()
}

describe('rate and latency', () => {
  it('are those of full seconds, once late lines have had their time', () => {
    const seen = watch()
    seen.tell(...calls(0, 2, 10, 5), ...served('payment', 2_000, 9))
    expect(payment(seen, 2_200)).toMatchObject({ ratePerSecond: 10, latencyMs: [5] })
    expect(payment(seen, 2_300)).toMatchObject({ ratePerSecond: 10, latencyMs: [5, 5] })
    expect(payment(seen, 5_300)).toMatchObject({ ratePerSecond: 0, latencyMs: [5, 5, 9, null, null] })
  })

  it('reach back a minute', () => {
    const seen = watch()
    seen.tell(...calls(0, 70, 1, 5))
    const { latencyMs } = payment(seen, 70_300)
    expect(latencyMs).toHaveLength(60)
    expect(new Set(latencyMs)).toEqual(new Set([5]))
  })

  it('pair each answer with the oldest request of its kind', () => {
    const seen = watch()
    const [first, answer] = served('payment', 100, 50) as [JournalLine, JournalLine]
    seen.tell(first, { ...first, atMs: first.atMs + 20 })
    expect(payment(seen, 200).inFlight).toBe(2)
    seen.tell(answer, { ...answer, atMs: answer.atMs + 20 }, { ...answer, atMs: answer.atMs + 30 })
    expect(payment(seen, 1_300)).toMatchObject({ inFlight: 0, ratePerSecond: 2, latencyMs: [50] })
  })
})

describe('the state of a service', () => {
  it('is down before it is there, and up when it is', () => {
    const seen = watch()
    expect(stateOf(seen, 0, { phase: 'starting' })).toBe('down')
    seen.tell(line('payment', 1, { type: 'started' }))
    expect(stateOf(seen, 10, { phase: 'starting' })).toBe('up')
    expect(stateOf(seen, 10, { away: ['payment'] })).toBe('restarting')
  })

  it('is restarting from a deadly strike until it listens again', () => {
    const seen = watch()
    seen.tell(line('payment', 1, { type: 'started' }), ...served('payment', 90, 50).slice(0, 1))
    seen.tell(strike('payment', 100, { kind: 'crash-after-commit', fatal: true }))
    expect(payment(seen, 120)).toMatchObject({ state: 'restarting', inFlight: 0, strikes: 1, incarnation: 1 })
    // The process is there at once; the scenario lets it listen after 100 ms.
    seen.tell(line('payment', 130, { type: 'started' }, 2))
    expect(payment(seen, 140)).toMatchObject({ state: 'restarting', incarnation: 2 })
    expect(stateOf(seen, 200)).toBe('up')
    expect(seen.texts(199)).toHaveLength(1)
    expect(seen.texts(200).at(-1)).toBe('payment is back after 100 ms')
  })

  it('is told of a death that no gremlin brought', () => {
    const seen = watch()
    seen.tell(line('payment', 130, { type: 'started' }, 2))
    expect(seen.texts(200)).toEqual(['payment is started again: it had died, and no gremlin had struck it'])
  })

  it('is down when it has stopped', () => {
    const seen = watch()
    seen.tell(line('payment', 1, { type: 'started' }), line('payment', 2, { type: 'stopped' }))
    expect(stateOf(seen, 3)).toBe('down')
  })

  it.each(['outage', 'partition'])('is down for as long as an %s lasts', (kind) => {
    const setting = { name: 'mine', gremlin: kind, on: 'payment', fromMs: 1_000, toMs: 2_000 } as const
    const more = { operations: [], purchases: [], attempts: [], at: [], probability: 1, options: {} }
    const view = { ...setting, probability: 1, endsInMs: null, tosses: 0, strikes: 0 }
    const as = (state: GremlinView['state']) => ({ gremlins: [{ ...view, state }] })
    const seen = watch({}, { gremlins: [{ ...setting, ...more }] })
    seen.tell(strike('payment', 1_000, { gremlin: 'mine', kind }))
    expect(stateOf(seen, 1_500)).toBe('down')
    expect(stateOf(seen, 2_000)).toBe('up')
    expect(stateOf(seen, 2_500, as('on'))).toBe('down')
    expect(stateOf(seen, 1_500, as('off'))).toBe('up')
    expect(stateOf(seen, 1_500, { phase: 'waiting-for-quiet' })).toBe('up')
    seen.tell(line('payment', 1_600, { type: 'toss', gremlin: 'mine', struck: false }))
    expect(stateOf(seen, 1_700, as('on'))).toBe('up')
  })

  it('is slow when a second takes several times what is usual, and not for a few milliseconds', () => {
    const seen = watch()
    seen.tell(...calls(0, 3, 10, 10), ...calls(3, 1, 10, 29), ...calls(4, 1, 10, 60), ...calls(5, 1, 10, 10))
    expect([3_300, 4_300, 5_300, 6_300].map((afterMs) => stateOf(seen, afterMs))).toEqual(['up', 'up', 'slow', 'up'])
  })

  it('is not slow as long as nobody knows what is usual', () => {
    const seen = watch()
    seen.tell(...calls(0, 1, 5, 10), ...calls(1, 1, 5, 100))
    expect(stateOf(seen, 2_300)).toBe('up')
  })

  it('is slow when it lets somebody wait for a whole second and answers nobody', () => {
    const seen = watch()
    seen.tell(...served('payment', 100, 0).slice(0, 1))
    expect(stateOf(seen, 1_000)).toBe('up')
    expect(stateOf(seen, 2_400)).toBe('slow')
  })
})
