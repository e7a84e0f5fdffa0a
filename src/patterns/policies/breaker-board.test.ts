import { expect, it } from 'vitest'
import { aRequest, aSignal, aSite, fakeCallee, fakeEnv } from '../../../test/support/fake-env.ts'
import { CallError } from '../../core/call.ts'
import { breaker } from './breaker.ts'
import { boardOf, type OpenPeriod } from './breaker-board.ts'

it('gives whoever watches a say in one open period and in no other', async () => {
  const site = aSite()
  const env = fakeEnv()
  const seen: OpenPeriod[] = []
  boardOf(site).opened = (period) => void seen.push(period)
  const callee = fakeCallee(() => Promise.reject(new CallError('reset')))
  const options = breaker.options.parse({ failures: 1, openMs: 100, trials: 1 })
  const call = breaker.create(options, site)(callee.call, env)
  const ask = () => call(aRequest(), aSignal()).catch((error: CallError) => error)

  await ask()
  expect(seen).toMatchObject([{ sinceMs: 0, untilMs: 100 }])
  seen[0]?.holdUntil(150)
  await env.advance(100)
  expect(await ask()).toMatchObject({ reason: 'breaker-open', retryAfterMs: 50 })
  await env.advance(50)
  expect(await ask()).toMatchObject({ reason: 'reset' })

  expect(seen.map((period) => period.isOpen())).toEqual([false, true])
  seen[0]?.holdUntil(9_999)
  seen[0]?.halfOpen(150, 'too late', () => expect.unreachable())
  expect(await ask()).toMatchObject({ reason: 'breaker-open', retryAfterMs: 100 })
})
