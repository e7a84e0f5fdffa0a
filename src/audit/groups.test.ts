import { describe, expect, it } from 'vitest'
import { buildRun, buildScenario, buildStrike } from '../../test/support/build-facts.ts'
import { INVARIANTS, type InvariantName, type Violation } from '../core/invariant.ts'
import { MOST_GROUPS, MOST_LISTED } from '../core/story.ts'
import { collectGroups, type FoundGroups } from './groups.ts'

function violation(
  invariant: InvariantName,
  purchase: string | undefined,
  more: Partial<Violation> & { readonly about?: string } = {},
): Violation {
  const { about = 'broke it', ...others } = more
  const strikes = purchase === undefined ? [] : [buildStrike(purchase)]
  return { invariant, purchase, sentence: `${purchase} ${about}`, rows: [], strikes, ...others }
}

function groupsOf(violations: readonly Violation[]): FoundGroups {
  const collected = collectGroups(buildScenario())
  for (const each of violations) collected.violation(each)
  return collected.found()
}

/** A word without a figure for each number. */
const word = (n: number) => `${String.fromCharCode(97 + (n % 26))}${String.fromCharCode(97 + Math.floor(n / 26))}`

describe('violations of the same shape', () => {
  it('are one group, with their count and their purchases in traffic order', () => {
    const { groups, untold } = groupsOf(
      ['p-1', 'p-10', 'p-100', 'p-2'].map((purchase) => violation('charged-at-most-once', purchase)),
    )
    expect(untold).toBe(0)
    expect(groups).toMatchObject([
      { invariant: 'charged-at-most-once', count: 4, purchases: ['p-1', 'p-2', 'p-10', 'p-100'] },
    ])
  })

  it('are told of the first purchase of the traffic, not of the first that was found', () => {
    const [group] = groupsOf(['p-10', 'p-2', 'p-30'].map((id) => violation('all-or-nothing', id))).groups
    expect(group?.first.purchase).toBe('p-2')
    expect(group?.purchases[0]).toBe('p-2')
  })

  it('list a purchase once, also when it breaks the promise twice', () => {
    const [group] = groupsOf([violation('no-order-lost', 'p-1'), violation('no-order-lost', 'p-1')]).groups
    expect(group).toMatchObject({ count: 2, purchases: ['p-1'] })
  })

  it('list so many purchases and no more, the first ones of the traffic', () => {
    const many = Array.from({ length: 5_000 }, (_, i) => violation('all-or-nothing', `p-${5_000 - i}`))
    const [group] = groupsOf(many).groups
    expect(group?.count).toBe(5_000)
    expect(group?.purchases).toEqual(Array.from({ length: MOST_LISTED }, (_, i) => `p-${i + 1}`))
  })

  it('are kept apart by invariant, by words and by strikes', () => {
    const { groups } = groupsOf([
      violation('all-or-nothing', 'p-1'),
      violation('no-order-lost', 'p-1'),
      violation('all-or-nothing', 'p-2', { about: 'broke it otherwise' }),
      violation('all-or-nothing', 'p-3', { strikes: [buildStrike('p-3', { node: 'bank' })] }),
    ])
    expect(groups).toHaveLength(4)
  })

  it('may be nobody’s: then no purchase is listed', () => {
    const [group] = groupsOf([violation('books-balance', undefined, { sentence: 'bank publishes 5 for ada' })]).groups
    expect(group).toMatchObject({ count: 1, purchases: [], first: { purchase: undefined } })
  })
})

describe('what a ledger shows', () => {
  it('waits for the strikes of its purchase', () => {
    const collected = collectGroups(buildScenario())
    const run = buildRun()
    run.purchase('p-1').strike({ kind: 'latency', node: 'bank', effect: 'charge' })
    run.purchase('p-2')
    for (const id of ['p-1', 'p-2']) collected.violation(violation('never-oversold', id, { strikes: [] }))
    for (const facts of run.classified()) collected.purchase(facts)
    const { groups } = collected.found()
    expect(groups.map(({ shape }) => shape).sort()).toEqual([
      '# broke it; after latency on bank (charge)',
      '# broke it; no strike on its path',
    ])
    expect(groups.find(({ purchases }) => purchases.includes('p-1'))?.first.strikes).toHaveLength(1)
  })

  it('is told also when its purchase never comes', () => {
    expect(groupsOf([violation('never-oversold', 'a-stranger', { strikes: [] })]).groups).toHaveLength(1)
  })

  it('is counted as untold beyond what is kept', () => {
    const many = Array.from({ length: 10_500 }, (_, i) => violation('never-oversold', `p-${i}`, { strikes: [] }))
    const { groups, untold } = groupsOf(many)
    expect([groups[0]?.count, untold]).toEqual([10_000, 500])
  })
})

describe('of many shapes', () => {
  it('the most frequent are told, and the others counted', () => {
    const shapes = Array.from({ length: 20 }, (_, n) => n)
    const violations = shapes.flatMap((n) =>
      Array.from({ length: n + 1 }, (_, i) => violation('all-or-nothing', `p-${i + 1}`, { about: `is ${word(n)}` })),
    )
    const { groups, untold } = groupsOf(violations)
    expect(groups.map(({ count }) => count)).toEqual([20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9])
    expect(untold).toBe(8 + 7 + 6 + 5 + 4 + 3 + 2 + 1)
  })

  it('one of each broken invariant is told, in the order of the invariants', () => {
    const frequent = Array.from({ length: 30 }, (_, n) => n).flatMap((n) =>
      ['p-1', 'p-2'].map((id) => violation('nothing-left-locked', id, { about: `is ${word(n)}` })),
    )
    const rare = INVARIANTS.map((name) => violation(name, 'p-9'))
    const { groups } = groupsOf([...frequent, ...rare])
    expect(groups).toHaveLength(MOST_GROUPS)
    expect(groups.map(({ invariant }) => invariant)).toEqual([...INVARIANTS])
  })

  it('no more are kept than fit, unless an invariant has none yet', () => {
    const many = Array.from({ length: 600 }, (_, n) => violation('all-or-nothing', 'p-1', { about: `is ${word(n)}` }))
    const { groups, untold } = groupsOf([...many, violation('history-complete', 'p-2')])
    expect(groups.at(-1)).toMatchObject({ invariant: 'history-complete', count: 1 })
    expect(groups.reduce((sum, { count }) => sum + count, untold)).toBe(601)
  })
})
