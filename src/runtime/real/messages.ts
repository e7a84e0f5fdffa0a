/** What the parent and its child processes say to each other over IPC. */

import type { Change } from '../../core/change.ts'
import type { Decision } from '../../core/decision.ts'
import type { Quantiles } from '../../core/result.ts'
import type { Scenario } from '../../core/scenario.ts'
import type { ServiceName } from '../../core/topology.ts'

export type Ports = Readonly<Record<ServiceName, number>>

/** What one life of a service is about, in either world. */
export interface LifeSetup {
  readonly service: ServiceName
  readonly incarnation: number
  readonly seed: number
  readonly scenario: Scenario
  readonly variant: string
  /** The variant's folder in the run folder. */
  readonly folder: string
  /** Which coins come up, instead of by luck. */
  readonly decisions?: readonly Decision[]
  /** They did by luck once, in a run that is had again: when the last buyer has gone only they come, and no other coin is tossed. */
  readonly repeats?: boolean
  /** Somebody watches who may change anything at any time: gremlins may be added, and any workflow may be wanted. */
  readonly live?: boolean
}

/** What one life of a service process needs. */
export interface NodeSetup extends LifeSetup {
  /** Echoed by `ready`. */
  readonly life: number
  /** 0: any free port. */
  readonly port: number
  /** When to listen, for a restart; null: at once. */
  readonly listenAtMs: number | null
  /** Whether the store's file is new and needs its tables. */
  readonly fresh: boolean
  readonly ports: Ports | null
  readonly trafficStartMs: number | null
  /** Changes since the variant began, oldest first; a restarted service must not be as it was at first. */
  readonly changes: readonly Change[]
}

export interface TrafficSetup {
  readonly seed: number
  readonly scenario: Scenario
  readonly variant: string
  readonly folder: string
  readonly port: number
  readonly trafficStartMs: number
  /** How many buyers to keep busy, instead of the scenario's arrivals; for measuring. */
  readonly saturate: number | null
}

export interface TrafficEnd {
  readonly arrived: number
  readonly scheduleErrorMs: Quantiles
  readonly arrivalWindowMs: number
  readonly startedAtMs: number
  readonly endedAtMs: number
  readonly interrupted: boolean
}

export type ToChild =
  | { readonly type: 'boot' | 'reset'; readonly setup: NodeSetup }
  /** Before a reset, to all: nothing that one life sent may reach the next life of another service. */
  | { readonly type: 'end-life'; readonly life: number }
  | { readonly type: 'peers'; readonly ports: Ports }
  | { readonly type: 'traffic-starts'; readonly atMs: number }
  | { readonly type: 'change'; readonly change: Change }
  /** Nothing strikes any more. */
  | { readonly type: 'heal' }
  | { readonly type: 'look'; readonly id: number }
  | { readonly type: 'drive'; readonly setup: TrafficSetup }
  | { readonly type: 'cut-short' }
  | { readonly type: 'stop' }

/** A child that did what it was told answers `ready`, or `ended`; one that cannot go on says `broken`. */
export type FromChild =
  | { readonly type: 'ready'; readonly life: number; readonly port: number }
  | { readonly type: 'ended'; readonly life: number }
  | {
      readonly type: 'look'
      readonly id: number
      readonly inFlight: number
      readonly background: number
      readonly strikes: number
    }
  | { readonly type: 'progress'; readonly ordersDone: number }
  | { readonly type: 'driven'; readonly end: TrafficEnd }
  | { readonly type: 'broken'; readonly message: string }
