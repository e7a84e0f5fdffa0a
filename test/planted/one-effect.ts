/**
 * Gremlins at named moments spare one participant's part of an order, where the variant's name says whose part they are to strike:
 * `saga @charge`. A scenario file cannot say that.
 */

import type { NodeParts } from '../../src/runtime/life/life-state.ts'

export function spareOthers(variant: string, parts: NodeParts): NodeParts {
  const [, effect] = variant.split('@')
  return effect === undefined ? parts : { ...parts, atPoint: onlyAt(effect, parts) }
}

function onlyAt(effect: string, { atPoint }: NodeParts): NodeParts['atPoint'] {
  return (point) => {
    const layer = atPoint(point)
    return (
      layer &&
      ((next, env) => {
        const struck = layer(next, env)
        const spared = effect === 'charge' ? 'deduct' : 'charge'
        return (request, signal) => (request.effect === spared ? next(request, signal) : struck(request, signal))
      })
    )
  }
}
