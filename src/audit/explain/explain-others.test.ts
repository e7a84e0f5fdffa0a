import { describe, expect, test } from 'vitest'
import {
  buildRun,
  buildStrike,
  NO_EXPECTATION,
  NO_JOURNAL,
  type RunBuilder,
  START_MS,
} from '../../../test/support/build-facts.ts'
import {
  committed,
  heard,
  order,
  received,
  sent,
  sentences,
  tell,
  variantOf,
} from '../../../test/support/journal-by-hand.ts'
import type { GremlinSetting } from '../../core/gremlin.ts'
import { INVARIANTS, type InvariantName } from '../../core/invariant.ts'
import { auditRun } from '../audit.ts'
import { MOST_CHARACTERS, MOST_CLAIMS } from './claims.ts'
import { explain } from './explain.ts'
import type { Telling } from './telling.ts'

test('a history that was never told, a hold without a decision, and records that do not agree', () => {
  const history = buildRun()
  history.purchase('p-1').accept('o-1').charge()
  const told = tell({ run: history, lines: [order(0.3, 'accepted')], invariant: 'history-complete' })
  expect(sentences(told)[0]).toBe('believed: No journal tells that payment told logging.')
  expect(sentences(told).at(-1)).toContain('In retry the history is told once')

  const locked = buildRun()
  const hold = { effect: 'deduct', account: 'console', amount: 1, unit: 'piece', key: 'k' } as const
  locked
    .purchase('p-1')
    .accept('o-1')
    .row('inventory', { ...hold, kind: 'hold' })
  const prepare = { operation: 'prepare', key: 'k' }
  const lines = [
    sent(0.4, prepare),
    received('inventory', 0.7, prepare),
    committed('inventory', 0.8, { operation: 'prepare' }),
  ]
  const left = tell({ run: locked, lines, invariant: 'nothing-left-locked', times: { inventory: [0.8] } })
  expect(sentences(left).slice(0, 2)).toEqual([
    'believed: Inventory voted yes at 0.4 ms, and holds until it is told the decision.',
    'because: No journal tells that anybody told inventory to commit or to abort the deduction.',
  ])

  const strange = buildRun()
  strange.purchase('p-1').accept('o-1').finish('refused', 'o-1').tell('confirmed', { orderId: 'o-1' })
  const said = tell({ run: strange, lines: [], invariant: 'requests-conserved' })
  expect(sentences(said)[0]).toBe("believed: The buyer was told 'confirmed' about o-1 at 60.0 ms.")
})

describe('books and money', () => {
  test.each(['books-balance', 'money-conserved'] as const)('%s is proved from rows, without a diagram', (invariant) => {
    const run = buildRun()
    run.purchase('p-1').confirm()
    run.tamper('bank', (entries) =>
      entries.map((entry, index) => (index === 0 ? { ...entry, amount: entry.amount - 1 } : entry)),
    )
    const violation = auditOf(run, invariant)
    const story = explain({ scenario: run.scenario, variant: variantOf(), violation, facts: null, lines: [] })
    expect(story.diagram).toBeNull()
    expect(story.proof.map(({ role }) => role).filter((role) => role !== 'fact')).toEqual(['therefore', 'missing'])
    expect(story.proof.find(({ role }) => role === 'therefore')?.sentence.toLowerCase()).toContain(
      violation.sentence.toLowerCase(),
    )
  })
})

function auditOf(run: RunBuilder, invariant: InvariantName) {
  const NOTHING = { p50: null, p90: null, p99: null, max: null }
  const outcome = auditRun({
    ...{
      run: run.facts(),
      expectation: NO_EXPECTATION,
      trafficStartMs: START_MS,
    },
    ...{
      arrivalWindowMs: 1_000,
      scheduleErrorMs: NOTHING,
      gremlins: [],
      dependencies: [],
      quiet: true,
      interrupted: null,
    },
    journal: NO_JOURNAL,
    ...{ ledgerEntries: run.ledger, strikes: run.strikes, purchases: run.records },
  })
  const violation = outcome.invariants.find(({ name }) => name === invariant)?.samples[0]
  if (!violation) throw new Error(`${invariant} holds`)
  return violation
}

test('a proof stays within its bounds, whatever a service says', () => {
  const run = buildRun()
  const builder = run.purchase('p-1').accept('o-1')
  for (let index = 0; index < 60; index++) builder.charge(`k-${index}-${'x'.repeat(1_000)}`)
  const [facts] = run.classified()
  if (!facts) throw new Error('there is no purchase')
  const rows = facts.rows.bank.map((entry) => ({ service: 'bank' as const, entry }))
  for (const invariant of INVARIANTS) {
    const violation = { invariant, purchase: 'p-1', sentence: 'y'.repeat(5_000), rows, strikes: [] }
    const { proof, title } = explain({ scenario: run.scenario, variant: variantOf(), violation, facts, lines: [] })
    expect(proof.length).toBeLessThanOrEqual(MOST_CLAIMS)
    expect(title.length).toBeLessThanOrEqual(MOST_CHARACTERS)
    for (const { sentence } of proof) expect(sentence.length).toBeLessThanOrEqual(MOST_CHARACTERS)
  }
})

test('who could not be reached was struck before, or for a while, or nobody knows', () => {
  const run = buildRun({ restartAfterMs: 300 })
  run.purchase('p-1').accept('o-1').deduct().finish('cancelled', 'o-1')
  const refused = { effect: 'charge', from: 'payment', status: 0, reason: 'connection-refused' }
  const lines = [
    order(0.3, 'accepted'),
    sent(2, { effect: 'charge', to: 'payment' }),
    heard(2.3, 0.3, refused),
    order(2.4, 'cancelled'),
  ]
  const violation = {
    invariant: 'all-or-nothing' as const,
    purchase: 'p-1',
    sentence: 'half done',
    rows: [],
    strikes: [],
  }
  const facts = run.classified()[0] ?? null
  const telling = { scenario: run.scenario, variant: variantOf(), violation, facts, lines }
  const causeOf = (more: Partial<Telling>) =>
    explain({ ...telling, ...more }).proof.find(({ role }) => role === 'cause')?.sentence
  const crash = buildStrike('p-9', {
    gremlin: 'boom',
    kind: 'crash',
    node: 'payment',
    fatal: true,
    atMs: START_MS - 50,
  })
  const window = {
    gremlin: 'gone',
    on: 'payment' as const,
    operations: [],
    purchases: [],
    attempts: [],
    at: [],
    probability: 1,
    options: {},
  }
  const outage: GremlinSetting = { ...window, name: 'gone', gremlin: 'outage', fromMs: 0, toMs: 1_500 }

  expect(causeOf({ others: [crash] })).toBe(
    'The order service could not reach payment at 2.0 ms: boom had killed it before.',
  )
  expect(causeOf({ others: [{ ...crash, atMs: START_MS - 60_000 }] })).toContain('does not say why')
  expect(causeOf({ scenario: { ...run.scenario, gremlins: [outage] } })).toContain(
    "The scenario lets gone cut payment off from 0.0 ms to 1,500 ms after the traffic's start",
  )
  expect(causeOf({})).toBe(
    "The order service could not reach payment at 2.0 ms; this purchase's journal does not say why.",
  )
})
