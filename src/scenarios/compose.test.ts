/** What a service process is made of: policies with their switches, capacity, and a control arm without gremlins. */

import { expect, it } from 'vitest'
import { aRequest, aSignal, fakeCallee, fakeEnv, OK } from '../../test/support/fake-env.ts'
import { gremlin, smallScenario, VARIANTS } from '../../test/support/scenarios.ts'
import { CallError } from '../core/call.ts'
import { compose } from '../core/compose.ts'
import type { Variant } from '../core/pattern.ts'
import type { Scenario } from '../core/scenario.ts'
import { callerOf, EDGES, type ServiceName } from '../core/topology.ts'
import { composeNode } from './compose.ts'

function partsOf(service: ServiceName, variant: Variant, changes: Partial<Omit<Scenario, 'traffic'>> = {}) {
  const scenario = smallScenario({ variants: [variant], ...changes })
  const about = { service, incarnation: 1, life: 1, seed: 42, scenario, variant: variant.name, folder: '', port: 0 }
  const setup = { ...about, listenAtMs: null, fresh: true, ports: null, trafficStartMs: 0, switched: [] }
  return composeNode(setup, () => 0)
}

/** Calls out on `order→payment`, through what stands there, to a payment that fails so many times first. */
function callsOf(parts: ReturnType<typeof partsOf>, failures: number) {
  const env = fakeEnv({ service: 'order' })
  const callee = fakeCallee((_, index) => {
    if (index < failures) throw new CallError('connection-refused')
    return OK
  })
  const call = compose(parts.edges.get('order→payment') ?? [], callee.call, env)
  const ask = async () => {
    const asked = call(aRequest({ key: 'k' }), aSignal()).catch((error: unknown) => error)
    await env.advance(60_000)
    return asked
  }
  return { ask, requests: callee.requests }
}

function turn(parts: ReturnType<typeof partsOf>, policy: string, on: boolean): void {
  for (const each of parts.switches) if (each.policy === policy) each.turn(on)
}

it('gives every policy of its own edges a switch, and the order service those of the door', () => {
  const variant = { ...VARIANTS.key, door: [{ policy: 'adaptive-limit', options: {} }] }
  const placesOf = (service: ServiceName) =>
    partsOf(service, variant).switches.map(({ policy, edge }) => `${policy} ${edge}`)
  for (const service of ['order', 'payment', 'bank'] as const) {
    const own = EDGES.filter((edge) => callerOf(edge) === service)
    const expected = own.flatMap((edge) => [`idempotency-key ${edge}`, `retry ${edge}`])
    expect(placesOf(service)).toEqual([...expected, ...(service === 'order' ? ['adaptive-limit door'] : [])])
  }
})

it('goes without a policy that is switched off, and has it back', async () => {
  const parts = partsOf('order', VARIANTS.key)
  const { ask, requests } = callsOf(parts, 2)
  turn(parts, 'retry', false)
  expect(await ask()).toBeInstanceOf(CallError)
  expect(requests).toHaveLength(1)
  turn(parts, 'retry', true)
  expect(await ask()).toEqual(OK)
  expect(requests).toHaveLength(3)
})

it('sends no key while the policy that lets it travel is off', async () => {
  const parts = partsOf('order', VARIANTS.key)
  const { ask, requests } = callsOf(parts, 0)
  await ask()
  turn(parts, 'idempotency-key', false)
  await ask()
  turn(parts, 'idempotency-key', true)
  await ask()
  expect(requests.map(({ key }) => key)).toEqual(['k', undefined, 'k'])
})

it('has a capacity only where the scenario gives it one', () => {
  const capacity = { payment: { concurrency: 1, serviceTimeMs: 5, queue: 1 } }
  expect(partsOf('payment', VARIANTS.key, { capacity }).capacity).toBeDefined()
  expect(partsOf('bank', VARIANTS.key, { capacity }).capacity).toBeUndefined()
})

it('lets no gremlin at a control arm', async () => {
  const gremlins = [gremlin('error-answer', 'payment')]
  const answerOf = (variant: Variant) => {
    const env = fakeEnv({ service: 'payment' })
    return partsOf('payment', variant, { gremlins }).gremlins(fakeCallee().call, env)(aRequest(), aSignal())
  }
  expect(await answerOf(VARIANTS.key)).toMatchObject({ status: 503 })
  expect(await answerOf({ ...VARIANTS.key, gremlins: 'none' })).toEqual(OK)
})
