/** Ways of changing a service from outside: what it is told, what it says to its store and to others. */

import type { Request } from '../../src/core/call.ts'
import type { Env, Row, Statement } from '../../src/core/env.ts'
import type { InvariantName } from '../../src/core/invariant.ts'
import type { Outcome, ParticipantOptions, RunningWorkflow } from '../../src/core/pattern.ts'
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

type Start = Service['start']

export function startWith(
  service: Service,
  change: (start: Start, env: Env, setup: ServiceSetup) => RunningService,
): Service {
  return { ...service, start: (env, setup) => change((...given) => service.start(...given), env, setup) }
}

/** One statement on its way to the store, and the rows on their way back. */
export type Exchange = (statement: Statement) => Generator<Statement, Row[], Row[]>

/** A service between which and its store somebody stands. */
export function withExchange(service: Service, exchange: Exchange): Service {
  function* changed<T>(work: Parameters<Env['store']['transaction']>[0]): ReturnType<typeof work> {
    const body = work()
    let step = body.next()
    while (!step.done) step = body.next(yield* exchange(step.value))
    return step.value as T
  }
  return startWith(service, (start, env, setup) =>
    start({ ...env, store: { transaction: (work) => env.store.transaction(() => changed(work)) as never } }, setup),
  )
}

/** A service in which some statements of its transactions are others, or missing. */
export function withStatements(service: Service, change: (statement: Statement) => Statement | undefined): Service {
  return withExchange(service, function* (statement) {
    const changed = change(statement)
    return changed ? yield changed : []
  })
}

export function isInto(table: string, { sql }: Statement): boolean {
  return sql.startsWith(`INSERT INTO ${table}`)
}

export function withHandler(
  service: Service,
  change: (handle: RunningService['handle'], request: Request) => ReturnType<RunningService['handle']>,
): Service {
  return startWith(service, (start, env, setup) => {
    const running = start(env, setup)
    return { ...running, handle: (request) => change((given) => running.handle(given), request) }
  })
}

/** A service that was deployed with other options than all the rest. */
export function withOptions(service: Service, options: Partial<ParticipantOptions>): Service {
  return startWith(service, (start, env, setup) =>
    start(env, { ...setup, participants: { ...setup.participants, ...options } }),
  )
}

export function withCalls(service: Service, change: (call: Env['call']) => Env['call']): Service {
  return startWith(service, (start, env, setup) =>
    start({ ...env, call: change((...given) => env.call(...given)) }, setup),
  )
}

/** A participant that votes and never asks what has become of it. */
export function withoutInquiries(service: Service): Service {
  return startWith(service, (start, env, setup) =>
    start({ ...env, background: (name, run) => name !== 'in doubt' && env.background(name, run) }, setup),
  )
}

/** An order service with another workflow. */
export function withWorkflow(
  service: Service,
  change: (workflow: RunningWorkflow, env: Env) => Partial<RunningWorkflow>,
): Service {
  return startWith(service, (start, env, setup) =>
    start(env, {
      ...setup,
      createWorkflow(own) {
        const workflow = setup.createWorkflow(own)
        return { ...workflow, ...change(workflow, own) }
      },
    }),
  )
}

/** An order service in which some orders do not take the way through the workflow. */
export function withOutcome(
  service: Service,
  outcomeOf: (order: { purchase: string; key: string }) => Outcome | undefined,
): Service {
  return withWorkflow(service, (workflow) => ({
    place: async (order) => outcomeOf(order) ?? workflow.place(order),
  }))
}
