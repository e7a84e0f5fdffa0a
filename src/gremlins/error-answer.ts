import { z } from 'zod'
import type { Reply } from '../core/call.ts'
import type { Gremlin } from '../core/gremlin.ts'
import { carryOut } from './carry-out.ts'

const options = z.strictObject({
  status: z.int().min(500).max(599).default(503),
  /** `before-work`: nothing was done. `after-work`: it was done, or refused, and the answer says nothing of it. */
  when: z.enum(['before-work', 'after-work']).default('before-work'),
})

/** RFC 9457, 4.2.1: with `about:blank` the title is the status's own phrase (RFC 9110, 15.6). */
const TITLES: Readonly<Record<number, string>> = {
  500: 'Internal Server Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
}

export const errorAnswer: Gremlin<z.output<typeof options>> = {
  name: 'error-answer',
  summary: 'Answers 5xx, instead of the work or after it was done.',
  place: 'call',
  fatal: false,
  options,
  strike({ status, when }) {
    const reply: Reply = {
      status,
      body: { type: 'about:blank', title: TITLES[status] ?? 'Server Error', status, reason: 'gremlin' },
    }
    return (next) => async (request, signal) => {
      if (when === 'after-work') await carryOut(next, request, signal)
      return reply
    }
  },
}
