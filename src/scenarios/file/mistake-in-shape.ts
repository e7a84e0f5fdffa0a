import type { ZodType } from 'zod'
import { check } from './check.ts'
import { collectMistakes, TOP } from './mistakes.ts'

/** The first thing that is wrong with a document that has no lines of its own, with its place in it; undefined: nothing. */
export function mistakeInShape(shape: ZodType, found: unknown): string | undefined {
  const mistakes = collectMistakes('', () => ({ line: 1, column: 1 }))
  check(shape, found, TOP, mistakes)
  const [first] = mistakes.inOrder()
  return first && [...(first.path === '' ? [] : [first.path]), first.message].join(': ')
}
