/** What the gremlins around a call and at a point do when they strike. */

import { describe, expect, it } from 'vitest'
import { aRequest, aSignal, Crashed, fakeCallee, fakeEnv, OK } from '../../test/support/fake-env.ts'
import { CallError, ConnectionLost, type JsonObject, Refusal, type Reply } from '../core/call.ts'
import { GREMLINS } from './catalogue.ts'

type Answer = Parameters<typeof fakeCallee>[0]

function strike(name: string, answer?: Answer, options: JsonObject = {}) {
  const gremlin = GREMLINS[name]!
  const env = fakeEnv()
  const callee = fakeCallee(answer)
  const call = gremlin.strike(gremlin.options.parse(options))(callee.call, env)
  return { env, callee, answered: () => call(aRequest(), aSignal()) }
}

const refuse = () => Promise.reject(new Refusal(409, 'insufficient_stock'))
const failBelow = () => Promise.reject(new CallError('timeout', 'payment→bank'))
const bug = () => Promise.reject(new TypeError('a bug'))
const lost = () => Promise.reject(new ConnectionLost(true))

describe.each(['crash-before-work', 'crash-after-commit', 'crash'])('%s', (name) => {
  it('ends the incarnation and goes on with nothing', async () => {
    const { env, callee, answered } = strike(name)
    await expect(answered()).rejects.toBeInstanceOf(Crashed)
    expect(env.crashes()).toBe(1)
    expect(callee.requests).toHaveLength(0)
  })
})

describe.each(['crash-before-work', 'crash-after-commit'])('%s', (name) => {
  it('strikes at the moment of its name', () => {
    expect(`crash-${GREMLINS[name]!.place}`).toBe(name)
  })
})

describe('dropped-answer', () => {
  it.each([
    ['done', undefined],
    ['refused', refuse],
    ['failed further down', failBelow],
  ])('loses the connection after the work was %s', async (_, answer) => {
    const { callee, answered } = strike('dropped-answer', answer)
    await expect(answered()).rejects.toEqual(new ConnectionLost())
    expect(callee.requests).toHaveLength(1)
  })

  it('hides no bug, and no other loss of the connection', async () => {
    await expect(strike('dropped-answer', bug).answered()).rejects.toBeInstanceOf(TypeError)
    await expect(strike('dropped-answer', lost).answered()).rejects.toHaveProperty('silent', true)
  })
})

describe('dropped-request', () => {
  it.each([false, true])('never gets to the work (silent: %s)', async (silent) => {
    const { callee, answered } = strike('dropped-request', undefined, { silent })
    const error = await answered().catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(ConnectionLost)
    expect(error).toHaveProperty('silent', silent)
    expect(callee.requests).toHaveLength(0)
  })

  it('ends the connection at once unless told otherwise', async () => {
    await expect(strike('dropped-request').answered()).rejects.toHaveProperty('silent', false)
  })
})

describe('error-answer', () => {
  it('answers 503 instead of the work', async () => {
    const { callee, answered } = strike('error-answer')
    expect(await answered()).toEqual({
      status: 503,
      body: { type: 'about:blank', title: 'Service Unavailable', status: 503, reason: 'gremlin' },
    })
    expect(callee.requests).toHaveLength(0)
  })

  it.each([
    ['done', undefined],
    ['refused', refuse],
  ])('answers after the work was %s, where it is told to', async (_, answer) => {
    const { callee, answered } = strike('error-answer', answer, { status: 500, when: 'after-work' })
    expect(await answered()).toMatchObject({ status: 500, body: { title: 'Internal Server Error', status: 500 } })
    expect(callee.requests).toHaveLength(1)
  })

  it('hides no bug', async () => {
    await expect(strike('error-answer', bug, { when: 'after-work' }).answered()).rejects.toBeInstanceOf(TypeError)
  })

  it('only answers with errors of a server', () => {
    const { options } = GREMLINS['error-answer']!
    for (const status of [200, 404, 499, 600, 503.5]) expect(options.safeParse({ status }).success).toBe(false)
    for (const status of [500, 599]) expect(options.safeParse({ status }).success).toBe(true)
  })
})

describe('duplicate-delivery', () => {
  it('delivers the very same request twice at once', async () => {
    let running = 0
    let most = 0
    const { callee, answered } = strike('duplicate-delivery', async () => {
      running += 1
      most = Math.max(most, running)
      await Promise.resolve()
      running -= 1
      return OK
    })
    expect(await answered()).toBe(OK)
    expect(most).toBe(2)
    expect(callee.requests).toHaveLength(2)
    expect(callee.requests[0]).toBe(callee.requests[1])
  })

  it('answers with what became of the first, whichever ends first', async () => {
    const first: Reply = { status: 201, body: {} }
    const slowFirst = strike('duplicate-delivery', async (_request, index) => {
      if (index === 1) return OK
      for (let i = 0; i < 10; i++) await Promise.resolve()
      return first
    })
    expect(await slowFirst.answered()).toBe(first)
    const firstRefused = strike('duplicate-delivery', (_request, index) => (index === 0 ? refuse() : OK))
    await expect(firstRefused.answered()).rejects.toBeInstanceOf(Refusal)
    const secondRefused = strike('duplicate-delivery', (_request, index) => (index === 1 ? refuse() : first))
    expect(await secondRefused.answered()).toBe(first)
    const secondLost = strike('duplicate-delivery', (_request, index) => (index === 1 ? lost() : first))
    expect(await secondLost.answered()).toBe(first)
  })

  it('hides no bug in either delivery', async () => {
    for (const which of [0, 1]) {
      const { answered } = strike('duplicate-delivery', (_request, index) => (index === which ? bug() : OK))
      await expect(answered()).rejects.toBeInstanceOf(TypeError)
    }
  })
})
