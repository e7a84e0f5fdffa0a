import { expect, it } from 'vitest'
import { fakeClock } from '../../test/support/fake-clock.ts'
import { fakeEnv } from '../../test/support/fake-env.ts'
import { openTables } from '../../test/support/shop.ts'
import { CallError } from '../core/call.ts'
import type { Env } from '../core/env.ts'
import { query } from '../core/statement.ts'
import { keep, type Message, OUTBOX_TABLES, runOutbox } from './outbox.ts'

const message = (n: number): Message => ({ purchase: `p-${n}`, key: `k-${n}`, body: { n } })

function openOutbox(send: (message: Message) => Promise<unknown>) {
  const clock = fakeClock(0)
  const store = openTables(OUTBOX_TABLES)
  const env = { ...fakeEnv({ service: 'order', store }), clock }
  const outbox = runOutbox(env as Env, 'relay', send)
  async function commit(...numbers: number[]): Promise<void> {
    await store.transaction(function* () {
      for (const n of numbers) yield keep(message(n))
    })
  }
  const left = async () => (await query(store, 'SELECT key FROM outbox ORDER BY id')).map(({ key }) => key)
  return { clock, env, store, outbox, commit, left }
}

it('sends what was committed, as it was kept, and nothing of what was rolled back', async () => {
  const sent: Message[] = []
  const { clock, outbox, commit, store, left } = openOutbox(async (given) => sent.push(given))
  await commit(1, 2)
  const rolledBack = store.transaction(function* () {
    yield keep(message(3))
    throw new Error('not to be')
  })
  await expect(rolledBack).rejects.toThrow('not to be')
  outbox.relay()
  await clock.advance(0)
  expect(sent).toEqual([message(1), message(2)])
  expect(await left()).toEqual([])
})

it('forgets only what was heard, and tries the rest again after pauses that grow', async () => {
  const times: number[] = []
  const { clock, outbox, commit, left } = openOutbox(async ({ key }) => {
    if (key !== 'k-2') return
    times.push(clock.nowMs())
    throw new CallError('server-error')
  })
  await commit(1, 2, 3)
  outbox.relay()
  await clock.advance(4_000)
  expect(await left()).toEqual(['k-2'])
  expect(times).toEqual([0, 50, 150, 350, 750, 1_550, 2_550, 3_550])
})

it.each([
  ['refused', 0],
  ['deadline-passed', 0],
  ['connection-refused', 1],
  ['breaker-open', 1],
  ['timeout', 1],
  ['in-progress', 1],
] as const)('of what was %s, %d is kept', async (reason, most) => {
  const { clock, outbox, commit, left } = openOutbox(() => Promise.reject(new CallError(reason)))
  await commit(1)
  outbox.relay()
  await clock.advance(0)
  expect(await left()).toHaveLength(most)
})

it('is one relay at a time, and a new one after the last has ended', async () => {
  const sent: string[] = []
  const { clock, outbox, commit, env } = openOutbox(async ({ key }) => sent.push(key))
  const numbers = Array.from({ length: 45 }, (_, index) => index)
  await commit(...numbers)
  outbox.relay()
  outbox.relay()
  await clock.advance(0)
  expect(sent).toEqual(numbers.map((n) => `k-${n}`))
  expect(env.backgrounds).toEqual(['relay'])
  await commit(100)
  outbox.relay()
  await clock.advance(0)
  expect(sent.at(-1)).toBe('k-100')
  expect(env.backgrounds).toEqual(['relay', 'relay'])
})

it('sees what is kept while it finds that nothing is', async () => {
  const store = openTables(OUTBOX_TABLES)
  const gate = Promise.withResolvers<void>()
  const sent: string[] = []
  const env = fakeEnv({
    service: 'order',
    store: {
      async transaction(work) {
        const found = await store.transaction(work)
        await gate.promise
        return found
      },
    },
  })
  const outbox = runOutbox(env, 'relay', async ({ key }) => sent.push(key))
  outbox.relay()
  await store.transaction(function* () {
    yield keep(message(1))
  })
  outbox.relay()
  gate.resolve()
  await env.advance(0)
  expect(sent).toEqual(['k-1'])
  expect(env.backgrounds).toEqual(['relay'])
})

it('hides no bug', async () => {
  const { clock, outbox, commit, env } = openOutbox(() => Promise.reject(new TypeError('a bug')))
  await commit(1)
  outbox.relay()
  await clock.advance(0)
  expect(env.failures).toHaveLength(1)
})
