import type { Layer } from '../core/layer.ts'

export interface Switchable {
  readonly layer: Layer
  /** On at first. Calls that are under way end as they began. */
  turn(on: boolean): void
}

/**
 * A policy that can be taken out and put back while calls go on. Each call decides when it comes in: a call that the policy let in
 * also leaves through it, so that permits come back and a breaker learns how its trials ended. Its state stays as it was.
 *
 * @param off what stands in its place while it is out; nothing, unless said otherwise
 */
export function switchable(policy: Layer, off: Layer = (next) => next): Switchable {
  let on = true
  return {
    layer: (next, env) => {
      const through = policy(next, env)
      const past = off(next, env)
      return (request, signal) => (on ? through : past)(request, signal)
    },
    turn(state) {
      on = state
    },
  }
}
