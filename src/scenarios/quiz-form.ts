/** The form of questions and of a script in a stored result. */

import { z } from 'zod'
import { INVARIANTS } from '../core/invariant.ts'
import { REQUEST_KINDS } from '../core/purchase.ts'
import { CONTEST_METRICS, VARIANT_METRICS } from '../core/quiz.ts'

const name = z.string().max(100)
const invariant = z.enum(INVARIANTS)
const topic = z.union([
  z.strictObject({ metric: z.enum(VARIANT_METRICS), variant: name }),
  z.strictObject({ metric: z.enum(['violations', 'passes']), variant: name, invariant }),
  z.strictObject({ metric: z.literal('good-percent'), variant: name, kind: z.enum(REQUEST_KINDS) }),
  z.strictObject({ metric: z.literal('strikes'), variant: name, gremlin: name }),
  z.strictObject({
    metric: z.enum(CONTEST_METRICS),
    among: z.array(name).max(20),
    invariant: invariant.nullable(),
  }),
])

export const QUIZ_FORM = z
  .array(z.strictObject({ ask: z.string().max(400), of: topic, within: z.number().min(0).max(1) }))
  .max(10)

/** @param change the form of a change without its time */
export function scriptForm(change: z.ZodType) {
  const atMs = z.int().min(0)
  const step = z.strictObject({
    atMs,
    caption: z.string().max(300).exactOptional(),
    change: change.exactOptional(),
  })
  const choice = z.strictObject({ atMs, oneOf: z.array(z.array(step).max(50)).max(10) })
  return z.strictObject({
    variant: name.exactOptional(),
    versus: name.exactOptional(),
    traffic: z.strictObject({ orders: z.int().min(1), ratePerSecond: z.number() }).exactOptional(),
    steps: z.array(z.union([step, choice])).max(200),
  })
}
