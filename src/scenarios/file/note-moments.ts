/** Mistakes about where a gremlin waits: moments that are missing, never passed, or passed with other operations. */

import type { Operation } from '../../core/call.ts'
import type { Gremlin } from '../../core/gremlin.ts'
import { POINTS, type Point } from '../../core/point.ts'
import type { ServiceName } from '../../core/topology.ts'
import { GREMLINS } from '../../gremlins/catalogue.ts'
import { inside, type Mistakes, type Place } from './mistakes.ts'
import { momentsOf, operationsAt, operationsOf } from './moments.ts'

/** Where and over what a gremlin is to strike, as far as it could be read. */
export interface Waiting {
  readonly gremlin: Gremlin
  readonly services: readonly ServiceName[]
  /** Undefined: not given, or mistaken; `atGiven` tells which. */
  readonly at: readonly Point[] | undefined
  readonly atGiven: boolean
  readonly operations: readonly Operation[]
}

/** Notes every mistake in `at` and `operations`; `place` is that of the gremlin's body. */
export function noteMoments(waiting: Waiting, place: Place, mistakes: Mistakes): void {
  const { gremlin, services, at = [], atGiven } = waiting
  if (gremlin.place === 'point') {
    if (!atGiven) mistakes.add(inside(place, 'at'), missing(gremlin, services))
    noteNeverPassed(services, at, inside(place, 'at'), mistakes)
  } else if (atGiven) mistakes.add(inside(place, 'at'), unwanted(gremlin), 'key')
  for (const service of services) noteOperations(waiting, service, place, mistakes)
}

function missing({ name }: Gremlin, services: readonly ServiceName[]): string {
  const shared = POINTS.filter((point) => services.every((service) => momentsOf(service).includes(point)))
  const where =
    services.length > 0 ? `${services.join(' and ')} ${services.length > 1 ? 'pass' : 'passes'}` : 'choose from'
  return `is missing; say at which moments ${name} strikes, as in 'at: [after-commit]'; ${where} ${shared.join(', ')}`
}

function unwanted({ name, place }: Gremlin): string {
  const others = Object.values(GREMLINS).filter((each) => each.place === 'point')
  const strikes =
    place === 'call' ? 'around a call' : place === 'window' ? 'for a while' : `at one moment of its own, ${place}`
  return `${name} strikes ${strikes}; remove this, or use a gremlin that waits at named moments: ${others.map((each) => each.name).join(', ')}`
}

function noteNeverPassed(
  services: readonly ServiceName[],
  at: readonly Point[],
  place: Place,
  mistakes: Mistakes,
): void {
  for (const [index, point] of at.entries()) {
    const here = inside(place, index)
    if (at.indexOf(point) < index) mistakes.add(here, `'${point}' is listed twice; remove one of them`)
    for (const service of services) {
      const passed = momentsOf(service)
      if (!passed.includes(point))
        mistakes.add(here, `${service} never passes '${point}'; it passes ${passed.join(', ')}`)
    }
  }
}

/** The moments at which this gremlin waits at a service; undefined for one that waits at none. */
function waitsAt({ gremlin, at }: Waiting, service: ServiceName): readonly Point[] | undefined {
  if (gremlin.place === 'call' || gremlin.place === 'window') return undefined
  if (gremlin.place !== 'point') return [gremlin.place]
  const passed = momentsOf(service)
  const listed = passed.filter((point) => at?.includes(point))
  // Where none is right, the operations are still worth a look.
  return listed.length > 0 ? listed : passed
}

function noteOperations(waiting: Waiting, service: ServiceName, place: Place, mistakes: Mistakes): void {
  const { gremlin, operations } = waiting
  const moments = waitsAt(waiting, service)
  const offered = moments
    ? [...new Set(moments.flatMap((point) => operationsAt(service, point)))]
    : operationsOf(service)
  let allOffered = true
  for (const [index, operation] of operations.entries()) {
    if (offered.includes(operation)) continue
    allOffered = false
    const here = inside(inside(place, 'operations'), index)
    mistakes.add(here, notOffered(gremlin, service, operation, offered))
  }
  if (gremlin.place !== 'point' || !allOffered || operations.length === 0) return
  for (const [index, point] of (waiting.at ?? []).entries()) {
    const about = operationsAt(service, point)
    if (about.length === 0 || about.some((operation) => operations.includes(operation))) continue
    mistakes.add(
      inside(inside(place, 'at'), index),
      `${service} passes '${point}' only with ${about.join(', ')}; add that to operations or remove this`,
    )
  }
}

function notOffered(
  gremlin: Gremlin,
  service: ServiceName,
  operation: Operation,
  offered: readonly Operation[],
): string {
  const ofService = operationsOf(service)
  const called = gremlin.place === 'call' || gremlin.place === 'window'
  if (called || !(gremlin.place === 'point' || ofService.includes(operation)))
    return `${service} has no operation '${operation}'; it has ${ofService.join(', ')}`
  if (gremlin.place === 'point')
    return `${service} passes none of these moments with '${operation}', only with ${offered.join(', ')}`
  const committed = operation === 'query' ? 'a query commits nothing' : `there ${service} passes ${offered.join(', ')}`
  return `${gremlin.name} strikes where work is committed, and ${committed}`
}
