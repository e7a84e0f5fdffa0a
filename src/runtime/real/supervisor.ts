/** Starts the service processes, restarts the dead, and leaves none behind. */

import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import type { Scenario } from '../../core/scenario.ts'
import { SERVICES, type ServiceName } from '../../core/topology.ts'
import { nowMs } from './clock.ts'
import type { FromChild, NodeSetup, Ports, ToChild } from './messages.ts'
import { readTail } from './read-tail.ts'

/** Exits without a journalled strike, of one service within one variant, before the run gives up on it. */
const MOST_UNEXPLAINED = 3
const READY_WITHIN_MS = 15_000
const STOPPED_WITHIN_MS = 5_000
const LOOK_WITHIN_MS = 2_000
const STDERR_KEPT = 4_000

/** The lab itself failed. The message is for people: what happened, where, what to do. */
export class LabError extends Error {
  override name = 'LabError'
}

export interface Plan {
  readonly scenario: Scenario
  readonly variant: string
  readonly folder: string
  readonly seed: number
}

export interface Look {
  readonly inFlight: number
  readonly background: number
  readonly strikes: number
  /** Whether some service is down or restarting. */
  readonly away: boolean
}

export interface Supervisor {
  readonly ports: Ports
  readonly pids: () => Readonly<Record<ServiceName, number | undefined>>
  /** Moves every process onto fresh stores in another folder; resolves when all listen. */
  reset(plan: Plan): Promise<void>
  trafficStarts(atMs: number): void
  /** Nothing strikes any more. */
  heal(): void
  look(): Promise<Look>
  /** Restarts and unexplained deaths since the last reset. */
  deaths(): { restarts: Record<string, number>; unexplained: Record<string, number> }
  /** Rejects when the lab itself fails; never resolves. */
  readonly failed: Promise<never>
  /** Ends every process. Idempotent; never throws. */
  stop(): Promise<void>
}

interface Child {
  readonly service: ServiceName
  process: ChildProcess
  incarnation: number
  port: number
  /** Counts boots and resets, so that the answer to an overtaken one is not taken for the last one's. */
  life: number
  ready: boolean
  stderr: string
  looks: Map<number, (look: { inFlight: number; background: number; strikes: number }) => void>
  whenReady: { resolve: () => void; reject: (error: Error) => void } | undefined
}

/** @param entry the module that a child runs; it must speak `messages.ts` */
export async function supervise(entry: URL, first: Plan): Promise<Supervisor> {
  const children = new Map<ServiceName, Child>()
  const { promise: failed, reject: fail } = Promise.withResolvers<never>()
  // Whoever awaits it sees it; nobody has to.
  failed.catch(() => {})
  let plan = first
  let trafficStartMs: number | null = null
  let ports: Ports | null = null
  let stopping = false
  let looks = 0
  let restarts: Record<string, number> = {}
  let unexplained: Record<string, number> = {}

  function setupOf(child: Pick<Child, 'service' | 'incarnation' | 'port' | 'life'>, listenAtMs: number | null, fresh: boolean): NodeSetup {
    const { service, incarnation, port, life } = child
    return { ...plan, service, incarnation, port, life, listenAtMs, fresh, ports, trafficStartMs }
  }

  function start(service: ServiceName, incarnation: number, port: number, listenAtMs: number | null): Promise<void> {
    const child: Child = {
      service, incarnation, port, life: 0, ready: false, stderr: '', looks: new Map(), whenReady: undefined,
      process: fork(entry, [service], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], serialization: 'json' }),
    }
    children.set(service, child)
    child.process.stderr?.on('data', (chunk: Buffer) => {
      child.stderr = (child.stderr + chunk.toString()).slice(-STDERR_KEPT)
    })
    child.process.on('message', (message) => hear(child, message as FromChild))
    child.process.on('exit', (code, signal) => died(child, code, signal))
    child.process.on('error', (error) => fail(new LabError(`cannot start ${service}: ${error.message}`)))
    return boot(child, 'boot', listenAtMs, listenAtMs === null)
  }

  function boot(child: Child, type: 'boot' | 'reset', listenAtMs: number | null, fresh: boolean): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const late = setTimeout(() => {
      reject(new LabError(`${child.service} was not ready within ${READY_WITHIN_MS} ms.${stderrOf(child)}`))
    }, READY_WITHIN_MS + Math.max(0, (listenAtMs ?? 0) - nowMs()))
    child.ready = false
    child.life += 1
    child.whenReady?.resolve()
    child.whenReady = { resolve, reject }
    tell(child, { type, setup: setupOf(child, listenAtMs, fresh) })
    return promise.finally(() => clearTimeout(late))
  }

  function hear(child: Child, message: FromChild): void {
    if (message.type === 'ready') {
      if (message.life !== child.life) return
      child.port = message.port
      child.ready = true
      child.whenReady?.resolve()
      child.whenReady = undefined
    } else if (message.type === 'look') {
      child.looks.get(message.id)?.(message)
      child.looks.delete(message.id)
    } else if (message.type === 'broken') {
      fail(new LabError(`${child.service}: ${message.message}`))
    }
  }

  function died(child: Child, code: number | null, signal: NodeJS.Signals | null): void {
    for (const answer of child.looks.values()) answer({ inFlight: 1, background: 0, strikes: 0 })
    if (stopping || children.get(child.service) !== child) return
    const { service, incarnation } = child
    const struck = wasStruck(plan.folder, service, incarnation)
    if (!struck) {
      unexplained[service] = (unexplained[service] ?? 0) + 1
      const times = unexplained[service]
      if (times >= MOST_UNEXPLAINED || !ports) {
        const how = signal ? `by ${signal}` : `with exit code ${code}`
        const error = new LabError(
          `${service} died ${how} without a gremlin's strike, ${times} ${times === 1 ? 'time' : 'times'}: giving up on it.${stderrOf(child)}`,
        )
        child.whenReady?.reject(error)
        fail(error)
        return
      }
    }
    restarts[service] = (restarts[service] ?? 0) + 1
    start(service, incarnation + 1, child.port, nowMs() + plan.scenario.restartAfterMs).catch((error: Error) => fail(error))
  }

  async function stop(): Promise<void> {
    stopping = true
    await Promise.all([...children.values()].map((child) => stopChild(child)))
  }

  try {
    await Promise.race([failed, Promise.all(SERVICES.map((service) => start(service, 1, 0, null)))])
  } catch (error) {
    await stop()
    throw error
  }
  ports = portsOf(children)
  for (const child of children.values()) tell(child, { type: 'peers', ports })

  return {
    ports,
    failed,
    pids: () => Object.fromEntries(SERVICES.map((name) => [name, children.get(name)?.process.pid])) as Record<ServiceName, number | undefined>,
    async reset(next) {
      plan = next
      trafficStartMs = null
      restarts = {}
      unexplained = {}
      const all = [...children.values()].map((child) => {
        child.incarnation = 1
        return boot(child, 'reset', null, true)
      })
      await Promise.race([failed, Promise.all(all)])
    },
    trafficStarts(atMs) {
      trafficStartMs = atMs
      for (const child of children.values()) tell(child, { type: 'traffic-starts', atMs })
    },
    heal() {
      trafficStartMs = null
      for (const child of children.values()) tell(child, { type: 'heal' })
    },
    async look() {
      looks += 1
      const id = looks
      const seen = await Promise.all([...children.values()].map((child) => lookAt(child, id)))
      return {
        inFlight: sum(seen.map(({ inFlight }) => inFlight)),
        background: sum(seen.map(({ background }) => background)),
        strikes: sum(seen.map(({ strikes }) => strikes)),
        away: [...children.values()].some(({ ready }) => !ready),
      }
    },
    deaths: () => ({ restarts: { ...restarts }, unexplained: { ...unexplained } }),
    stop,
  }
}

function portsOf(children: ReadonlyMap<ServiceName, Child>): Ports {
  return Object.fromEntries([...children].map(([service, { port }]) => [service, port])) as Ports
}

function stderrOf({ stderr }: Child): string {
  return stderr.trim() === '' ? '' : ` It said: ${stderr.trim()}`
}

function tell(child: Child, message: ToChild): void {
  // A dead child hears nothing; its exit is dealt with where it is noticed.
  if (child.process.connected) child.process.send(message, () => {})
}

function lookAt(child: Child, id: number): Promise<{ inFlight: number; background: number; strikes: number }> {
  return new Promise((resolve) => {
    // No answer counts as busy: a stalled or dying process is not quiet.
    const late = setTimeout(() => answer({ inFlight: 1, background: 0, strikes: 0 }), LOOK_WITHIN_MS)
    function answer(look: { inFlight: number; background: number; strikes: number }): void {
      clearTimeout(late)
      child.looks.delete(id)
      resolve(look)
    }
    child.looks.set(id, answer)
    tell(child, { type: 'look', id })
  })
}

async function stopChild({ process: child }: Child): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const late = setTimeout(() => child.kill('SIGKILL'), STOPPED_WITHIN_MS)
  if (child.connected) child.send({ type: 'stop' } satisfies ToChild, () => {})
  else child.kill('SIGKILL')
  await gone
  clearTimeout(late)
}

/** A fatal strike is written before it kills, and each incarnation has a journal of its own. */
function wasStruck(folder: string, service: ServiceName, incarnation: number): boolean {
  return readTail(join(folder, 'journal', `${service}-${incarnation}.ndjson`)).includes('"fatal":true')
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
