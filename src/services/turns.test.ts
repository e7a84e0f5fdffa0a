import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { drain } from '../../test/support/fake-env.ts'
import { takeTurns } from './turns.ts'

describe('takeTurns', () => {
  it('never works on more at once, serves first come first, and forgets nobody, failures included', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.boolean(), { maxLength: 30 }),
        async (most, fails) => {
          const takeTurn = takeTurns(most)
          const begun: number[] = []
          const ends: (() => void)[] = []
          let busy = 0
          const all = fails.map((failing, index) =>
            takeTurn(async () => {
              begun.push(index)
              busy += 1
              expect(busy).toBeLessThanOrEqual(most)
              await new Promise<void>((resolve) => ends.push(resolve))
              busy -= 1
              if (failing) throw new Error('failed')
              return index
            }).then(
              () => 'done',
              () => 'failed',
            ),
          )
          for (let ended = 0; ended < fails.length; ended++) {
            await drain()
            ends[ended]?.()
          }
          expect(await Promise.all(all)).toEqual(fails.map((failing) => (failing ? 'failed' : 'done')))
          expect(begun).toEqual(fails.map((_, index) => index))
          expect(busy).toBe(0)
        },
      ),
      { numRuns: 60 },
    )
  })
})
