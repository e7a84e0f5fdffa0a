import { expect, it } from 'vitest'
import { type FakeClock, fakeClock } from '../../test/support/fake-clock.ts'
import { openGate } from './gate.ts'

function setUp() {
  const clock = fakeClock()
  return { clock, gate: openGate(clock), closing: new AbortController() }
}

/** Whether it has happened, once everything that can happen has. */
async function seen(clock: FakeClock, promise: Promise<void>): Promise<() => boolean> {
  let happened = false
  void promise.then(() => {
    happened = true
  })
  await clock.advance(0)
  return () => happened
}

it('is open at first, and has held nobody up', async () => {
  const { clock, gate, closing } = setUp()
  await clock.advance(500)
  expect([gate.isOpen(), gate.heldMs()]).toEqual([true, 0])
  await expect(gate.opened(closing.signal)).resolves.toBeUndefined()
})

it('holds up for as long as it is shut, all in all', async () => {
  const { clock, gate } = setUp()
  gate.turn(false)
  await clock.advance(100)
  expect([gate.isOpen(), gate.heldMs()]).toEqual([false, 100])
  gate.turn(true)
  await clock.advance(50)
  expect([gate.isOpen(), gate.heldMs()]).toEqual([true, 100])
  gate.turn(false)
  await clock.advance(30)
  gate.turn(true)
  expect(gate.heldMs()).toBe(130)
})

it('counts once who shuts it twice, and not at all who opens it twice', async () => {
  const { clock, gate } = setUp()
  gate.turn(true)
  gate.turn(false)
  await clock.advance(40)
  gate.turn(false)
  await clock.advance(40)
  gate.turn(true)
  await clock.advance(40)
  gate.turn(true)
  expect(gate.heldMs()).toBe(80)
})

it('lets everybody in who waits when it opens, also again', async () => {
  const { clock, gate, closing } = setUp()
  for (let n = 0; n < 2; n++) {
    gate.turn(false)
    const waiting = [await seen(clock, gate.opened(closing.signal)), await seen(clock, gate.opened(closing.signal))]
    expect(waiting.map((isIn) => isIn())).toEqual([false, false])
    gate.turn(true)
    await clock.advance(0)
    expect(waiting.map((isIn) => isIn())).toEqual([true, true])
  }
})

it('keeps nobody waiting when the shop closes', async () => {
  const { clock, gate, closing } = setUp()
  gate.turn(false)
  const isIn = await seen(clock, gate.opened(closing.signal))
  closing.abort()
  await clock.advance(0)
  expect([isIn(), gate.isOpen()]).toEqual([true, false])
  await expect(gate.opened(closing.signal)).resolves.toBeUndefined()
})
