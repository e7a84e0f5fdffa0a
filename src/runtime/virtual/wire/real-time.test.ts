/** HTTP's client and server know many clocks. While the world turns none of the machine's may be asked for anything. */

import { createHook } from 'node:async_hooks'
import diagnostics from 'node:diagnostics_channel'
import { expect, it, onTestFinished } from 'vitest'
import { aRequest, aSignal, OK } from '../../../../test/support/fake-env.ts'
import { type Call, ConnectionLost } from '../../../core/call.ts'
import { keyedDraw } from '../../../core/draw.ts'
import { EPOCH_MS } from '../clock.ts'
import { holdTime } from '../globals.ts'
import { type Kernel, MICROS_PER_MS, startKernel } from '../kernel.ts'
import { layHttpNetwork } from './http-network.ts'

/** What may begin inside: what ends without the machine's event loop. */
const HARMLESS = [
  ...['PROMISE', 'TickObject', 'Microtask'],
  ...['HTTPINCOMINGMESSAGE', 'UNDICI_POOL_QUEUED_REQUEST', 'content-type-parser:run'],
]
const machineSetTimeout = setTimeout

/** A world that notes what Node begins in it: timers, immediates, requests of the system. */
function stand() {
  const begun = new Set<string>()
  let inside = false
  const hook = createHook({
    init(_id, type) {
      if (inside && !HARMLESS.includes(type)) begun.add(type)
    },
  })
  const time = holdTime(() => kernel)
  onTestFinished(time.close)
  const kernel: Kernel = startKernel({
    around: {
      enter() {
        time.enter()
        inside = true
      },
      leave() {
        inside = false
        time.leave()
      },
    },
  })
  return { kernel, begun, hook }
}

it('nothing of the machine’s time gets in', async () => {
  const { kernel, begun, hook } = stand()
  const bugs: Error[] = []
  const nowMs = () => EPOCH_MS + kernel.nowMicros() / MICROS_PER_MS
  const network = layHttpNetwork({ kernel, draw: keyedDraw(1), nowMs, fail: (error) => void bugs.push(error) })
  const told: string[] = []
  const headers = new Set<string>()
  const hear = (message: unknown) => {
    const { response } = message as { response: { headers: Buffer[] } }
    for (const header of response.headers.filter((_, n) => n % 2 === 0)) headers.add(`${header}`.toLowerCase())
  }
  const handle: Call = async ({ purchase }) => {
    if (purchase === 'lost') throw new ConnectionLost()
    if (purchase === 'mute') throw new ConnectionLost(true)
    if (purchase === 'slow') await new Promise((resolve) => setTimeout(resolve, 5_000))
    return OK
  }
  diagnostics.subscribe('undici:request:headers', hear)
  hook.enable()
  await kernel.run(async () => {
    const carry = network.connect({ name: 'payment', owner: 'payment', isAlive: () => true }, 'bank', 2)
    const ask = (purchase: string, signal = aSignal()) =>
      carry(aRequest({ purchase, deadlineAtMs: nowMs() + 100 }), signal).then(
        ({ status }) => void told.push(`${purchase}: ${status}`),
        ({ kind }) => void told.push(`${purchase}: ${kind}`),
      )
    await ask('early')
    network.listen('bank', handle)
    for (const purchase of ['good', 'lost', 'again']) await ask(purchase)
    const given = new AbortController()
    setTimeout(() => given.abort(), 10)
    await Promise.all([ask('slow', given.signal), ask('slow'), ask('in-line'), ask('mute')])
    // Longer than the client keeps a connection that nobody uses.
    await new Promise((resolve) => setTimeout(resolve, 120_000))
    await ask('late')
    network.hangUp('bank')
    await ask('too-late')
  })
  await kernel.settle(60_000 * MICROS_PER_MS)
  hook.disable()
  diagnostics.unsubscribe('undici:request:headers', hear)
  expect(bugs).toEqual([])
  expect(told).toEqual([
    ...['early: refused', 'good: 200', 'lost: reset', 'again: 200', 'slow: aborted', 'in-line: 200', 'slow: 200'],
    ...['mute: timeout', 'late: 200', 'too-late: refused'],
  ])
  expect([...begun]).toEqual([])
  expect(headers).toContain('content-type')
  expect(headers).not.toContain('date')
})

it('would be seen if it did', async () => {
  const { kernel, begun, hook } = stand()
  hook.enable()
  await kernel.run(async () => void machineSetTimeout(() => {}, 1))
  hook.disable()
  expect([...begun]).toEqual(['Timeout'])
})
