/** Starts the service processes, restarts the dead, and leaves none behind. */

import type { Change } from '../../core/change.ts'
import { tossesToTheEnd } from '../../core/decision.ts'
import { SERVICES, type ServiceName } from '../../core/topology.ts'
import { nowMs } from './clock.ts'
import { backAtMs, readKilledAtMs } from './killed-at.ts'
import { LabError } from './lab-error.ts'
import type { NodeSetup, Ports, ToChild } from './messages.ts'
import type { Plan } from './plan.ts'
import { type ChildLook, type ServiceChild, startServiceChild } from './service-child.ts'

/** Exits without a journalled strike, of one service within one variant, at which the run gives up on it. */
const MOST_UNEXPLAINED = 3

export interface Look extends ChildLook {
  /** Whether some service is down or restarting. */
  readonly away: boolean
}

type Counts = Record<string, number>

export interface Supervisor {
  readonly ports: Ports
  pids(): Readonly<Record<ServiceName, number | undefined>>
  /** Moves every process onto fresh stores in another folder; resolves when all listen. */
  reset(plan: Plan): Promise<void>
  trafficStarts(atMs: number): void
  /** Tells all, and whoever comes back later; after the next reset everything is as it was at first. */
  change(change: Change): void
  /** Nothing strikes any more. */
  heal(): void
  look(): Promise<Look>
  /** Restarts and unexplained deaths since the last reset. */
  deaths(): { restarts: Counts; unexplained: Counts }
  /** Rejects when the lab itself fails; never resolves. */
  readonly failed: Promise<never>
  /** Ends every process. Idempotent; never throws. */
  stop(): Promise<void>
}

interface Watched {
  readonly child: ServiceChild
  readonly incarnation: number
}

interface State {
  readonly entry: URL
  readonly children: Map<ServiceName, Watched>
  readonly fail: (error: Error) => void
  plan: Plan
  trafficStartMs: number | null
  ports: Ports | null
  stopping: boolean
  restarts: Counts
  unexplained: Counts
  changes: Change[]
}

/** @param entry the module that a child runs; it must speak `messages.ts` */
export async function supervise(entry: URL, plan: Plan): Promise<Supervisor> {
  const { promise: failed, reject: fail } = Promise.withResolvers<never>()
  // Whoever awaits it sees it; nobody has to.
  failed.catch(() => {})
  const state: State = {
    entry,
    children: new Map(),
    fail,
    plan,
    trafficStartMs: null,
    ports: null,
    stopping: false,
    restarts: {},
    unexplained: {},
    changes: [],
  }
  try {
    await Promise.race([failed, Promise.all(SERVICES.map((service) => start(state, service, 1, 0, null)))])
  } catch (error) {
    await stopAll(state)
    throw error
  }
  const ports = perService(state, ({ child }) => child.port())
  state.ports = ports
  tellAll(state, { type: 'peers', ports })
  return {
    ports,
    failed,
    pids: () => perService(state, ({ child }) => child.pid),
    reset: (next) => Promise.race([failed, resetAll(state, next)]),
    trafficStarts(atMs) {
      state.trafficStartMs = atMs
      tellAll(state, { type: 'traffic-starts', atMs })
    },
    change(change) {
      state.changes.push(change)
      tellAll(state, { type: 'change', change })
    },
    heal() {
      if (!tossesToTheEnd(state.plan)) state.trafficStartMs = null
      tellAll(state, { type: 'heal' })
    },
    look: () => lookAtAll(state),
    deaths: () => ({ restarts: { ...state.restarts }, unexplained: { ...state.unexplained } }),
    stop: () => stopAll(state),
  }
}

function perService<T>({ children }: State, read: (watched: Watched) => T): Record<ServiceName, T> {
  const pairs = [...children].map(([service, watched]) => [service, read(watched)])
  return Object.fromEntries(pairs) as Record<ServiceName, T>
}

function tellAll({ children }: State, message: ToChild): void {
  for (const { child } of children.values()) child.tell(message)
}

function setupFor(state: State, service: ServiceName, incarnation: number, port: number): Omit<NodeSetup, 'life'> {
  const { ports, trafficStartMs, changes } = state
  const plan = withStrikesOn(service, state.plan)
  return { ...plan, service, incarnation, port, listenAtMs: null, fresh: true, ports, trafficStartMs, changes }
}

/** A service is told only of its own strikes: there may be many. */
function withStrikesOn(service: ServiceName, plan: Plan): Plan {
  if (!plan.decisions) return plan
  const own = new Set(plan.scenario.gremlins.filter(({ on }) => on === service).map(({ name }) => name))
  return { ...plan, decisions: plan.decisions.filter(({ gremlin }) => own.has(gremlin)) }
}

function start(
  state: State,
  service: ServiceName,
  incarnation: number,
  port: number,
  listenAtMs: number | null,
): Promise<void> {
  const child = startServiceChild(state.entry, service, port, {
    broken: (message) => state.fail(new LabError(`${service}: ${message}`)),
    died: (how) => {
      if (!state.stopping && state.children.get(service)?.child === child) restart(state, service, how)
    },
  })
  state.children.set(service, { child, incarnation })
  return child.live('boot', {
    ...setupFor(state, service, incarnation, port),
    listenAtMs,
    fresh: listenAtMs === null,
  })
}

/** A dead service comes back on its port, unless it died once too often without a gremlin's strike. */
function restart(state: State, service: ServiceName, how: string): void {
  const { child, incarnation } = state.children.get(service) as Watched
  const { plan, unexplained, restarts } = state
  const struckAtMs = readKilledAtMs(plan.folder, service, incarnation)
  if (struckAtMs === undefined) {
    const times = (unexplained[service] ?? 0) + 1
    unexplained[service] = times
    if (times >= MOST_UNEXPLAINED || !state.ports) {
      const often = `${times} ${times === 1 ? 'time' : 'times'}`
      const why = `${service} died ${how} without a gremlin's strike, ${often}: giving up on it.`
      state.fail(new LabError(`${why}${child.lastWords()}`))
      return
    }
  }
  restarts[service] = (restarts[service] ?? 0) + 1
  const listenAtMs = backAtMs(struckAtMs, nowMs(), plan.scenario.restartAfterMs)
  start(state, service, incarnation + 1, child.port(), listenAtMs).catch((error: Error) => {
    // One that died before it listened is dealt with where its death was noticed.
    if (state.children.get(service)?.incarnation === incarnation + 1) state.fail(error)
  })
}

async function resetAll(state: State, plan: Plan): Promise<void> {
  // All have ended before the first begins again, or a call of the last variant might land in the books of the next.
  await Promise.all([...state.children.values()].map(({ child }) => child.endLife()))
  state.plan = plan
  state.trafficStartMs = null
  state.restarts = {}
  state.unexplained = {}
  state.changes = []
  const all = [...state.children].map(([service, { child }]) => {
    state.children.set(service, { child, incarnation: 1 })
    return child.live('reset', setupFor(state, service, 1, child.port()))
  })
  await Promise.all(all)
}

async function lookAtAll({ children }: State): Promise<Look> {
  const looks = await Promise.all([...children.values()].map(({ child }) => child.look()))
  const total = looks.reduce((sum, look) => ({
    inFlight: sum.inFlight + look.inFlight,
    background: sum.background + look.background,
    strikes: sum.strikes + look.strikes,
  }))
  return { ...total, away: [...children.values()].some(({ child }) => !child.ready()) }
}

async function stopAll(state: State): Promise<void> {
  state.stopping = true
  await Promise.all([...state.children.values()].map(({ child }) => child.stop()))
}
