/** Questions of a scenario: what is asked, and what of the result answers it. */

import { z } from 'zod'
import type { GremlinSetting } from '../../core/gremlin.ts'
import { INVARIANTS } from '../../core/invariant.ts'
import type { Variant } from '../../core/pattern.ts'
import { REQUEST_KINDS } from '../../core/purchase.ts'
import {
  CONTEST_METRICS,
  PLACEHOLDERS,
  QUIZ_METRICS,
  type QuizMetric,
  type QuizQuestion,
  type QuizTopic,
  VARIANT_METRICS,
  type VariantMetric,
} from '../../core/quiz.ts'
import type { TrafficPlan } from '../../core/scenario.ts'
import { checkFields, type Named, readNamed } from './check.ts'
import { inside, type Mistakes, type Place } from './mistakes.ts'
import { unknownName } from './nearest.ts'
import { text } from './schema.ts'

/** What a question may name. Undefined: not all of it is known. */
export interface Askable {
  readonly variants: readonly Variant[] | undefined
  readonly gremlins: readonly GremlinSetting[] | undefined
  readonly mix: TrafficPlan['mix'] | undefined
}

const QUESTION_FIELDS = { ask: text(400).min(1), of: z.unknown(), within: z.number().min(0).max(1).default(0) }
const variant = z.string()
const invariant = z.enum(INVARIANTS)
const TOPIC_FIELDS = { variant, invariant, kind: z.enum(REQUEST_KINDS), gremlin: z.string() }
const CONTEST_FIELDS = { among: z.array(z.string()).min(2).max(20).default([]) }

/** Reads the list. */
export function readQuiz(values: readonly unknown[], place: Place, known: Askable, mistakes: Mistakes): QuizQuestion[] {
  return values.flatMap((value, index) => readQuestion(value, inside(place, index), known, mistakes) ?? [])
}

function readQuestion(value: unknown, place: Place, known: Askable, mistakes: Mistakes): QuizQuestion | undefined {
  const { ask, of, within } = checkFields(QUESTION_FIELDS, value, place, mistakes)
  notePlaceholders(ask ?? '', inside(place, 'ask'), mistakes)
  const named = readNamed(of, inside(place, 'of'), 'figure', mistakes)
  const topic = named && readTopic(named, known, mistakes)
  if (topic && within !== undefined && within > 0 && !isFigure(topic.metric))
    mistakes.add(inside(place, 'within'), `nothing is close to an answer to '${topic.metric}'; remove it`, 'key')
  return ask === undefined || within === undefined || !topic ? undefined : { ask, of: topic, within }
}

function notePlaceholders(ask: string, place: Place, mistakes: Mistakes): void {
  for (const [, name = ''] of ask.matchAll(/\{([^{}]*)\}/g)) {
    if (!PLACEHOLDERS.some((each) => each === name)) mistakes.add(place, unknownName('placeholder', name, PLACEHOLDERS))
  }
}

function isFigure(metric: QuizMetric): boolean {
  return metric !== 'passes' && !isIn(CONTEST_METRICS, metric)
}

function isIn<T extends string>(names: readonly T[], name: string): name is T {
  return (names as readonly string[]).includes(name)
}

function readTopic(named: Named, known: Askable, mistakes: Mistakes): QuizTopic | undefined {
  const { name: metric, namePlace, namePart } = named
  if (!isIn(QUIZ_METRICS, metric)) {
    mistakes.add(namePlace, unknownName('figure', metric, QUIZ_METRICS), namePart)
    return undefined
  }
  if (isIn(CONTEST_METRICS, metric)) return readContest(metric, named, known, mistakes)
  const body = bodyOf(named)
  const at = named.bodyPlace
  const { variant } = TOPIC_FIELDS
  switch (metric) {
    case 'violations':
    case 'passes': {
      const read = checkFields({ variant, invariant }, body, at, mistakes)
      noteVariant(read.variant, inside(at, 'variant'), known, mistakes)
      return read.variant === undefined || !read.invariant
        ? undefined
        : { metric, variant: read.variant, invariant: read.invariant }
    }
    case 'good-percent': {
      const read = checkFields({ variant, kind: TOPIC_FIELDS.kind }, body, at, mistakes)
      noteVariant(read.variant, inside(at, 'variant'), known, mistakes)
      if (read.kind && known.mix?.[read.kind] === 0)
        mistakes.add(inside(at, 'kind'), `nobody comes for '${read.kind}' here; give it a share in traffic.mix`)
      return read.variant === undefined || !read.kind ? undefined : { metric, variant: read.variant, kind: read.kind }
    }
    case 'strikes': {
      const read = checkFields({ variant, gremlin: TOPIC_FIELDS.gremlin }, body, at, mistakes)
      noteVariant(read.variant, inside(at, 'variant'), known, mistakes)
      noteGremlin(read.gremlin, inside(at, 'gremlin'), known, mistakes)
      return read.variant === undefined || read.gremlin === undefined
        ? undefined
        : { metric, variant: read.variant, gremlin: read.gremlin }
    }
    default:
      return readOfVariant(metric, named, known, mistakes)
  }
}

/** `of: fastest` needs nothing below it. */
function bodyOf({ body }: Named): unknown {
  return body ?? {}
}

function readOfVariant(metric: VariantMetric, named: Named, known: Askable, mistakes: Mistakes): QuizTopic | undefined {
  const { variant } = checkFields({ variant: TOPIC_FIELDS.variant }, bodyOf(named), named.bodyPlace, mistakes)
  noteVariant(variant, inside(named.bodyPlace, 'variant'), known, mistakes)
  const counted = VARIANT_METRICS.filter((each) => each !== 'money-lost')
  if (isIn(counted, metric) && known.mix?.order === 0) {
    const remedy = 'counts orders, and nobody comes for any here; give order a share in traffic.mix, or remove this'
    mistakes.add(named.namePlace, remedy, named.namePart)
  }
  return variant === undefined ? undefined : { metric, variant }
}

function readContest(
  metric: (typeof CONTEST_METRICS)[number],
  named: Named,
  known: Askable,
  mistakes: Mistakes,
): QuizTopic {
  const at = named.bodyPlace
  const own = metric === 'most-violations' ? { invariant: invariant.optional() } : {}
  const fields = checkFields({ ...CONTEST_FIELDS, ...own }, bodyOf(named), at, mistakes)
  const { among = [] } = fields
  for (const [index, name] of among.entries()) {
    const here = inside(inside(at, 'among'), index)
    noteVariant(name, here, known, mistakes)
    if (among.indexOf(name) < index) mistakes.add(here, `'${name}' is there twice; remove one of them`)
  }
  if (known.variants && known.variants.length < 2)
    mistakes.add(named.namePlace, 'needs two variants at least to compare', named.namePart)
  const narrowed = 'invariant' in fields ? (fields.invariant as (typeof INVARIANTS)[number] | undefined) : undefined
  return { metric, among, invariant: narrowed ?? null }
}

function noteVariant(name: string | undefined, place: Place, { variants }: Askable, mistakes: Mistakes): void {
  const names = variants?.map((each) => each.name)
  if (name !== undefined && names && !names.includes(name))
    mistakes.add(place, unknownName('variant of this scenario', name, names))
}

function noteGremlin(name: string | undefined, place: Place, { gremlins }: Askable, mistakes: Mistakes): void {
  const names = gremlins?.map((each) => each.name)
  if (name !== undefined && names && !names.includes(name))
    mistakes.add(place, unknownName('gremlin of this scenario', name, names))
}
