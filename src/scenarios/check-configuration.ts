/** Whether what an old `result.json` says of its scenario is a scenario of this version, within the limits of a scenario file. */

import { z } from 'zod'
import { OPERATIONS } from '../core/call.ts'
import type { Decision } from '../core/decision.ts'
import { INVARIANTS } from '../core/invariant.ts'
import { KEY_MODES } from '../core/pattern.ts'
import { REQUEST_KINDS } from '../core/purchase.ts'
import type { Scenario } from '../core/scenario.ts'
import { EDGES, SERVICES } from '../core/topology.ts'
import { CHANGE_SHAPE, GREMLIN_SHAPE, SWITCHES_SHAPE } from './change-shape.ts'
import { check, isMapping } from './file/check.ts'
import { collectMistakes, inside, type Mistakes, type Place, TOP } from './file/mistakes.ts'
import { BOUNDS, KIND_BOUNDS } from './file/resolve-expectation.ts'
import { NAME, NAME_RULE, SCENARIO_FIELDS, SHAPES, STRIKE_FIELDS } from './file/schema.ts'
import { noteMisfits } from './note-misfits.ts'
import { QUIZ_FORM, scriptForm } from './quiz-form.ts'

/** It becomes a folder's name: `../x` would be written outside. */
const folderName = z.string().regex(NAME, { message: NAME_RULE })
const options = z.record(z.string(), z.unknown())
const policies = z.array(z.strictObject({ policy: z.string(), options })).max(20)
const milliseconds = SCENARIO_FIELDS.restartAfterMs.unwrap()

/** Each of the file's gremlins has a setting for each service that it is on. */
const MOST_GREMLINS = 100 * SERVICES.length

const variant = z.strictObject({
  name: folderName,
  summary: z.string().max(300),
  workflow: z.strictObject({ workflow: z.string(), options }),
  edges: z.record(z.enum(EDGES), policies),
  door: policies,
  participants: z.strictObject({
    keys: z.enum(KEY_MODES),
    history: z.enum(['inline', 'outbox']),
    holds: z.enum(['counted', 'ignored']),
    reservationMs: milliseconds.min(1).nullable(),
  }),
  buyer: z.strictObject({ key: z.enum(['none', 'per-attempt', 'per-purchase']) }),
  gremlins: z.enum(['all', 'none']),
})
const strike = z.strictObject({
  gremlin: z.string(),
  // Empty for a gremlin that strikes for a while.
  purchase: STRIKE_FIELDS.purchase.unwrap().or(z.literal('')),
  operation: z.enum(OPERATIONS),
  effect: z.string(),
  attempt: STRIKE_FIELDS.attempt.unwrap(),
  at: STRIKE_FIELDS.at,
})
const metric = z.enum([...BOUNDS, ...KIND_BOUNDS].map(([, name]) => name))
const bound = z.strictObject({ metric, value: z.number().min(0), kind: z.enum(REQUEST_KINDS).exactOptional() })
const invariants = z.array(z.enum(INVARIANTS))

const { title, about, baseCurrency, products, accounts, traffic, buyers, capacity, focus } = SCENARIO_FIELDS
const { deadlineMs, restartAfterMs, quietWithinMs, seed, explore } = SCENARIO_FIELDS
const configuration = z.looseObject({
  name: folderName,
  title,
  about,
  baseCurrency,
  products: z.array(products.valueType.extend({ name: products.keyType })).min(1),
  accounts: z.array(accounts.valueType.extend({ name: accounts.keyType })).min(1),
  ratesMicro: z.record(z.string(), z.int().min(1).max(1_000_000_000_000)),
  traffic,
  buyers,
  deadlineMs,
  restartAfterMs,
  quietWithinMs,
  capacity,
  focus,
  switches: SWITCHES_SHAPE,
  gremlins: z.array(GREMLIN_SHAPE).max(MOST_GREMLINS),
  strikes: z.array(strike).exactOptional(),
  seed,
  variants: z.array(variant).min(1).max(20),
  expectations: z.record(
    z.string(),
    z.strictObject({ holds: invariants, violated: invariants, allowed: invariants, bounds: z.array(bound) }),
  ),
  explore,
  quiz: QUIZ_FORM.exactOptional(),
  script: scriptForm(CHANGE_SHAPE).exactOptional(),
})

/** What keeps it from being run again, the first thing found; undefined: nothing. */
export function mistakeInConfiguration(given: unknown): string | undefined {
  const { place, mistakes } = checkForm(given)
  if (mistakes.count() === 0) noteMisfits(given as Scenario, place, mistakes)
  return firstOf(mistakes)
}

/** What keeps it from being shown: it may name what this version does not have. */
export function mistakeInForm(given: unknown): string | undefined {
  return firstOf(checkForm(given).mistakes)
}

function checkForm(given: unknown): { place: Place; mistakes: Mistakes } {
  const mistakes = collectMistakes('', () => ({ line: 1, column: 1 }))
  const place = inside(TOP, 'configuration')
  const read = check(configuration, given, place, mistakes)
  if (read !== undefined) {
    noteMissing(read, given, place, mistakes)
    noteShape((given as Scenario).traffic.shape, inside(inside(place, 'traffic'), 'shape'), mistakes)
  }
  return { place, mistakes }
}

function firstOf(mistakes: Mistakes): string | undefined {
  const [first] = mistakes.inOrder()
  return first && `${first.path}: ${first.message}`
}

/** A file may leave out what has a default; a configuration is run as it is. */
function noteMissing(whole: unknown, given: unknown, place: Place, mistakes: Mistakes): void {
  if (Array.isArray(whole) && Array.isArray(given)) {
    for (const [index, each] of whole.entries()) noteMissing(each, given[index], inside(place, index), mistakes)
  } else if (isMapping(whole)) {
    for (const [key, value] of Object.entries(whole)) {
      const at = inside(place, key)
      if (!isMapping(given) || !Object.hasOwn(given, key)) mistakes.add(at, 'is missing')
      else noteMissing(value, given[key], at, mistakes)
    }
  }
}

function noteShape(shape: unknown, place: Place, mistakes: Mistakes): void {
  const { kind, ...figures } = isMapping(shape) ? shape : {}
  const known = check(z.enum(Object.keys(SHAPES) as (keyof typeof SHAPES)[]), kind, inside(place, 'kind'), mistakes)
  if (known !== undefined) check<unknown>(SHAPES[known], figures, place, mistakes)
}

/** What is wrong with a strike of a journal, under the scenario of its run; undefined: nothing. @param on whose journal it is */
export function mistakeInStrike(given: Decision, scenario: Scenario, on: string): string | undefined {
  const { gremlin: name, purchase, operation, attempt, at } = given
  const setting = scenario.gremlins.find((each) => each.name === name)
  if (!setting) return `the scenario has no gremlin '${name}'`
  if (setting.on !== on) return `${name} is on ${setting.on}, and this is a journal of ${on}`
  if (!OPERATIONS.includes(operation)) return `there is no operation '${operation}'`
  if (!Number.isSafeInteger(attempt) || attempt < 1) return `the attempt must be a whole number from 1, not ${attempt}`
  const atRight = setting.at.length > 0 ? at !== undefined && setting.at.includes(at) : at === undefined
  if (!atRight) return `${name} does not wait at '${at ?? 'no moment'}'`
  return isMade(purchase, scenario) ? undefined : `the traffic has no purchase '${purchase}'`
}

/** A window is about no purchase, and a health check is nobody's. */
const NOBODYS = ['', 'health-check']

function isMade(purchase: string, { traffic: { orders, exactly } }: Scenario): boolean {
  if (NOBODYS.includes(purchase)) return true
  if (!STRIKE_FIELDS.purchase.safeParse(purchase).success || Number(purchase.slice(2)) > orders) return false
  return exactly === undefined || exactly.some((visit) => visit.purchase === purchase)
}
