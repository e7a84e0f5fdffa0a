/**
 * The fast wire: messages go from caller to callee within the process, copied, each leg with a latency of its own that the seed
 * draws. What can happen to a connection happens here as well: refused, reset, mute, full.
 */

import { type Call, ConnectionLost, type Reply, type Request } from '../../core/call.ts'
import type { Draw } from '../../core/env.ts'
import type { ServiceName } from '../../core/topology.ts'
import { type Carry, remainingMs, type WireAnswer } from '../life/over-wire.ts'
import { type Caller, type CallOfCaller, limitConnections } from './connections.ts'
import { copyJson } from './copy-json.ts'
import type { Kernel } from './kernel.ts'
import { drawLegs } from './legs.ts'
import type { Pace } from './pace.ts'
import { NEVER_BUSY, type Processor, type Processors } from './processor.ts'

const WIRE = 'wire'
/** Nobody calls a request back from the callee's side. */
const NEVER_ABORTED = new AbortController().signal

/** A request as it travels. */
interface Message {
  readonly request: Request
  /** A deadline travels as what is left of it when the request is sent. */
  readonly remainingMs: number | undefined
}

/** Connections to a node that listens; ends when it no longer does. */
interface Line {
  readonly handle: Call
  /** Calls that the node has, and has not answered. */
  readonly calls: Set<CallOfCaller<Message>>
}

interface Sent {
  /** Undefined: nobody listened. */
  readonly sentOn: Line | undefined
  readonly sentAtMicros: number
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
  /** Of every node that calls or is called. Default: those of nodes that are never busy. */
  readonly processors?: Processors
  /** Default: the built-in one. */
  readonly pace?: Pace | undefined
}

export function layNetwork(options: NetworkOptions): Network {
  const { kernel, draw, nowMs, fail, processors = NEVER_BUSY, pace } = options
  const lines = new Map<ServiceName, Line>()
  const legsOf = drawLegs(draw, pace)

  function arrive(service: ServiceName, call: CallOfCaller<Message>, { sentOn, sentAtMicros }: Sent): void {
    const line = lines.get(service)
    // Bytes leave when the caller's turn is over, and where nobody listened not before there is a connection. Who was gone by then has
    // sent nothing.
    if (call.goneBy(sentOn ? sentAtMicros : kernel.nowMicros())) return
    // Who sent it over a connection that is gone by now cannot know that it was never heard.
    if (!line || (sentOn && line !== sentOn)) {
      call.fail(sentOn ? 'reset' : 'refused')
      return
    }
    line.calls.add(call)
    call.onOver(() => line.calls.delete(call))
    const processor = processors.of(service)
    processor.take(call.times.requestMicros + processor.coldMicros(), () => {
      // Hung up on while it was in line: nobody has read it.
      if (lines.get(service) !== line) return false
      handle(line, processor, call)
      return true
    })
  }

  function handle(line: Line, processor: Processor, call: CallOfCaller<Message>): void {
    // Nobody hears an answer whose caller is dead.
    const stillOpen = () => line.calls.delete(call) && !call.goneBy(kernel.nowMicros())
    const later = (run: () => void) => kernel.after(processor.busyMicros() + call.times.backMicros, WIRE, run)
    line.handle(arrived(call.message, nowMs()), NEVER_ABORTED).then(
      (reply) => {
        if (!stillOpen()) return
        const answer = copyReply(reply)
        later(() => call.answer(answer))
      },
      (error) => {
        if (!(error instanceof ConnectionLost)) return fail(error)
        // A mute connection stays open until somebody gives it up, or its node is gone.
        if (!error.silent && stillOpen()) later(() => call.fail('reset'))
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
      for (const call of calls)
        if (!call.goneBy(kernel.nowMicros())) kernel.after(call.times.backMicros, WIRE, () => call.fail('reset'))
    },
    connect(caller, service, most) {
      const path = `${caller.name}→${service}`
      const processor = processors.of(caller.name)
      const send = limitConnections<Message>({ kernel, caller, most, processor }, (call) => {
        call.times = legsOf(path, call.message.request)
        const sent = { sentOn: lines.get(service), sentAtMicros: kernel.nowMicros() }
        kernel.after(processor.busyMicros() + call.times.thereMicros, WIRE, () => arrive(service, call, sent))
      })
      return (request, signal) => send(departing(request, nowMs()), signal)
    },
  }
}

/** What the callee reads: nothing that it does with it can be seen by the caller. */
function departing(sent: Request, nowMs: number): Message {
  const { operation, purchase, effect, key, deadlineAtMs, body } = sent
  const request: Request = { operation, purchase, effect, attempt: 0, body: copyJson(body), ...keyed(key) }
  return { request, remainingMs: deadlineAtMs === undefined ? undefined : remainingMs(deadlineAtMs, nowMs) }
}

function keyed(key: string | undefined): { readonly key?: string } {
  return key === undefined ? NO_KEY : { key }
}

const NO_KEY = {}

function arrived({ request, remainingMs }: Message, nowMs: number): Request {
  return remainingMs === undefined ? request : { ...request, deadlineAtMs: nowMs + remainingMs }
}

function copyReply({ status, body, retryAfterMs }: Reply): WireAnswer {
  return { status, body: copyJson(retryAfterMs === undefined ? body : { ...body, retryAfterMs }) }
}
