import { type Call, CallError } from '../../core/call.ts'
import { compose } from '../../core/compose.ts'
import { keyedDraw } from '../../core/draw.ts'
import type { Env } from '../../core/env.ts'
import type { CallInFlight } from '../../core/event.ts'
import type { Point, PointPassed } from '../../core/point.ts'
import { EDGES, type Edge } from '../../core/topology.ts'
import { type LifeState, type NodeParts, reportUnlessOver } from './life-state.ts'

/** More tasks than this at once are a bug: every queue has a limit. */
const MOST_BACKGROUND = 100_000
/** A crash of an overloaded service names this many of the calls it takes along; a line of a journal has to end somewhere. */
const MOST_TAKEN = 1_000

/** A life's `Env`. What time, storage and network are is its world's business. */
export function makeEnv(state: LifeState, parts: NodeParts): Env {
  const { setup, store, journal, host, lifetime, clock } = state
  const calls = new Map<Edge, Call>()
  async function strikeAt(strike: Call, name: Point, passed: PointPassed): Promise<void> {
    // Counted by the point, so that the coin that struck once is not tossed again by whoever recovers.
    const { attempt = store.countAttempt(passed.purchase, `${name}:${passed.effect}`) } = passed
    await strike({ ...passed, attempt, body: {} }, lifetime.signal)
  }
  const env: Env = {
    service: setup.service,
    incarnation: setup.incarnation,
    clock,
    draw: keyedDraw(setup.seed),
    store,
    // Neither is `async`: each costs a promise for every message of the system, and mostly has nothing to wait for.
    call(edge, outgoing) {
      const call = calls.get(edge)
      if (!call) return Promise.reject(new Error(`${setup.service} has no edge ${edge}`))
      return call({ ...outgoing, attempt: 1 }, lifetime.signal)
    },
    point(name, passed) {
      if (!state.points.has(name))
        state.points.set(
          name,
          parts.atPoint(name)?.(async () => NOTHING, env),
        )
      const strike = state.points.get(name)
      return strike ? strikeAt(strike, name, passed) : NOBODY_WAITS
    },
    attempt: (purchase, effect) => store.countAttempt(purchase, effect),
    background(name, run) {
      if (state.background >= MOST_BACKGROUND)
        throw new Error(`more than ${MOST_BACKGROUND} background tasks, such as '${name}'`)
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
      return host.crash()
    },
    listen: (on) => host.setListening(on),
    reach(on) {
      state.reaching = on
    },
  }
  for (const edge of EDGES) {
    const layers = parts.edges.get(edge)
    if (!layers) continue
    const wire = host.wire(edge, env)
    const cable: Call = (request, signal) => {
      if (state.reaching) return wire(request, signal)
      return Promise.reject(new CallError('connection-refused', `${setup.service} is cut off`))
    }
    calls.set(edge, compose(layers, cable, env))
  }
  return env
}

const NOBODY_WAITS = Promise.resolve()
const NOTHING = { status: 200, body: {} }

function takenAlong(state: LifeState, own: CallInFlight): CallInFlight[] {
  const others = [...state.inFlight.values()].filter(
    (call) => call.purchase !== own.purchase || call.effect !== own.effect,
  )
  return others.slice(0, MOST_TAKEN)
}
