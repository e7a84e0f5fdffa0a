/** One scenario of the file: checked field by field, defaults filled in, its names resolved. */

import type { Variant } from '../../core/pattern.ts'
import type { Account, Product, Scenario, Shape, TrafficPlan, Visit } from '../../core/scenario.ts'
import { type Checked, check, checkFields, readNamed } from './check.ts'
import { inside, type Mistakes, type Place } from './mistakes.ts'
import { unknownName } from './nearest.ts'
import { readExpectations } from './resolve-expectation.ts'
import { readGremlins } from './resolve-gremlin.ts'
import { readQuiz } from './resolve-quiz.ts'
import { readScript } from './resolve-script.ts'
import { readStrikes } from './resolve-strike.ts'
import { readSwitches } from './resolve-switch.ts'
import { readVariant, resolveVariants, type WrittenVariant } from './resolve-variant.ts'
import { NAME, NAME_RULE, SCENARIO_FIELDS, SHAPES } from './schema.ts'

/**
 * The scenario as the runner gets it; undefined when a field that it cannot do without is mistaken. Every mistake is noted,
 * also where a scenario is given.
 */
export function readScenario(
  name: string,
  body: unknown,
  place: Place,
  known: ReadonlyMap<string, Variant>,
  mistakes: Mistakes,
): Scenario | undefined {
  const fields = checkFields(SCENARIO_FIELDS, body, place, mistakes, [SHORT])
  noteMoney(fields, place, mistakes)
  const traffic = fields.traffic && readTraffic(fields.traffic, inside(place, 'traffic'), mistakes)
  const gremlins = readGremlins(fields.gremlins ?? [], inside(place, 'gremlins'), traffic?.orders, mistakes)
  const noted = mistakes.count()
  const variants = fields.variants && readVariantList(fields.variants, inside(place, 'variants'), known, mistakes)
  // The one that is mistaken may be the one that a strike is meant for.
  const striking = { gremlins, traffic, variants: mistakes.count() > noted ? undefined : variants }
  const strikes = fields.strikes && readStrikes(fields.strikes, inside(place, 'strikes'), striking, mistakes)
  const switches = readSwitches(fields.switches ?? [], inside(place, 'switches'), { variants, gremlins }, mistakes)
  const expecting = { variants, known, mix: traffic?.mix }
  const expectations = readExpectations(fields.expect ?? {}, inside(place, 'expect'), expecting, mistakes)
  const askable = { variants, gremlins, mix: traffic?.mix }
  const quiz = fields.quiz && readQuiz(fields.quiz, inside(place, 'quiz'), askable, mistakes)
  const script = readScript(fields.script, inside(place, 'script'), { variants, gremlins }, mistakes)
  const { title, about, baseCurrency, products, accounts, rates, buyers, deadlineMs, restartAfterMs, quietWithinMs } =
    fields
  if (!title || !products || !accounts || !traffic || !variants || !buyers) return undefined
  if (about === undefined || !baseCurrency || !rates || deadlineMs === undefined) return undefined
  if (restartAfterMs === undefined || quietWithinMs === undefined) return undefined
  const { capacity, focus, seed, explore } = fields
  if (!capacity || !focus) return undefined
  return {
    name,
    title,
    about: about.trim(),
    baseCurrency,
    products: Object.entries(products).map(([product, figures]): Product => ({ name: product, ...figures })),
    accounts: Object.entries(accounts).map(([account, figures]): Account => ({ name: account, ...figures })),
    ratesMicro: Object.fromEntries(
      Object.entries(rates).map(([currency, rate]) => [currency, Math.round(rate * 1_000_000)]),
    ),
    traffic,
    buyers,
    deadlineMs,
    restartAfterMs,
    quietWithinMs,
    capacity,
    focus,
    switches,
    gremlins,
    ...(strikes ? { strikes } : {}),
    ...(seed === undefined ? {} : { seed }),
    variants,
    expectations,
    ...(explore ? { explore } : {}),
    ...(quiz ? { quiz } : {}),
    ...(script ? { script } : {}),
  }
}

/** The key of what overrides a scenario's fields for a short run; see `short-form.ts`. */
export const SHORT = 'short'

type Fields = Checked<typeof SCENARIO_FIELDS>

/** Something must be for sale, somebody must buy, and every currency needs a rate. */
function noteMoney({ products, accounts, baseCurrency, rates }: Fields, place: Place, mistakes: Mistakes): void {
  for (const [key, items] of [
    ['products', products],
    ['accounts', accounts],
  ] as const) {
    if (!items) continue
    if (Object.keys(items).length === 0) mistakes.add(inside(place, key), 'must name at least one')
    else if (!Object.values(items).some(({ weight }) => weight > 0))
      mistakes.add(inside(place, key), 'at least one must have a weight above 0')
  }
  if (!baseCurrency || !rates) return
  if (Object.hasOwn(rates, baseCurrency)) {
    mistakes.add(
      inside(inside(place, 'rates'), baseCurrency),
      'is the base currency, whose rate is 1; remove it',
      'key',
    )
  }
  for (const [name, { currency }] of Object.entries(accounts ?? {})) {
    if (currency === baseCurrency || Object.hasOwn(rates, currency)) continue
    const at = inside(inside(inside(place, 'accounts'), name), 'currency')
    mistakes.add(
      at,
      `there is no rate for ${currency}; add it to rates, as in 'rates: { ${currency}: 0.9 }' for 0.9 ${currency} to 1 ${baseCurrency}`,
    )
  }
}

function readTraffic(
  { shape: written, exactly, ...plan }: NonNullable<Fields['traffic']>,
  place: Place,
  mistakes: Mistakes,
): TrafficPlan {
  const shape = readShape(written ?? 'constant', inside(place, 'shape'), mistakes)
  const lasting = plan.ratePerSecond + (shape.kind === 'ramp' ? shape.toPerSecond : 0)
  if (lasting === 0)
    mistakes.add(inside(place, 'ratePerSecond'), 'must be more than 0, or the orders would never all arrive')
  const visits = exactly && readVisits(exactly, plan.orders, inside(place, 'exactly'), mistakes)
  return { ...plan, shape, ...(visits ? { exactly: visits } : {}) }
}

/** In the order of their times, whatever order they are written in. */
function readVisits(visits: readonly Visit[], orders: number, place: Place, mistakes: Mistakes): Visit[] {
  for (const [index, { purchase }] of visits.entries()) {
    const at = inside(inside(place, index), 'purchase')
    if (Number(purchase.slice(2)) > orders)
      mistakes.add(at, `there are only ${orders} orders, so the last purchase is p-${orders}`)
    if (visits.findIndex((visit) => visit.purchase === purchase) < index)
      mistakes.add(at, `'${purchase}' comes already; a purchase is made once, remove one of them`)
  }
  return [...visits].sort((a, b) => a.atMs - b.atMs)
}

function readShape(value: unknown, place: Place, mistakes: Mistakes): Shape {
  const constant = { kind: 'constant' } as const
  const named = readNamed(value, place, 'shape', mistakes)
  if (!named) return constant
  switch (named.name) {
    case 'constant':
      check(SHAPES.constant, named.body ?? {}, named.bodyPlace, mistakes)
      return constant
    case 'ramp': {
      const ramp = check(SHAPES.ramp, named.body, named.bodyPlace, mistakes)
      return ramp ? { kind: 'ramp', ...ramp } : constant
    }
    case 'spike': {
      const spike = check(SHAPES.spike, named.body, named.bodyPlace, mistakes)
      return spike ? { kind: 'spike', ...spike } : constant
    }
    default:
      mistakes.add(named.namePlace, unknownName('shape', named.name, Object.keys(SHAPES)), named.namePart)
      return constant
  }
}

/** The variants a scenario runs, in its order: names of the file's variants, or variants written in place. */
function readVariantList(
  values: readonly unknown[],
  place: Place,
  known: ReadonlyMap<string, Variant>,
  mistakes: Mistakes,
): Variant[] {
  const written = new Map<string, WrittenVariant>()
  const listed = new Map<string, Place>()
  const unknown: (() => void)[] = []
  for (const [index, value] of values.entries()) {
    const named = readNamed(value, inside(place, index), 'variant', mistakes)
    if (!named) continue
    const { name, namePlace, namePart, bodyPlace } = named
    if (listed.has(name)) mistakes.add(namePlace, `'${name}' is listed twice; remove one of them`, namePart)
    else if (typeof value !== 'string') {
      if (known.has(name))
        mistakes.add(namePlace, `there is a variant '${name}' in variants already; choose another name`, namePart)
      else if (!NAME.test(name)) mistakes.add(namePlace, `the name ${NAME_RULE}`, namePart)
      written.set(name, readVariant(named.body, bodyPlace, mistakes))
    } else if (!known.has(name)) {
      unknown.push(() =>
        mistakes.add(namePlace, unknownName('variant', name, [...known.keys(), ...written.keys()]), namePart),
      )
    }
    listed.set(name, namePlace)
  }
  // Only now are all names known that could have been meant.
  for (const note of unknown) note()
  const resolved = resolveVariants(written, known, mistakes)
  return [...listed.keys()].flatMap((name) => resolved.get(name) ?? known.get(name) ?? [])
}
