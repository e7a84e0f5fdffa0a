/** One life of a service: its `Env`, its server, its journal and its store, made from what the composition root chose. */

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Call, CallError, type Layer, Refusal, type Request } from '../../core/call.ts'
import { compose } from '../../core/compose.ts'
import { keyedDraw } from '../../core/draw.ts'
import type { Env, Point } from '../../core/env.ts'
import type { CallInFlight } from '../../core/event.ts'
import type { RunningService, Service, ServiceSetup } from '../../core/service.ts'
import { EDGES, type Edge } from '../../core/topology.ts'
import { type EndingClock, machineClock } from './clock.ts'
import { type Journal, openJournal } from './journal.ts'
import { balanceLine, entryLine, toBalance, toEntry } from './ledger-lines.ts'
import type { NodeSetup } from './messages.ts'
import { problem, type ServerParts } from './server.ts'
import { Fenced, openSqliteStore, type SqliteStore } from './store.ts'
import type { Wire } from './wire.ts'

/** More calls or tasks than this at once and the node refuses: every queue has a limit. */
const MOST_IN_FLIGHT = 50_000
const MOST_BACKGROUND = 100_000

/** What the composition root decides for one node. */
export interface NodeParts {
  readonly service: Service
  readonly setup: ServiceSetup
  /** Policies of each edge that starts at this service, outermost first. */
  readonly edges: ReadonlyMap<Edge, readonly Layer[]>
  readonly door: readonly Layer[]
  /** Gremlins around the handler, and at each point of the work. */
  readonly gremlins: Layer
  atPoint(point: Point): Layer
  windows(env: Env, healed: AbortSignal): Promise<void>
}

/** What the process lends to each of the lives that it holds one after the other. */
export interface Process {
  readonly wire: Wire
  setListening(on: boolean): Promise<void>
  /** The lab itself has failed: the run must end with ERROR. */
  fail(error: Error): void
}

export interface Life {
  readonly parts: ServerParts
  /** Begins recovery; called when the node listens and knows the others. */
  begin(): void
  /** Called when the traffic has started; `healed` ends every window. */
  openWindows(healed: AbortSignal): void
  look(): { inFlight: number; background: number; strikes: number }
  end(): void
}

export function live(setup: NodeSetup, parts: NodeParts, host: Process): Life {
  mkdirSync(join(setup.folder, 'ledgers'), { recursive: true })
  mkdirSync(join(setup.folder, 'journal'), { recursive: true })
  const store = openSqliteStore(join(setup.folder, 'ledgers', `${setup.service}.db`))
  if (setup.fresh) store.execute(parts.service.tables(parts.setup))
  const file = join(setup.folder, 'journal', `${setup.service}-${setup.incarnation}.ndjson`)
  const journal = openJournal(file, setup.service, setup.incarnation, (error) => host.fail(error))
  const state: State = { setup, store, journal, host, lifetime: new AbortController(), clock: machineClock(), inFlight: new Map(), background: 0, strikes: 0 }
  const env = makeEnv(state, parts)
  const running = parts.service.start(env, parts.setup)
  const handle = makeHandler(state, running, parts, env)
  journal.record({ type: 'started' })
  return {
    parts: {
      service: setup.service,
      incarnation: setup.incarnation,
      handle,
      ledger: () => ledgerLines(store),
    },
    begin: () => running.recover(),
    openWindows(healed) {
      parts.windows(env, healed).catch((error: Error) => reportUnlessOver(state, error))
    },
    look: () => ({ inFlight: state.inFlight.size, background: state.background, strikes: state.strikes }),
    end() {
      const over = new Fenced()
      state.lifetime.abort(over)
      state.clock.end(over)
      journal.record({ type: 'stopped' })
      journal.close()
      store.close()
    },
  }
}

interface State {
  readonly setup: NodeSetup
  readonly store: SqliteStore
  readonly journal: Journal
  readonly host: Process
  readonly lifetime: AbortController
  readonly clock: EndingClock
  readonly inFlight: Map<number, CallInFlight>
  background: number
  strikes: number
}

/** Work of a life that is over may fail as it likes; anything else is a bug. */
function reportUnlessOver(state: State, error: Error): void {
  if (!state.lifetime.signal.aborted) state.host.fail(error)
}

function makeEnv(state: State, parts: NodeParts): Env {
  const { setup, store, journal, host, lifetime, clock } = state
  const calls = new Map<Edge, Call>()
  const points = new Map<Point, Call>()
  const env: Env = {
    service: setup.service,
    incarnation: setup.incarnation,
    clock,
    draw: keyedDraw(setup.seed),
    store,
    async call(edge, outgoing) {
      const call = calls.get(edge)
      if (!call) throw new Error(`${setup.service} has no edge ${edge}`)
      return call({ ...outgoing, attempt: 1 }, lifetime.signal)
    },
    async point(name, request) {
      let strike = points.get(name)
      if (!strike) {
        strike = parts.atPoint(name)(async () => NOTHING, env)
        points.set(name, strike)
      }
      await strike(request, lifetime.signal)
    },
    attempt: (purchase, effect) => store.countAttempt(purchase, effect),
    background(name, run) {
      if (state.background >= MOST_BACKGROUND) throw new Error(`more than ${MOST_BACKGROUND} background tasks, such as '${name}'`)
      state.background += 1
      run()
        .catch((error: Error) => reportUnlessOver(state, error))
        .finally(() => {
          state.background -= 1
        })
    },
    record(event) {
      if (event.type === 'strike') {
        state.strikes += 1
        journal.record(event.fatal ? { ...event, takes: takenAlong(state, event) } : event)
      } else journal.record(event)
    },
    async crash() {
      journal.flush()
      process.kill(process.pid, 'SIGKILL')
      return new Promise<never>(() => {})
    },
    listen: (on) => host.setListening(on),
  }
  for (const edge of EDGES) {
    const layers = parts.edges.get(edge)
    if (layers) calls.set(edge, compose(layers, host.wire.to(edge, env), env))
  }
  return env
}

const NOTHING = { status: 200, body: {} }

function takenAlong(state: State, own: CallInFlight): CallInFlight[] {
  return [...state.inFlight.values()].filter((call) => call.purchase !== own.purchase || call.effect !== own.effect)
}

/** The handler as the server calls it: counts the attempt, lets the gremlins at it, turns refusals into replies. */
function makeHandler(state: State, service: RunningService, parts: NodeParts, env: Env): Call {
  // Errors of the door's policies become replies as well, so the door stands inside.
  const behindDoor = compose(parts.door, (request) => service.handle(request), env)
  const answer: Call = async (request, signal) => {
    try {
      return await behindDoor(request, signal)
    } catch (error) {
      if (error instanceof Refusal) return problem(error.status, error.reason, error.message)
      if (error instanceof CallError) return problem(statusOf(error), 'downstream', error.message)
      if (error instanceof Fenced) return problem(503, 'reset', error.message)
      reportUnlessOver(state, error as Error)
      return problem(500, 'bug', 'the service failed')
    }
  }
  const haunted = parts.gremlins(answer, env)
  let calls = 0
  return async (arrived, signal) => {
    if (state.inFlight.size >= MOST_IN_FLIGHT) return problem(503, 'overloaded', `more than ${MOST_IN_FLIGHT} calls at once`)
    const { purchase, effect, operation, key = null } = arrived
    calls += 1
    const call = calls
    state.inFlight.set(call, { purchase, effect })
    try {
      const request: Request = { ...arrived, attempt: state.store.countAttempt(purchase, `${operation}:${effect}`) }
      env.record({ type: 'received', purchase, effect, operation, attempt: request.attempt, key })
      const reply = await haunted(request, signal)
      const reason = reply.status < 400 ? null : String(reply.body.reason ?? '')
      env.record({ type: 'answered', purchase, effect, operation, status: reply.status, reason })
      return reply
    } catch (error) {
      if (error instanceof Fenced) return problem(503, 'reset', error.message)
      env.record({ type: 'answered', purchase, effect, operation, status: 0, reason: 'connection lost' })
      throw error
    } finally {
      state.inFlight.delete(call)
    }
  }
}

function statusOf(error: CallError): number {
  if (error.reason === 'too-many-requests') return 429
  return error.definite ? 503 : 504
}

const PAGE = 500

/** The ledger as NDJSON, read in pages: other requests go on between two of them. */
function* ledgerLines(store: SqliteStore): Generator<string> {
  for (let after = 0; ; ) {
    const entries = store.rows('SELECT * FROM ledger WHERE seq > ? ORDER BY seq LIMIT ?', after, PAGE).map(toEntry)
    if (entries.length === 0) break
    yield entries.map(entryLine).join('')
    after = entries.at(-1)?.seq ?? after
  }
  const balances = store.rows('SELECT * FROM balances ORDER BY account').map(toBalance)
  yield balances.map(balanceLine).join('')
}
