import { expect, it } from 'vitest'
import { CONFIRMED, endOf, openOrderShop, REFUSED } from '../../test/support/order-shop.ts'
import { losesTheRequest, never, type ShopOptions } from '../../test/support/shop.ts'
import type { Workflow, WorkflowSetting } from '../core/pattern.ts'
import { type SwitchableWorkflow, switchableWorkflow } from './switchable-workflow.ts'
import { WORKFLOWS } from './workflows/catalogue.ts'

const setting = (workflow: string): WorkflowSetting => ({ workflow, options: {} })
const STEP_BY_STEP = ['order→inventory do deduct', 'order→payment do charge']
const IN_TWO_PHASES = [
  'order→inventory prepare deduct',
  'order→payment prepare charge',
  'order→inventory commit deduct',
  'order→payment commit charge',
]

/** Every life of the order service has a switch of its own, as a new process has. */
function openSwitchable(own: string, options: ShopOptions = {}) {
  const lives: SwitchableWorkflow[] = []
  const { tables } = switchableWorkflow(setting(own))
  const shop = openOrderShop(own, {
    ...options,
    chosen: {
      ...(WORKFLOWS[own] as Workflow),
      tables,
      create(_, env) {
        const life = switchableWorkflow(setting(own))
        lives.push(life)
        return life.create(env)
      },
    },
  })
  // The service is there from the first time that somebody needs it.
  shop.env('order')
  const current = () => lives.at(-1) as SwitchableWorkflow
  const stepsOf = async (purchase: string) => {
    const before = shop.steps().length
    await shop.place({ purchase, key: purchase })
    await shop.advance(10_000)
    return shop.steps().slice(before)
  }
  return { shop, stepsOf, lives, turn: (workflow: string) => current().turn(setting(workflow)) }
}

it('goes by its own workflow until it is told of another, and by that one from then on', async () => {
  const { shop, stepsOf, turn } = openSwitchable('sequential')
  expect(await stepsOf('p-1')).toEqual(STEP_BY_STEP)
  turn('2pc')
  expect(await stepsOf('p-2')).toEqual(IN_TWO_PHASES)
  turn('sequential')
  expect(await stepsOf('p-3')).toEqual(STEP_BY_STEP)
  for (const purchase of ['p-1', 'p-2', 'p-3']) expect(await endOf(shop, purchase)).toEqual(CONFIRMED)
  expect(shop.failures()).toEqual([])
})

it('carries an order that is under way as it began, and nothing is written of those that go by its own', async () => {
  const { shop, turn } = openSwitchable('sequential')
  let answer = () => {}
  const later = new Promise<void>((resolve) => {
    answer = resolve
  })
  shop.spoil('order→inventory', 'do', async (reach) => {
    await later
    return reach()
  })
  expect(await shop.place()).toBeUndefined()
  turn('2pc')
  answer()
  await shop.advance(1_000)
  expect(shop.steps()).toEqual(STEP_BY_STEP)
  expect(await endOf(shop)).toEqual(CONFIRMED)
  expect(await shop.rows('order', 'SELECT * FROM order_workflows')).toEqual([])
})

it.each([
  ['2pc', 'sequential'],
  ['saga', '2pc'],
] as const)('ends an order by %s, by which it began, in a life that goes by %s', async (began, own) => {
  const { shop, turn, lives } = openSwitchable(own)
  turn(began)
  const operation = began === '2pc' ? 'prepare' : 'do'
  shop.spoil('order→payment', operation, () => never())
  expect(await shop.place()).toBeUndefined()
  shop.heal()
  shop.kill('order')
  await shop.advance(10_000)
  expect(lives).toHaveLength(2)
  // Whichever end it came to, it is a whole one, and no call was the other workflow's.
  const { state, pieces, paid, booked } = await endOf(shop)
  expect(state).toMatch(/^accepted (confirmed|cancelled)$/)
  const all = state.endsWith('confirmed') ? 1 : 0
  expect([pieces, paid, booked]).toEqual([all, all, all])
  const prepared = shop.steps().some((step) => step.includes(' prepare '))
  expect(prepared).toBe(began === '2pc')
  expect(shop.failures()).toEqual([])
})

it('takes up in its next life what another workflow still owes', async () => {
  const { shop, turn } = openSwitchable('sequential')
  turn('2pc')
  // The decision is made, and one participant does not hear of it.
  shop.spoil('order→payment', 'commit', losesTheRequest)
  expect(await shop.place()).toMatchObject({ status: 201 })
  shop.heal()
  shop.kill('order')
  await shop.advance(10_000)
  expect(await endOf(shop)).toEqual(CONFIRMED)
  expect(shop.failures()).toEqual([])
})

it('answers who is in doubt by the workflow of the order: without votes nothing was ever promised', async () => {
  const { shop, turn } = openSwitchable('2pc')
  const ask = (key: string) => shop.ask('order', { operation: 'inquire', effect: 'deduct', key, body: {} })
  turn('sequential')
  await shop.place({ purchase: 'p-1', key: 'one' })
  turn('2pc')
  await shop.place({ purchase: 'p-2', key: 'two' })
  await shop.advance(10_000)
  expect((await ask('one/deduct')).body).toMatchObject({ decision: 'abort' })
  expect((await ask('two/deduct')).body).toMatchObject({ decision: 'commit' })
})

it('refuses by another workflow as that one refuses', async () => {
  const { shop, stepsOf, turn } = openSwitchable('sequential', { stock: 0 })
  turn('saga')
  expect(await stepsOf('p-1')).toEqual(STEP_BY_STEP.slice(0, 1))
  expect(await endOf(shop)).toEqual(REFUSED)
})

it('knows only workflows that there are', async () => {
  expect(() => switchableWorkflow(setting('wishful')).create(openSwitchable('2pc').shop.env('order'))).toThrow(
    "there is no workflow 'wishful'",
  )
})
