import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Decision } from '../core/decision.ts'
import { INVARIANTS, type InvariantName } from '../core/invariant.ts'
import { MOST_LISTED, type Replay, type ReplayedVariant } from '../core/replay.ts'
import { compareEnds, compareStrikes, compareViolations, type EndOf, faithfulnessOf } from './replay.ts'

const coin = (purchase: string, attempt = 1): Decision => ({
  gremlin: 'crash@bank',
  operation: 'do',
  purchase,
  effect: 'debit',
  attempt,
})

function strikes(due: readonly Decision[], struck: readonly Decision[]) {
  const compared = compareStrikes([{ name: 'crash@bank', on: 'bank' }] as never)
  for (const strike of struck) compared.struck(strike)
  for (const strike of due) compared.due(strike)
  return compared.end()
}

describe('strikes', () => {
  it('are hit where the same coin came up, however often', () => {
    const [one, two] = [coin('p-1'), coin('p-2')]
    expect(strikes([one, two, two], [two, one, one])).toEqual({ due: 2, hit: 2, missed: [], besides: 0 })
  })

  it('are missed with their place, and others are counted', () => {
    expect(strikes([coin('p-1'), coin('p-1', 2)], [coin('p-1'), coin('p-3')])).toEqual({
      due: 2,
      hit: 1,
      missed: [{ ...coin('p-1', 2), on: 'bank' }],
      besides: 1,
    })
  })

  it('are listed up to a limit', () => {
    const many = Array.from({ length: 50 }, (_, index) => coin(`p-${index + 1}`))
    const { due, hit, missed } = strikes(many, [])
    expect({ due, hit, listed: missed.length }).toEqual({ due: 50, hit: 0, listed: MOST_LISTED })
  })
})

const end = (id: number, changes: Partial<EndOf> = {}): EndOf => ({
  purchase: `p-${id}`,
  index: id - 1,
  class: 'confirmed',
  told: 'confirmed',
  reason: null,
  ...changes,
})
const sorted = (ends: readonly EndOf[]) => [...ends].sort((a, b) => (a.purchase < b.purchase ? -1 : 1))

describe('ends', () => {
  it('are the same by class and by what was told last; the reason does not count', () => {
    const before = [end(1), end(2), end(3, { class: 'refused', told: 'refused', reason: 'out_of_stock' })]
    const now = [
      end(1),
      end(2, { told: 'left' }),
      end(3, { class: 'refused', told: 'refused', reason: 'stock_locked' }),
    ]
    expect(compareEnds(before, now)).toEqual({
      compared: 3,
      same: 2,
      onlyOrders: true,
      differing: [
        {
          purchase: 'p-2',
          before: { class: 'confirmed', told: 'confirmed', reason: null },
          now: { class: 'confirmed', told: 'left', reason: null },
        },
      ],
    })
  })

  it('are told apart from what is no order, and from what was never made', () => {
    const found = compareEnds([end(1, { class: null })], [end(1, { class: null }), end(2)])
    expect(found).toMatchObject({
      compared: 2,
      same: 1,
      onlyOrders: false,
      differing: [{ purchase: 'p-2', before: null }],
    })
  })

  it('that differ are listed in the order of the traffic', () => {
    const ends = sorted(Array.from({ length: 40 }, (_, index) => end(index + 1)))
    const { differing, same } = compareEnds(
      ends,
      ends.map((each) => ({ ...each, told: 'left' })),
    )
    expect(same).toBe(0)
    expect(differing.map(({ purchase }) => purchase)).toEqual(
      Array.from({ length: MOST_LISTED }, (_, index) => `p-${index + 1}`),
    )
  })

  it('are compared purchase by purchase, whoever is missing on either side', () => {
    const some = fc.uniqueArray(fc.integer({ min: 1, max: 30 }))
    fc.assert(
      fc.property(some, some, (mine, theirs) => {
        const found = compareEnds(sorted(mine.map((id) => end(id))), sorted(theirs.map((id) => end(id))))
        const both = mine.filter((id) => theirs.includes(id)).length
        return found.compared === new Set([...mine, ...theirs]).size && found.same === both
      }),
    )
  })
})

const counts = (changes: Partial<Record<InvariantName, number>> = {}) => ({
  ...(Object.fromEntries(INVARIANTS.map((name) => [name, 0])) as Record<InvariantName, number>),
  ...changes,
})

it('violations are told of invariants that were violated before or now', () => {
  const [before, now] = [counts({ 'no-order-lost': 2 }), counts({ 'books-balance': 1 })]
  expect(compareViolations(before, now)).toEqual([
    { invariant: 'no-order-lost', before: 2, now: 0 },
    { invariant: 'books-balance', before: 0, now: 1 },
  ])
  expect(compareViolations(undefined, now)).toEqual([{ invariant: 'books-balance', before: null, now: 1 }])
})

describe('a replay is', () => {
  const variant = (changes: Partial<ReplayedVariant> = {}): ReplayedVariant => ({
    name: 'naive',
    strikes: { due: 3, hit: 3, missed: [], besides: 0 },
    ends: null,
    violations: [],
    verdict: { before: 'PASS', now: 'PASS' },
    bytes: null,
    ...changes,
  })
  const judged = (changes: Partial<ReplayedVariant>, version: string | null = '1', wholly = true) =>
    faithfulnessOf(
      { recorded: { version }, version: '1', variants: [variant(), variant(changes)] } as unknown as Replay,
      wholly,
    )
  const bytes = { files: 2, bytes: 9, differing: ['bank-1.ndjson'] }

  it('the same where every strike hit and every verdict is as it was', () => {
    expect(judged({})).toBe('same')
    expect(judged({ verdict: { before: null, now: 'FAIL' } })).toBe('same')
  })

  it('another one where a strike missed, or a verdict changed', () => {
    expect(judged({ strikes: { due: 3, hit: 2, missed: [], besides: 0 } })).toBe('differs')
    expect(judged({ verdict: { before: 'FAIL', now: 'PASS' } })).toBe('differs')
  })

  it('a failure of the lab where one version gives two sequences of bytes', () => {
    expect(judged({ bytes })).toBe('lab-failed')
    expect(judged({ bytes }, '0')).toBe('same')
    expect(judged({ bytes }, null)).toBe('same')
  })

  it('nothing where the replay did not go to its end', () => {
    expect(judged({}, '1', false)).toBe('incomplete')
  })
})
