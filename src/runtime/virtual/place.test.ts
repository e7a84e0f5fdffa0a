/** A crash in the virtual world: what the dead can still do (nothing), and how the service comes back. */

import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { aRequest, aSignal, OK } from '../../../test/support/fake-env.ts'
import { smallScenario } from '../../../test/support/scenarios.ts'
import { temporaryFolder } from '../../../test/support/temporary-folder.ts'
import { type Calibration, QUANTILE_POINTS } from '../../core/calibration.ts'
import type { Call, Reply, Request } from '../../core/call.ts'
import { keyedDraw } from '../../core/draw.ts'
import type { Env, Work } from '../../core/env.ts'
import { query, sql } from '../../core/statement.ts'
import type { NodeParts } from '../life/life-state.ts'
import { virtualClock } from './clock.ts'
import { keepInFolder } from './keeping.ts'
import { startKernel } from './kernel.ts'
import { layNetwork } from './network.ts'
import { makePlace } from './place.ts'
import { NEVER_BUSY } from './processor.ts'

const ROOT = temporaryFolder('place')
const RESTART_MS = 150
let worlds = 0

type Handle = (request: Request, env: Env) => Promise<Reply>

/** A payment service that does what `handle` says, a bank that counts its calls, and somebody who asks payment. */
function stand(
  handle: Handle,
  windows: (env: Env) => Promise<void> = async () => undefined,
  measured: Partial<Calibration> = {},
) {
  worlds += 1
  const folder = join(ROOT, String(worlds))
  mkdirSync(join(folder, 'journal'), { recursive: true })
  const kernel = startKernel()
  const clock = virtualClock(kernel, 'test')
  const bugs: Error[] = []
  const fail = (error: Error) => void bugs.push(error)
  const network = layNetwork({ kernel, draw: keyedDraw(1), nowMs: clock.nowMs, fail })
  const recovered: number[] = []
  const parts = {
    service: {
      name: 'payment',
      tables: () => [sql('CREATE TABLE things (name TEXT)')],
      start: (env: Env) => ({
        handle: (request: Request) => handle(request, env),
        recover: () => void recovered.push(env.incarnation),
      }),
    },
    setup: {},
    edges: new Map([['payment→bank', []]]),
    door: [],
    switches: [],
    capacity: undefined,
    gremlins: (next: Call) => next,
    atPoint: () => undefined,
    windows,
    changeGremlin: () => false,
    changeWorkflow: () => false,
  } as unknown as NodeParts
  const calibration = { boot: QUANTILE_POINTS.map(() => 0), ...measured } as Calibration
  const scenario = smallScenario({ restartAfterMs: RESTART_MS })
  const plan = { scenario, variant: 'retry+key', folder, seed: 1, calibration }
  const begun: unknown[] = []
  const place = makePlace(
    {
      plan,
      kernel,
      network,
      processors: { ...NEVER_BUSY, begin: (...life) => void begun.push(life) },
      keeping: keepInFolder(folder),
      compose: () => parts,
      trafficStartMs: () => clock.nowMs(),
      healed: aSignal(),
      changes: [],
      fail,
    },
    'payment',
  )
  let bankCalls = 0
  network.listen('bank', async () => {
    bankCalls += 1
    return OK
  })
  const carry = network.connect({ name: 'order', owner: 'order-1', isAlive: () => true }, 'payment', 10)
  const ask = (purchase: string) =>
    kernel.run(() => carry(aRequest({ purchase }), aSignal()).catch(({ kind }: { kind: string }) => kind))
  const things = () => query(place.store.open(), 'SELECT name FROM things ORDER BY name')
  const journalOf = (incarnation: number) =>
    readFileSync(join(folder, 'journal', `payment-${incarnation}.ndjson`), 'utf8')
  return { kernel, place, ask, things, bugs, begun, recovered, folder, journalOf, bankCalls: () => bankCalls }
}

const put = (env: Env, name: string) => query(env.store, 'INSERT INTO things VALUES (?)', name)

/** Goes on after its own death, as a coroutine does that nobody can kill, and tries everything there is. */
function rise(env: Env, succeeded: string[]): Promise<unknown> {
  const note = (what: string) => () => void succeeded.push(what)
  const ignore = () => undefined
  env.background('relay', () => put(env, 'background').then(note('background')))
  env.record({ type: 'order', order: 'o', purchase: 'p', effect: 'ghost', state: 'ghost', reason: null })
  return Promise.all([
    put(env, 'ghost').then(note('store'), ignore),
    env.call('payment→bank', aRequest()).then(note('call'), ignore),
    env.clock.sleep(1).then(note('sleep'), ignore),
    env.listen(false).then(ignore, ignore),
    env.crash().then(note('crash'), ignore),
    (async () => env.attempt('p-1', 'ghost'))().then(note('attempt'), ignore),
  ])
}

it('a dead handler can write nothing, call nobody, and kill nobody', async () => {
  const succeeded: string[] = []
  const { kernel, place, ask, things, bugs, folder, journalOf, bankCalls } = stand(async (request, env) => {
    if (request.purchase !== 'p-1') return OK
    await put(env, 'before')
    env.clock.alarm(5, () => succeeded.push('alarm'))
    void env.call('payment→bank', aRequest()).then(() => succeeded.push('answer'))
    void env.crash()
    await rise(env, succeeded)
    return OK
  })
  expect(await ask('p-1')).toBe('reset')
  expect(place.life()).toBeUndefined()
  await kernel.settle(60_000_000)
  expect(succeeded).toEqual([])
  expect(bugs).toEqual([])
  expect(await things()).toEqual([{ name: 'before' }])
  // Neither what came after its death has left, nor what was asked for in the same turn.
  expect(bankCalls()).toBe(0)
  expect(place.restarts()).toBe(1)
  expect(await ask('p-2')).toMatchObject({ status: 200 })
  expect(journalOf(1)).not.toContain('ghost')
  expect(readdirSync(join(folder, 'journal')).sort()).toEqual(['payment-1.ndjson', 'payment-2.ndjson'])
})

it('comes back on the same store as long after as the scenario says, and takes up what was left', async () => {
  const { kernel, ask, things, recovered, place } = stand(async ({ purchase }, env) => {
    await put(env, `${purchase} in life ${env.incarnation}`)
    return purchase === 'p-1' && env.incarnation === 1 ? env.crash() : OK
  })
  const diedAfterMicros = () => kernel.nowMicros()
  expect(await ask('p-1')).toBe('reset')
  const sinceMicros = diedAfterMicros()
  expect(await ask('p-2')).toBe('refused')
  await kernel.settle(60_000_000)
  const awayMs = (kernel.nowMicros() - sinceMicros) / 1_000
  expect(awayMs).toBeGreaterThan(RESTART_MS - 10)
  expect(awayMs).toBeLessThanOrEqual(RESTART_MS)
  expect(await ask('p-1')).toMatchObject({ status: 200 })
  expect(recovered).toEqual([1, 2])
  expect(place.life()?.look()).toMatchObject({ inFlight: 0, background: 0 })
  expect(await things()).toEqual([{ name: 'p-1 in life 1' }, { name: 'p-1 in life 2' }])
})

it('takes an open transaction back', async () => {
  const { ask, things, kernel } = stand(async (_, env) => {
    await env.store.transaction(function* (): Work<void> {
      yield sql(`INSERT INTO things VALUES ('half')`)
      void env.crash()
      yield sql(`INSERT INTO things VALUES ('other half')`)
    })
    return OK
  })
  expect(await ask('p-1')).toBe('reset')
  await kernel.settle(60_000_000)
  expect(await things()).toEqual([])
})

it('a bug of a living handler ends the run, one of the dead does not', async () => {
  const { ask, bugs, kernel } = stand(async ({ purchase }, env) => {
    if (purchase === 'p-1') {
      void env.crash()
      await Promise.resolve()
    }
    throw new Error('a bug')
  })
  expect(await ask('p-1')).toBe('reset')
  await kernel.settle(60_000_000)
  expect(bugs).toEqual([])
  expect(await ask('p-2')).toMatchObject({ status: 500 })
  expect(bugs.map(({ message }) => message)).toEqual([expect.stringContaining('payment: Error: a bug')])
})

it('that comes up inside an outage is deaf from the first moment to the last', async () => {
  const { ask, kernel } = stand(
    async () => OK,
    async (env) => {
      await env.listen(false)
      await env.clock.sleep(100)
      await env.listen(true)
    },
  )
  expect(await ask('p-1')).toBe('refused')
  await kernel.settle(99_000)
  expect(await ask('p-2')).toBe('refused')
  await kernel.settle(2_000)
  expect(await ask('p-3')).toMatchObject({ status: 200 })
})

it('comes back cold, where it is known how cold, and begins warm', async () => {
  const dies = async (_: Request, env: Env) => (env.incarnation === 1 ? env.crash() : OK)
  const cold = { calling: [9_000, 800], serving: [1] }
  const { ask, kernel, begun } = stand(dies, undefined, { cold })
  expect(await ask('p-1')).toBe('reset')
  await kernel.settle(60_000_000)
  expect(await ask('p-1')).toMatchObject({ status: 200 })
  expect(begun).toEqual([
    ['payment', 'payment-1', []],
    ['payment', 'payment-2', cold.calling],
  ])
})
