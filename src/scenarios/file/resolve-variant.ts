/** Variants: policies and workflow looked up, shorthand written out, `extends` followed. */

import type { ZodType } from 'zod'
import type { JsonObject } from '../../core/call.ts'
import type { BuyerOptions, ParticipantOptions, PolicySetting, Variant, WorkflowSetting } from '../../core/pattern.ts'
import { EDGES, type Edge } from '../../core/topology.ts'
import { POLICIES } from '../../patterns/policies/catalogue.ts'
import { WORKFLOWS } from '../../patterns/workflows/catalogue.ts'
import { check, checkFields, isMapping, lookUp, type Named, readNamed } from './check.ts'
import { inside, type Mistakes, type Place } from './mistakes.ts'
import { unknownName } from './nearest.ts'
import { noteKeys } from './note-keys.ts'
import { noteOrder } from './note-order.ts'
import { noteVotes } from './note-votes.ts'
import { VARIANT_FIELDS } from './schema.ts'
import { describe } from './words.ts'

/** A variant as written: what it does not say comes from the one it extends, or from the defaults. */
export interface WrittenVariant {
  readonly place: Place
  /** Something in it could not be read: what it lacks may be what was meant. */
  readonly mistaken: boolean
  readonly summary: string | undefined
  readonly base: { readonly name: string; readonly place: Place } | undefined
  readonly workflow: WorkflowSetting | undefined
  readonly edges: Readonly<Partial<Record<Edge, readonly PolicySetting[]>>>
  readonly door: readonly PolicySetting[] | undefined
  readonly participants: { readonly [K in keyof ParticipantOptions]?: ParticipantOptions[K] | undefined }
  readonly buyer: { readonly [K in keyof BuyerOptions]?: BuyerOptions[K] | undefined }
  readonly gremlins: Variant['gremlins'] | undefined
}

const EVERY_EDGE = '*'

/** Reads one variant's body and notes every mistake in it. */
export function readVariant(body: unknown, place: Place, mistakes: Mistakes): WrittenVariant {
  const noted = mistakes.count()
  const fields = checkFields(VARIANT_FIELDS, body, place, mistakes)
  const base = fields.extends === undefined ? undefined : { name: fields.extends, place: inside(place, 'extends') }
  const hasWorkflow = isMapping(body) && Object.hasOwn(body, 'workflow')
  const read = {
    place,
    summary: fields.summary,
    base,
    workflow: hasWorkflow ? readWorkflow(fields.workflow, inside(place, 'workflow'), mistakes) : undefined,
    edges: readEdges(fields.edges ?? {}, inside(place, 'edges'), mistakes),
    door: fields.door && readPolicies(fields.door, inside(place, 'door'), mistakes),
    participants: fields.participants ?? {},
    buyer: fields.buyer ?? {},
    gremlins: fields.gremlins,
  }
  return { ...read, mistaken: mistakes.count() > noted }
}

/** A workflow by its name, or with its options. */
export function readWorkflow(value: unknown, place: Place, mistakes: Mistakes): WorkflowSetting | undefined {
  const named = readNamed(value, place, 'workflow', mistakes)
  const workflow = named && lookUp(WORKFLOWS, named, 'workflow', mistakes)
  if (!named || !workflow) return undefined
  const options = readOptions(workflow.options, named, mistakes)
  return options && { workflow: named.name, options }
}

function readPolicies(values: readonly unknown[], place: Place, mistakes: Mistakes): PolicySetting[] {
  return values.flatMap((value, index): PolicySetting[] => {
    const named = readNamed(value, inside(place, index), 'policy', mistakes)
    const policy = named && lookUp(POLICIES, named, 'policy', mistakes)
    const options = policy && readOptions(policy.options, named, mistakes)
    return options ? [{ policy: named.name, options }] : []
  })
}

/** The options with defaults filled in. They are JSON: nothing else can be written in the file. */
function readOptions(schema: ZodType, { body, bodyPlace }: Named, mistakes: Mistakes): JsonObject | undefined {
  return check(schema, body ?? {}, bodyPlace, mistakes) as JsonObject | undefined
}

/** The edge of that name, with either arrow. */
export function edgeNamed(name: string): Edge | undefined {
  return EDGES.find((each) => each === name.replace(/\s*(?:->|→)\s*/, '→'))
}

function readEdges(
  edges: Readonly<Record<string, unknown>>,
  place: Place,
  mistakes: Mistakes,
): WrittenVariant['edges'] {
  const named: Partial<Record<Edge, readonly PolicySetting[]>> = {}
  let every: readonly PolicySetting[] | undefined
  for (const [key, value] of Object.entries(edges)) {
    const at = inside(place, key)
    if (!Array.isArray(value)) {
      mistakes.add(at, `must be a list of policies, outermost first, not ${describe(value)}`)
      continue
    }
    const policies = readPolicies(value, at, mistakes)
    const edge = edgeNamed(key)
    if (key === EVERY_EDGE) every = policies
    else if (!edge) mistakes.add(at, unknownName('edge', key, [...EDGES, EVERY_EDGE]), 'key')
    else if (named[edge]) mistakes.add(at, `${edge} is written twice; remove one of them`, 'key')
    else named[edge] = policies
  }
  const all = every === undefined ? {} : Object.fromEntries(EDGES.map((edge) => [edge, every]))
  return { ...all, ...named }
}

const NO_BASE: Variant = {
  name: '',
  summary: '',
  workflow: { workflow: 'sequential', options: { stock: 'reserve' } },
  edges: Object.fromEntries(EDGES.map((edge) => [edge, []])) as unknown as Variant['edges'],
  door: [],
  participants: { keys: 'ignored', history: 'inline', holds: 'counted', reservationMs: null },
  buyer: { key: 'none' },
  gremlins: 'all',
}

/**
 * Resolves every variant of `written`, which may extend each other and those in `known`. What extends nothing starts from: no
 * policies, the sequential workflow, keys ignored. A mistake in `extends` is noted, and the variant is resolved without. What does
 * not fit together is noted at the variant that it is about, whichever of its bases said it.
 */
export function resolveVariants(
  written: ReadonlyMap<string, WrittenVariant>,
  known: ReadonlyMap<string, Variant>,
  mistakes: Mistakes,
): Map<string, Variant> {
  const resolved = new Map<string, Variant>()
  /** Not all of these is known, so nobody can say what they lack. */
  const doubtful = new Set<string>()

  function resolve(name: string, path: readonly string[]): Variant | undefined {
    const variant = written.get(name)
    if (!variant) return known.get(name)
    const done = resolved.get(name)
    if (done) return done
    const base = baseOf(variant, [...path, name])
    const merged = merge(name, variant, base ?? NO_BASE)
    resolved.set(name, merged)
    if (!base || variant.mistaken || doubtful.has(base.name)) doubtful.add(name)
    else for (const note of [noteKeys, noteVotes, noteOrder]) note(merged, variant.place, mistakes)
    return merged
  }

  /** Undefined: there is none, which is then noted. */
  function baseOf({ base }: WrittenVariant, path: readonly string[]): Variant | undefined {
    if (!base) return NO_BASE
    if (path.includes(base.name)) {
      mistakes.add(
        base.place,
        `extends itself (${[...path, base.name].join(' → ')}); begin the chain with a variant that extends nothing`,
      )
      return undefined
    }
    const found = resolve(base.name, path)
    if (!found) mistakes.add(base.place, unknownName('variant', base.name, [...written.keys(), ...known.keys()]))
    return found
  }

  for (const name of written.keys()) resolve(name, [])
  return resolved
}

function merge(name: string, own: WrittenVariant, base: Variant): Variant {
  return {
    name,
    summary: own.summary ?? base.summary,
    workflow: own.workflow ?? base.workflow,
    edges: { ...base.edges, ...own.edges },
    door: own.door ?? base.door,
    participants: {
      keys: own.participants.keys ?? base.participants.keys,
      history: own.participants.history ?? base.participants.history,
      holds: own.participants.holds ?? base.participants.holds,
      reservationMs:
        own.participants.reservationMs === undefined ? base.participants.reservationMs : own.participants.reservationMs,
    },
    buyer: { key: own.buyer.key ?? base.buyer.key },
    gremlins: own.gremlins ?? base.gremlins,
  }
}
