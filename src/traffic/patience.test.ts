import { describe, expect, it } from 'vitest'
import { fakeClock } from '../../test/support/fake-clock.ts'
import { shareWaits } from './patience.ts'

describe('waits of one length', () => {
  it('end at their time, in the order in which they began', async () => {
    const clock = fakeClock(0)
    const waits = shareWaits(clock, 100)
    const ended: string[] = []
    waits.begin(() => ended.push(`first at ${clock.nowMs()}`))
    await clock.advance(30)
    waits.begin(() => ended.push(`second at ${clock.nowMs()}`))
    await clock.advance(69)
    expect(ended).toEqual([])
    await clock.advance(100)
    expect(ended).toEqual(['first at 100', 'second at 130'])
  })

  it('need one timer together, and none when nobody waits', async () => {
    const clock = fakeClock(0)
    const waits = shareWaits(clock, 100)
    let ended = 0
    for (let count = 0; count < 50; count++) {
      waits.begin(() => ended++)
      await clock.advance(1)
    }
    expect(clock.mostSleeping()).toBe(1)
    await clock.advance(200)
    expect(clock.sleeping()).toBe(0)
    waits.begin(() => ended++)
    await clock.advance(100)
    expect(ended).toBe(51)
  })

  it('called off are never ended, wherever in the row they stand', async () => {
    const clock = fakeClock(0)
    const waits = shareWaits(clock, 100)
    const ended: number[] = []
    const begun = [0, 1, 2, 3, 4].map((number) => waits.begin(() => ended.push(number)))
    for (const number of [0, 2, 4, 2]) waits.callOff(begun[number] as (typeof begun)[number])
    await clock.advance(100)
    expect(ended).toEqual([1, 3])
    waits.callOff(begun[1] as (typeof begun)[number])
    await clock.advance(500)
    expect(ended).toEqual([1, 3])
  })

  it('end late on a late clock, never early', async () => {
    const clock = fakeClock(0, 7)
    const waits = shareWaits(clock, 100)
    let endedAtMs = 0
    waits.begin(() => (endedAtMs = clock.nowMs()))
    await clock.advance(1_000)
    expect(endedAtMs).toBe(107)
  })

  it('all end at once when told so, the timer too, and new ones may begin', async () => {
    const clock = fakeClock(0)
    const waits = shareWaits(clock, 100)
    let ended = 0
    waits.begin(() => ended++)
    waits.begin(() => ended++)
    await clock.advance(10)
    waits.endAll()
    expect(ended).toBe(2)
    await clock.advance(0)
    expect(clock.sleeping()).toBe(0)
    waits.begin(() => ended++)
    await clock.advance(99)
    expect(ended).toBe(2)
    await clock.advance(1)
    expect(ended).toBe(3)
  })
})
