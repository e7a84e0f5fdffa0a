import { expect, it } from 'vitest'
import { z } from 'zod'
import { complaintsOf } from './words.ts'

const schema = z.discriminatedUnion('trip', [
  z.strictObject({ trip: z.literal('row'), failures: z.int() }),
  z.strictObject({ trip: z.literal('window'), windowMs: z.int() }),
])

it.each([
  [{ trip: 'window', windowMs: 1, failures: 1 }, 'failures', 'does not go with the other values here; remove it'],
  [{ trip: 'row', failures: 1, failurs: 1 }, 'failurs', "unknown key; did you mean 'failures'?"],
  [{ trip: 'rows' }, 'trip', "unknown value 'rows'; did you mean 'row'?"],
])('says of %j what is wrong with it', (value, key, message) => {
  const issues = schema.safeParse(value).error?.issues ?? []
  expect(complaintsOf(issues, value, schema).map(({ path, message }) => [path.join('.'), message])).toEqual([
    [key, message],
  ])
})
