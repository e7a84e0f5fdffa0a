import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ddmin } from './ddmin.ts'

const upTo = (length: number) => Array.from({ length }, (_, index) => index)
const includes = (needed: readonly number[], items: readonly number[]) => needed.every((each) => items.includes(each))

const cases = fc.integer({ min: 1, max: 40 }).chain((length) =>
  fc.record({
    items: fc.constant(upTo(length)),
    // Each of these is enough by itself.
    causes: fc.array(fc.uniqueArray(fc.integer({ min: 0, max: length - 1 }), { maxLength: 4 }), {
      minLength: 1,
      maxLength: 3,
    }),
  }),
)

describe('ddmin', () => {
  it('finds exactly one cause, where showing it is monotone', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ items, causes }) => {
        const shows = (some: readonly number[]) => causes.some((cause) => includes(cause, some))
        const found = await ddmin(items, async (some) => shows(some))
        expect(shows(found)).toBe(true)
        for (const each of found) expect(shows(found.filter((other) => other !== each))).toBe(false)
        expect(causes.map((cause) => [...cause].sort((a, b) => a - b))).toContainEqual(found)
      }),
    )
  })

  it('gives something that shows it and is 1-minimal, where showing it is not monotone', async () => {
    await fc.assert(
      fc.asyncProperty(cases, fc.integer({ min: 1, max: 5 }), async ({ items, causes: [cause = []] }, modulus) => {
        const shows = (some: readonly number[]) =>
          includes(cause, some) && some.length % modulus === items.length % modulus
        const found = await ddmin(items, async (some) => shows(some))
        expect(shows(found)).toBe(true)
        for (const each of found) expect(shows(found.filter((other) => other !== each))).toBe(false)
        expect(found).toEqual([...found].sort((a, b) => a - b))
      }),
    )
  })

  it('needs few tests for one cause among many', async () => {
    let tests = 0
    const found = await ddmin(upTo(1_024), async (some) => {
      tests += 1
      return some.includes(700)
    })
    expect(found).toEqual([700])
    expect(tests).toBeLessThanOrEqual(22)
  })

  it('ends with what it has when nobody can say any more', async () => {
    let left = 4
    const found = await ddmin(upTo(64), async (some) =>
      left-- > 0 ? some.includes(3) && some.includes(60) : undefined,
    )
    expect(includes([3, 60], found)).toBe(true)
    expect(await ddmin([1, 2], async () => undefined)).toEqual([1, 2])
  })

  it('leaves nothing where nothing is needed', async () => {
    expect(await ddmin([1, 2, 3], async () => true)).toEqual([])
    expect(await ddmin([], async () => false)).toEqual([])
  })
})
