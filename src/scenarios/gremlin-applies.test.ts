import { expect, test } from 'vitest'
import type { GremlinSetting } from '../core/gremlin.ts'
import type { Workflow } from '../core/pattern.ts'
import { ORDERS_ONLY } from '../core/purchase.ts'
import { gremlinApplies } from './gremlin-applies.ts'

type Asks = Pick<Workflow, 'points' | 'operations'>

const SEQUENTIAL: Asks = { points: ['between-steps'], operations: ['query', 'do'] }
const VOTING: Asks = {
  points: ['after-vote', 'before-decision', 'after-decision', 'between-commits', 'while-recovering'],
  operations: ['prepare', 'commit', 'abort'],
}
const COMPENSATING: Asks = {
  points: ['between-steps', 'while-compensating', 'while-recovering'],
  operations: ['do', 'undo'],
}

function applies(workflow: Asks, changes: Partial<GremlinSetting>, mix = ORDERS_ONLY): boolean {
  const setting: GremlinSetting = {
    name: 'dies',
    gremlin: 'crash',
    on: 'inventory',
    operations: [],
    purchases: [],
    attempts: [],
    at: [],
    probability: 1,
    fromMs: 0,
    toMs: null,
    options: {},
  }
  return gremlinApplies({ ...setting, ...changes }, workflow, mix)
}

const everywhere = (changes: Partial<GremlinSetting>) =>
  [SEQUENTIAL, VOTING, COMPENSATING].map((workflow) => applies(workflow, changes))

test('a gremlin without conditions applies to all', () => {
  expect(everywhere({})).toEqual([true, true, true])
  expect(everywhere({ on: 'order' })).toEqual([true, true, true])
})

test.each([
  [['between-steps'], [true, false, true]],
  [['after-decision'], [false, true, false]],
  [['while-compensating'], [false, false, true]],
  [['while-recovering'], [false, true, true]],
  [
    ['after-vote', 'between-steps'],
    [true, true, true],
  ],
  // Every request passes these, the buyer's too.
  [['before-work'], [true, true, true]],
  [
    ['after-commit', 'after-vote'],
    [true, true, true],
  ],
] as const)('at %j of the order service, by the points of the workflow', (at, expected) => {
  expect(everywhere({ on: 'order', at })).toEqual(expected)
})

test('the points of a participant are its own affair', () => {
  expect(everywhere({ at: ['while-recovering'] })).toEqual([true, true, true])
  expect(everywhere({ on: 'payment', at: ['after-commit'] })).toEqual([true, true, true])
})

test.each([
  [['do'], [true, false, true]],
  [
    ['prepare', 'commit', 'abort'],
    [false, true, false],
  ],
  [['undo'], [false, false, true]],
  [
    ['undo', 'do'],
    [true, false, true],
  ],
  [
    ['commit', 'undo'],
    [false, true, true],
  ],
] as const)('operations %j of inventory, payment and bank, by what the workflow asks', (operations, expected) => {
  for (const on of ['inventory', 'payment', 'bank'] as const) {
    expect(everywhere({ on, operations })).toEqual(expected)
  }
})

test.each(['fx', 'logging', 'notification'] as const)('%s is told to do, whatever the workflow', (on) => {
  expect(everywhere({ on, operations: ['do'] })).toEqual([true, true, true])
  expect(everywhere({ on, operations: ['undo', 'commit'] })).toEqual([false, false, false])
})

test('coordinators are inquired of where somebody votes: order by everybody, payment by the bank', () => {
  const operations = ['inquire'] as const
  expect(everywhere({ on: 'order', operations })).toEqual([false, true, false])
  expect(everywhere({ on: 'payment', operations })).toEqual([false, true, false])
  expect(everywhere({ on: 'inventory', operations })).toEqual([false, false, false])
})

test('buyers place, and at a point of the coordinator it is the workflow that asks', () => {
  expect(everywhere({ on: 'order', operations: ['place'] })).toEqual([true, true, true])
  expect(everywhere({ on: 'order', operations: ['prepare'] })).toEqual([false, false, false])
  expect(everywhere({ on: 'order', operations: ['prepare'], at: ['after-vote'] })).toEqual([false, true, false])
})

test('a gremlin also meets what is no order, whatever the workflow asks for', () => {
  const query = { on: 'inventory', operations: ['query'] } as const
  expect([applies(VOTING, query), applies(VOTING, query, { ...ORDERS_ONLY, stock: 1 })]).toEqual([false, true])
  for (const on of ['payment', 'bank'] as const) {
    const charge = { on, operations: ['do'] } as const
    expect([applies(VOTING, charge), applies(VOTING, charge, { ...ORDERS_ONLY, payment: 1 })]).toEqual([false, true])
  }
})
