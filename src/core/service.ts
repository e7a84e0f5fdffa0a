/** A service of the lab, as the runtime sees it: tables, and handlers that are rebuilt for each incarnation. */

import type { Reply, Request } from './call.ts'
import type { Env, Statement } from './env.ts'
import type { ParticipantOptions, RunningWorkflow } from './pattern.ts'
import type { Account, Product } from './scenario.ts'
import type { ServiceName } from './topology.ts'

/** What services may know of the scenario and the variant. */
export interface ServiceSetup {
  readonly baseCurrency: string
  readonly products: readonly Product[]
  readonly accounts: readonly Account[]
  readonly ratesMicro: Readonly<Record<string, number>>
  readonly deadlineMs: number
  readonly participants: ParticipantOptions
  /** Tables of the variant's workflow; only the order service makes them. */
  readonly workflowTables: readonly Statement[]
  /** The variant's workflow; only the order service calls it. */
  createWorkflow(env: Env): RunningWorkflow
}

export interface RunningService {
  /** Answers a request. Throws `Refusal`, `CallError` of a call downstream, or a bug. */
  handle(request: Request): Promise<Reply>
  /** Takes up what an earlier incarnation left open; called once, when the node listens. */
  recover(): void
}

/** A service: one file in `services/` and one line in its catalogue. */
export interface Service {
  readonly name: ServiceName
  /** Makes the tables and opening balances of a fresh store. */
  tables(setup: ServiceSetup): readonly Statement[]
  start(env: Env, setup: ServiceSetup): RunningService
}
