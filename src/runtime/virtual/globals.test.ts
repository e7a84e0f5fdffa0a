import { describe, expect, it, onTestFinished } from 'vitest'
import { turn, turnByImmediates } from './drain.ts'
import { holdTime } from './globals.ts'
import { type Kernel, startKernel } from './kernel.ts'

const WAYS = { 'the fastest way': turn, 'the public API': turnByImmediates }

function stand(turning: typeof turn) {
  const time = holdTime(() => kernel)
  onTestFinished(time.close)
  const kernel: Kernel = startKernel({ turn: turning, around: time })
  return kernel
}

describe.each(Object.entries(WAYS))('what a library sees of time that passes by %s', (_, turning) => {
  it('is the time of the world: timers, dates and all', async () => {
    const kernel = stand(turning)
    const seen: unknown[] = []
    await kernel.run(async () => {
      const note = (what: string) => () => void seen.push([what, performance.now()])
      const stopped = setTimeout(note('never'), 5)
      const interval = setInterval(note('interval'), 400)
      setTimeout((...words: string[]) => seen.push(words), 1_000, 'given', 'words')
      setTimeout(note('at least 1'), 0.5)
      setTimeout(note('too long is 1'), 1e12)
      setImmediate(note('immediate'))
      clearTimeout(stopped)
      clearTimeout(undefined)
      await new Promise((resolve) => setTimeout(resolve, 90_000 - 0.5))
      clearInterval(interval)
      seen.push(new Date().toISOString(), Date.now() - Date.UTC(2026, 0, 1), typeof Date(), new Date(5).getTime())
      seen.push(new Date() instanceof Date, Date.parse('1970-01-02'))
    })
    expect(seen.filter((each) => !String(each).startsWith('interval'))).toEqual([
      ['immediate', 0],
      ['at least 1', 1],
      ['too long is 1', 1],
      ['given', 'words'],
      ...['2026-01-01T00:01:29.999Z', 89_999, 'string', 5],
      ...[true, 86_400_000],
    ])
    expect(seen.filter((each) => String(each).startsWith('interval'))).toHaveLength(224)
  })

  it('keeps nobody waiting for a timer that is not to be waited for', async () => {
    const kernel = stand(turning)
    await kernel.run(async () => {
      const interval = setInterval(() => {}, 10)
      expect([interval.hasRef(), interval.unref().hasRef()]).toEqual([true, false])
      setTimeout(() => {}, 100)
        .unref()
        .ref()
    })
    expect(kernel.pending()).toBe(1)
    expect(await kernel.settle(1_000_000)).toBe(true)
    expect(kernel.nowMicros()).toBe(100_000)
    await kernel.run(async () => {
      const again = setTimeout(() => {}, 100).unref()
      again.ref().refresh()
    })
    expect(kernel.pending()).toBe(1)
  })

  it('has the same luck in every world', async () => {
    const drawn = () => stand(turning).run(async () => [Math.random(), Math.random()])
    const [one, other] = await drawn()
    expect(one).not.toBe(other)
    expect(await drawn()).toEqual([one, other])
  })

  it('is never seen by the rest of the process, which has its turn now and then', async () => {
    const kernel = stand(turning)
    const machineDate = Date
    const seen: boolean[] = []
    const looking = setInterval(() => seen.push(Date === machineDate), 1)
    await kernel.run(async () => {
      // However fast the world turns and however late the machine's timers are: until the rest has had its turn twice.
      for (let n = 0; n < 10_000_000 && seen.length < 2; n++) await new Promise((resolve) => setTimeout(resolve, 1))
    })
    clearInterval(looking)
    expect(seen.length).toBeGreaterThan(1)
    expect(seen.every(Boolean)).toBe(true)
  })

  it('is gone after a failure', async () => {
    const machine = [setTimeout, Date, Math.random, performance.now, setImmediate]
    const kernel = stand(turning)
    const failing = kernel.run(async () => {
      setTimeout(() => {
        throw new Error('oops')
      }, 5)
      await new Promise(() => {})
    })
    await expect(failing).rejects.toThrow('oops')
    expect([setTimeout, Date, Math.random, performance.now, setImmediate]).toEqual(machine)
    expect(Object.hasOwn(performance, 'now')).toBe(false)
  })
})
