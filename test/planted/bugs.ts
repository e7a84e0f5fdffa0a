/** One bug for each invariant, as people make them. Each is named after the invariant that it must turn red. */

import type { Request } from '../../src/core/call.ts'
import type { Env, Statement } from '../../src/core/env.ts'
import type { InvariantName } from '../../src/core/invariant.ts'
import type { Outcome } from '../../src/core/pattern.ts'
import type { RunningService, Service, ServiceSetup } from '../../src/core/service.ts'
import type { ServiceName } from '../../src/core/topology.ts'

export interface Bug {
  readonly in: ServiceName
  /** What somebody got wrong. */
  readonly about: string
  /** What turns red besides, because it cannot be otherwise. */
  readonly alsoViolates?: readonly InvariantName[]
  /** Whether it is there in the warm-up already, which is spared otherwise: without a steady state there is no run. */
  readonly inWarmUp?: boolean
  plant(service: Service): Service
}

/** Bugs that strike always are found at once; these strike every fourth purchase. */
function isUnlucky(purchase: string): boolean {
  return Number(purchase.slice(2)) % 4 === 0
}

type Start = Service['start']

function startWith(service: Service, change: (start: Start, env: Env, setup: ServiceSetup) => RunningService): Service {
  return { ...service, start: (env, setup) => change((...given) => service.start(...given), env, setup) }
}

/** A service in which some statements of its transactions are others, or missing. */
function withStatements(service: Service, change: (statement: Statement) => Statement | undefined): Service {
  function* changed<T>(work: Parameters<Env['store']['transaction']>[0]): ReturnType<typeof work> {
    const body = work()
    let step = body.next()
    while (!step.done) {
      const statement = change(step.value)
      step = body.next(statement ? yield statement : [])
    }
    return step.value as T
  }
  return startWith(service, (start, env, setup) =>
    start({ ...env, store: { transaction: (work) => env.store.transaction(() => changed(work)) as never } }, setup),
  )
}

function isInto(table: string, { sql }: Statement): boolean {
  return sql.startsWith(`INSERT INTO ${table}`)
}

function withHandler(
  service: Service,
  change: (handle: RunningService['handle'], request: Request) => ReturnType<RunningService['handle']>,
): Service {
  return startWith(service, (start, env, setup) => {
    const running = start(env, setup)
    return { ...running, handle: (request) => change((given) => running.handle(given), request) }
  })
}

/** A service that was deployed without the check of idempotency keys. */
function withoutKeys(service: Service): Service {
  return startWith(service, (start, env, setup) =>
    start(env, { ...setup, participants: { ...setup.participants, keys: 'ignored' } }),
  )
}

/** An order service in which some orders do not take the way through the workflow. */
function withOutcome(
  service: Service,
  outcomeOf: (order: { purchase: string; key: string }) => Outcome | undefined,
): Service {
  return startWith(service, (start, env, setup) =>
    start(env, {
      ...setup,
      createWorkflow(own) {
        const workflow = setup.createWorkflow(own)
        return { ...workflow, place: async (order) => outcomeOf(order) ?? workflow.place(order) }
      },
    }),
  )
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
    about: 'inventory locks what it is about to deduct, and forgets the lock',
    plant: (service) =>
      withHandler(service, async (handle, request) => {
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
