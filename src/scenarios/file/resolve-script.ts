/** A scenario's script: what a talk says and changes, and when. */

import { z } from 'zod'
import type { Talk, TalkChoice, TalkStep } from '../../core/talk.ts'
import { check, checkFields } from './check.ts'
import { MOST_ORDERS, MOST_RATE_PER_SECOND } from './limits.ts'
import { inside, type Mistakes, type Place } from './mistakes.ts'
import { unknownName } from './nearest.ts'
import { readChange, type Switchable } from './resolve-switch.ts'
import { SWITCH_FIELDS, text } from './schema.ts'

const traffic = z.strictObject({
  orders: z.int().min(1).max(MOST_ORDERS),
  ratePerSecond: z.number().min(0.1).max(MOST_RATE_PER_SECOND),
})
const SCRIPT_FIELDS = {
  variant: z.string().optional(),
  versus: z.string().optional(),
  traffic: traffic.optional(),
  steps: z.array(z.unknown()).min(1).max(200),
}
const caption = text(300).optional()
/** Within a choice a step without a time of its own has the choice's. */
const INNER_FIELDS = { ...SWITCH_FIELDS, atMs: SWITCH_FIELDS.atMs.optional(), caption }
const STEP_FIELDS = { ...SWITCH_FIELDS, caption }
const CHOICE_FIELDS = { atMs: SWITCH_FIELDS.atMs, oneOf: z.array(z.unknown()).min(2).max(10) }
/** Any of these makes a step one that changes something, though perhaps not a right one. */
const OF_CHANGES = Object.keys(SWITCH_FIELDS).filter((key) => key !== 'atMs')

/** Undefined where there is none. */
export function readScript(value: unknown, place: Place, known: Switchable, mistakes: Mistakes): Talk | undefined {
  if (value === undefined) return undefined
  const { variant, versus, traffic: own, steps } = checkFields(SCRIPT_FIELDS, value, place, mistakes)
  noteVariant(variant, inside(place, 'variant'), known, mistakes)
  noteVariant(versus, inside(place, 'versus'), known, mistakes)
  if (versus !== undefined && versus === variant)
    mistakes.add(inside(place, 'versus'), `'${versus}' is on stage already; choose another variant`)
  if (!steps) return undefined
  // Changes are made to who is on stage.
  const stage = known.variants?.filter(({ name }) => name === variant) ?? []
  const changing = stage.length > 0 ? { ...known, variants: stage } : known
  const read = steps.flatMap((step, index) => {
    const at = inside(inside(place, 'steps'), index)
    return (isChoice(step) ? readChoice(step, at, changing, mistakes) : readStep(step, at, changing, mistakes)) ?? []
  })
  return {
    ...(variant === undefined ? {} : { variant }),
    ...(versus === undefined ? {} : { versus }),
    ...(own ? { traffic: own } : {}),
    steps: read,
  }
}

function isChoice(step: unknown): boolean {
  return typeof step === 'object' && step !== null && Object.hasOwn(step, 'oneOf')
}

function readChoice(value: unknown, place: Place, known: Switchable, mistakes: Mistakes): TalkChoice | undefined {
  const { atMs, oneOf } = checkFields(CHOICE_FIELDS, value, place, mistakes)
  if (!oneOf) return undefined
  const read = oneOf.map((alternative, index) => {
    const at = inside(inside(place, 'oneOf'), index)
    const steps = check(z.array(z.unknown()).min(1).max(50), asList(alternative), at, mistakes) ?? []
    return steps.flatMap((step, inner) => {
      const here = Array.isArray(alternative) ? inside(at, inner) : at
      return readStep(step, here, known, mistakes, atMs ?? 0) ?? []
    })
  })
  return atMs === undefined ? undefined : { atMs, oneOf: read }
}

function asList(alternative: unknown): unknown {
  return typeof alternative === 'object' && alternative !== null && !Array.isArray(alternative)
    ? [alternative]
    : alternative
}

/** @param fromMs when the choice begins that the step belongs to; undefined: it stands by itself */
function readStep(
  value: unknown,
  place: Place,
  known: Switchable,
  mistakes: Mistakes,
  fromMs?: number,
): TalkStep | undefined {
  const noted = mistakes.count()
  const fields = checkFields(fromMs === undefined ? STEP_FIELDS : INNER_FIELDS, value, place, mistakes)
  const given = typeof value === 'object' && value !== null ? Object.keys(value) : []
  const changes = given.some((key) => OF_CHANGES.includes(key))
  const change = changes ? readChange({ ...fields, atMs: fields.atMs ?? 0 }, place, known, mistakes) : undefined
  const { atMs = fromMs, caption: said } = fields
  if (mistakes.count() > noted || atMs === undefined) return undefined
  if (fromMs !== undefined && atMs < fromMs)
    mistakes.add(inside(place, 'atMs'), `must be at least ${fromMs}, when the choice is made`)
  if (!change && said === undefined) {
    mistakes.add(place, 'says nothing and changes nothing; give a caption, or what changes as in switches')
    return undefined
  }
  return { atMs, ...(said === undefined ? {} : { caption: said }), ...(change ? { change } : {}) }
}

function noteVariant(name: string | undefined, place: Place, { variants }: Switchable, mistakes: Mistakes): void {
  const names = variants?.map((each) => each.name)
  if (name !== undefined && names && !names.includes(name))
    mistakes.add(place, unknownName('variant of this scenario', name, names))
}
