import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Pending, standBreaker } from '../../../test/support/breaker-stand.ts'
import { CALL_ERRORS, CallError, type CallErrorReason, type JsonObject } from '../../core/call.ts'
import { breaker } from './breaker.ts'

const stand = (options: JsonObject = {}) => standBreaker(breaker, options)

describe('a closed breaker', () => {
  it('opens at the fifth failure in a row: reached is enough', async () => {
    const { failTimes, refused, admitted, told } = stand()
    await failTimes(4)
    const fifth = await admitted()
    expect(told()).toEqual([])
    await fifth.fail()
    expect(told()).toEqual(['opened'])
    await refused()
  })

  it('begins to count again after a success', async () => {
    const { failTimes, admitted, told } = stand()
    await failTimes(4)
    await (await admitted()).answer()
    await failTimes(4)
    expect(told()).toEqual([])
    await failTimes(1)
    expect(told()).toEqual(['opened'])
  })

  it.each(Object.keys(CALL_ERRORS) as CallErrorReason[])(
    'counts %s as what it says about the dependency',
    async (reason) => {
      const ill = ['connection-refused', 'timeout', 'reset', 'server-error', 'bad-answer'].includes(reason)
      const { admitted, failTimes, told } = stand({ failures: 2 })
      await failTimes(1)
      await (await admitted()).fail(reason)
      expect(told()).toEqual(ill ? ['opened'] : [])
      if (ill) return
      // Neutral: it neither counted nor began a new count.
      await failTimes(1)
      expect(told()).toEqual(['opened'])
    },
  )

  it('takes a bug of ours for nothing the dependency did', async () => {
    const { admitted, told } = stand({ failures: 1 })
    await (await admitted()).throwBug()
    expect(told()).toEqual([])
    await admitted()
  })
})

describe('an open breaker', () => {
  it('refuses at once, definitely, and says when to try again', async () => {
    const { env, callee, failTimes, refused } = stand()
    await failTimes(5)
    await env.advance(10_000)
    const error = await refused()
    expect(error).toMatchObject({ reason: 'breaker-open', definite: true, retryAfterMs: 20_000 })
    expect(error.detail).toBe('order→payment')
    expect(callee.requests).toHaveLength(5)
    expect(env.recorded('policy').at(-1)).toMatchObject({
      what: 'refused',
      purchase: 'p-6',
      effect: 'deduct',
      amount: 20_000,
    })
  })

  it('needs no timer to become half-open', async () => {
    const { env, failTimes, refused, admitted, told } = stand()
    await failTimes(5)
    expect(env.timers()).toBe(0)
    await env.advance(29_999)
    await refused()
    await env.advance(1)
    expect(told()).toEqual(['opened'])
    await admitted()
    expect(told()).toEqual(['opened', 'half-opened'])
  })

  it('drops what comes from calls of its closed days', async () => {
    const { env, admitted, failTimes, told, refused } = stand()
    const old = [await admitted(), await admitted(), await admitted(), await admitted()]
    await failTimes(5)
    await old[0]!.answer()
    await refused()
    await env.advance(30_000)
    await admitted()
    // Half-open now: three old successes close nothing, and an old failure opens nothing.
    for (const call of old.slice(1, 3)) await call.answer()
    await old[3]!.fail()
    expect(told()).toEqual(['opened', 'half-opened'])
  })
})

describe('a half-open breaker', () => {
  async function halfOpen(options: JsonObject = {}) {
    const standing = stand(options)
    await standing.failTimes(5)
    await standing.env.advance(30_000)
    return standing
  }

  it('lets three trials through, refuses the others, and closes when all three succeed', async () => {
    const { env, admitted, refused, told } = await halfOpen()
    const trials = [await admitted(), await admitted(), await admitted()]
    await env.advance(4_000)
    expect((await refused()).retryAfterMs).toBe(6_000)
    await trials[0]!.answer()
    await trials[1]!.answer()
    await refused()
    expect(told()).toEqual(['opened', 'half-opened'])
    await trials[2]!.answer()
    expect(told()).toEqual(['opened', 'half-opened', 'closed'])
    await admitted()
  })

  it('opens again at a trial that fails, and drops the other trials', async () => {
    const { env, admitted, refused, told } = await halfOpen()
    const trials = [await admitted(), await admitted(), await admitted()]
    await trials[0]!.answer()
    await trials[1]!.fail()
    expect((await refused()).retryAfterMs).toBe(30_000)
    await trials[2]!.answer()
    await env.advance(30_000)
    // A new half-open time: three trials again, none of them used up.
    for (let i = 0; i < 3; i++) await admitted()
    await refused()
    expect(told()).toEqual(['opened', 'half-opened', 'opened', 'half-opened'])
  })

  it('gives a place back where a trial proved nothing', async () => {
    const { admitted, refused, told } = await halfOpen()
    const trials = [await admitted(), await admitted(), await admitted()]
    await refused()
    await trials[0]!.fail('refused')
    const another = await admitted()
    await refused()
    for (const trial of [trials[1]!, trials[2]!, another]) await trial.answer()
    expect(told().at(-1)).toBe('closed')
  })

  it('opens again when its trials give no verdict in time: one that hangs cannot wedge it', async () => {
    const { env, admitted, refused, told } = await halfOpen()
    const hung = await admitted()
    await env.advance(10_000)
    // Open since the half-open time ended.
    expect((await refused()).retryAfterMs).toBe(30_000)
    expect(told()).toEqual(['opened', 'half-opened', 'opened'])
    await env.advance(30_000)
    await admitted()
    await hung.fail()
    expect(told()).toEqual(['opened', 'half-opened', 'opened', 'half-opened'])
  })

  it('takes no verdict after its time, also if nobody asked meanwhile', async () => {
    const { env, admitted, told } = await halfOpen({ trials: 1 })
    const slow = await admitted()
    await env.advance(10_000)
    await slow.answer()
    expect(told()).toEqual(['opened', 'half-opened', 'opened'])
  })

  it('is half-open again at once where both times have passed unseen', async () => {
    const { env, admitted, told } = await halfOpen()
    await admitted()
    await env.advance(40_000)
    await admitted()
    expect(told()).toEqual(['opened', 'half-opened', 'opened', 'half-opened'])
  })

  it('forgets its failures when it closes', async () => {
    const { admitted, failTimes, told } = await halfOpen({ trials: 1 })
    await (await admitted()).answer()
    await failTimes(4)
    expect(told().at(-1)).toBe('closed')
    await failTimes(1)
    expect(told().at(-1)).toBe('opened')
  })
})

describe('whatever happens to a breaker', () => {
  const step = fc.oneof(
    { weight: 5, arbitrary: fc.constant({ do: 'ask' } as const) },
    {
      weight: 5,
      arbitrary: fc.record({ do: fc.constantFrom('answer', 'fail', 'refuse'), which: fc.nat(9) }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 150 }) }) },
  )

  it('lets no more than its trials through while half-open, and nothing while open', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 4 }),
        fc.array(step, { maxLength: 80 }),
        async (failures, trials, steps) => {
          const { env, ask, told } = stand({ failures, trials, openMs: 100, mostHalfOpenMs: 120 })
          let running: Pending[] = []
          // Of the present half-open time: let through, less those given back.
          let used = 0
          let trialsRunning = new Set<Pending>()
          let changes = 0
          const look = () => {
            if (told().length === changes) return
            changes = told().length
            used = 0
            trialsRunning = new Set()
          }
          for (const each of steps) {
            if (each.do === 'wait') await env.advance(each.ms)
            else if (each.do === 'ask') {
              const asked = await ask()
              look()
              if (asked instanceof CallError) {
                expect(asked.retryAfterMs).toBeGreaterThan(0)
                continue
              }
              expect(told().at(-1)).not.toBe('opened')
              running.push(asked)
              if (told().at(-1) !== 'half-opened') continue
              used += 1
              trialsRunning.add(asked)
              expect(used).toBeLessThanOrEqual(trials)
            } else {
              const call = running[each.which % Math.max(1, running.length)]
              if (!call) continue
              running = running.filter((other) => other !== call)
              if (each.do === 'refuse' && trialsRunning.delete(call)) used -= 1
              if (each.do === 'answer') await call.answer()
              else await call.fail(each.do === 'refuse' ? 'refused' : 'reset')
              look()
            }
          }
          expect(env.timers()).toBe(0)
        },
      ),
      { numRuns: 60 },
    )
  })
})
