import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keyedDraw } from '../../core/draw.ts'
import { turn, turnByImmediates } from './drain.ts'
import { type Kernel, startKernel } from './kernel.ts'

const WAYS = { 'the fastest way': turn, 'the public API': turnByImmediates }

const wait = (kernel: Kernel, micros: number, owner = 'test') =>
  new Promise<void>((resolve) => {
    kernel.after(micros, owner, resolve)
  })

describe.each(Object.entries(WAYS))('time that passes by %s', (_, turning) => {
  it('stands still but for events, however long they take', async () => {
    const kernel = startKernel({ turn: turning })
    const seen: number[] = []
    await kernel.run(async () => {
      await wait(kernel, 5_000_000_000)
      seen.push(kernel.nowMicros())
      await wait(kernel, 0.2)
      seen.push(kernel.nowMicros())
      await wait(kernel, -3)
      seen.push(kernel.nowMicros())
    })
    expect(seen).toEqual([5_000_000_000, 5_000_000_001, 5_000_000_001])
  })

  it('drains promises of any depth, ticks and microtasks before the next event', async () => {
    const kernel = startKernel({ turn: turning })
    const seen: string[] = []
    const dive = async () => {
      for (let depth = 0; depth < 2_000; depth++) await null
      await new Promise<void>((resolve) => process.nextTick(resolve))
      await new Promise<void>((resolve) => queueMicrotask(resolve))
      seen.push('deep')
    }
    kernel.after(1, 'test', () => void dive())
    kernel.after(2, 'test', () => seen.push('next'))
    expect(await kernel.settle(10)).toBe(true)
    expect(seen).toEqual(['deep', 'next'])
  })

  it('rejects with what an event throws, and with what the work throws', async () => {
    const kernel = startKernel({ turn: turning })
    kernel.after(1, 'test', () => {
      throw new Error('oops')
    })
    await expect(kernel.settle(10)).rejects.toThrow('oops')
    await expect(kernel.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
  })

  it('explains itself when the work waits in vain', async () => {
    const kernel = startKernel({ turn: turning, explain: () => 'order has 1 call in flight.' })
    const waiting = kernel.run(async () => {
      await wait(kernel, 1_500)
      await new Promise(() => {})
    })
    await expect(waiting).rejects.toThrow(/^idle but pending: at 1.5 ms of virtual time.*order has 1 call in flight\.$/)
  })

  it('settles no further than it may', async () => {
    const kernel = startKernel({ turn: turning })
    const seen: number[] = []
    for (const micros of [1, 2, 30]) kernel.after(micros, 'test', () => seen.push(micros))
    expect(await kernel.settle(10)).toBe(false)
    expect([seen, kernel.nowMicros(), kernel.pending()]).toEqual([[1, 2], 10, 1])
    expect(await kernel.settle(100)).toBe(true)
    expect(kernel.nowMicros()).toBe(30)
  })
})

it('says who keeps time from going on', async () => {
  const kernel = startKernel()
  const again = () => void kernel.after(0, 'order-1', again)
  again()
  await expect(kernel.settle(10)).rejects.toThrow(/^time stands still at 0 ms of virtual time.*'order-1'/)
})

describe('events', () => {
  it('are called off one by one, and all of one owner together', async () => {
    const kernel = startKernel()
    const seen: string[] = []
    const first = kernel.after(1, 'a', () => seen.push('a1'))
    kernel.after(2, 'a', () => seen.push('a2'))
    kernel.after(3, 'b', () => seen.push('b'))
    kernel.cancel(first)
    kernel.cancel(first)
    kernel.cancelAll('a')
    await kernel.settle(100)
    expect(seen).toEqual(['b'])
  })

  it('that come first at their moment do so whenever they were set, in the order in which they were', async () => {
    const kernel = startKernel()
    const seen: string[] = []
    const say = (what: string) => () => void seen.push(what)
    kernel.after(5, 'a', say('set before'))
    kernel.first(5, 'a', say('first'))
    kernel.after(4, 'a', say('earlier'))
    kernel.after(5, 'a', say('set after'))
    kernel.first(5, 'a', say('second'))
    await kernel.settle(100)
    expect(seen).toEqual(['earlier', 'first', 'second', 'set before', 'set after'])
  })

  it('refuse a wait that is no number', () => {
    expect(() => startKernel().after(Number.NaN, 'a', () => {})).toThrow(RangeError)
    expect(() => startKernel().after(Number.POSITIVE_INFINITY, 'a', () => {})).toThrow(RangeError)
  })
})

/** A crowd that waits, calls off, and awaits: what happened, in order. */
async function traceOf(turning: typeof turn, seed: number, crowd: number): Promise<string[]> {
  const kernel = startKernel({ turn: turning })
  const draw = keyedDraw(seed)
  const trace: string[] = []
  async function one(name: string): Promise<void> {
    for (let round = 0; round < 5; round++) {
      const luck = (purpose: string) => draw(purpose, 'test', name, '', round)
      const other = kernel.after(luck('other') * 50, name, () => trace.push(`${name} other`))
      await wait(kernel, luck('wait') * 20, name)
      for (let depth = 0; depth < luck('depth') * 8; depth++) await null
      trace.push(`${kernel.nowMicros()} ${name} ${round}`)
      if (luck('cancel') < 0.6) kernel.cancel(other)
    }
  }
  await kernel.run(async () => {
    await Promise.all(Array.from({ length: crowd }, (_, n) => one(`p-${n}`)))
  })
  return trace
}

it('the same happens in the same order, however microtasks are drained', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(), fc.integer({ min: 1, max: 30 }), async (seed, crowd) => {
      const trace = await traceOf(turn, seed, crowd)
      expect(await traceOf(turnByImmediates, seed, crowd)).toEqual(trace)
    }),
    { numRuns: 25 },
  )
})
