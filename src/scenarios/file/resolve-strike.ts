/** Strikes of a scenario that are decided: which gremlin strikes which attempt of what. */

import { type Decision, decisionKey } from '../../core/decision.ts'
import type { GremlinSetting } from '../../core/gremlin.ts'
import type { Variant } from '../../core/pattern.ts'
import type { TrafficPlan } from '../../core/scenario.ts'
import { GREMLINS } from '../../gremlins/catalogue.ts'
import { type Checked, checkFields, isMapping } from './check.ts'
import { inside, type Mistakes, type Place } from './mistakes.ts'
import { effectsOf, operationsAt, operationsOf } from './moments.ts'
import { unknownName } from './nearest.ts'
import { noteCalm, noteNever } from './note-never.ts'
import { STRIKE_FIELDS } from './schema.ts'

/** What strikes can be about; undefined where that is mistaken itself. */
export interface Striking {
  readonly gremlins: readonly GremlinSetting[]
  readonly traffic: TrafficPlan | undefined
  readonly variants: readonly Variant[] | undefined
}

type Fields = Checked<typeof STRIKE_FIELDS>

/** Reads the list; every strike in it can come, as far as the scenario alone can tell. */
export function readStrikes(
  values: readonly unknown[],
  place: Place,
  striking: Striking,
  mistakes: Mistakes,
): Decision[] {
  const seen = new Map<string, number>()
  return values.flatMap((value, index) => {
    const at = inside(place, index)
    const strike = readStrike(value, at, striking, mistakes)
    if (!strike) return []
    const first = seen.get(decisionKey(strike))
    if (first !== undefined)
      mistakes.add(at, `is the same as strikes[${first}]; a coin comes up once, remove one of them`)
    seen.set(decisionKey(strike), first ?? index)
    return strike
  })
}

function readStrike(value: unknown, place: Place, striking: Striking, mistakes: Mistakes): Decision | undefined {
  const noted = mistakes.count()
  const fields = checkFields(STRIKE_FIELDS, value, place, mistakes)
  if (fields.gremlin === undefined) return undefined
  const setting = striking.gremlins.find(({ name }) => name === fields.gremlin)
  if (!setting) {
    const names = striking.gremlins.map(({ name }) => name)
    mistakes.add(inside(place, 'gremlin'), unknownName('gremlin', fields.gremlin, names))
    return undefined
  }
  const { attempt = 1 } = fields
  if (GREMLINS[setting.gremlin]?.place === 'window') {
    noteWindow(fields, setting, place, mistakes)
    if (mistakes.count() === noted) noteCalm(striking, place, mistakes)
    return { gremlin: setting.name, purchase: '', operation: 'query', effect: '', attempt: 1 }
  }
  // What is there, and still undefined, is a mistake that is noted already.
  const given = isMapping(value) ? Object.keys(value) : []
  noteMissing(setting, given, place, mistakes)
  notePurchase(fields, striking.traffic, place, mistakes)
  noteMoment(fields, setting, place, mistakes)
  noteWork(fields, setting, place, mistakes)
  const { purchase, operation, effect, at } = fields
  if (mistakes.count() > noted || purchase === undefined || operation === undefined || effect === undefined)
    return undefined
  const strike = { gremlin: setting.name, purchase, operation, effect, attempt, ...(at === undefined ? {} : { at }) }
  noteNever({ ...striking, strike, setting }, place, mistakes)
  return strike
}

/** A gremlin that keeps a whole service busy for a while has no call to choose. */
function noteWindow(fields: Fields, { name }: GremlinSetting, place: Place, mistakes: Mistakes): void {
  for (const key of ['purchase', 'operation', 'effect', 'at'] as const) {
    if (fields[key] !== undefined)
      mistakes.add(inside(place, key), `${name} strikes a service for a while, not single calls; remove this`, 'key')
  }
  if (fields.attempt !== undefined && fields.attempt !== 1)
    mistakes.add(inside(place, 'attempt'), `${name} strikes once, for its whole window; remove this`, 'key')
}

function noteMissing(setting: GremlinSetting, given: readonly string[], place: Place, mistakes: Mistakes): void {
  const wanted = [
    ['purchase', 'give a purchase, such as p-1'],
    ['operation', 'give an operation'],
    ['effect', `give one of ${effectsOf(setting.on).join(', ')}`],
    ...(setting.at.length > 0 ? [['at', `${setting.name} waits at ${setting.at.join(', ')}`] as const] : []),
  ] as const
  for (const [key, remedy] of wanted)
    if (!given.includes(key)) mistakes.add(inside(place, key), `is missing; ${remedy}`)
}

/** Notes a purchase that will never be made. */
function notePurchase({ purchase }: Fields, traffic: TrafficPlan | undefined, place: Place, mistakes: Mistakes): void {
  if (purchase === undefined || !traffic) return
  const at = inside(place, 'purchase')
  if (Number(purchase.slice(2)) > traffic.orders) {
    mistakes.add(at, `there are only ${traffic.orders} orders, so the last purchase is p-${traffic.orders}`)
  } else if (traffic.exactly && !traffic.exactly.some((visit) => visit.purchase === purchase)) {
    const who = traffic.exactly.map((visit) => visit.purchase)
    mistakes.add(
      at,
      `${purchase} does not come: traffic.exactly names ${who.slice(0, 5).join(', ')}${who.length > 5 ? ' and others' : ''}`,
    )
  }
}

function noteMoment({ at }: Fields, setting: GremlinSetting, place: Place, mistakes: Mistakes): void {
  const here = inside(place, 'at')
  if (setting.at.length === 0) {
    if (at !== undefined) mistakes.add(here, `${setting.name} waits at no named moment; remove this`, 'key')
  } else if (at !== undefined && !setting.at.includes(at)) {
    mistakes.add(here, `${setting.name} does not wait at '${at}'; it waits at ${setting.at.join(', ')}`)
  }
}

function noteWork({ operation, effect, at }: Fields, setting: GremlinSetting, place: Place, mistakes: Mistakes): void {
  const { on, name } = setting
  const own = GREMLINS[setting.gremlin]?.place
  const point = at ?? (own === 'call' || own === 'window' || own === 'point' ? undefined : own)
  const offered = point ? operationsAt(on, point) : operationsOf(on)
  if (operation !== undefined && offered.length > 0 && !offered.includes(operation))
    mistakes.add(inside(place, 'operation'), `${name} never meets '${operation}' there, only ${offered.join(', ')}`)
  const effects = effectsOf(on)
  if (effect !== undefined && !effects.includes(effect))
    mistakes.add(inside(place, 'effect'), unknownName('effect', effect, effects))
}
