import type { Invariant, PurchaseFacts, Violation } from '../core/invariant.ts'
import type { Told } from '../core/purchase.ts'
import { SERVICES } from '../core/topology.ts'
import { isFinal, type OrderRecord, ordersOf } from './classify.ts'
import { count, listed } from './format.ts'
import { kindOf, MAY_KNOW } from './other-kinds.ts'
import { accuse, blame, rowsOf } from './violate.ts'

const name = 'requests-conserved'

function unknownPurchase(facts: PurchaseFacts): Violation | undefined {
  const services = SERVICES.filter((service) => facts.rows[service].length > 0)
  const rows = services.flatMap((service) => rowsOf(service, facts.rows[service]))
  const where = services.length > 0 ? `in the ledger of ${listed(services)}` : 'on record'
  return blame(name, facts, `${facts.id} is ${where}, but no buyer ever made that purchase`, rows)
}

/** What a buyer was told about an order must be what the ledger says of it. */
function inconsistentAnswer({ orderId, status }: Told, orders: readonly OrderRecord[]): string | undefined {
  if (orderId === null) return undefined
  const order = orders.find(({ id }) => id === orderId)
  if (!order) return `was told of order ${orderId}, which is not in the order ledger`
  if (!isFinal(status) || order.finals.includes(status)) return undefined
  const state = order.finals.length > 0 ? listed(order.finals) : 'not ended'
  return `was told that order ${orderId} is ${status}, but in the ledger it is ${state}`
}

/** What is no order leaves its rows where it went, and nowhere else. */
function strayRows(facts: PurchaseFacts): Violation | undefined {
  const kind = kindOf(facts)
  const strange = SERVICES.filter((service) => facts.rows[service].length > 0 && !MAY_KNOW[kind].includes(service))
  if (strange.length === 0) return undefined
  const rows = strange.flatMap((service) => rowsOf(service, facts.rows[service]))
  return blame(
    name,
    facts,
    `${facts.id} is a request of the kind '${kind}', and ${listed(strange)} did something for it`,
    rows,
  )
}

function* judgePurchase(facts: PurchaseFacts): Generator<Violation> {
  const rows = rowsOf('order', facts.rows.order)
  const orders = ordersOf(facts.rows.order)
  const stray = strayRows(facts)
  if (stray) yield stray
  const accepted = orders.reduce((sum, order) => sum + order.accepted, 0)
  if (accepted > facts.asked) {
    const were = accepted === 1 ? 'was' : 'were'
    const sentence = `the buyer of ${facts.id} asked ${count(facts.asked, 'time')}, and ${count(accepted, 'order')} ${were} accepted`
    yield blame(name, facts, sentence, rows)
  }
  const complaints = new Set<string>()
  for (const told of facts.told) {
    const complaint = inconsistentAnswer(told, orders)
    if (complaint !== undefined) complaints.add(complaint)
  }
  for (const complaint of complaints) yield blame(name, facts, `the buyer of ${facts.id} ${complaint}`, rows)
}

/** Two counts that were made apart from each other must agree, and nobody may know of a purchase that was never made. */
export const requestsConserved: Invariant = {
  name,
  kind: 'eventually',
  promise: 'No request is invented or forgotten: arrivals, records, accepted orders and answers agree.',
  begin({ arrivedCount }) {
    let recorded = 0
    let subjects = 0
    return {
      *purchase(facts) {
        subjects++
        if (facts.wanted) {
          recorded++
          yield* judgePurchase(facts)
          return
        }
        const violation = unknownPurchase(facts)
        if (violation) yield violation
      },
      *end() {
        if (recorded === arrivedCount) return
        const sentence = `the traffic sent ${count(arrivedCount, 'purchase')}, and ${recorded} are on record`
        yield accuse(name, undefined, sentence, [])
      },
      subjects: () => Math.max(subjects, arrivedCount),
    }
  },
}
