/** The callers' side: the real client, whose connections lead to the callees of this world. */

import type { Duplex } from 'node:stream'
import { Client, type Dispatcher } from 'undici'
import type { ServiceName } from '../../../core/topology.ts'
import { whatOf } from '../../real/paths.ts'
import type { Caller } from '../connections.ts'
import type { Kernel } from '../kernel.ts'
import type { DrawLegs, Legs } from '../legs.ts'
import type { Callees } from './callees.ts'
import { connectPair, type Ways } from './duplex.ts'

const WIRE = 'wire'

export interface Road {
  readonly kernel: Kernel
  readonly callees: Callees
  readonly legsOf: DrawLegs
  readonly caller: Caller
  readonly service: ServiceName
}

/** The call that a connection is there for: one at a time. */
interface CallUnderWay {
  /** Drawn when it leaves; who gives up in line draws nothing. */
  legs(): Legs
  arrivesAtMicros(): number
  /** The callee has answered, or has begun to. */
  answered: boolean
}

type Dispatch = Dispatcher['dispatch']
type Connect = (options: object, done: (...result: [null, Duplex] | [Error, null]) => void) => void

/** A client of undici's pool: one connection, and one call at a time. It knows which call it connects for. */
export function makeClient(road: Road, origin: URL, options: object): Client {
  let call: CallUnderWay | undefined
  const connect: Connect = (_options, done) =>
    connectFor(
      road,
      call as CallUnderWay,
      waysOf(road.kernel, () => call),
      done,
    )
  const client = new Client(origin, { ...options, connect } as Client.Options)
  const dispatch: Dispatch = client.dispatch.bind(client)
  client.dispatch = ((request, handler) => {
    call = beginCall(road, request)
    return dispatch(request, handler)
  }) as Dispatch
  return client
}

function beginCall({ kernel, legsOf, caller, service }: Road, sent: Dispatcher.DispatchOptions): CallUnderWay {
  const beganMicros = kernel.nowMicros()
  let drawn: Legs | undefined
  function legs(): Legs {
    const { 'faultline-purchase': purchase } = sent.headers as Readonly<Record<string, string>>
    drawn ??= legsOf(`${caller.name}→${service}`, { purchase: purchase as string, ...whatOf(sent.path) })
    return drawn
  }
  return { legs, arrivesAtMicros: () => beganMicros + Math.ceil(legs().thereMicros), answered: false }
}

function waysOf(kernel: Kernel, callOf: () => CallUnderWay | undefined): Ways {
  const untilArrivalMicros = () => Math.max(0, (callOf()?.arrivesAtMicros() ?? 0) - kernel.nowMicros())
  return {
    toCalleeMicros: untilArrivalMicros,
    toCallerMicros() {
      const call = callOf() as CallUnderWay
      call.answered = true
      return call.legs().backMicros
    },
    endToCallerMicros() {
      const call = callOf()
      // The system tells of the end of an idle connection at once, and of a lost request when it comes in.
      if (!call || call.answered) return 0
      return untilArrivalMicros() || call.legs().backMicros
    },
  }
}

/** A handshake takes no time of its own: it travels with the request. Where nobody listens the caller hears of it one leg later. */
function connectFor(
  { kernel, callees, caller, service }: Road,
  call: CallUnderWay,
  ways: Ways,
  done: Parameters<Connect>[1],
) {
  function open(): void {
    if (!caller.isAlive()) return
    if (!callees.listens(service)) {
      done(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }), null)
      return
    }
    const pair = connectPair(kernel, ways)
    callees.take(service, pair.callee)
    done(null, pair.caller)
  }
  // Never before `connect` has returned: the client would not hear of it.
  if (callees.listens(service)) queueMicrotask(open)
  else kernel.after(call.arrivesAtMicros() - kernel.nowMicros(), WIRE, open)
}
