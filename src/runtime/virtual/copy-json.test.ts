import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { JsonObject } from '../../core/call.ts'
import { copyJson } from './copy-json.ts'

it('is what writing and reading the text would give', () => {
  const values = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.string(),
      fc.double(),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.constant(undefined),
      fc.array(tie('value'), { maxLength: 4 }),
      tie('object'),
    ),
    object: fc.dictionary(
      fc.string().filter((name) => name !== '__proto__' && name !== 'toJSON'),
      tie('value'),
      { maxKeys: 5, noNullPrototype: true },
    ),
  }))
  fc.assert(
    fc.property(values.object, (given) => {
      const body = given as JsonObject
      expect(copyJson(body)).toEqual(JSON.parse(JSON.stringify(body)))
    }),
    { numRuns: 300 },
  )
})

it('shares nothing with the original', () => {
  const original = { list: [{ n: 1 }], inner: { n: 1 } }
  const copy = copyJson(original)
  ;(original.list[0] as { n: number }).n = 2
  original.inner.n = 2
  expect(copy).toEqual({ list: [{ n: 1 }], inner: { n: 1 } })
})
