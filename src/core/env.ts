/** What a node may touch: its only source of time, chance, storage and network. */

import type { JsonObject, Operation, PurchaseId, Reply } from './call.ts'
import type { Event } from './event.ts'
import type { Point, PointPassed } from './point.ts'
import type { Edge, ServiceName } from './topology.ts'

export interface Clock {
  /** Milliseconds on a clock that never goes back and that all nodes of a run share. Fractions are meaningful. */
  nowMs(): number
  /** Resolves after `delayMs`; rejects with the signal's reason when aborted first. */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>
  /**
   * Calls `ring` after `delayMs`, unless stopped before or the node's life is over. For waits that are seldom waited to their end:
   * stopping one costs a fraction of what aborting a sleep does.
   * @returns stops it; does nothing when it has rung
   */
  alarm(delayMs: number, ring: () => void): () => void
}

/** A number in [0, 1): a pure function of the run's seed and what is given here. */
export type Draw = (purpose: string, service: string, purchase: PurchaseId, effect: string, attempt: number) => number

export type Value = string | number | null
export type Row = Readonly<Record<string, Value>>
export interface Statement {
  readonly sql: string
  readonly values: readonly Value[]
}

/** The body of a transaction: yields statements, is given their rows. Must not await anything. */
export type Work<T> = Generator<Statement, T, Row[]>

export interface Store {
  /** Runs `work` as one atomic transaction; an exception rolls it back and is rethrown. Fails when the node has died. */
  transaction<T>(work: () => Work<T>): Promise<T>
}

/** What a request looks like before `Env.call` gives it its attempt. */
export interface Outgoing {
  readonly operation: Operation
  readonly purchase: PurchaseId
  readonly effect: string
  readonly key?: string
  readonly deadlineAtMs?: number
  readonly body: JsonObject
}

/** One per incarnation of a node; fenced when it dies. */
export interface Env {
  readonly service: ServiceName
  readonly incarnation: number
  readonly clock: Clock
  readonly draw: Draw
  readonly store: Store
  /** Through that edge's policies and the wire. Throws `CallError`. */
  call(edge: Edge, request: Outgoing): Promise<Reply>
  /** Must be awaited at each named moment of the work; may not return (crash). */
  point(name: Point, passed: PointPassed): Promise<void>
  /**
   * Counts, durably, another attempt at an effect of a purchase. Arriving requests are counted already; work that a node
   * takes up by itself counts its own, so that the coin that struck it once is not tossed again.
   */
  attempt(purchase: PurchaseId, effect: string): number
  /** Recovery, relays, inquiries: counted by the wait for quiet, ended on death. `run` must not throw anything but `CallError`. */
  background(name: string, run: () => Promise<void>): void
  record(event: Event): void
  /** Ends this incarnation now, as SIGKILL does; what was recorded is written first. Never returns. */
  crash(): Promise<never>
  /** Refuse new connections and drop the open ones (false), or listen again (true). */
  listen(on: boolean): Promise<void>
  /** Let none of the node's own calls out, as if nobody listened anywhere (false), or all of them again (true). */
  reach(on: boolean): void
}
