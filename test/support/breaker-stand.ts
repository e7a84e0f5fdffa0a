/** A breaker in front of calls that the test settles one by one. */

import { CallError, type CallErrorReason, type JsonObject, type Reply } from '../../src/core/call.ts'
import type { Policy } from '../../src/core/pattern.ts'
import { aRequest, aSignal, aSite, drain, fakeCallee, fakeEnv, OK } from './fake-env.ts'

/** A call that was let through and waits at the dependency. */
export interface Pending {
  readonly signal: AbortSignal
  answer(): Promise<void>
  fail(reason?: CallErrorReason): Promise<void>
  throwBug(): Promise<void>
}

export function standBreaker<Options>(policy: Policy<Options>, options: JsonObject = {}, seed = 42) {
  const env = fakeEnv({ service: 'order', seed })
  const pending: Pending[] = []
  const callee = fakeCallee(
    (_request, _index, signal) =>
      new Promise<Reply>((resolve, reject) => {
        const settled = async (settle: () => void) => {
          settle()
          await drain()
        }
        pending.push({
          signal,
          answer: () => settled(() => resolve(OK)),
          fail: (reason = 'server-error') => settled(() => reject(new CallError(reason))),
          throwBug: () => settled(() => reject(new TypeError('a bug'))),
        })
      }),
  )
  const call = policy.create(policy.options.parse(options), aSite())(callee.call, env)

  /** Makes a call: what is pending at the dependency, or the refusal. */
  async function ask(): Promise<Pending | CallError> {
    const before = pending.length
    let refusal: CallError | undefined
    call(aRequest({ purchase: `p-${before + 1}` }), aSignal()).catch((error: CallError) => {
      refusal = error
    })
    await drain()
    return pending.length > before ? pending.at(-1)! : refusal!
  }
  async function admitted(): Promise<Pending> {
    const asked = await ask()
    if (asked instanceof CallError) throw new Error('the breaker refused')
    return asked
  }
  async function refused(): Promise<CallError> {
    const asked = await ask()
    if (!(asked instanceof CallError)) throw new Error('the breaker let the call through')
    return asked
  }
  async function failTimes(times: number): Promise<void> {
    for (let i = 0; i < times; i++) await (await admitted()).fail()
  }
  async function answerTimes(times: number): Promise<void> {
    for (let i = 0; i < times; i++) await (await admitted()).answer()
  }
  /** Changes of state, in order. */
  const told = () =>
    env
      .recorded('policy')
      .map(({ what }) => what)
      .filter((what) => what === 'opened' || what === 'half-opened' || what === 'closed')
  return { env, callee, call, ask, admitted, refused, failTimes, answerTimes, told }
}
