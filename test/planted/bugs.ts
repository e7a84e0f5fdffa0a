/** One bug for each invariant, as people make them. Each is named after the invariant that it must turn red. */

import type { Env, Statement } from '../../src/core/env.ts'
import type { InvariantName } from '../../src/core/invariant.ts'
import type { Outcome } from '../../src/core/pattern.ts'
import type { Service } from '../../src/core/service.ts'
import {
  type Bug,
  isInto,
  startWith,
  withHandler,
  withOptions,
  withOutcome,
  withoutInquiries,
  withStatements,
} from './plant.ts'

/** Bugs that strike always are found at once; these strike every fourth purchase. */
function isUnlucky(purchase: string): boolean {
  return Number(purchase.slice(2)) % 4 === 0
}

/** A service that was deployed without the check of idempotency keys. */
function withoutKeys(service: Service): Service {
  return withOptions(service, { keys: 'ignored' })
}

const GHOST = '/ghost'
const LOST: Outcome = { state: 'cancelled', reason: 'lost' }

export const BUGS: Readonly<Record<string, Bug>> = {
  'charged-at-most-once': {
    in: 'bank',
    about: 'the bank does not look at keys, so that a repeated transfer is another one',
    alsoViolates: ['history-complete'],
    plant: withoutKeys,
  },
  'deducted-at-most-once': {
    in: 'inventory',
    about: 'inventory does not look at keys, so that a repeated deduction is another one',
    plant: withoutKeys,
  },
  'never-oversold': {
    in: 'inventory',
    about: 'inventory deducts without a look at what is left',
    plant: (service) =>
      withHandler(service, (handle, request) => handle({ ...request, body: { ...request.body, conditional: false } })),
  },
  'money-conserved': {
    in: 'bank',
    about: 'the bank takes a fee of one cent from the buyer and books it nowhere',
    plant: (service) =>
      withStatements(service, (statement) => {
        const [first, second, third, floor] = statement.values
        if (statement.sql.startsWith('UPDATE balances') && floor === 0) {
          return { ...statement, values: [Number(first) - 1, second, Number(third) - 1, floor] as Statement['values'] }
        }
        if (!isInto('ledger', statement) || String(statement.values[4]).startsWith('merchant-')) return statement
        return { ...statement, values: statement.values.with(5, Number(statement.values[5]) - 1) }
      }),
  },
  'all-or-nothing': {
    in: 'inventory',
    about: 'inventory says yes to some and forgets to write it down',
    // Who is told 'confirmed' and gets nothing is lied to.
    alsoViolates: ['buyer-told-the-truth'],
    plant: (service) =>
      withHandler(service, async (handle, request) => {
        const { purchase, operation, body } = request
        return operation === 'do' && isUnlucky(purchase) ? { status: 200, body } : handle(request)
      }),
  },
  'no-order-lost': {
    in: 'order',
    about: 'the order service puts some orders into a queue in memory, and nothing ever takes them out',
    plant: (service) => {
      const forgetful = withStatements(service, (statement) =>
        isInto('ledger', statement) && statement.values[3] === LOST.state ? undefined : statement,
      )
      const queueing = withOutcome(forgetful, ({ purchase }) => (isUnlucky(purchase) ? LOST : undefined))
      return withHandler(queueing, async (handle, request) => {
        const { status, body } = await handle(request)
        return body.reason === LOST.reason ? { status: 202, body: { ...body, status: 'pending' } } : { status, body }
      })
    },
  },
  'buyer-told-the-truth': {
    in: 'order',
    about: 'the order service tells some buyers what it read from a stale cache',
    plant: (service) =>
      withHandler(service, async (handle, request) => {
        const reply = await handle(request)
        if (!isUnlucky(request.purchase) || reply.status !== 201) return reply
        return {
          status: 422,
          body: { status: 'refused', reason: 'insufficient_stock', message: 'This is out of stock.' },
        }
      }),
  },
  'notified-exactly-once': {
    in: 'order',
    about: 'the order service forgets to notify some buyers',
    plant: (service) =>
      startWith(service, (start, env, setup) => {
        const call: Env['call'] = async (edge, request) =>
          edge === 'order→notification' && isUnlucky(request.purchase)
            ? { status: 200, body: {} }
            : env.call(edge, request)
        return start({ ...env, call }, setup)
      }),
  },
  'nothing-left-locked': {
    in: 'inventory',
    about: 'inventory locks what it is about to deduct, forgets the lock, and asks nobody about it',
    plant: (service) =>
      withHandler(withoutInquiries(service), async (handle, request) => {
        const { operation, purchase, key } = request
        if (operation === 'do' && isUnlucky(purchase))
          await handle({ ...request, operation: 'prepare', key: `${key}/lock` })
        return handle(request)
      }),
  },
  'history-complete': {
    in: 'payment',
    about: 'payment skips the outbox for some charges',
    plant: (service) =>
      withStatements(service, (statement) =>
        isInto('outbox', statement) && isUnlucky(String(statement.values[0])) ? undefined : statement,
      ),
  },
  'requests-conserved': {
    in: 'order',
    about: 'the order service writes a second order for some requests, and cancels it',
    plant: (service) =>
      withHandler(
        withOutcome(service, ({ key }) => (key.endsWith(GHOST) ? LOST : undefined)),
        async (handle, request) => {
          if (isUnlucky(request.purchase)) await handle({ ...request, key: `${request.key}${GHOST}` })
          return handle(request)
        },
      ),
  },
  'books-balance': {
    in: 'inventory',
    about: 'inventory takes one unit more off the shelf than it books',
    plant: (service) =>
      withStatements(service, (statement) => {
        const [amount, ...others] = statement.values
        if (!statement.sql.startsWith('UPDATE balances SET balance')) return statement
        return { ...statement, values: [Number(amount) - 1, ...others] as Statement['values'] }
      }),
  },
} satisfies Record<InvariantName, Bug>

/** Bugs after which there is nothing to judge. */
export const FATAL_BUGS: Readonly<Record<string, Bug>> = {
  'never confirms': {
    in: 'order',
    about: 'the order service confirms nothing, from the start',
    inWarmUp: true,
    plant: (service) => withOutcome(service, () => LOST),
  },
  throws: {
    in: 'inventory',
    about: 'inventory fails over one purchase',
    plant: (service) =>
      withHandler(service, async (handle, request) => {
        if (request.purchase === 'p-20') throw new TypeError('stock is not a function')
        return handle(request)
      }),
  },
  'never starts': {
    in: 'fx',
    about: 'fx wants something that is not there',
    plant: (service) =>
      startWith(service, () => {
        throw new TypeError('there are no rates')
      }),
  },
}
