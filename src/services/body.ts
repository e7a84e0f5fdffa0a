/** Bodies of requests, checked where they enter a service. */

import type { ZodType } from 'zod'
import { Refusal, type Request } from '../core/call.ts'

/** The body as `schema` says. Throws `Refusal` 400 with every mistake. */
export function bodyOf<T>(request: Request, schema: ZodType<T>): T {
  const parsed = schema.safeParse(request.body)
  if (parsed.success) return parsed.data
  const mistakes = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`)
  throw new Refusal(400, 'malformed', mistakes.join('; '))
}
