/** A deadline over two hops of HTTP: it travels as what is left of it, and each hop has less. */

import { expect, it, onTestFinished } from 'vitest'
import { aRequest, aSignal, fakeEnv } from '../../../test/support/fake-env.ts'
import type { Call, Request } from '../../core/call.ts'
import type { Env } from '../../core/env.ts'
import type { Edge, ServiceName } from '../../core/topology.ts'
import { machineClock, nowMs } from './clock.ts'
import { serve } from './server.ts'
import { openWire } from './wire.ts'

/** Of the first hop: what a deadline that begins anew at each hop would gain. */
const WORK_MS = 30

const env: Env = { ...fakeEnv(), clock: machineClock() }

/** A service at a port of its own. */
async function listen(service: ServiceName, handle: Call): Promise<number> {
  const server = await serve(() => ({ service, incarnation: 1, handle, ledger: () => [] }), 0)
  onTestFinished(() => server.close())
  return server.port
}

function callTo(port: number, edge: Edge): Call {
  const wire = openWire(() => port)
  onTestFinished(() => wire.close())
  return wire.to(edge, env)
}

it('a deadline arrives at the second hop with what the first one left of it', async () => {
  const arrived: { readonly request: Request; readonly atMs: number }[] = []
  const arrive = (request: Request) => void arrived.push({ request, atMs: nowMs() })
  const bank = await listen('bank', async (request) => {
    arrive(request)
    return { status: 200, body: {} }
  })
  const toBank = callTo(bank, 'payment→bank')
  const payment = await listen('payment', async (request, signal) => {
    arrive(request)
    await env.clock.sleep(WORK_MS)
    const deadline = request.deadlineAtMs === undefined ? {} : { deadlineAtMs: request.deadlineAtMs }
    sentMs.push(nowMs())
    return toBank(aRequest({ effect: 'charge', ...deadline }), signal)
  })
  const toPayment = callTo(payment, 'order→payment')
  const sentMs = [nowMs()]
  const deadlineAtMs = nowMs() + 10_000
  await toPayment(aRequest({ effect: 'charge', deadlineAtMs }), aSignal())
  expect(arrived).toHaveLength(2)
  // One machine, so one clock: each hop may only round it, and add the time on the way.
  let onTheWayMs = 0
  for (const [hop, { request, atMs }] of arrived.entries()) {
    onTheWayMs += atMs - (sentMs[hop] ?? Number.NaN)
    expect(request.deadlineAtMs).toBeGreaterThanOrEqual(deadlineAtMs - 1)
    expect(request.deadlineAtMs).toBeLessThan(deadlineAtMs + onTheWayMs + 1)
  }
})
