import { z } from 'zod'
import { bodyOf } from './body.ts'
import { leafService } from './participant.ts'

const entry = z.strictObject({
  payment: z.string(),
  what: z.enum(['charged', 'refunded']),
  account: z.string(),
  currency: z.string(),
  amountCents: z.int(),
  staleRate: z.literal(true).optional(),
})

/** The payment history: one entry for each charge and each refund. */
export const logging = leafService({
  name: 'logging',
  leaf: () => ({
    plan(request) {
      const { payment } = bodyOf(request, entry)
      return {
        movements: [{ account: 'history', amount: 1, unit: 'entry', floor: null, tracked: false }],
        answer: { payment },
      }
    },
  }),
})
