import nodeCrypto from 'node:crypto'
import { stat } from 'node:fs/promises'
import { createRequire, syncBuiltinESMExports } from 'node:module'
import nodeProcess from 'node:process'
import nodeTimers from 'node:timers'
import nodePromises from 'node:timers/promises'
import { promisify } from 'node:util'
import { deflate } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { EPOCH_MS } from './clock.ts'
import { turn, turnByImmediates } from './drain.ts'
import { type HeldTime, holdTime } from './globals.ts'
import { type Kernel, startKernel } from './kernel.ts'

/** A library as others write them, that knows of no world: what it uses is bound by name, or read when it is used. */
const LIBRARY = `
  import timers, { clearTimeout, setImmediate, setInterval, setTimeout } from 'node:timers'
  import promises, { scheduler, setImmediate as soon, setInterval as every, setTimeout as sleep } from 'node:timers/promises'
  import process, { hrtime } from 'node:process'
  import { promisify } from 'node:util'
  const slept = promisify(setTimeout)
  export const clear = (timer) => clearTimeout(timer)
  export const start = (ring, ms) => setTimeout(ring, ms)
  export const waits = {
    'import { setTimeout }': (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    'import timers': (ms) => new Promise((resolve) => timers.setTimeout(resolve, ms)),
    'import { setInterval }': (ms) => new Promise((resolve) => {
      const timer = setInterval(() => { timers.clearInterval(timer); resolve() }, ms)
    }),
    'timers.promises': (ms) => timers.promises.setTimeout(ms),
    'promisify(setTimeout), when it was loaded': (ms) => slept(ms),
    'promisify(setTimeout)': (ms) => promisify(setTimeout)(ms),
    'promisify(globalThis.setTimeout)': (ms) => promisify(globalThis.setTimeout)(ms),
    'import { setTimeout } of promises': (ms) => sleep(ms),
    'import promises': (ms) => promises.setTimeout(ms),
    'import { setInterval } of promises': async (ms) => { for await (const _ of every(ms)) return },
    'scheduler.wait': (ms) => scheduler.wait(ms),
    'AbortSignal.timeout': (ms) => new Promise((resolve) => {
      const waiting = setTimeout(() => {}, 2 * ms)
      AbortSignal.timeout(ms).addEventListener('abort', () => { clearTimeout(waiting); resolve() })
    }),
  }
  export const atOnce = {
    setImmediate: () => new Promise((resolve) => setImmediate(resolve)),
    'promisify(setImmediate)': () => promisify(setImmediate)(),
    'setImmediate of promises': () => soon(),
    'scheduler.yield': () => scheduler.yield(),
  }
  export const clocks = {
    hrtime: () => { const [seconds, nanos] = hrtime(); return seconds * 1e3 + nanos / 1e6 },
    'hrtime.bigint': () => Number(hrtime.bigint()) / 1e6,
    'process.hrtime': () => { const [seconds, nanos] = process.hrtime(); return seconds * 1e3 + nanos / 1e6 },
    'process.hrtime.bigint': () => Number(process.hrtime.bigint()) / 1e6,
  }
`
interface Library {
  clear(timer: unknown): void
  start(ring: () => void, ms: number): NodeJS.Timeout
  readonly waits: Readonly<Record<string, (ms: number) => Promise<unknown>>>
  readonly atOnce: Readonly<Record<string, () => Promise<unknown>>>
  readonly clocks: Readonly<Record<string, () => number>>
}

// Loaded before any world has turned.
const library = (await import(`data:text/javascript,${encodeURIComponent(LIBRARY)}`)) as Library
const WAITS = Object.entries(library.waits)
/** The one name that Node itself resolves when the library is loaded. */
const CAPTURED = 'promisify(setTimeout), when it was loaded'
const VIRTUAL_WAITS = WAITS.filter(([name]) => name !== CAPTURED)
const WAYS = { 'the fastest way': turn, 'the public API': turnByImmediates }

const OWNERS = [
  ...[nodeTimers, nodePromises, nodePromises.scheduler, nodeProcess, nodeProcess.hrtime, AbortSignal, nodeCrypto],
  ...[globalThis.crypto, performance],
]
const machineNowMs = performance.now.bind(performance)
const machineTimeout = setTimeout

let open: HeldTime[] = []
let before: readonly PropertyDescriptorMap[] = []

function stand(turning = turn, seed?: number) {
  const time = holdTime(() => kernel, seed)
  open.push(time)
  const kernel: Kernel = startKernel({ turn: turning, around: time })
  return { kernel, time }
}

const described = () => OWNERS.map((owner) => Object.getOwnPropertyDescriptors(owner) as PropertyDescriptorMap)

beforeEach(() => {
  before = described()
})

afterEach(() => {
  for (const time of open) time.close()
  open = []
  expect(described()).toEqual(before)
})

describe.each(Object.entries(WAYS))('what a library imports from Node, while time passes by %s', (_, turning) => {
  it.each(VIRTUAL_WAITS)('waits in the time of the world: %s', async (_name, wait) => {
    const { kernel } = stand(turning)
    const seen = await kernel.run(async () => {
      await wait(3_600_000)
      return performance.now()
    })
    expect(seen).toBe(3_600_000)
    expect(kernel.pending()).toBe(0)
  })

  it.each(Object.entries(library.atOnce))('takes no time: %s', async (_name, soon) => {
    const { kernel } = stand(turning)
    await kernel.run(soon)
    expect(kernel.nowMicros()).toBe(0)
  })

  it.each(Object.entries(library.clocks))('reads the time of the world: %s', async (_name, readMs) => {
    const { kernel } = stand(turning)
    const seen = await kernel.run(async () => {
      const first = readMs()
      await library.waits['scheduler.wait']?.(90_001)
      return [first, readMs()]
    })
    expect(seen).toEqual([0, 90_001])
    expect(readMs()).toBeGreaterThan(0)
    expect(Math.abs(readMs() - Number(process.hrtime.bigint()) / 1e6)).toBeLessThan(10_000)
  })
})

describe('the rest of the process', () => {
  it.each(WAITS)('waits in the machine’s time while a world is open, and after it: %s', async (_name, wait) => {
    const { kernel, time } = stand()
    await kernel.run(async () => {})
    for (const end of [() => {}, time.close]) {
      end()
      const sinceMs = machineNowMs()
      await wait(3)
      expect(machineNowMs() - sinceMs).toBeGreaterThan(1)
    }
    expect(kernel.nowMicros()).toBe(0)
  })

  it('has functions that look and behave like the machine’s while a world is open', async () => {
    const machine = { ...nodeTimers, ...nodeCrypto, hrtime: process.hrtime, timeout: AbortSignal.timeout }
    const { kernel } = stand()
    await kernel.run(async () => {})
    const held = { ...nodeTimers, ...nodeCrypto, hrtime: process.hrtime, timeout: AbortSignal.timeout }
    const shape = (each: typeof machine) =>
      Object.values(each).map((value) => (typeof value === 'function' ? [value.name, value.length] : []))
    expect(shape(held)).toEqual(shape(machine))
    expect(setTimeout).toBe(machineTimeout)
    const timer = library.start(() => {}, 50_000)
    expect([timer.constructor.name, timer.hasRef(), timer.unref().hasRef(), timer.ref(), timer.refresh()]).toEqual([
      ...['Timeout', true, false, timer, timer],
    ])
    library.clear(Number(timer))
    expect((timer as unknown as { readonly _destroyed: boolean })._destroyed).toBe(true)
    expect(() => library.start('no function' as never, 1)).toThrow(TypeError)
    expect(AbortSignal.timeout(50_000)).toBeInstanceOf(AbortSignal)
    expect(() => Reflect.apply(crypto.getRandomValues, {}, [new Uint8Array(1)])).toThrow(/receiver|this/i)
    expect(performance.timeOrigin).toBeGreaterThan(EPOCH_MS - 10 * 365 * 86_400_000)
    expect(performance.timeOrigin).not.toBe(EPOCH_MS)
  })

  it('has its own functions back when the last world is closed, and what others put there stays', async () => {
    const own = nodeTimers.setTimeout
    const [one, other] = [stand(), stand()]
    await one.kernel.run(async () => {})
    await other.kernel.run(async () => {})
    one.time.close()
    one.time.close()
    expect(nodeTimers.setTimeout).not.toBe(own)
    other.time.close()
    expect(nodeTimers.setTimeout).toBe(own)

    const third = stand()
    await third.kernel.run(async () => {})
    const theirs = () => 0
    const mine = nodePromises.scheduler.wait
    nodePromises.scheduler.wait = theirs as never
    third.time.close()
    expect(nodePromises.scheduler.wait).toBe(theirs)
    Reflect.deleteProperty(nodePromises.scheduler, 'wait')
    expect(nodePromises.scheduler.wait).not.toBe(mine)
  })

  it('may tell ES modules of Node’s own functions between two worlds', async () => {
    for (let n = 0; n < 2; n++) {
      const { kernel, time } = stand()
      await kernel.run(() => library.waits['import { setTimeout } of promises']?.(5_000) as Promise<unknown>)
      expect(kernel.nowMicros()).toBe(5_000_000)
      time.close()
      syncBuiltinESMExports()
    }
  })
})

describe('two worlds after each other', () => {
  it.each(VIRTUAL_WAITS)('have a time of their own each: %s', async (_name, wait) => {
    for (const ms of [10_000, 20_000]) {
      const { kernel, time } = stand()
      await kernel.run(() => wait(ms))
      expect(kernel.nowMicros()).toBe(ms * 1_000)
      time.close()
    }
  })

  it('share a library that was loaded in the first, and kept what it found there', async () => {
    const kept = `(() => {
      const [later, { now }, sleep] = [setTimeout, Date, require('node:timers/promises').setTimeout]
      const { timeout } = AbortSignal
      class Moment extends Date {}
      return { later, now, sleep, timeout, Moment, promised: require('node:util').promisify(setTimeout) }
    })()`
    const load = new Function('require', `return ${kept}`) as (require: NodeJS.Require) => Kept
    interface Kept {
      later(ring: () => void, ms: number): unknown
      now(): number
      sleep(ms: number): Promise<unknown>
      timeout(ms: number): AbortSignal
      readonly Moment: DateConstructor
      promised(ms: number): Promise<unknown>
    }
    const first = stand()
    const loaded = await first.kernel.run(async () => load(createRequire(import.meta.url)))
    first.time.close()
    const second = stand()
    const seen = await second.kernel.run(async () => {
      const signal = loaded.timeout(1_000)
      await new Promise<void>((resolve) => void loaded.later(resolve, 999))
      const early = signal.aborted
      await loaded.sleep(1)
      await loaded.promised(1_000)
      return [early, signal.aborted, loaded.now() - EPOCH_MS, new loaded.Moment().getTime() - EPOCH_MS]
    })
    expect(seen).toEqual([false, true, 2_000, 2_000])
    expect(first.kernel.nowMicros()).toBe(0)
    expect(Math.abs(loaded.now() - Date.now())).toBeLessThan(10_000)
  })
})

describe('a world', () => {
  it('may be made while another one turns', async () => {
    const outer = stand()
    const machineDate = Date
    const inner = stand()
    const seen: number[] = []
    await outer.kernel.run(async () => {
      await nodePromises.setTimeout(7)
      inner.time.enter()
      seen.push(Date.now())
      inner.time.leave()
      seen.push(Date.now())
    })
    expect(seen).toEqual([EPOCH_MS, EPOCH_MS + 7])
    expect(Date).toBe(machineDate)
  })

  it('hears of a timer that was begun before it, and of what Node refuses', async () => {
    const { kernel } = stand()
    const earlier = setTimeout(() => {}, 50_000)
    const seen: unknown[] = []
    await kernel.run(async () => {
      clearTimeout(earlier)
      for (const wrong of [
        () => setTimeout('x' as never),
        () => AbortSignal.timeout(-1),
        () => process.hrtime([1] as never),
      ])
        try {
          wrong()
        } catch (error) {
          seen.push((error as NodeJS.ErrnoException).code)
        }
      for (const wrong of [{ ref: 1 }, { signal: {} }, null]) {
        const options = wrong as { readonly ref?: boolean }
        const told = (error: NodeJS.ErrnoException) => void seen.push(error.code)
        await nodePromises.setTimeout(1, 0, options).catch(told)
        await nodePromises.setImmediate(0, options).catch(told)
        await nodePromises.setInterval(1, 0, options).next().catch(told)
      }
    })
    expect((earlier as unknown as { readonly _destroyed: boolean })._destroyed).toBe(true)
    expect(seen).toEqual([
      ...['ERR_INVALID_ARG_TYPE', 'ERR_OUT_OF_RANGE', 'ERR_OUT_OF_RANGE'],
      ...new Array(9).fill('ERR_INVALID_ARG_TYPE'),
    ])
    expect(kernel.pending()).toBe(0)
  })

  it('ends waits that are given up, as Node does', async () => {
    const { kernel } = stand()
    const told: unknown[] = []
    const tell = ({ name, code, cause }: NodeJS.ErrnoException) => void told.push([name, code, cause])
    await kernel.run(async () => {
      const given = new AbortController()
      const { signal } = given
      const waits = [
        nodePromises.setTimeout(50, 0, { signal }).catch(tell),
        nodePromises.setImmediate(0, { signal }).catch(tell),
        nodePromises.setInterval(50, 0, { signal }).next().catch(tell),
      ]
      given.abort('enough')
      waits.push(nodePromises.setTimeout(50, 0, { signal }).catch(tell))
      waits.push(nodePromises.setInterval(50, 0, { signal }).next().catch(tell))
      await Promise.all(waits)
      expect(await nodePromises.setTimeout(5, 'value', { signal: new AbortController().signal })).toBe('value')
    })
    expect(told).toEqual(new Array(5).fill(['AbortError', 'ABORT_ERR', 'enough']))
    expect([kernel.pending(), kernel.nowMicros()]).toEqual([0, 5_000])
  })

  it('hands over at once what an interval rang while nobody asked', async () => {
    const { kernel } = stand()
    const atMs: number[] = []
    await kernel.run(async () => {
      for await (const word of nodePromises.setInterval(10, 'word')) {
        atMs.push(performance.now())
        expect(word).toBe('word')
        if (atMs.length === 1) await nodePromises.setTimeout(25)
        if (atMs.length === 4) return
      }
    })
    expect(atMs).toEqual([10, 35, 35, 40])
    expect(kernel.pending()).toBe(0)
  })

  it('is quiet although a signal’s time lies ahead, and breaks off what has such a signal', async () => {
    const { kernel } = stand()
    const signal = await kernel.run(async () => AbortSignal.timeout(1_000))
    await kernel.run(async () => void nodePromises.setTimeout(1_000, 0, { ref: false }))
    expect(kernel.pending()).toBe(0)
    expect(await kernel.settle(10_000_000)).toBe(true)
    expect([signal.aborted, kernel.nowMicros()]).toEqual([false, 0])
    const reason = await kernel.run(async () => {
      const all = AbortSignal.any([AbortSignal.timeout(50), signal])
      return nodePromises.setTimeout(60_000, 0, { signal: all }).catch(() => all.reason)
    })
    expect(reason).toBeInstanceOf(DOMException)
    expect([reason.name, kernel.nowMicros()]).toEqual(['TimeoutError', 50_000])
  })

  it('measures how long something took', async () => {
    const { kernel } = stand()
    const took = await kernel.run(async () => {
      const since = process.hrtime()
      await nodePromises.setTimeout(1_500)
      const between = process.hrtime()
      await nodePromises.setTimeout(600)
      return [process.hrtime(since), process.hrtime(between), performance.timeOrigin + performance.now()]
    })
    expect(took).toEqual([[2, 100_000_000], [0, 600_000_000], EPOCH_MS + 2_100])
  })

  it.each([
    ['files', () => stat('.')],
    ['subtle cryptography', () => crypto.subtle.digest('SHA-256', new Uint8Array(1))],
    ['compression', () => promisify(deflate)('x')],
  ])(
    'is idle but pending where somebody waits for what it cannot replace: %s',
    async (_name, work: () => Promise<unknown>) => {
      const { kernel } = stand()
      let outside: Promise<unknown> | undefined
      const waiting = kernel.run(async () => {
        outside = work()
        await outside
      })
      await expect(waiting).rejects.toThrow(/^idle but pending: .*something outside the virtual world/)
      await outside
    },
  )
})
