import { describe, expect, it } from 'vitest'
import { fakeEnv, OK } from '../../../test/support/fake-env.ts'
import { CallError, type CallErrorReason } from '../../core/call.ts'
import type { Order } from '../../core/pattern.ts'
import { DEDUCT } from './steps.ts'
import { undo } from './undo.ts'

const ORDER: Order = {
  id: 'o-1',
  purchase: 'p-1',
  key: 'k-1',
  product: 'console',
  quantity: 1,
  amountCents: 100,
  currency: 'USD',
  account: 'ann',
  deadlineAtMs: 1_000,
}

/** Fails so often for that reason, then succeeds. */
async function undoAfter(failures: number, reason: CallErrorReason, waitMs: number) {
  let asked = 0
  const env = fakeEnv({
    service: 'order',
    call: async () => {
      asked += 1
      if (asked <= failures) throw new CallError(reason)
      return OK
    },
  })
  let end: CallError | 'undone' | 'going on' = 'going on'
  void undo(env, ORDER, DEDUCT).then((failed) => {
    end = failed ?? 'undone'
  })
  await env.advance(waitMs)
  return { asked, end, timers: env.timers() }
}

describe('undoing a step', () => {
  it('is asked for eight times, and then given up', async () => {
    expect(await undoAfter(7, 'timeout', 60_000)).toMatchObject({ asked: 8, end: 'undone' })
    expect(await undoAfter(8, 'timeout', 60_000)).toMatchObject({ asked: 8, end: { reason: 'timeout' }, timers: 0 })
  })

  it.each(['breaker-open', 'bulkhead-full', 'limit-reached'] as const)(
    'waits out what our own policies refuse (%s), for half a minute',
    async (reason) => {
      expect(await undoAfter(20, reason, 29_000)).toMatchObject({ asked: 21, end: 'undone' })
      expect(await undoAfter(1_000, reason, 29_000)).toMatchObject({ end: 'going on' })
      expect(await undoAfter(1_000, reason, 31_000)).toMatchObject({ end: { reason }, timers: 0 })
    },
  )
})
