/** What does not fit together in a scenario that was not read from a file: the file's own checks need its text. */

import type { z } from 'zod'
import { type Change, isGremlinChange, isPolicyChange, isWorkflowChange } from '../core/change.ts'
import type { Variant } from '../core/pattern.ts'
import type { Scenario } from '../core/scenario.ts'
import { GREMLINS } from '../gremlins/catalogue.ts'
import { POLICIES } from '../patterns/policies/catalogue.ts'
import { WORKFLOWS } from '../patterns/workflows/catalogue.ts'
import { check, isMapping } from './file/check.ts'
import { inside, type Mistakes, type Place } from './file/mistakes.ts'
import { unknownName } from './file/nearest.ts'
import { noteKeys } from './file/note-keys.ts'
import { noteOrder } from './file/note-order.ts'
import { noteVotes } from './file/note-votes.ts'

/** Notes names that nobody knows, and what cannot be run. Each field is of its form already. @param place the scenario's */
export function noteMisfits(scenario: Scenario, place: Place, mistakes: Mistakes): void {
  for (const key of ['products', 'accounts', 'gremlins', 'variants'] as const)
    noteTwice(scenario[key], inside(place, key), mistakes)
  noteMoney(scenario, place, mistakes)
  noteTraffic(scenario, inside(place, 'traffic'), mistakes)
  noteGremlins(scenario, place, mistakes)
  for (const [index, variant] of scenario.variants.entries())
    noteVariant(variant, inside(inside(place, 'variants'), index), mistakes)
  for (const [index, change] of scenario.switches.entries())
    noteSwitch(change, scenario, inside(inside(place, 'switches'), index), mistakes)
  const names = scenario.variants.map(({ name }) => name)
  for (const name of Object.keys(scenario.expectations)) {
    if (!names.includes(name))
      mistakes.add(inside(inside(place, 'expectations'), name), unknownName('variant', name, names))
  }
}

function noteSwitch(change: Change, { gremlins }: Scenario, place: Place, mistakes: Mistakes): void {
  const note = (key: string, name: string, known: readonly string[]) => {
    if (!known.includes(name)) mistakes.add(inside(place, key), unknownName(key, name, known))
  }
  if (isPolicyChange(change)) note('policy', change.policy, Object.keys(POLICIES))
  else if (isWorkflowChange(change)) note('workflow', change.workflow.workflow, Object.keys(WORKFLOWS))
  else if (isGremlinChange(change)) {
    const names = gremlins.map(({ name }) => name)
    note('gremlin', change.gremlin, names)
  }
}

function noteTwice(things: readonly { readonly name: string }[], place: Place, mistakes: Mistakes): void {
  const names = new Set<string>()
  for (const [index, { name }] of things.entries()) {
    if (names.has(name)) mistakes.add(inside(inside(place, index), 'name'), `'${name}' is there twice`)
    names.add(name)
  }
}

function noteMoney(scenario: Scenario, place: Place, mistakes: Mistakes): void {
  const { products, accounts, baseCurrency, ratesMicro } = scenario
  for (const [key, things] of [['products', products] as const, ['accounts', accounts] as const]) {
    if (!things.some(({ weight }) => weight > 0))
      mistakes.add(inside(place, key), 'at least one must have a weight above 0')
  }
  for (const [index, { currency }] of accounts.entries()) {
    if (currency === baseCurrency || Object.hasOwn(ratesMicro, currency)) continue
    mistakes.add(inside(inside(place, 'accounts'), index), `there is no rate for ${currency}`)
  }
}

function noteTraffic({ traffic }: Scenario, place: Place, mistakes: Mistakes): void {
  const { orders, ratePerSecond, shape, exactly = [] } = traffic
  if (ratePerSecond + (shape.kind === 'ramp' ? shape.toPerSecond : 0) === 0)
    mistakes.add(inside(place, 'ratePerSecond'), 'must be more than 0, or the orders would never all arrive')
  const seen = new Set<string>()
  for (const [index, { purchase }] of exactly.entries()) {
    const at = inside(inside(inside(place, 'exactly'), index), 'purchase')
    if (Number(purchase.slice(2)) > orders) mistakes.add(at, `there are only ${orders} orders`)
    if (seen.has(purchase)) mistakes.add(at, `'${purchase}' comes already; a purchase is made once`)
    seen.add(purchase)
  }
}

function noteGremlins({ gremlins, strikes = [] }: Scenario, place: Place, mistakes: Mistakes): void {
  for (const [index, { name, gremlin, at, options }] of gremlins.entries()) {
    const here = inside(inside(place, 'gremlins'), index)
    noteEntry(GREMLINS, { what: 'gremlin', name: gremlin, options }, here, mistakes)
    const waits = GREMLINS[gremlin]?.place === 'point'
    if (Object.hasOwn(GREMLINS, gremlin) && waits !== at.length > 0)
      mistakes.add(inside(here, 'at'), waits ? `must say where ${name} waits` : `${name} waits at no named moment`)
  }
  const names = gremlins.map(({ name }) => name)
  for (const [index, { gremlin }] of strikes.entries()) {
    const at = inside(inside(inside(place, 'strikes'), index), 'gremlin')
    if (!names.includes(gremlin)) mistakes.add(at, unknownName('gremlin', gremlin, names))
  }
}

function noteVariant(variant: Variant, place: Place, mistakes: Mistakes): void {
  const { workflow, edges, door } = variant
  const noted = mistakes.count()
  const called = { what: 'workflow', name: workflow.workflow, options: workflow.options }
  noteEntry(WORKFLOWS, called, inside(place, 'workflow'), mistakes)
  for (const [edge, policies] of [...Object.entries(edges), ['door', door] as const]) {
    const here = edge === 'door' ? inside(place, edge) : inside(inside(place, 'edges'), edge)
    for (const [index, { policy, options }] of policies.entries())
      noteEntry(POLICIES, { what: 'policy', name: policy, options }, inside(here, index), mistakes)
  }
  if (mistakes.count() > noted) return
  for (const note of [noteKeys, noteVotes, noteOrder]) note(variant, place, mistakes)
}

type Catalogue = Readonly<Record<string, { readonly options: z.ZodType }>>

interface Called {
  readonly what: string
  readonly name: string
  readonly options: unknown
}

function noteEntry(catalogue: Catalogue, { what, name, options }: Called, place: Place, mistakes: Mistakes): void {
  const entry = Object.hasOwn(catalogue, name) ? catalogue[name] : undefined
  if (!entry) mistakes.add(place, `there is no ${what} '${name}'`)
  else if (isMapping(options)) check(entry.options, options, inside(place, 'options'), mistakes)
}
