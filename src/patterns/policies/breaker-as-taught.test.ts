import { expect, it } from 'vitest'
import { standBreaker } from '../../../test/support/breaker-stand.ts'
import type { JsonObject } from '../../core/call.ts'
import { breakerAsTaught } from './breaker-as-taught.ts'

const stand = (options: JsonObject = {}) => standBreaker(breakerAsTaught, options)

it('refuses while open, and says when to try again', async () => {
  const { env, failTimes, refused, callee } = stand()
  await failTimes(5)
  await env.advance(10_000)
  expect(await refused()).toMatchObject({ reason: 'breaker-open', retryAfterMs: 20_000 })
  expect(callee.requests).toHaveLength(5)
  const [opened, last] = env.recorded('policy')
  expect(opened).toMatchObject({ what: 'opened', detail: '5 failures', amount: 30_000 })
  expect(last).toMatchObject({ what: 'refused', amount: 20_000 })
})

it('takes a refusal for no failure', async () => {
  const { admitted, told } = stand({ failures: 1 })
  await (await admitted()).fail('refused')
  expect(told()).toEqual([])
})

it('counts failures for ever: a thousand successes and a day between them change nothing (fault 1)', async () => {
  const { env, failTimes, answerTimes, told } = stand()
  for (let i = 0; i < 4; i++) {
    await failTimes(1)
    await answerTimes(250)
    await env.advance(86_400_000)
  }
  expect(told()).toEqual([])
  await failTimes(1)
  expect(told()).toEqual(['opened'])
})

it('lets everybody through while half-open (fault 2)', async () => {
  const { env, failTimes, admitted, told } = stand()
  await failTimes(5)
  await env.advance(30_000)
  for (let i = 0; i < 100; i++) await admitted()
  expect(told()).toEqual(['opened', 'half-opened'])
})

it('closes after any single success (fault 3)', async () => {
  const { env, failTimes, admitted, told } = stand()
  await failTimes(5)
  await env.advance(30_000)
  const trials = [await admitted(), await admitted(), await admitted()]
  await trials[0]!.answer()
  await trials[1]!.fail()
  await trials[2]!.fail()
  expect(told()).toEqual(['opened', 'half-opened', 'closed'])
})

it('lets calls of an earlier state decide, one way or the other (fault 4)', async () => {
  for (const end of ['answer', 'fail'] as const) {
    const { env, failTimes, admitted, told } = stand()
    const old = await admitted()
    await failTimes(5)
    await env.advance(30_000)
    await admitted()
    await old[end]()
    expect(told()).toEqual(['opened', 'half-opened', end === 'answer' ? 'closed' : 'opened'])
  }
})

it('is open for as long each time (fault 5)', async () => {
  const { env, failTimes } = stand()
  await failTimes(5)
  for (let i = 0; i < 3; i++) {
    await env.advance(30_000)
    await failTimes(1)
  }
  const opened = env.recorded('policy').filter(({ what }) => what === 'opened')
  expect(opened.map(({ amount }) => amount)).toEqual([30_000, 30_000, 30_000, 30_000])
})
