import nodeCrypto, {
  getRandomValues,
  randomBytes,
  randomFill,
  randomFillSync,
  randomInt,
  randomUUID,
} from 'node:crypto'
import { promisify } from 'node:util'
import { Worker } from 'node:worker_threads'
import { describe, expect, it } from 'vitest'
import { turn, turnByImmediates } from './drain.ts'
import { holdTime } from './globals.ts'
import { type Kernel, startKernel } from './kernel.ts'

const WAYS = { 'the fastest way': turn, 'the public API': turnByImmediates }
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

const hex = (bytes: NodeJS.TypedArray) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')

/** Every way to draw, each as a library would. */
const DRAWS: Readonly<Record<string, () => unknown>> = {
  'Math.random': () => Math.random(),
  'crypto.randomUUID': () => crypto.randomUUID(),
  'crypto.getRandomValues': () => hex(crypto.getRandomValues(new Uint8Array(16))),
  'import { randomUUID }': () => randomUUID(),
  'import { getRandomValues }': () => hex(getRandomValues(new Uint8Array(16))),
  'import { randomBytes }': () => hex(randomBytes(16)),
  'import { randomFillSync }': () => hex(randomFillSync(new Uint8Array(16))),
  'import { randomInt }': () => randomInt(2 ** 47),
  'import crypto': () => nodeCrypto.randomUUID(),
  'randomBytes, called back': async () => hex(await promisify(randomBytes)(16)),
  'randomFill, called back': async () =>
    hex(await new Promise((resolve) => randomFill(new Uint8Array(16), (_, bytes) => resolve(bytes)))),
  'randomInt, called back': () => new Promise((resolve) => randomInt(0, 2 ** 47, (_, drawn) => resolve(drawn))),
}

async function inWorld<T>(work: () => Promise<T>, seed?: number, turning = turn): Promise<T> {
  const time = holdTime(() => kernel, seed)
  const kernel: Kernel = startKernel({ turn: turning, around: time })
  try {
    return await kernel.run(work)
  } finally {
    time.close()
  }
}

describe.each(Object.entries(WAYS))('the luck of a library in a world that turns by %s', (_, turning) => {
  it.each(Object.entries(DRAWS))('comes from the seed: %s', async (_name, draw) => {
    const drawn = (seed: number) => inWorld(async () => [await draw(), await draw()], seed, turning)
    const [one, other] = await drawn(7)
    expect(one).not.toBe(other)
    expect(await drawn(7)).toEqual([one, other])
    expect(await drawn(8)).not.toEqual([one, other])
  })

  it.each(Object.entries(DRAWS))('is the machine’s outside: %s', async (_name, draw) => {
    const time = holdTime(() => kernel, 7)
    const kernel: Kernel = startKernel({ turn: turning, around: time })
    const inside = await kernel.run(async () => draw())
    const seen = [await draw(), await draw()]
    time.close()
    seen.push(await draw(), await draw())
    expect(new Set([inside, ...seen]).size).toBe(5)
    expect(seen).not.toContain(await inWorld(async () => draw(), 7, turning))
  })
})

it('the same seed draws the same in every thread', async () => {
  const globals = JSON.stringify(new URL('./globals.ts', import.meta.url))
  const kernel = JSON.stringify(new URL('./kernel.ts', import.meta.url))
  const source = `
    import { parentPort } from 'node:worker_threads'
    import { randomUUID } from 'node:crypto'
    import { holdTime } from ${globals}
    import { startKernel } from ${kernel}
    const kernel = startKernel({ around: holdTime(() => kernel, 7) })
    parentPort.postMessage(await kernel.run(async () => [randomUUID(), Math.random()]))`
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`))
  const there = await new Promise((resolve, reject) => void worker.once('message', resolve).once('error', reject))
  await worker.terminate()
  expect(there).toEqual(await inWorld(async () => [randomUUID(), Math.random()], 7))
})

describe('what is drawn in a world', () => {
  it('has the shape that Node gives it', async () => {
    await inWorld(async () => {
      for (let n = 0; n < 100; n++) {
        expect(randomUUID({ disableEntropyCache: true })).toMatch(UUID)
        expect(crypto.randomUUID()).toMatch(UUID)
        expect([5, 6, 7]).toContain(randomInt(5, 8))
      }
      expect(new Set(Array.from({ length: 200 }, () => randomInt(3)))).toEqual(new Set([0, 1, 2]))
      const words = new Uint16Array(4)
      expect(randomFillSync(words)).toBe(words)
      expect(Buffer.isBuffer(randomBytes(3))).toBe(true)
      expect(crypto.getRandomValues(words)).toBe(words)
      const whole = new ArrayBuffer(9)
      Reflect.apply(randomFillSync, undefined, [whole])
      expect(new Uint8Array(whole).at(-1)).not.toBe(0)
    }, 7)
  })

  it('fills what is asked for, and no more', async () => {
    const fill = () => inWorld(async () => hex(randomFillSync(new Uint32Array(5), 1, 3)), 7)
    const filled = await fill()
    expect(await fill()).toBe(filled)
    expect(filled).toMatch(/^0{8}[0-9a-f]{24}0{8}$/)
    const called = () =>
      inWorld(
        () => new Promise((resolve) => randomFill(new Uint32Array(5), 1, 3, (_, words) => resolve(hex(words)))),
        7,
      )
    expect(await called()).toBe(filled)
  })

  it('is even: every bit of a byte is as often set as not', async () => {
    const bytes = await inWorld(async () => randomBytes(40_000), 7)
    for (let bit = 0; bit < 8; bit++) {
      const set = bytes.reduce((sum, byte) => sum + ((byte >> bit) & 1), 0)
      // Five standard deviations.
      expect(Math.abs(set - 20_000)).toBeLessThan(500)
    }
  })

  it('is refused where Node refuses it', async () => {
    await inWorld(async () => {
      const wrong: (() => unknown)[] = [
        () => randomBytes(-1),
        () => randomBytes(1, 'x' as never),
        () => randomInt(5, 5),
        () => randomInt(1.5),
        () => randomFillSync(new Uint8Array(2), 3),
        () => randomFill(new Uint8Array(2), undefined as never),
        () => randomUUID(1 as never),
        () => crypto.getRandomValues(new Uint8Array(65_537)),
        () => crypto.getRandomValues(new Float32Array(1) as never),
      ]
      for (const each of wrong) expect(each).toThrow()
    })
  })
})
