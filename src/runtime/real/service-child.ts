/** The parent's side of one service process: one incarnation, from fork to exit. */

import type { ServiceName } from '../../core/topology.ts'
import { forkChild, stopChild } from './child-process.ts'
import { nowMs } from './clock.ts'
import { LabError } from './lab-error.ts'
import type { FromChild, NodeSetup, ToChild } from './messages.ts'

const READY_WITHIN_MS = 15_000
const LOOK_WITHIN_MS = 2_000
const STDERR_KEPT = 4_000

export interface ChildLook {
  readonly inFlight: number
  readonly background: number
  readonly strikes: number
}

/** No answer counts as busy: a stalled or dying process is not quiet. */
const BUSY: ChildLook = { inFlight: 1, background: 0, strikes: 0 }

export interface ChildEvents {
  /** It cannot go on, and says why. */
  broken(message: string): void
  /** It is gone. `how`: `by SIGKILL`, `with exit code 1`. */
  died(how: string): void
}

export interface ServiceChild {
  readonly service: ServiceName
  readonly pid: number | undefined
  /** Where it listens; 0 until it has said so. */
  port(): number
  ready(): boolean
  /** Begins a life (`boot`), or another one in the same process (`reset`); resolves when it listens. Rejects with `LabError`. */
  live(type: 'boot' | 'reset', setup: Omit<NodeSetup, 'life'>): Promise<void>
  /** Ends the life that it has: it hears nobody, and its store is closed. Rejects with `LabError`. */
  endLife(): Promise<void>
  /** A dead child hears nothing; its exit is dealt with where it is noticed. */
  tell(message: ToChild): void
  look(): Promise<ChildLook>
  /** The end of what it printed on stderr, as a sentence; empty when it printed nothing. */
  lastWords(): string
  /** Ends it, by force when it does not end by itself. Never rejects. */
  stop(): Promise<void>
}

export function startServiceChild(entry: URL, service: ServiceName, port: number, events: ChildEvents): ServiceChild {
  const child = forkChild(entry, service)
  const looks = new Map<number, (look: ChildLook) => void>()
  let lookCount = 0
  let listensOn = port
  let stderr = ''
  /** Counts boots and resets, so that the answer to an overtaken one is not taken for the last one's. */
  let life = 0
  let coming: { resolve(): void; reject(error: Error): void } | undefined
  let ready = false

  function lastWords(): string {
    return stderr.trim() === '' ? '' : ` It said: ${stderr.trim()}`
  }

  function hear(message: FromChild): void {
    if ((message.type === 'ready' || message.type === 'ended') && message.life === life) {
      ready = message.type === 'ready'
      if (message.type === 'ready') listensOn = message.port
      coming?.resolve()
      coming = undefined
    } else if (message.type === 'look') {
      looks.get(message.id)?.(message)
    } else if (message.type === 'broken') {
      events.broken(message.message)
    }
  }

  child.stderr?.on('data', (chunk: Buffer) => {
    stderr = (stderr + chunk.toString()).slice(-STDERR_KEPT)
  })
  child.on('message', (message) => hear(message as FromChild))
  child.on('error', (error) => events.broken(`cannot be started: ${error.message}`))
  child.on('exit', (code, signal) => {
    ready = false
    for (const answer of looks.values()) answer(BUSY)
    const how = signal ? `by ${signal}` : `with exit code ${code}`
    coming?.reject(new LabError(`${service} died ${how} before it was ready.${lastWords()}`))
    events.died(how)
  })

  const tell = (message: ToChild) => {
    if (child.connected) child.send(message, () => {})
  }

  /** Tells it what to become, and waits until it says that it is. */
  function become(patienceMs: number, what: string, message: () => ToChild): Promise<void> {
    ready = false
    life += 1
    // Overtaken: whoever waited for the life before has nothing to wait for any more.
    coming?.resolve()
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    coming = { resolve, reject }
    const late = setTimeout(() => {
      reject(new LabError(`${service} was not ${what} within ${patienceMs.toFixed(0)} ms.${lastWords()}`))
    }, patienceMs)
    tell(message())
    return promise.finally(() => clearTimeout(late))
  }

  return {
    service,
    pid: child.pid,
    port: () => listensOn,
    ready: () => ready,
    live(type, setup) {
      const patienceMs = READY_WITHIN_MS + Math.max(0, (setup.listenAtMs ?? 0) - nowMs())
      return become(patienceMs, 'ready', () => ({ type, setup: { ...setup, life } }))
    },
    endLife: () => become(READY_WITHIN_MS, 'at rest', () => ({ type: 'end-life', life })),
    tell,
    look() {
      if (!child.connected) return Promise.resolve(BUSY)
      lookCount += 1
      return askForLook(looks, lookCount, tell)
    },
    lastWords,
    stop: () => stopChild(child),
  }
}

function askForLook(
  looks: Map<number, (look: ChildLook) => void>,
  id: number,
  tell: (message: ToChild) => void,
): Promise<ChildLook> {
  return new Promise((resolve) => {
    const late = setTimeout(() => answer(BUSY), LOOK_WITHIN_MS)
    function answer(look: ChildLook): void {
      clearTimeout(late)
      looks.delete(id)
      resolve(look)
    }
    looks.set(id, answer)
    tell({ type: 'look', id })
  })
}
