/** Gremlins of a scenario: looked up, one setting for each service, each with a name of its own. */

import type { JsonObject } from '../../core/call.ts'
import type { Gremlin, GremlinSetting } from '../../core/gremlin.ts'
import { SERVICES, type ServiceName } from '../../core/topology.ts'
import { GREMLINS } from '../../gremlins/catalogue.ts'
import { type Checked, check, checkFields, isMapping, lookUp, type Named, readNamed } from './check.ts'
import { inside, type Mistakes, type Place } from './mistakes.ts'
import { unknownName } from './nearest.ts'
import { noteMoments } from './note-moments.ts'
import { GREMLIN_FIELDS } from './schema.ts'
import { describe } from './words.ts'

type Fields = Checked<typeof GREMLIN_FIELDS>

/** Reads the scenario's list of gremlins. @param orders how many purchases there will be, where that is known */
export function readGremlins(
  values: readonly unknown[],
  place: Place,
  orders: number | undefined,
  mistakes: Mistakes,
): GremlinSetting[] {
  const names = new Set<string>()
  return values.flatMap((value, index) => {
    const named = readNamed(value, inside(place, index), 'gremlin', mistakes)
    const gremlin = named && lookUp(GREMLINS, named, 'gremlin', mistakes)
    if (named && !gremlin) noteCommonMistakes(named, mistakes)
    if (!named || !gremlin) return []
    return readGremlin(gremlin, named, names, orders, mistakes)
  })
}

/** What every gremlin has can be checked although nobody knows this one: all mistakes at once. */
function noteCommonMistakes({ body, bodyPlace }: Named, mistakes: Mistakes): void {
  if (!isMapping(body)) return
  const fields = checkFields(GREMLIN_FIELDS, body, bodyPlace, mistakes, Object.keys(body))
  readTargets(fields.on, bodyPlace, mistakes)
}

function readGremlin(
  gremlin: Gremlin,
  { name, body, bodyPlace }: Named,
  names: Set<string>,
  orders: number | undefined,
  mistakes: Mistakes,
): GremlinSetting[] {
  if (!isMapping(body)) {
    mistakes.add(bodyPlace, `must say on which service, as in '${name}: { on: inventory }', not ${describe(body)}`)
    return []
  }
  const given = Object.keys(body)
  const own = given.filter((key) => !Object.hasOwn(GREMLIN_FIELDS, key))
  const fields = checkFields(GREMLIN_FIELDS, body, bodyPlace, mistakes, own)
  const inline = Object.fromEntries(own.map((key) => [key, body[key]]))
  const options = check(gremlin.options, inline, bodyPlace, mistakes, Object.keys(GREMLIN_FIELDS))
  noteOptionsOutside(gremlin, fields, bodyPlace, mistakes)
  const services = readTargets(fields.on, bodyPlace, mistakes)
  const { at, operations = [] } = fields
  noteMoments({ gremlin, services, at, atGiven: given.includes('at'), operations }, bodyPlace, mistakes)
  noteBeyond(fields, orders, bodyPlace, mistakes)
  return services.map((on) => ({
    name: nameFor(name, on, fields.name, services.length, names, bodyPlace, mistakes),
    gremlin: name,
    on,
    operations,
    purchases: fields.purchases ?? [],
    attempts: fields.attempts ?? [],
    at: at ?? [],
    probability: fields.probability ?? 1,
    fromMs: fields.window?.fromMs ?? 0,
    toMs: fields.window?.toMs ?? null,
    options: (options ?? {}) as JsonObject,
  }))
}

function readTargets(on: unknown, place: Place, mistakes: Mistakes): ServiceName[] {
  const at = inside(place, 'on')
  const listed = Array.isArray(on) && on.length > 0
  if (!listed && typeof on !== 'string') {
    const none = on === undefined || on === null
    mistakes.add(at, `${none ? 'is missing; give' : 'must be'} a service or a list of services: ${SERVICES.join(', ')}`)
    return []
  }
  const found = new Set<ServiceName>()
  for (const [index, name] of (listed ? on : [on]).entries()) {
    const here = listed ? inside(at, index) : at
    const service = SERVICES.find((each) => each === name)
    if (typeof name !== 'string') mistakes.add(here, `must be a service, not ${describe(name)}`)
    else if (!service) mistakes.add(here, unknownName('service', name, SERVICES))
    else if (found.has(service)) mistakes.add(here, `'${service}' is listed twice; remove one of them`)
    else found.add(service)
  }
  return [...found]
}

/** Notes what is wrong with whom a whole setting is to strike, as if it were written in a file. */
export function noteTargets(gremlin: Gremlin, setting: GremlinSetting, place: Place, mistakes: Mistakes): void {
  const { on, at, operations, fromMs, toMs } = setting
  const given = <T>(list: readonly T[]) => (list.length === 0 ? undefined : [...list])
  const { purchases, attempts } = setting
  const chosen = { operations: given(operations), purchases: given(purchases), attempts: given(attempts) }
  check(GREMLIN_FIELDS.window, { fromMs, toMs }, place, mistakes)
  noteOptionsOutside(gremlin, chosen, place, mistakes)
  noteMoments({ gremlin, services: [on], at: given(at), atGiven: at.length > 0, operations }, place, mistakes)
}

/** A gremlin that keeps a whole service busy for a while has no call to choose. */
function noteOptionsOutside(
  gremlin: Gremlin,
  fields: Pick<Fields, 'operations' | 'purchases' | 'attempts'>,
  place: Place,
  mistakes: Mistakes,
): void {
  if (gremlin.place !== 'window') return
  for (const key of ['operations', 'purchases', 'attempts'] as const) {
    if (fields[key] === undefined) continue
    mistakes.add(
      inside(place, key),
      `${gremlin.name} strikes a service for a while, not single calls; remove this and use window`,
      'key',
    )
  }
}

/** Notes purchases that will never be made, so that nobody waits for them. */
function noteBeyond({ purchases }: Fields, orders: number | undefined, place: Place, mistakes: Mistakes): void {
  for (const [index, purchase] of (purchases ?? []).entries()) {
    if (orders === undefined || Number(purchase.slice(2)) <= orders) continue
    mistakes.add(
      inside(inside(place, 'purchases'), index),
      `there are only ${orders} orders, so the last purchase is p-${orders}`,
    )
  }
}

/** `crash-after-commit@inventory`, or the given name; numbered from the second of the same name on. */
function nameFor(
  gremlin: string,
  on: ServiceName,
  given: string | undefined,
  targets: number,
  names: Set<string>,
  place: Place,
  mistakes: Mistakes,
): string {
  const wanted = given === undefined ? `${gremlin}@${on}` : targets > 1 ? `${given}@${on}` : given
  let name = wanted
  for (let n = 2; names.has(name); n++) name = `${wanted}-${n}`
  if (given !== undefined && name !== wanted)
    mistakes.add(inside(place, 'name'), `another gremlin here is named '${wanted}'; choose another name`)
  names.add(name)
  return name
}
