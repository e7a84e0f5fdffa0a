/** The lab's services in one process: real handlers on real stores in memory, and calls between them that a test may bend. */

import { CallError, Refusal, type Reply, type Request } from '../../src/core/call.ts'
import type { Env, Outgoing, Row, Statement, Work } from '../../src/core/env.ts'
import type { Balance, LedgerEntry } from '../../src/core/ledger.ts'
import type { ParticipantOptions, RunningWorkflow } from '../../src/core/pattern.ts'
import type { Point, PointPassed } from '../../src/core/point.ts'
import type { RunningService, ServiceSetup } from '../../src/core/service.ts'
import { query } from '../../src/core/statement.ts'
import { calleeOf, type Edge, type ServiceName } from '../../src/core/topology.ts'
import { sequential } from '../../src/patterns/workflows/sequential.ts'
import { toBalance, toEntry } from '../../src/runtime/life/ledger-lines.ts'
import { openSqliteStore, type SqliteStore } from '../../src/runtime/real/store.ts'
import { SERVICE_CATALOGUE } from '../../src/services/catalogue.ts'
import { buildScenario } from './build-facts.ts'
import { fakeClock } from './fake-clock.ts'
import { drain, type FakeEnv, fakeEnv } from './fake-env.ts'
import type { KeepingWorld } from './two-worlds.ts'

/** What stands between a caller and its callee; `reach` carries the request over and gives the answer. */
export type Bend = (reach: () => Promise<Reply>, request: Request) => Promise<Reply>

export interface ShopOptions {
  /** What the shop is made of; a clock that is turned by hand and SQLite in memory, where it is missing. */
  readonly means?: Pick<KeepingWorld, 'clock' | 'store'>
  readonly participants?: Partial<ParticipantOptions>
  readonly stock?: number
  readonly openingCents?: number
  point?(name: Point, passed: PointPassed, service: ServiceName): Promise<void>
  /** Called after each commit of a service, before it knows of it: who is killed here never does. */
  committed?(service: ServiceName): void
  readonly workflowTables?: readonly Statement[]
  createWorkflow?(env: Env): RunningWorkflow
}

export interface Shop {
  /** Asks as over HTTP: a refusal is an answer, and so is the failure of a call further down. */
  ask(service: ServiceName, request: Partial<Request>): Promise<Reply>
  bend(edge: Edge, how: Bend): void
  mend(edge: Edge): void
  /** Kills the service and starts it again on its store: whatever the dead one was doing changes nothing any more. */
  restart(service: ServiceName, how?: { readonly recoverLater: boolean }): void
  recover(service: ServiceName): void
  ledger(service: ServiceName): Promise<LedgerEntry[]>
  balance(service: ServiceName, account: string): Promise<number>
  balances(service: ServiceName): Promise<Balance[]>
  rows(service: ServiceName, text: string): Promise<Row[]>
  env(service: ServiceName): FakeEnv
  /** Turns the clock that all share. */
  advance(ms: number): Promise<void>
  /** What background work threw: nothing, in a good shop. */
  failures(): unknown[]
}

interface Node {
  readonly store: SqliteStore
  readonly attempts: Map<string, number>
  env: FakeEnv
  running: RunningService
  incarnation: number
}

/** Never ends: what happens to the work of a process that is dead. */
export function never<T = never>(): Promise<T> {
  return new Promise<T>(() => undefined)
}

/** A store in memory with these tables, for a piece of a service alone. */
export function openTables(
  tables: readonly Statement[],
  store: SqliteStore = openSqliteStore(':memory:'),
): SqliteStore {
  store.execute(tables)
  return store
}

export function openShop(options: ShopOptions = {}): Shop {
  const { clock: makeClock = fakeClock, store: makeStore } = options.means ?? {}
  const clock = makeClock()
  const nodes = new Map<ServiceName, Node>()
  const bends = new Map<Edge, Bend>()
  const setup = setupOf(options)

  /** A service is there from the first time that somebody needs it. */
  function nodeOf(service: ServiceName): Node {
    const node = nodes.get(service)
    if (node) return node
    return begin(service, openTables(SERVICE_CATALOGUE[service].tables(setup), makeStore?.()), new Map(), 1)
  }

  /** Counts the attempt and hands the request in, as the runtime does. */
  function deliver(service: ServiceName, request: Request): Promise<Reply> {
    const { env, running } = nodeOf(service)
    const attempt = env.attempt(request.purchase, `${request.operation}:${request.effect}`)
    return running.handle({ ...request, attempt })
  }

  async function callOver(edge: Edge, outgoing: Outgoing): Promise<Reply> {
    const request: Request = structuredClone({ ...outgoing, attempt: 1 })
    const reach = async () => asHeard(await deliver(calleeOf(edge), request).catch(toAnswer))
    return structuredClone(await (bends.get(edge)?.(reach, request) ?? reach()))
  }

  function begin(service: ServiceName, store: SqliteStore, attempts: Map<string, number>, incarnation: number): Node {
    const alive = () => nodes.get(service)?.incarnation === incarnation
    async function transaction<T>(work: () => Work<T>): Promise<T> {
      if (!alive()) return never()
      const result = await store.transaction(work)
      options.committed?.(service)
      return alive() ? result : never()
    }
    const base = fakeEnv({
      service,
      incarnation,
      store: { transaction },
      call: (edge, outgoing) => (alive() ? callOver(edge, outgoing) : never()),
      point: async (name, passed) => (alive() ? options.point?.(name, passed, service) : never()),
    })
    const env: FakeEnv = {
      ...base,
      clock,
      attempt(purchase, effect) {
        const key = `${purchase} ${effect}`
        attempts.set(key, (attempts.get(key) ?? 0) + 1)
        return attempts.get(key) ?? 0
      },
    }
    const node = { store, attempts, env, incarnation, running: SERVICE_CATALOGUE[service].start(env, setup) }
    nodes.set(service, node)
    return node
  }

  const rows = (service: ServiceName, text: string) => query(nodeOf(service).store, text)
  return {
    async ask(service, request) {
      const whole: Request = { operation: 'do', purchase: 'p-1', effect: 'charge', attempt: 1, body: {}, ...request }
      try {
        return await deliver(service, structuredClone(whole))
      } catch (error) {
        return toAnswer(error)
      }
    },
    bend: (edge, how) => void bends.set(edge, how),
    mend: (edge) => void bends.delete(edge),
    restart(service, { recoverLater } = { recoverLater: false }) {
      const { store, attempts, incarnation } = nodeOf(service)
      const { running } = begin(service, store, attempts, incarnation + 1)
      if (!recoverLater) running.recover()
    },
    recover: (service) => nodeOf(service).running.recover(),
    ledger: async (service) => (await rows(service, 'SELECT * FROM ledger ORDER BY seq')).map(toEntry),
    async balance(service, account) {
      const [row] = await query(nodeOf(service).store, 'SELECT balance FROM balances WHERE account = ?', account)
      return Number(row?.balance)
    },
    balances: async (service) => (await rows(service, 'SELECT * FROM balances')).map(toBalance),
    rows,
    env: (service) => nodeOf(service).env,
    async advance(ms) {
      await drain()
      await clock.advance(ms)
      await drain()
    },
    failures: () => [...nodes.values()].flatMap(({ env }) => env.failures),
  }
}

function setupOf({ participants, stock, openingCents, workflowTables, createWorkflow }: ShopOptions): ServiceSetup {
  const scenario = buildScenario()
  return {
    baseCurrency: scenario.baseCurrency,
    products: scenario.products.map((product) => ({ ...product, stock: stock ?? product.stock })),
    accounts: scenario.accounts.map((account) => ({ ...account, openingCents: openingCents ?? account.openingCents })),
    ratesMicro: scenario.ratesMicro,
    deadlineMs: scenario.deadlineMs,
    participants: { keys: 'required', history: 'outbox', holds: 'counted', reservationMs: null, ...participants },
    workflowTables: workflowTables ?? sequential.tables,
    createWorkflow: createWorkflow ?? ((env) => sequential.create({ stock: 'reserve' }, env)),
  }
}

/** What the caller of a node hears, as over the wire. */
function asHeard(reply: Reply): Reply {
  const { status, body } = reply
  if (status < 300) return reply
  const reason = String(body.reason)
  if (status === 409) throw new CallError('in-progress', reason, { status })
  throw new CallError(status < 500 ? 'refused' : 'server-error', reason, { status })
}

function toAnswer(error: unknown): Reply {
  if (error instanceof Refusal) return { status: error.status, body: { status: error.status, reason: error.reason } }
  if (error instanceof CallError) {
    return { status: error.definite ? 503 : 504, body: { reason: 'downstream', detail: error.reason } }
  }
  throw error
}

/** Lets the callee do its work and loses the answer. */
export const losesTheAnswer: Bend = async (reach) => {
  await reach()
  throw new CallError('reset')
}

export const refusesConnections: Bend = () => Promise.reject(new CallError('connection-refused'))

/** Nobody hears of the request, and nobody knows that. */
export const losesTheRequest: Bend = () => Promise.reject(new CallError('timeout'))

/** What the policy `fallback` makes of a step that had no answer: it is put off. */
export function puttingOff(how: Bend): Bend {
  return async (reach, request) => {
    try {
      return await how(reach, request)
    } catch (error) {
      if (!(error instanceof CallError) || error.reason === 'refused' || request.operation !== 'do') throw error
      return { status: 202, body: { pending: true, reason: error.reason } }
    }
  }
}
