import type { Invariant } from '../core/invariant.ts'
import { type OrderRecord, ordersOf } from './classify.ts'
import { listed } from './format.ts'
import { blame, rowsOf } from './violate.ts'

const name = 'no-order-lost'

function whatIsWrong({ id, accepted, finals }: OrderRecord, purchase: string): string | undefined {
  const order = `order ${id} of ${purchase}`
  if (accepted === 0)
    return finals.length > 0 ? `${order} ended as ${listed(finals)} without being accepted` : undefined
  if (accepted > 1) return `${order} was accepted ${accepted} times`
  if (finals.length === 0) return `${order} was accepted and never came to an end`
  if (finals.length > 1) return `${order} ended ${finals.length} times: ${listed(finals)}`
  return undefined
}

export const noOrderLost: Invariant = {
  name,
  kind: 'eventually',
  promise: 'Every accepted order comes to exactly one end.',
  begin() {
    let subjects = 0
    return {
      *purchase(facts) {
        const rows = facts.rows.order
        for (const order of ordersOf(rows)) {
          subjects++
          const sentence = whatIsWrong(order, facts.id)
          if (sentence === undefined) continue
          const own = rows.filter((row) => row.account === order.id)
          yield blame(name, facts, sentence, rowsOf('order', own))
        }
      },
      subjects: () => subjects,
    }
  },
}
