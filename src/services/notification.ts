import { z } from 'zod'
import { bodyOf } from './body.ts'
import { leafService } from './participant.ts'

const notice = z.strictObject({ order: z.string(), text: z.string() })

/** Sends messages to buyers. What was sent cannot be unsent: an undo is on the books, but the buyer has read it. */
export const notification = leafService({
  name: 'notification',
  leaf: () => ({
    plan(request) {
      const { order } = bodyOf(request, notice)
      return {
        movements: [{ account: 'sent', amount: 1, unit: 'message', floor: null, tracked: false }],
        answer: { order },
      }
    },
  }),
})
