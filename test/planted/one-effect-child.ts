/**
 * A child process like `src/scenarios/child.ts`, in which gremlins at named moments spare one participant's part of an order,
 * where the variant's name says whose part they are to strike: `saga @charge`. A scenario file cannot say that.
 */

import type { NodeParts } from '../../src/runtime/life/life-state.ts'
import { composeNode, driveVariant, hostService, hostTraffic } from './built.ts'

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

if (process.argv[2] === 'traffic') hostTraffic(driveVariant)
else {
  hostService((setup, trafficStartMs) => {
    const parts = composeNode(setup, trafficStartMs)
    const [, effect] = setup.variant.split('@')
    return effect === undefined ? parts : { ...parts, atPoint: onlyAt(effect, parts) }
  })
}
