import { describe, expect, it } from 'vitest'
import { type Around, type Early, type Step, turnByImmediates, turnUnless } from './drain.ts'
import { type Kernel, MICROS_PER_MS, startKernel } from './kernel.ts'
import { livePace } from './live-pace.ts'

const realMs = () => performance.now()

/** A kernel that keeps step, and how many milliseconds of the machine a piece of work took. */
function paced(speed: number) {
  const pace = livePace((): Kernel => kernel, speed)
  const kernel = startKernel({ turn: pace.turn })
  const sleep = (ms: number) =>
    new Promise<void>((resolve) => void kernel.after(ms * MICROS_PER_MS, 'test', () => resolve()))
  async function took(work: () => Promise<void>): Promise<number> {
    const sinceMs = realMs()
    await kernel.run(work)
    return realMs() - sinceMs
  }
  return { pace, kernel, sleep, took }
}

describe('a world in step with the machine’s clock', () => {
  it('takes no event before its time, at its speed', async () => {
    const { kernel, sleep, took } = paced(20)
    const early: number[] = []
    let sinceMs = 0
    const tookMs = await took(async () => {
      sinceMs = realMs()
      for (let n = 1; n <= 4; n++) {
        await sleep(400)
        early.push(n * 20 - (realMs() - sinceMs))
      }
    })
    expect(kernel.nowMicros()).toBe(1_600 * MICROS_PER_MS)
    // What the work itself has waited for counts from its first step; a machine that is busy is late, and never early.
    expect(Math.max(...early)).toBeLessThanOrEqual(1)
    expect(tookMs).toBeGreaterThanOrEqual(79)
  })

  it('counts from its first turn, however long it stood before', async () => {
    const { sleep, took } = paced(10)
    await new Promise((resolve) => setTimeout(resolve, 40))
    expect(await took(() => sleep(300))).toBeGreaterThanOrEqual(29)
  })

  it('goes on at another speed from where it is', async () => {
    const { pace, kernel, sleep, took } = paced(10)
    await took(() => sleep(200))
    pace.setSpeed(1_000_000)
    // Five hours, which at the first speed would take half an hour.
    await took(() => sleep(5 * 3_600_000))
    expect(kernel.nowMicros()).toBe((200 + 5 * 3_600_000) * MICROS_PER_MS)
  })

  it('does not wait for what lies ahead when all is done, or when nobody waits for it', async () => {
    const { pace, kernel, took } = paced(1)
    const far = kernel.after(3_600_000 * MICROS_PER_MS, 'test', () => {})
    const soonMs = await took(async () => {
      const rest = pace.stayAwake()
      await new Promise<void>((resolve) => void kernel.after(10 * MICROS_PER_MS, 'test', () => resolve()))
      rest()
    })
    expect(soonMs).toBeLessThan(2_000)
    kernel.waitFor(far, false)
    expect(await kernel.settle(7_200_000 * MICROS_PER_MS)).toBe(true)
  })

  it('waits for somebody outside while it stays awake, and is a deadlock otherwise', async () => {
    const { pace, kernel } = paced(10)
    const outside = () =>
      new Promise<void>((resolve) => void setTimeout(() => void kernel.after(0, 'test', () => resolve()), 30))
    await kernel.run(async () => {
      const rest = pace.stayAwake()
      await outside()
      rest()
    })
    expect(kernel.pending()).toBe(0)
    await expect(kernel.run(outside)).rejects.toThrow('idle but pending')
  })
})

const ALONE: Around = { enter() {}, leave() {}, breathe() {} }

describe.each([
  ['the fastest way', (step: Step, around: Around, early: Early) => turnUnless(early)(step, around)],
  ['immediates', turnByImmediates],
] as const)('%s', (_, turning) => {
  it('takes no step while it is early, and breathes meanwhile', async () => {
    let early = false
    const set = (value: boolean) => {
      early = value
    }
    let breaths = 0
    const taken: number[] = []
    const step = () => {
      taken.push(taken.length)
      // What follows from a step comes before it is asked whether the next one is early.
      if (taken.length === 3) queueMicrotask(() => set(true))
      return taken.length < 6
    }
    const breathe = () => {
      breaths += 1
    }
    const turned = turning(step, { ...ALONE, breathe }, () => early)
    // It breathes when it has found that it is early, and each time that it looks again.
    while (breaths < 3) await new Promise((resolve) => setTimeout(resolve, 5))
    expect(taken).toEqual([0, 1, 2])
    early = false
    await turned
    expect(taken).toHaveLength(6)
  })

  it('rejects with what a step throws after it has waited', async () => {
    let early = true
    const turned = turning(
      () => {
        throw new Error('a bug')
      },
      ALONE,
      () => early,
    )
    setTimeout(() => {
      early = false
    }, 15)
    await expect(turned).rejects.toThrow('a bug')
  })
})
