import { getEventListeners } from 'node:events'
import { expect, it } from 'vitest'
import { linkAborts } from './linked-abort.ts'

it('aborts every call under way with the reason of the caller, and no other', () => {
  const link = linkAborts()
  const [caller, other] = [new AbortController(), new AbortController()]
  const calls = [link(caller.signal), link(caller.signal), link(other.signal)]
  calls[0]?.unlink()
  caller.abort('gone')
  expect(calls.map(({ signal }) => signal.aborted)).toEqual([false, true, false])
  expect(calls[1]?.signal.reason).toBe('gone')
})

it('aborts one call by itself', () => {
  const link = linkAborts()
  const caller = new AbortController()
  const [one, two] = [link(caller.signal), link(caller.signal)]
  one.abort('abandoned')
  expect([one.signal.reason, two.signal.aborted, caller.signal.aborted]).toEqual(['abandoned', false, false])
})

it('listens to a caller once, however many calls it makes', () => {
  const link = linkAborts()
  const { signal } = new AbortController()
  for (let i = 0; i < 100; i++) link(signal).unlink()
  expect(getEventListeners(signal, 'abort')).toHaveLength(1)
})
