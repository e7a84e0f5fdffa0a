import { describe, expect, it } from 'vitest'
import { buildRun, NO_EXPECTATION, NO_JOURNAL, type RunBuilder, START_MS } from '../../test/support/build-facts.ts'
import { SERVICES } from '../core/topology.ts'
import { type AuditPlan, beginAudit } from './audit.ts'
import { compareAt, noteOutcomes, type OutcomeNotes, outcomeAt } from './outcomes.ts'

const NOTHING = { p50: null, p90: null, p99: null, max: null }

function planOf(run: RunBuilder): AuditPlan {
  return {
    run: run.facts(),
    expectation: NO_EXPECTATION,
    trafficStartMs: START_MS,
    arrivalWindowMs: 1_000,
    scheduleErrorMs: NOTHING,
    gremlins: [],
    journal: NO_JOURNAL,
    dependencies: [],
    quiet: true,
    interrupted: null,
  }
}

/** What a whole audit of the run notes. */
function notesOf(run: RunBuilder): OutcomeNotes {
  const noted = noteOutcomes({ trafficStartMs: START_MS })
  const audit = beginAudit(planOf(run), noted)
  for (const service of SERVICES) for (const entry of run.ledger(service)) audit.entry(service, entry)
  for (const record of run.records()) audit.purchase(record)
  audit.end()
  return noted.notes()
}

describe('what is noted of a purchase', () => {
  it('is its class, and the time to its final answer', () => {
    const run = buildRun()
    run
      .purchase('p-1', { intendedMs: 10 })
      .tell('pending', { atMs: START_MS + 15 })
      .confirm()
    run
      .purchase('p-2', { intendedMs: 20 })
      .accept()
      .finish('refused')
      .tell('refused', { atMs: START_MS + 32.456 })
    run.purchase('p-3').accept()
    const notes = notesOf(run)
    expect(outcomeAt(notes, 0)).toMatchObject({ class: 'confirmed', broken: [] })
    expect(outcomeAt(notes, 0)?.latencyMs).not.toBe(5)
    expect(outcomeAt(notes, 1)).toEqual({ class: 'refused', broken: [], strikes: 0, latencyMs: 12.46 })
    expect(outcomeAt(notes, 2)).toMatchObject({ class: 'in-doubt', broken: ['no-order-lost'], latencyMs: null })
  })

  it('is what it broke, in the order of the invariants, and what struck it', () => {
    const run = buildRun()
    run.purchase('p-1').confirm().charge('again').strike().strike()
    expect(outcomeAt(notesOf(run), 0)).toMatchObject({
      broken: ['charged-at-most-once', 'history-complete'],
      strikes: 2,
    })
  })

  it('is also what a ledger showed before the purchase came', () => {
    const run = buildRun({ products: [{ name: 'console', priceCents: 50_000, stock: 1, weight: 1 }] })
    run.purchase('p-1').confirm()
    run.purchase('p-2').confirm()
    const notes = notesOf(run)
    expect([0, 1].map((place) => outcomeAt(notes, place)?.broken)).toEqual([[], ['never-oversold']])
  })

  it('has no class where it is no order', () => {
    const run = buildRun()
    run.purchase('p-1', { kind: 'stock' }).tell('answered')
    expect(outcomeAt(notesOf(run), 0)).toMatchObject({ class: null, broken: [] })
  })

  it('is nothing where it never arrived, or where only a ledger names it', () => {
    const run = buildRun()
    run.purchase('p-3').confirm()
    run.stranger('p-2').row('bank', { key: 'k' })
    run.stranger('zz').row('bank', { key: 'k' })
    const notes = notesOf(run)
    expect([0, 1, 3, 4_000].map((place) => outcomeAt(notes, place))).toEqual([null, null, null, null])
    expect(notes.ends).toHaveLength(3)
  })

  it('takes eight bytes, and a name of a purchase far away takes none', () => {
    const run = buildRun()
    for (let n = 1; n <= 1_100; n++) run.purchase(`p-${n}`)
    run.stranger('p-99999999999').row('bank', { effect: 'charge', account: 'ada', amount: -5, unit: 'USD', key: 'k' })
    const { ends, strikes, latencies } = notesOf(run)
    expect(ends.length).toBe(1_100)
    expect(ends.byteLength + strikes.byteLength + latencies.byteLength).toBe(8 * 1_100)
    expect(ends.buffer.byteLength).toBe(2 * 1_100)
  })
})

describe('the same purchase in several variants', () => {
  const notes = (build: (run: RunBuilder) => void) => {
    const run = buildRun()
    build(run)
    return notesOf(run)
  }
  const good = notes((run) => run.purchase('p-1').confirm())
  const refused = notes((run) => run.purchase('p-1').accept().finish('refused'))
  const twice = notes((run) => run.purchase('p-1').confirm().charge('again').history())
  const nobody = notes(() => undefined)

  it('is alike where it ended alike and broke nothing', () => expect(compareAt([good, good], 0)).toBe('alike'))
  it('differs where it ended otherwise', () => expect(compareAt([good, refused], 0)).toBe('differing'))
  it('differs where it broke something, in each of them too', () =>
    expect(compareAt([twice, twice], 0)).toBe('differing'))
  it('is judged where it arrived', () => expect(compareAt([nobody, good], 0)).toBe('alike'))
  it('is absent where it arrived nowhere', () => expect(compareAt([nobody, nobody], 0)).toBe('absent'))
})
