import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { aRequest, aSite, drain, fakeCallee, fakeEnv } from '../../../test/support/fake-env.ts'
import { holdMachineTime } from '../../../test/support/opossum-time.ts'
import { CallError, type JsonObject, type Reply } from '../../core/call.ts'
import type { Policy } from '../../core/pattern.ts'
import { breaker } from './breaker.ts'
import { breakerAsTaught } from './breaker-as-taught.ts'
import { NOT_NEEDED } from './not-needed.ts'

beforeEach(holdMachineTime)
afterEach(() => {
  vi.useRealTimers()
})

const EAGER: readonly (readonly [name: string, policy: Policy, options: JsonObject])[] = [
  ['ours', breaker, { failures: 1 }],
  ['opossum', breaker, { engine: 'opossum', minimumCalls: 1, failureRatio: 0.01 }],
  ['as taught', breakerAsTaught, { failures: 1 }],
]

/** A call that hangs until it is aborted, as the wire does it: the caller then hears of a timeout. */
async function abortedWith(policy: Policy, options: JsonObject, reason: Error) {
  const env = fakeEnv()
  const hang = (signal: AbortSignal) =>
    new Promise<Reply>((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(new CallError('timeout', 'given up by the caller')))
    })
  const callee = fakeCallee((_request, _index, signal) => hang(signal))
  const call = policy.create(policy.options.parse(options), aSite())(callee.call, env)
  for (let i = 0; i < 5; i++) {
    const caller = new AbortController()
    call(aRequest(), caller.signal).catch(() => undefined)
    await drain()
    caller.abort(reason)
    await drain()
  }
  return env.recorded('policy').map(({ what }) => what)
}

it.each(EAGER)('the slower request of a hedge is no failure (%s)', async (_name, policy, options) => {
  expect(await abortedWith(policy, options, NOT_NEEDED)).toEqual([])
})

it.each(EAGER)('a call that a timeout has abandoned is one (%s)', async (_name, policy, options) => {
  expect(await abortedWith(policy, options, new CallError('timeout', 'abandoned'))).toContain('opened')
})
