import type { Invariant } from '../core/invariant.ts'
import { count, stateOf } from './format.ts'
import { blame, NONE, rowsOf } from './violate.ts'

const name = 'notified-exactly-once'

export const notifiedExactlyOnce: Invariant = {
  name,
  kind: 'eventually',
  promise: 'A confirmed purchase is notified once, any other never.',
  begin() {
    let subjects = 0
    return {
      purchase(facts) {
        const confirmed = facts.class === 'confirmed'
        // A message cannot be unsent, so a reversal takes nothing back.
        const sent = facts.rows.notification.filter(({ effect, kind }) => effect === 'notify' && kind === 'effect')
        if (!confirmed && sent.length === 0) return NONE
        subjects++
        if (sent.length === (confirmed ? 1 : 0)) return NONE
        const messages = sent.length === 0 ? 'no notification' : count(sent.length, 'notification')
        const sentence = `${facts.id} ${stateOf(facts.class)} and its buyer was sent ${messages}`
        const rows = [...rowsOf('order', facts.rows.order), ...rowsOf('notification', sent)]
        return [blame(name, facts, sentence, rows)]
      },
      subjects: () => subjects,
    }
  },
}
