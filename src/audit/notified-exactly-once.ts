import type { Invariant, PurchaseFacts } from '../core/invariant.ts'
import { count, stateOf } from './format.ts'
import { kindOf, messagesOf, wasAnswered } from './other-kinds.ts'
import { blame, NONE, rowsOf } from './violate.ts'

const name = 'notified-exactly-once'

/** How many messages there must be, and how many there may be. */
function dueMessages(facts: PurchaseFacts): { readonly least: number; readonly most: number } {
  switch (kindOf(facts)) {
    case 'order': {
      const due = facts.class === 'confirmed' ? 1 : 0
      return { least: due, most: due }
    }
    case 'notification':
      // Whoever was told nothing, or not to count on it, may have got it all the same.
      return { least: wasAnswered(facts) ? 1 : 0, most: 1 }
    case 'stock':
    case 'payment':
      return { least: 0, most: 0 }
  }
}

function whatItIs(facts: PurchaseFacts): string {
  const kind = kindOf(facts)
  if (kind === 'order') return `${facts.id} ${stateOf(facts.class)}`
  if (kind !== 'notification') return `${facts.id} is a request of the kind '${kind}'`
  return `${facts.id} asked for a message${wasAnswered(facts) ? ", was told 'answered'," : ''}`
}

export const notifiedExactlyOnce: Invariant = {
  name,
  kind: 'eventually',
  promise: 'A confirmed order is notified once, any other never; who asks for a message gets it once.',
  begin() {
    let subjects = 0
    return {
      purchase(facts) {
        const sent = messagesOf(facts)
        const { least, most } = dueMessages(facts)
        if (least === 0 && sent.length === 0) return NONE
        subjects++
        if (sent.length >= least && sent.length <= most) return NONE
        const messages = sent.length === 0 ? 'no notification' : count(sent.length, 'notification')
        const sentence = `${whatItIs(facts)} and its buyer was sent ${messages}`
        const rows = [...rowsOf('order', facts.rows.order), ...rowsOf('notification', sent)]
        return [blame(name, facts, sentence, rows)]
      },
      subjects: () => subjects,
    }
  },
}
