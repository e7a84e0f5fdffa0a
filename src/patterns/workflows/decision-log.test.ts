import { expect, it } from 'vitest'
import { fakeEnv } from '../../../test/support/fake-env.ts'
import { openTables } from '../../../test/support/shop.ts'
import type { Order } from '../../core/pattern.ts'
import { sql } from '../../core/statement.ts'
import { DECISION_TABLES, delivered, openDecisionLog } from './decision-log.ts'

const ORDER: Order = {
  id: 'o-1',
  purchase: 'p-1',
  key: 'buyer-1',
  product: 'console',
  quantity: 1,
  amountCents: 50_000,
  currency: 'USD',
  account: 'ada',
  deadlineAtMs: 5_000,
}

function openLog() {
  const store = openTables(DECISION_TABLES)
  return { store, log: openDecisionLog(fakeEnv({ service: 'order', store })) }
}

it('keeps the first decision, whoever wishes what later', async () => {
  const { log } = openLog()
  expect(await log.find('o-1')).toBeUndefined()
  expect(await log.decide('o-1', 'abort')).toBe('abort')
  expect(await log.decide(ORDER, 'commit')).toBe('abort')
  expect(await log.decide({ ...ORDER, id: 'o-2' }, 'commit')).toBe('commit')
  expect(await log.decide('o-2', 'abort')).toBe('commit')
  expect([await log.find('o-1'), await log.find('o-2')]).toEqual(['abort', 'commit'])
})

it('knows the whole order of whom it owes a commit, until everybody has heard; an abort is owed to nobody', async () => {
  const { log, store } = openLog()
  await log.decide('o-2', 'abort')
  await log.decide(ORDER, 'commit')
  expect(await log.undelivered()).toEqual([ORDER])
  await store.transaction(function* () {
    yield delivered('o-1')
    yield sql('SELECT 1')
  })
  expect(await log.undelivered()).toEqual([])
  expect(await log.find('o-1')).toBe('commit')
})
