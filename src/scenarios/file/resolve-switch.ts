/** Switches of a scenario: what is changed, where and when. */

import type { Change, GremlinChange, PolicyChange, Switch, WorkflowChange } from '../../core/change.ts'
import type { GremlinSetting } from '../../core/gremlin.ts'
import type { Variant } from '../../core/pattern.ts'
import { EDGES } from '../../core/topology.ts'
import { POLICIES } from '../../patterns/policies/catalogue.ts'
import { standsIn } from '../missed-switches.ts'
import { workflowChoices } from '../workflow-choices.ts'
import { type Checked, checkFields, lookUp } from './check.ts'
import { inside, type Mistakes, type Place } from './mistakes.ts'
import { unknownName } from './nearest.ts'
import { edgeNamed, readWorkflow } from './resolve-variant.ts'
import { SWITCH_FIELDS } from './schema.ts'

const DOOR = 'door'

/** What a switch may be about; each names one of them. */
const KINDS = ['policy', 'gremlin', 'workflow', 'traffic'] as const
type Kind = (typeof KINDS)[number]
type Fields = Checked<typeof SWITCH_FIELDS>

/** Which further fields go with each kind. */
const BELONG: Readonly<Record<Kind, readonly (keyof Fields)[]>> = {
  policy: ['edge', 'on'],
  gremlin: ['on', 'probability', 'scheduled'],
  workflow: [],
  traffic: [],
}

/** What a change may name. Undefined: not all of it is known. */
export interface Switchable {
  readonly variants: readonly Variant[] | undefined
  readonly gremlins: readonly GremlinSetting[] | undefined
}

/** Reads the list. */
export function readSwitches(
  values: readonly unknown[],
  place: Place,
  known: Switchable,
  mistakes: Mistakes,
): Switch[] {
  return values.flatMap((value, index) => readSwitch(value, inside(place, index), known, mistakes) ?? [])
}

function readSwitch(value: unknown, place: Place, known: Switchable, mistakes: Mistakes): Switch | undefined {
  const noted = mistakes.count()
  const fields = checkFields(SWITCH_FIELDS, value, place, mistakes)
  const change = readChange(fields, place, known, mistakes)
  if (fields.atMs === undefined || mistakes.count() > noted) return undefined
  return change && { atMs: fields.atMs, ...change }
}

/** Notes what is wrong with the change that the fields make; undefined: then, and where there is none. */
export function readChange(fields: Fields, place: Place, known: Switchable, mistakes: Mistakes): Change | undefined {
  const named = KINDS.filter((kind) => fields[kind] !== undefined)
  const [kind] = named
  if (!kind) {
    mistakes.add(place, `must name what changes: one of ${KINDS.join(', ')}`)
    return undefined
  }
  if (named.length > 1) mistakes.add(place, `names ${named.join(' and ')}; make a switch of its own for each`)
  for (const field of ['edge', 'on', 'probability', 'scheduled'] as const) {
    if (fields[field] === undefined || BELONG[kind].includes(field)) continue
    mistakes.add(inside(place, field), `means nothing for a ${kind}; remove it`, 'key')
  }
  if (kind === 'traffic') return fields.traffic && { traffic: fields.traffic }
  if (kind === 'workflow') return readWorkflowChange(fields.workflow, inside(place, 'workflow'), known, mistakes)
  return kind === 'policy'
    ? readPolicyChange(fields, place, known, mistakes)
    : readGremlinChange(fields, place, known, mistakes)
}

function readOn({ on }: Fields, place: Place, mistakes: Mistakes): boolean | undefined {
  if (on === undefined) mistakes.add(inside(place, 'on'), 'is missing; give true or false')
  return on
}

function readPolicyChange(
  fields: Fields,
  place: Place,
  { variants }: Switchable,
  mistakes: Mistakes,
): PolicyChange | undefined {
  const { policy = '', edge: written } = fields
  const noted = mistakes.count()
  const edge = written === undefined ? null : written === DOOR ? DOOR : edgeNamed(written)
  if (edge === undefined && written !== undefined)
    mistakes.add(inside(place, 'edge'), unknownName('edge', written, [...EDGES, DOOR]))
  const namePlace = inside(place, 'policy')
  lookUp(POLICIES, { name: policy, namePlace, namePart: 'value' }, 'policy', mistakes)
  const on = readOn(fields, place, mistakes)
  if (mistakes.count() > noted || edge === undefined || on === undefined) return undefined
  if (variants && !variants.some((variant) => standsIn(variant, { policy, edge }))) {
    const where = edge === null ? '' : edge === DOOR ? ' at its door' : ` on ${edge}`
    const remedy = edge === null ? 'add it to one, or remove this' : 'remove the edge to mean all, or remove this'
    mistakes.add(namePlace, `no variant of this scenario has ${policy}${where}; ${remedy}`)
  }
  return { policy, edge, on }
}

function readGremlinChange(
  fields: Fields,
  place: Place,
  { gremlins }: Switchable,
  mistakes: Mistakes,
): GremlinChange | undefined {
  const { gremlin = '', probability, scheduled } = fields
  const names = gremlins?.map(({ name }) => name)
  if (names && !names.includes(gremlin))
    mistakes.add(inside(place, 'gremlin'), unknownName('gremlin of this scenario', gremlin, names))
  if (scheduled) {
    for (const field of ['on', 'probability'] as const) {
      if (fields[field] === undefined) continue
      mistakes.add(inside(place, field), 'means nothing for a gremlin that goes by its own times; remove it', 'key')
    }
    return { gremlin, on: true, scheduled }
  }
  const on = readOn(fields, place, mistakes)
  if (on === false && probability !== undefined)
    mistakes.add(inside(place, 'probability'), 'means nothing for a gremlin that is held back; remove it', 'key')
  return on === undefined ? undefined : { gremlin, on, ...(probability === undefined ? {} : { probability }) }
}

function readWorkflowChange(
  value: unknown,
  place: Place,
  { variants }: Switchable,
  mistakes: Mistakes,
): WorkflowChange | undefined {
  const workflow = readWorkflow(value, place, mistakes)
  if (!workflow) return undefined
  for (const variant of variants ?? []) {
    const choices = workflowChoices(variant)
    if (choices.includes(workflow.workflow)) continue
    const other = choices.length === 0 ? 'leave it as it is' : `choose one of ${choices.join(', ')}`
    mistakes.add(place, `${variant.name} cannot go by ${workflow.workflow} as it is made; ${other}`)
  }
  return { workflow }
}
