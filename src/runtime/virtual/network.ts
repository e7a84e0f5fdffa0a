/**
 * The fast wire: messages go from caller to callee within the process, copied, each leg with a latency of its own that the seed
 * draws. What can happen to a connection happens here as well: refused, reset, mute, full.
 */

import { type Call, ConnectionLost, type Json, type Reply, type Request } from '../../core/call.ts'
import type { Draw } from '../../core/env.ts'
import type { ServiceName } from '../../core/topology.ts'
import { type Carry, remainingMs, type WireAnswer } from '../life/over-wire.ts'
import { type Caller, type CallOfCaller, limitConnections } from './connections.ts'
import { countSends } from './count-sends.ts'
import { type Kernel, MICROS_PER_MS } from './kernel.ts'

/**
 * A leg takes the first, some part of the second, and seldom much of the third: in a world where all legs are equal no message ever
 * overtakes another, and what goes wrong only then is never seen.
 */
const LEG_MS = { least: 0.2, usual: 0.4, seldom: 9.4 }
const SELDOM = 20
const WIRE = 'wire'
/** Nobody calls a request back from the callee's side. */
const NEVER_ABORTED = new AbortController().signal

/** Connections to a node that listens; ends when it no longer does. */
interface Line {
  readonly handle: Call
  /** Calls that the node has, and has not answered. */
  readonly calls: Set<CallOfCaller>
}

export interface Network {
  /** Takes calls for a service from now on. @param handle throws nothing but `ConnectionLost` */
  listen(service: ServiceName, handle: Call): void
  /** Refuses new calls, and resets those that are under way. Their work goes on. */
  hangUp(service: ServiceName): void
  /** @param most connections that may be open at once; further calls wait for one */
  connect(caller: Caller, service: ServiceName, most: number): Carry
}

export interface NetworkOptions {
  readonly kernel: Kernel
  readonly draw: Draw
  nowMs(): number
  /** A handler threw what it must not throw. */
  fail(error: Error): void
}

export function layNetwork(options: NetworkOptions): Network {
  const { kernel, draw, nowMs, fail } = options
  const lines = new Map<ServiceName, Line>()
  const countSend = countSends()

  function leg(direction: string, path: string, { purchase, effect }: Request, sent: number): number {
    const luck = draw(direction, path, purchase, effect, sent)
    return (LEG_MS.least + LEG_MS.usual * luck + LEG_MS.seldom * luck ** SELDOM) * MICROS_PER_MS
  }

  function arrive(service: ServiceName, call: CallOfCaller, sentOn: Line | undefined): void {
    const line = lines.get(service)
    // Who sent it over a connection that is gone by now cannot know that it was never heard.
    if (!line || (sentOn && line !== sentOn)) {
      call.fail(sentOn ? 'reset' : 'refused')
      return
    }
    line.calls.add(call)
    call.onOver(() => line.calls.delete(call))
    const stillOpen = () => line.calls.delete(call)
    line.handle(copyRequest(call.request, nowMs()), NEVER_ABORTED).then(
      (reply) => {
        if (!stillOpen()) return
        const answer = copyReply(reply)
        kernel.after(call.backMicros, WIRE, () => call.answer(answer))
      },
      (error) => {
        if (!(error instanceof ConnectionLost)) return fail(error)
        // A mute connection stays open until somebody gives it up, or its node is gone.
        if (!error.silent && stillOpen()) kernel.after(call.backMicros, WIRE, () => call.fail('reset'))
      },
    )
  }

  return {
    listen(service, handle) {
      lines.set(service, { handle, calls: new Set() })
    },
    hangUp(service) {
      const calls = lines.get(service)?.calls ?? []
      lines.delete(service)
      for (const call of calls) kernel.after(call.backMicros, WIRE, () => call.fail('reset'))
    },
    connect(caller, service, most) {
      const path = `${caller.name}→${service}`
      return limitConnections({ kernel, caller, most }, (call) => {
        const { request } = call
        const sent = countSend(`${path} ${request.purchase} ${request.operation}:${request.effect}`)
        call.backMicros = leg('wire:back', path, request, sent)
        const sentOn = lines.get(service)
        kernel.after(leg('wire:there', path, request, sent), WIRE, () => arrive(service, call, sentOn))
      })
    },
  }
}

/** What the callee reads: nothing that it does with it can be seen by the caller. */
function copyRequest({ deadlineAtMs, body, ...request }: Request, nowMs: number): Request {
  const copy = { ...request, attempt: 0, body: copyOf(body) }
  return deadlineAtMs === undefined ? copy : { ...copy, deadlineAtMs: nowMs + remainingMs(deadlineAtMs, nowMs) }
}

function copyReply({ status, body, retryAfterMs }: Reply): WireAnswer {
  return { status, body: copyOf(retryAfterMs === undefined ? body : { ...body, retryAfterMs }) }
}

/** As a message over HTTP is: what JSON cannot say does not arrive. */
function copyOf<T extends Json>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T
}
