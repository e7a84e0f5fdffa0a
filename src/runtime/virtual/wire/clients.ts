/** The callers' side: the real client, whose connections lead to the callees of this world. */

import type { Duplex } from 'node:stream'
import { Client, type Dispatcher } from 'undici'
import type { ServiceName } from '../../../core/topology.ts'
import { whatOf } from '../../real/paths.ts'
import type { Caller } from '../connections.ts'
import type { Kernel } from '../kernel.ts'
import type { DrawLegs } from '../legs.ts'
import type { Times } from '../pace.ts'
import type { Processors } from '../processor.ts'
import type { Callees } from './callees.ts'
import { connectPair, type Way } from './duplex.ts'

const WIRE = 'wire'

interface Road {
  readonly kernel: Kernel
  readonly callees: Callees
  readonly legsOf: DrawLegs
  readonly processors: Processors
  readonly caller: Caller
  readonly service: ServiceName
  /** Whether the caller of the request with these headers waits no longer. */
  gaveUp(headers: object): boolean
}

/** The call that a connection is there for: one at a time. */
interface CallUnderWay {
  readonly arrivesAtMicros: number
  readonly times: Times
  arrived: boolean
  /** The callee has answered, or has begun to. */
  answered: boolean
}

type Dispatch = Dispatcher['dispatch']
type Connected = (...result: [null, Duplex] | [Error, null]) => void
type Connect = (options: object, done: Connected) => void

/** A client of undici's pool: one connection, and one call at a time. It knows which call it connects for. */
export function makeClient(road: Road, origin: URL, options: object): Client {
  let call: CallUnderWay | undefined
  let connections = 0
  const connect: Connect = (_options, done) => {
    connections += 1
    const own = connections
    // What still moves on an older connection is about none of this one's calls.
    const callOf = () => (own === connections ? call : undefined)
    connectFor(road, { there: wayThere(road, callOf), back: wayBack(road, callOf) }, done)
  }
  const client = new Client(origin, { ...options, connect } as Client.Options)
  const dispatch: Dispatch = client.dispatch.bind(client)
  client.dispatch = ((request, handler) => {
    call = beginCall(road, request)
    return dispatch(request, handler)
  }) as Dispatch
  return client
}

/** Luck is drawn here, as the call gets its connection; who gave up in line sends nothing, and so draws nothing. */
function beginCall(road: Road, { path, headers }: Dispatcher.DispatchOptions): CallUnderWay | undefined {
  const { kernel, legsOf, caller, service, processors } = road
  if (road.gaveUp(headers as object)) return undefined
  const { 'faultline-purchase': purchase = '' } = headers as Readonly<Record<string, string>>
  const times = legsOf(`${caller.name}→${service}`, { purchase, ...whatOf(path) })
  const leavesAtMicros = kernel.nowMicros() + processors.of(caller.name).busyMicros()
  return { arrivesAtMicros: leavesAtMicros + Math.ceil(times.thereMicros), times, arrived: false, answered: false }
}

type CallOf = () => CallUnderWay | undefined

function untilArrival({ kernel }: Road, call: CallUnderWay | undefined): number {
  return Math.max(0, (call?.arrivesAtMicros ?? 0) - kernel.nowMicros())
}

function wayThere(road: Road, callOf: CallOf): Way {
  return {
    underWayMicros: () => untilArrival(road, callOf()),
    endMicros: () => untilArrival(road, callOf()),
    arrived() {
      const call = callOf()
      const reader = road.processors.of(road.service)
      const coldMicros = call && !call.arrived ? reader.coldMicros() : 0
      if (call) call.arrived = true
      return { reader, workMicros: coldMicros + (call?.times.requestMicros ?? 0) }
    },
  }
}

function wayBack(road: Road, callOf: CallOf): Way {
  const { processors, service, caller, callees } = road
  const reader = processors.of(caller.name)
  return {
    underWayMicros() {
      const call = callOf()
      if (!call) return 0
      call.answered = true
      return processors.of(service).busyMicros() + call.times.backMicros
    },
    endMicros() {
      const call = callOf()
      // The system tells of the end of an idle connection at once, and of a lost request when it comes in.
      if (!call || call.answered) return 0
      // A process that is gone, or deaf, has no work to finish before.
      const busyMicros = callees.listens(service) ? processors.of(service).busyMicros() : 0
      return call.arrived ? busyMicros + call.times.backMicros : untilArrival(road, call)
    },
    arrived: () => ({ reader, workMicros: callOf()?.times.answerMicros ?? 0 }),
  }
}

interface Ways {
  readonly there: Way
  readonly back: Way
}

/** A handshake takes no time of its own: it travels with the request. Where nobody listens the caller hears of it one leg later. */
function connectFor({ kernel, callees, caller, service }: Road, { there, back }: Ways, done: Connected): void {
  function open(): void {
    if (!caller.isAlive()) return
    if (!callees.listens(service)) {
      done(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }), null)
      return
    }
    const pair = connectPair(kernel, there, back)
    callees.take(service, pair.callee)
    done(null, pair.caller)
  }
  // Nothing leaves in the turn in which it was asked for.
  kernel.after(callees.listens(service) ? 0 : there.underWayMicros(), WIRE, open)
}
