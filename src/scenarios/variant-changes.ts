/** What one variant has that another has not: how much it is, and in words. */

import { isDeepStrictEqual } from 'node:util'
import type { JsonObject } from '../core/call.ts'
import type { ParticipantOptions, PolicySetting, Variant } from '../core/pattern.ts'
import { EDGES, type Edge } from '../core/topology.ts'
import { BUYER_WORDS, PARTICIPANT_WORDS, POLICY_PHRASES, WORKFLOW_PHRASES } from './change-words.ts'

export interface Change {
  /** How much of a change it is, beside others. */
  readonly weight: number
  /** A clause, such as `it tries again after an error that may pass`. */
  readonly words: string
}

/** Another workflow is another program; a policy, or what a participant promises, is a part of one; an option is a figure in it. */
const WEIGHTS = { workflow: 3, family: 2, part: 1, option: 0.5, place: 0.05 }
const MOST_CLAUSES = 7

type Site = Edge | 'door'
const SITES: readonly Site[] = ['door', ...EDGES]

/** What must be changed in `from` to have `to`; gremlins, names and summaries are left out. */
export function changesBetween(from: Variant, to: Variant): readonly Change[] {
  return [
    ...changesOfWorkflow(from.workflow, to.workflow),
    ...changesOfPolicies(from, to),
    ...changesOfParticipants(from.participants, to.participants),
    ...(from.buyer.key === to.buyer.key ? [] : [{ weight: WEIGHTS.part, words: BUYER_WORDS[to.buyer.key] }]),
  ]
}

export function distanceOf(changes: readonly Change[]): number {
  return changes.reduce((sum, { weight }) => sum + weight, 0)
}

/** One sentence without its full stop. */
export function describeChanges(changes: readonly Change[]): string {
  if (changes.length === 0) return 'nothing but its name'
  const clauses = changes.map(({ words }) => words)
  const said = clauses.slice(0, clauses.length > MOST_CLAUSES ? MOST_CLAUSES - 1 : MOST_CLAUSES)
  const more = clauses.length - said.length
  const all = more > 0 ? [...said, `${more} more things are different`] : said
  const last = all.at(-1) ?? ''
  return all.length === 1 ? last : `${all.slice(0, -1).join(', ')}, and ${last}`
}

function changesOfWorkflow(from: Variant['workflow'], to: Variant['workflow']): Change[] {
  if (from.workflow !== to.workflow) {
    const words = WORKFLOW_PHRASES[to.workflow] ?? `its workflow is ${to.workflow}`
    return [{ weight: isOfFamily(from.workflow, to.workflow) ? WEIGHTS.family : WEIGHTS.workflow, words }]
  }
  return changedOptions(from.options, to.options).map((key) => ({
    weight: WEIGHTS.part,
    words: stepWords(key, to.options),
  }))
}

/** `saga` and `saga-as-taught`: the same program, done better. */
function isOfFamily(one: string, other: string): boolean {
  return one.startsWith(`${other}-`) || other.startsWith(`${one}-`)
}

function stepWords(key: string, options: JsonObject): string {
  if (key === 'stock' && options.stock === 'reserve') return 'it reserves the stock in one step'
  if (key === 'stock') return 'it asks for the stock and then deducts blindly'
  return `its workflow has ${key} ${show(options[key])}`
}

function policiesAt(variant: Variant, site: Site): readonly PolicySetting[] {
  return site === 'door' ? variant.door : variant.edges[site]
}

/** The same change in several places is said once. */
function changesOfPolicies(from: Variant, to: Variant): Change[] {
  const places = new Map<string, { readonly weight: number; readonly sites: Site[] }>()
  for (const site of SITES) {
    for (const { weight, words } of changesAt(policiesAt(from, site), policiesAt(to, site))) {
      const known = places.get(words)
      if (known && !known.sites.includes(site)) known.sites.push(site)
      else if (!known) places.set(words, { weight, sites: [site] })
    }
  }
  return [...places].map(([words, { weight, sites }]) => ({
    weight: weight + WEIGHTS.place * sites.length,
    words: `${words}${where(sites)}`,
  }))
}

function where(sites: readonly Site[]): string {
  if (EDGES.every((edge) => sites.includes(edge))) return ''
  const names = sites.map((site) => (site === 'door' ? 'at the door' : site))
  if (names.length === 1) return names[0] === 'at the door' ? ' at the door' : ` on ${names[0]}`
  if (names.length > 3) return ` on ${names.length} of its paths`
  return ` on ${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}

function changesAt(from: readonly PolicySetting[], to: readonly PolicySetting[]): Change[] {
  const changes: Change[] = []
  for (const policy of new Set([...to, ...from].map((setting) => setting.policy))) {
    changes.push(...changesOfPolicy(policy, optionsOf(policy, from), optionsOf(policy, to)))
  }
  const [earlier, later] = [orderOf(from, to), orderOf(to, from)]
  if (!isDeepStrictEqual(earlier, later)) {
    changes.push({
      weight: WEIGHTS.option,
      words: `its policies stand in another order (from the outside in: ${later.join(', ')})`,
    })
  }
  return changes
}

function optionsOf(policy: string, settings: readonly PolicySetting[]): JsonObject[] {
  return settings.flatMap((setting) => (setting.policy === policy ? [setting.options] : []))
}

/** The policies that both have, from the outside in; of one that stands in several places the outermost. */
function orderOf(some: readonly PolicySetting[], others: readonly PolicySetting[]): string[] {
  const shared = new Set(others.map(({ policy }) => policy))
  return [...new Set(some.map(({ policy }) => policy))].filter((policy) => shared.has(policy))
}

/** One policy may stand in several places of a path: those with the same options are the same, the others are paired from the outside in. */
function changesOfPolicy(policy: string, from: readonly JsonObject[], to: readonly JsonObject[]): Change[] {
  const before = without(from, to)
  const after = without(to, from)
  return Array.from({ length: Math.max(before.length, after.length) }, (_, at): Change[] => {
    const [was, is] = [before[at], after[at]]
    if (was && is) return changesOfOptions(policy, was, is)
    if (is && from.length === 0 && at === 0)
      return [{ weight: WEIGHTS.part, words: POLICY_PHRASES[policy] ?? `it has the policy ${policy}` }]
    if (is) return [{ weight: WEIGHTS.part, words: `it has one more ${policy}${figures(is)}` }]
    return [{ weight: WEIGHTS.part, words: to.length === 0 ? `it has no ${policy}` : `it has one ${policy} less` }]
  }).flat()
}

/** What is left of `some` once each of `others` has taken one that is equal to it. */
function without(some: readonly JsonObject[], others: readonly JsonObject[]): JsonObject[] {
  const left = [...others]
  return some.filter((options) => {
    const equal = left.findIndex((other) => isDeepStrictEqual(options, other))
    if (equal >= 0) left.splice(equal, 1)
    return equal < 0
  })
}

function figures(options: JsonObject): string {
  const all = Object.entries(options).map(([name, value]) => `${name} ${show(value)}`)
  return all.length === 0 ? '' : ` (${all.join(', ')})`
}

function changesOfOptions(policy: string, from: JsonObject, to: JsonObject): Change[] {
  const keys = changedOptions(from, to)
  if (keys.length === 0) return []
  const words = keys.map((key) => `${key} ${show(to[key])} instead of ${show(from[key])}`)
  return [{ weight: WEIGHTS.option, words: `its ${policy} has ${words.join(' and ')}` }]
}

function changedOptions(from: JsonObject, to: JsonObject): string[] {
  const keys = new Set([...Object.keys(from), ...Object.keys(to)])
  return [...keys].filter((key) => !isDeepStrictEqual(from[key], to[key]))
}

function show(value: unknown): string {
  if (value === undefined || value === null) return 'none'
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function changesOfParticipants(from: ParticipantOptions, to: ParticipantOptions): Change[] {
  const words: string[] = []
  if (from.keys !== to.keys) words.push(PARTICIPANT_WORDS.keys[to.keys])
  if (from.history !== to.history) words.push(PARTICIPANT_WORDS.history[to.history])
  if (from.holds !== to.holds) words.push(PARTICIPANT_WORDS.holds[to.holds])
  if (from.reservationMs !== to.reservationMs) {
    words.push(
      to.reservationMs === null
        ? 'whoever has voted waits for the decision and asks for it'
        : `whoever has voted lets go by itself after ${to.reservationMs} ms`,
    )
  }
  return words.map((clause) => ({ weight: WEIGHTS.part, words: clause }))
}
