/** Strikes in words, and what buyers come for. */

import type { JsonObject } from '../core/call.ts'
import type { Decision } from '../core/decision.ts'
import type { GremlinSetting } from '../core/gremlin.ts'
import type { RequestKind } from '../core/purchase.ts'

/** One of a kind of request, and many. */
export const REQUEST_WORDS: Readonly<Record<RequestKind, { readonly one: string; readonly many: string }>> = {
  order: { one: 'order', many: 'orders' },
  stock: { one: 'stock query', many: 'stock queries' },
  notification: { one: 'message', many: 'messages' },
  payment: { one: 'payment', many: 'payments' },
}

/** What happens to whom, by the kind of the gremlin and its options. */
const HAPPENS: Readonly<Record<string, (service: string, work: string, options: JsonObject) => string>> = {
  'crash-before-work': (service, work) => `${service} dies before it begins ${work}`,
  'crash-after-commit': (service, work) => `${service} has committed ${work}, and dies before it answers`,
  crash: (service, work) => `${service} dies over ${work}`,
  pause: (service, work) => `${service} is held up over ${work}`,
  latency: (service, work) => `${service} is slow to begin ${work}`,
  'dropped-request': (service, work) => `the request for ${work} never reaches ${service}`,
  'dropped-answer': (service, work) => `${service} has done ${work}, and its answer is lost`,
  'error-answer': (service, work, { when }) =>
    when === 'after-work'
      ? `${service} has done ${work}, and answers with an error`
      : `${service} answers ${work} with an error`,
  'duplicate-delivery': (service, work) => `${service} is given ${work} twice`,
  kill: (service) => `${service} dies, whatever it is doing`,
  outage: (service) => `${service} accepts no connection for a while`,
  partition: (service) => `${service} is cut off from everybody for a while`,
}

/** `do deduct`, or `place order`. */
function workOf({ operation, effect }: Pick<Decision, 'operation' | 'effect'>): string {
  return `${operation} ${effect}`
}

/** `bank has done do charge of p-1, and its answer is lost`. */
export function tellStrike(strike: Decision, gremlins: readonly GremlinSetting[]): string {
  const setting = gremlins.find(({ name }) => name === strike.gremlin)
  const { purchase, attempt, at } = strike
  const again = attempt > 1 ? ` (attempt ${attempt})` : ''
  const work = `'${workOf(strike)}' of ${purchase}${again}`
  const service = setting?.on ?? strike.gremlin
  const told =
    HAPPENS[setting?.gremlin ?? '']?.(service, work, setting?.options ?? {}) ?? `${strike.gremlin} strikes ${work}`
  return at === undefined ? told : `${told}, at the moment ${at}`
}
