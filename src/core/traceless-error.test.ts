import { expect, it } from 'vitest'
import { CallError, Refusal } from './call.ts'
import { TracelessError } from './traceless-error.ts'

it('says what happened and not where, and leaves other errors as they are', () => {
  const { stackTraceLimit } = Error
  expect(new TracelessError('no').stack).toBe('Error: no')
  expect(Error.stackTraceLimit).toBe(stackTraceLimit)
  expect(new Error('a bug').stack).toContain('traceless-error.test.ts')
})

it('is what calls and refusals are made of', () => {
  for (const error of [new CallError('timeout', 'late'), new Refusal(409, 'sold_out')]) {
    expect(error).toBeInstanceOf(TracelessError)
    expect(error).toBeInstanceOf(Error)
    expect(error.stack).not.toContain(' at ')
  }
})
