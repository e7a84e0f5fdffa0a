/** What a call over a network is like, whichever network it is. */

import { describe, expect, it, onTestFinished } from 'vitest'
import { aRequest, aSignal, OK } from '../../../test/support/fake-env.ts'
import { type Call, ConnectionLost, type Reply, type Request } from '../../core/call.ts'
import { keyedDraw } from '../../core/draw.ts'
import { virtualClock } from './clock.ts'
import { holdTime } from './globals.ts'
import { type Kernel, startKernel } from './kernel.ts'
import { layNetwork, type Network } from './network.ts'
import { layHttpNetwork } from './wire/http-network.ts'

const LIMIT_MS = 30_000
const MINUTE_MICROS = 60_000_000
/** How much later a silent connection is given up: HTTP's client looks twice a second. */
const LATER_MS = { fast: 0, wire: 1_000 }
const NETWORKS = [
  ['fast', layNetwork],
  ['wire', layHttpNetwork],
] as const

type Lay = typeof layNetwork

function stand(lay: Lay, seed = 42) {
  const time = holdTime(() => kernel)
  onTestFinished(time.close)
  const kernel: Kernel = startKernel({ around: time })
  const clock = virtualClock(kernel, 'test')
  const beganMs = clock.nowMs()
  const bugs: Error[] = []
  const fail = (error: Error) => void bugs.push(error)
  const inner = lay({ kernel, draw: keyedDraw(seed), nowMs: clock.nowMs, fail })
  const told: string[] = []
  const sinceMs = () => clock.nowMs() - beganMs
  /** Everything is done in the time of the world, in this order. */
  const at = (run: () => void) => void kernel.after(0, 'test', run)
  const network: Pick<Network, 'listen' | 'hangUp'> = {
    listen: (service, handle) => at(() => inner.listen(service, handle)),
    hangUp: (service) => at(() => inner.hangUp(service)),
  }
  /** Asks the bank, and notes what became of it. */
  function asker(most = 10, diedAtMicros: () => number | undefined = () => undefined) {
    const isAlive = () => diedAtMicros() === undefined
    const carry = inner.connect({ name: 'payment', owner: 'payment-1', isAlive, diedAtMicros }, 'bank', most)
    const ask = (about: Partial<Request>, signal: AbortSignal) =>
      carry(aRequest(about), signal).then(
        ({ status }) => void told.push(`${status}`),
        ({ kind }) => void told.push(kind),
      )
    return (about: Partial<Request> = {}, signal = aSignal()) =>
      new Promise<void>((done) => at(() => void ask(about, signal).then(done)))
  }
  return { kernel, clock, network, bugs, told, asker, sinceMs, at, settle: () => kernel.settle(MINUTE_MICROS) }
}

const answering =
  (reply: Reply = OK): Call =>
  async () =>
    reply
const mute: Call = () => new Promise(() => {})
const losing =
  (silent: boolean): Call =>
  () =>
    Promise.reject(new ConnectionLost(silent))

describe.each(NETWORKS)('a message over the %s network', (_, lay) => {
  it('takes time both ways, and never the same time twice', async () => {
    const { network, asker, kernel, settle, sinceMs, told } = stand(lay)
    const legs: number[] = []
    network.listen('bank', async () => {
      legs.push(sinceMs())
      return OK
    })
    const ask = asker()
    for (let n = 0; n < 50; n++) {
      const sentMs = sinceMs()
      await kernel.run(() => ask())
      legs.push(legs.pop()! - sentMs, sinceMs() - sentMs)
    }
    await settle()
    const there = legs.filter((_, n) => n % 2 === 0)
    const whole = legs.filter((_, n) => n % 2 === 1)
    expect(told).toEqual(Array.from({ length: 50 }, () => '200'))
    expect(new Set([...there, ...whole]).size).toBeGreaterThan(90)
    for (const ms of there) expect(ms >= 0.2 && ms <= 10).toBe(true)
    for (const ms of whole) expect(ms >= 0.4 && ms <= 20).toBe(true)
  })

  it('takes as long under the same seed, and not under another', async () => {
    const timesOf = async (seed: number) => {
      const { network, asker, kernel, sinceMs } = stand(lay, seed)
      network.listen('bank', answering())
      const ask = asker()
      const times: number[] = []
      for (const purchase of ['p-1', 'p-2', 'p-2']) {
        await kernel.run(() => ask({ purchase }))
        times.push(sinceMs())
      }
      return times
    }
    expect(await timesOf(1)).toEqual(await timesOf(1))
    expect(await timesOf(1)).not.toEqual(await timesOf(2))
  })

  it('is a copy; its attempt is the callee’s own, and its deadline as far away as when it was sent', async () => {
    const { network, asker, kernel, clock } = stand(lay)
    const body = { account: 'alice', nested: { cents: 5 } }
    let heard: Request | undefined
    let heardAtMs = 0
    network.listen('bank', async (request) => {
      heard = request
      heardAtMs = clock.nowMs()
      return OK
    })
    await kernel.run(() => asker()({ body, attempt: 3, key: 'k', deadlineAtMs: clock.nowMs() + 100 }))
    expect(heard).toMatchObject({ body, attempt: 0, key: 'k' })
    expect(heard?.body).not.toBe(body)
    expect(heard?.body.nested).not.toBe(body.nested)
    expect(heard?.deadlineAtMs).toBe(heardAtMs + 100)
  })
})

describe.each(NETWORKS)('a connection of the %s network', (name, lay) => {
  it('is refused where nobody listens, and where nobody does any more', async () => {
    const { network, asker, kernel, told } = stand(lay)
    await kernel.run(() => asker()())
    network.listen('bank', answering())
    network.hangUp('bank')
    await kernel.run(() => asker()())
    expect(told).toEqual(['refused', 'refused'])
  })

  it('is reset when its service hangs up: with the request under way, and with the work', async () => {
    const { network, asker, kernel, settle, told } = stand(lay)
    network.listen('bank', mute)
    const waiting = asker()()
    await kernel.settle(20_000)
    const underWay = asker()()
    await kernel.settle(100)
    network.hangUp('bank')
    network.listen('bank', answering())
    await settle()
    await Promise.all([waiting, underWay])
    expect(told.sort()).toEqual(['reset', 'reset'])
  })

  it('that is lost is a reset; one that is mute is given up by the wire', async () => {
    const { network, asker, kernel, told, sinceMs } = stand(lay)
    network.listen('bank', losing(false))
    await kernel.run(() => asker()())
    expect(sinceMs()).toBeLessThan(20)
    network.listen('bank', losing(true))
    const sentMs = sinceMs()
    await kernel.run(() => asker()())
    expect(told).toEqual(['reset', 'timeout'])
    expect(sinceMs() - sentMs).toBeGreaterThanOrEqual(LIMIT_MS)
    expect(sinceMs() - sentMs).toBeLessThanOrEqual(LIMIT_MS + LATER_MS[name])
  })

  it('is left by a caller who gives up, and nothing stays behind', async () => {
    const { network, asker, kernel, told, at, settle } = stand(lay)
    network.listen('bank', answering())
    const abort = new AbortController()
    void asker()({}, abort.signal)
    at(() => abort.abort())
    void asker()({}, abort.signal)
    await settle()
    expect(told).toEqual(['aborted', 'aborted'])
    expect(kernel.pending()).toBe(0)
  })

  it('of a dead caller carries nothing to it, and takes nothing from it', async () => {
    const { network, asker, kernel, told, at, settle } = stand(lay)
    const heard: string[] = []
    let diedAtMicros: number | undefined
    network.listen('bank', async ({ purchase }) => {
      heard.push(purchase)
      return OK
    })
    const ask = asker(10, () => diedAtMicros)
    void ask({ purchase: 'has-left' })
    await kernel.settle(100)
    // Bytes leave when the turn is over.
    void ask({ purchase: 'in-the-turn-of-its-death' })
    at(() => {
      diedAtMicros = kernel.nowMicros()
    })
    network.hangUp('payment')
    void ask({ purchase: 'after-it' })
    await settle()
    expect({ heard, told }).toEqual({ heard: ['has-left'], told: [] })
  })

  it('is waited for in line where all are taken, first come, first served', async () => {
    const { network, asker, at, settle, told } = stand(lay)
    const heard: string[] = []
    let most = 0
    let now = 0
    network.listen('bank', async ({ purchase }) => {
      heard.push(purchase)
      now += 1
      most = Math.max(most, now)
      await Promise.resolve()
      now -= 1
      return OK
    })
    const ask = asker(1)
    const abort = new AbortController()
    for (const purchase of ['p-1', 'p-2']) void ask({ purchase })
    void ask({ purchase: 'p-3' }, abort.signal)
    void ask({ purchase: 'p-4' })
    at(() => abort.abort())
    await settle()
    expect({ heard, most, told }).toEqual({
      heard: ['p-1', 'p-2', 'p-4'],
      most: 1,
      told: ['aborted', '200', '200', '200'],
    })
  })
})

it.each(NETWORKS)('a handler that throws anything else has a bug, over the %s network', async (_, lay) => {
  const { network, asker, settle, bugs } = stand(lay)
  network.listen('bank', () => Promise.reject(new Error('oops')))
  void asker()()
  await settle()
  expect(bugs.map(({ message }) => message)).toEqual(['oops'])
})
