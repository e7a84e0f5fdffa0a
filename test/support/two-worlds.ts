/**
 * The means of both worlds, for suites that hold in either: a clock that the test turns, a store, and a callee at the end of a wire.
 */

import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished, vi } from 'vitest'
import type { Call } from '../../src/core/call.ts'
import { keyedDraw } from '../../src/core/draw.ts'
import { overWire } from '../../src/runtime/life/over-wire.ts'
import { machineClock } from '../../src/runtime/real/clock.ts'
import { serve } from '../../src/runtime/real/server.ts'
import { openSqliteStore, type SqliteStore } from '../../src/runtime/real/store.ts'
import { openWire } from '../../src/runtime/real/wire.ts'
import { virtualClock } from '../../src/runtime/virtual/clock.ts'
import { holdTime } from '../../src/runtime/virtual/globals.ts'
import { type Kernel, MICROS_PER_MS, startKernel } from '../../src/runtime/virtual/kernel.ts'
import { makeMemoryStore } from '../../src/runtime/virtual/memory-store.ts'
import { layNetwork } from '../../src/runtime/virtual/network.ts'
import { makePlainStore } from '../../src/runtime/virtual/plain/plain-store.ts'
import { type FakeEnv, fakeEnv, type TurnedClock } from './fake-env.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** A caller in a world, and whoever it calls over that world's wire. */
export interface Line {
  readonly env: FakeEnv
  readonly call: Call
  /** Lets the work happen, and time pass as far as it needs it. */
  run<T>(work: () => Promise<T>): Promise<T>
}

export interface World {
  readonly name: string
  clock(): TurnedClock
  /** @param handle the callee's; undefined: nobody listens */
  line(handle: Call | undefined): Promise<Line>
}

/** A world, and one of the ways in which it keeps its stores. */
export interface KeepingWorld extends World {
  store(): SqliteStore
}

const EDGE = 'order→payment'
const CONNECTIONS = 256

/** The timers that the machine's clock is made of; what the test itself waits with stays as it is. */
const TIMERS = ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance', 'Date'] as const

/** The real world's clock, over timers that the test turns: its code, and none of its waiting. */
function turnedMachineClock(): TurnedClock {
  vi.useFakeTimers({ toFake: [...TIMERS] })
  onTestFinished(() => void vi.useRealTimers())
  return {
    ...machineClock(),
    advance: async (ms) => void (await vi.advanceTimersByTimeAsync(ms)),
    timers: () => vi.getTimerCount(),
  }
}

function turnedVirtualClock(): TurnedClock {
  const kernel = startKernel()
  return {
    ...virtualClock(kernel, 'test'),
    async advance(ms) {
      // Time goes on although nothing lies ahead.
      kernel.after(ms * MICROS_PER_MS, 'test', () => {})
      await kernel.settle(ms * MICROS_PER_MS)
    },
    timers: () => kernel.pending(),
  }
}

/** A server and a client of the real world, in one process and in real time. */
async function realLine(handle: Call | undefined): Promise<Line> {
  const parts = { service: 'payment', incarnation: 1, handle: handle ?? unheard, ledger: () => [] } as const
  const server = await serve(() => parts, 0)
  if (!handle) await server.listen(false)
  const wire = openWire(() => server.port)
  onTestFinished(async () => {
    await wire.close()
    await server.close()
  })
  const env = fakeEnv({ service: 'order', clock: { ...machineClock(), advance: unturned, timers: () => 0 } })
  return { env, call: wire.to(EDGE, env), run: (work) => work() }
}

async function virtualLine(handle: Call | undefined): Promise<Line> {
  const time = holdTime(() => kernel)
  onTestFinished(time.close)
  const kernel: Kernel = startKernel({ around: time })
  const clock = virtualClock(kernel, 'order')
  const fail = (error: Error) => {
    throw error
  }
  const network = layNetwork({ kernel, draw: keyedDraw(1), nowMs: clock.nowMs, fail })
  if (handle) network.listen('payment', handle)
  const env = fakeEnv({ service: 'order', clock: { ...clock, advance: unturned, timers: () => kernel.pending() } })
  const carry = network.connect({ name: 'order', owner: 'order', isAlive: () => true }, 'payment', CONNECTIONS)
  return { env, call: overWire(EDGE, env, carry), run: (work) => kernel.run(work) }
}

const unheard: Call = () => Promise.reject(new Error('somebody listens although nobody should'))

function unturned(): Promise<never> {
  return Promise.reject(new Error('this clock goes by itself'))
}

const folder = temporaryFolder('two-worlds')
const EMPTY_FILE = join(folder, 'empty.db')
let files = 0

/** A copy of an empty one: making a file anew waits for the disk, and a test's stores are many. */
function openFile(): SqliteStore {
  if (files === 0) openSqliteStore(EMPTY_FILE).close()
  files += 1
  const file = join(folder, `${files}.db`)
  copyFileSync(EMPTY_FILE, file)
  const store = openSqliteStore(file)
  // Nobody reads it after a power cut.
  store.rows('PRAGMA synchronous = OFF')
  onTestFinished(() => store.close())
  return store
}

const REAL: World = { name: 'the real world', clock: turnedMachineClock, line: realLine }
const VIRTUAL: World = { name: 'the virtual world', clock: turnedVirtualClock, line: virtualLine }

export const WORLDS: readonly World[] = [REAL, VIRTUAL]

export const KEEPING_WORLDS: readonly KeepingWorld[] = [
  { ...REAL, store: openFile },
  { ...VIRTUAL, store: () => makeMemoryStore().open() },
  { ...VIRTUAL, name: `${VIRTUAL.name}, plain stores`, store: () => makePlainStore().open() },
]
