import { z } from 'zod'
import { Refusal } from '../core/call.ts'
import { bodyOf } from './body.ts'
import { leafService } from './participant.ts'

const quote = z.strictObject({ to: z.string() })

/** Exchange rates from the base currency. A quote is a promise for one purchase, so it is on the books. */
export const fx = leafService({
  name: 'fx',
  leaf: ({ ratesMicro }) => ({
    plan(request) {
      const { to } = bodyOf(request, quote)
      const rateMicro = Object.hasOwn(ratesMicro, to) ? ratesMicro[to] : undefined
      if (rateMicro === undefined) throw new Refusal(422, 'unknown_currency', `there is no rate for '${to}'`)
      return {
        movements: [{ account: to, amount: rateMicro, unit: 'micro', floor: null, tracked: false }],
        answer: { rateMicro },
      }
    },
  }),
})
