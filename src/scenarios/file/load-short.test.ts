/** Short forms of scenarios. */

import { describe, expect, it } from 'vitest'
import { changed, mistakesIn, sample } from '../../../test/support/scenario-text.ts'
import { loadText } from '../../../test/support/shipped-scenarios.ts'
import type { Scenario } from '../../core/scenario.ts'
import { writeScenario } from './write.ts'

/** The good file, whose scenario has this short form and these changes. */
function file(short: unknown, changes: object = {}): string {
  return changed(['scenarios', 'one'], { ...sample(), ...changes, short })
}
function formsOf(text: string): { long: Scenario; short: Scenario } {
  const { scenarios, short } = loadText(text)
  return { long: scenarios[0]!, short: short.get('one')! }
}
const said = (text: string) => mistakesIn(text).map((mistake) => mistake.replace(/^my\.yaml:\d+:\d+ /, ''))

describe('a short form', () => {
  it('is there only where it is written', () => {
    expect(loadText(changed(['scenarios', 'one', 'title'], 'Two')).short.size).toBe(0)
  })

  it('lays traffic, buyers and expectations over the scenario’s, and replaces every other field', () => {
    const expectOf = { naive: { violated: ['books-balance'] }, retry: { confirmedAtLeast: 9 } }
    const { long, short } = formsOf(
      file(
        {
          traffic: { orders: 4 },
          buyers: { refreshes: 2 },
          expect: { retry: { confirmedAtLeast: 3 } },
          gremlins: [{ outage: { on: 'bank', window: { toMs: 50 } } }],
          deadlineMs: 700,
          focus: { fromMs: 10, toMs: 20 },
        },
        { buyers: { patienceMs: 900 }, expect: expectOf },
      ),
    )
    expect(short).toMatchObject({
      name: 'one',
      title: 'One',
      traffic: { orders: 4, ratePerSecond: 5 },
      buyers: { patienceMs: 900, refreshes: 2 },
      deadlineMs: 700,
      focus: { fromMs: 10, toMs: 20 },
      gremlins: [{ name: 'outage@bank' }],
    })
    expect(short.gremlins).toHaveLength(1)
    expect(short.expectations.naive?.violated).toEqual(['books-balance'])
    expect(short.expectations.retry?.bounds).toEqual([{ metric: 'confirmed-at-least', value: 3 }])
    expect(long).toMatchObject({ traffic: { orders: 10 }, buyers: { refreshes: 0 }, deadlineMs: 5_000 })
    expect(long.expectations.retry?.bounds).toEqual([{ metric: 'confirmed-at-least', value: 9 }])
  })

  it('may run fewer variants, and need not say that the others are expected to do nothing', () => {
    const changes = { expect: { naive: { violated: ['books-balance'] } } }
    const { short } = formsOf(file({ variants: ['retry', { mine: { extends: 'retry' } }] }, changes))
    expect(short.variants.map(({ name }) => name)).toEqual(['retry', 'mine'])
    expect(Object.keys(short.expectations)).toEqual(['retry', 'mine'])
    expect(said(file({ variants: ['retry'], expect: { naive: {} } }, changes))).toEqual([
      "short.expect.naive: this scenario does not run 'naive'; add it to variants or remove this",
    ])
  })

  it('may name variants that the scenario has written in place, and build on those that it leaves out', () => {
    const variants = ['naive', { base: { extends: 'retry', summary: 'B' } }, { mine: { extends: 'base' } }]
    const names = (short: object) => formsOf(file(short, { variants })).short.variants.map(({ name }) => name)
    expect(names({ variants: ['mine'] })).toEqual(['mine'])
    expect(formsOf(file({ variants: ['mine'] }, { variants })).short.variants[0]?.summary).toBe('B')
    expect(names({ variants: ['naive', { quick: { extends: 'base' } }] })).toEqual(['naive', 'quick'])
    expect(names({ variants: [{ base: { extends: 'naive' } }, 'mine'] })).toEqual(['base', 'mine'])
    expect(names({ deadlineMs: 700 })).toEqual(['naive', 'base', 'mine'])
    expect(said(file({ variants: ['min'] }, { variants }))).toEqual([
      "short.variants[0]: unknown variant 'min'; did you mean 'mine'?",
    ])
  })
})

describe('mistakes in a short form', () => {
  it.each<[string, unknown, string]>([
    ['no mapping', 12, "short: must be a mapping of the scenario's own fields, not 12"],
    ['nothing', {}, expect.stringMatching(/^short: changes nothing; give fields/)],
    ['one in a short form', { deadlineMs: 5, short: {} }, 'short.short: a short form has none of its own; remove this'],
    ['an unknown field', { trafic: {} }, "short.trafic: unknown key; did you mean 'traffic'?"],
    ['a field of the wrong kind', { deadlineMs: 'long' }, "short.deadlineMs: must be a number, not the text 'long'"],
    [
      'an unknown field of one that is merged',
      { traffic: { order: 5 } },
      "short.traffic.order: unknown key; did you mean 'orders'?",
    ],
    ['a merged field of the wrong kind', { traffic: 5 }, expect.stringMatching(/^short\.traffic: must be a mapping/)],
    [
      'an unknown gremlin',
      { gremlins: [{ latncy: { on: 'bank' } }] },
      "short.gremlins[0]: unknown gremlin 'latncy'; did you mean 'latency'?",
    ],
  ])('%s', (_, short, message) => {
    expect(said(file(short))).toEqual([message])
  })

  it('have the line and column of the short form', () => {
    const text = file({ traffic: { orders: 0 } })
    const [mistake] = mistakesIn(text)
    const [, line, column] = /^my\.yaml:(\d+):(\d+) short\.traffic\.orders: must be at least 1$/.exec(mistake!)!
    const lines = text.split('\n')
    expect(lines[Number(line) - 1]?.slice(Number(column) - 1)).toMatch(/^0/)
    expect(lines.findIndex((each) => each.includes('short:'))).toBeLessThan(Number(line))
  })

  it('that come of the two together say so', () => {
    const gremlins = [{ 'dropped-answer': { on: 'inventory', purchases: ['p-7'] } }]
    expect(said(file({ traffic: { orders: 5 } }, { gremlins }))).toEqual([
      'gremlins[0].purchases[0]: in the short form: there are only 5 orders, so the last purchase is p-5',
    ])
  })

  it('are not said twice over where the scenario has them', () => {
    expect(said(file({ traffic: { orders: 5 } }, { deadlineMs: 0 }))).toEqual(['deadlineMs: must be at least 1'])
  })
})

describe('switches', () => {
  const switched = (...switches: unknown[]) => changed(['scenarios', 'one', 'switches'], switches)

  it('are read with their edge, with either arrow, or without', () => {
    const text = switched(
      { atMs: 100, policy: 'retry', edge: 'order->payment', on: false },
      { atMs: 200, policy: 'retry', on: true },
    )
    expect(loadText(text).scenarios[0]?.switches).toEqual([
      { atMs: 100, policy: 'retry', edge: 'order→payment', on: false },
      { atMs: 200, policy: 'retry', edge: null, on: true },
    ])
  })

  it('let a gremlin go by its own times again, and are written as they were read', () => {
    const again = { atMs: 300, gremlin: 'latency@payment', scheduled: true }
    const [scenario] = loadText(switched({ atMs: 100, gremlin: 'latency@payment', on: false }, again)).scenarios
    expect(scenario?.switches[1]).toEqual({ ...again, on: true })
    expect(loadText(writeScenario(scenario as Scenario)).scenarios[0]?.switches).toEqual(scenario?.switches)
  })

  it.each<[object, string | RegExp]>([
    [{ policy: 'retri', on: true }, "switches[0].policy: unknown policy 'retri'; did you mean 'retry'?"],
    [
      { policy: 'retry', edge: 'order->paymnt', on: true },
      "switches[0].edge: unknown edge 'order->paymnt'; did you mean 'order→payment'?",
    ],
    [{ policy: 'retry', edge: 'dor', on: true }, "switches[0].edge: unknown edge 'dor'; did you mean 'door'?"],
    [{ policy: 'retry' }, 'switches[0].on: is missing; give true or false'],
    [
      { policy: 'retry', edge: 'door', on: true },
      'switches[0].policy: no variant of this scenario has retry at its door; remove the edge to mean all, or remove this',
    ],
    [
      { policy: 'timeout', on: false },
      'switches[0].policy: no variant of this scenario has timeout; add it to one, or remove this',
    ],
    [
      { gremlin: 'latency@payment', scheduled: true, on: true },
      'switches[0].on: means nothing for a gremlin that goes by its own times; remove it',
    ],
    [{ policy: 'retry', on: true, scheduled: true }, 'switches[0].scheduled: means nothing for a policy; remove it'],
  ])('%j is a mistake', (wrong, message) => {
    expect(said(switched({ atMs: 1, ...wrong }))).toEqual([message])
  })
})

describe('capacity', () => {
  const bearing = (capacity: unknown) => changed(['scenarios', 'one', 'capacity'], capacity)

  it('has defaults, and is there only for services that are named', () => {
    expect(loadText(bearing({ payment: { concurrency: 2 } })).scenarios[0]?.capacity).toEqual({
      payment: { concurrency: 2, serviceTimeMs: 0, queue: 1_000 },
    })
  })

  it.each([
    [{ paymnt: { concurrency: 2 } }, /^capacity\.paymnt: .*payment/],
    [{ payment: {} }, /^capacity\.payment\.concurrency: is missing/],
    [{ payment: { concurrency: 1, queu: 5 } }, /^capacity\.payment\.queu: unknown key; did you mean 'queue'/],
  ])('%j is a mistake', (wrong, message) => {
    expect(said(bearing(wrong))).toEqual([expect.stringMatching(message)])
  })
})
