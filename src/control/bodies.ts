/** The form of each body, as `docs/openapi-control.yaml` has it. */

import { z } from 'zod'
import { type JsonObject, OPERATIONS } from '../core/call.ts'
import { POINTS } from '../core/point.ts'
import { EDGES, SERVICES } from '../core/topology.ts'
import { MOST_CHANGES, MOST_LISTED, MOST_TTL_MS } from './limits.ts'

const NAME_RULE = 'must be 1 to 60 of a-z, 0-9, + . _ - and begin with a letter or digit'
const NAME = /^[a-z0-9][a-z0-9+._-]{0,59}$/
/** As scenario files have them: such a name, or one that was made of it for a service. */
const GREMLIN_NAME = new RegExp(`^[a-z0-9][a-z0-9+._-]{0,59}(?:@(?:${SERVICES.join('|')})(?:-[0-9]{1,3})?)?$`)

const name = z.string().regex(NAME, { message: NAME_RULE })
export const GREMLIN_NAME_FORM = z.string().regex(GREMLIN_NAME, { message: `${NAME_RULE}; @ and a service may follow` })
export const POLICY_NAME_FORM = name

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
/** Whatever JSON has parsed is JSON: only that it is an object is left to look at. */
const options = z.custom<JsonObject>(isObject, { message: 'must be an object' })
/** `->` can be typed on any keyboard. */
const edge = z.preprocess(
  (value) => (typeof value === 'string' ? value.replace('->', '→') : value),
  z.enum([...EDGES, 'door']),
)
const probability = z.number().min(0).max(1)
const ttlMs = z.int().min(1).max(MOST_TTL_MS)
const workflow = z.strictObject({ workflow: name, options: options.default({}) })

const SETTING_FIELDS = {
  gremlin: name,
  on: z.enum(SERVICES),
  options: options.default({}),
  probability: probability.default(1),
  operations: z.array(z.enum(OPERATIONS)).max(OPERATIONS.length).default([]),
  at: z.array(z.enum(POINTS)).max(POINTS.length).default([]),
  purchases: z
    .array(z.string().regex(/^p-[1-9][0-9]{0,6}$/, { message: 'must be the id of a purchase, such as p-1' }))
    .max(MOST_LISTED)
    .default([]),
  attempts: z.array(z.int().min(1).max(MOST_LISTED)).max(MOST_LISTED).default([]),
}
/** Fields of a whole setting; with none of them a body is about the gremlin that is there. */
export const SETTING_KEYS: readonly string[] = Object.keys(SETTING_FIELDS).filter((key) => key !== 'probability')

const SWITCHED_FIELDS = { enabled: z.boolean().default(true), ttlMs: ttlMs.optional() }

export const GREMLIN_SETTING_FORM = z.strictObject({ ...SETTING_FIELDS, ...SWITCHED_FIELDS })
export const GREMLIN_SWITCH_FORM = z.strictObject({ ...SWITCHED_FIELDS, probability: probability.optional() })
export const POLICY_FORM = z.strictObject({ on: z.boolean(), edge: edge.nullable().default(null) })
export const WORKFLOW_FORM = workflow
export const TRAFFIC_FORM = z.strictObject({ on: z.boolean() })
export const NO_BODY_FORM = z.strictObject({}).optional()
export const EVENTS_QUERY_FORM = z.strictObject({ only: z.enum(['snapshot', 'feed']).optional() })

export const CHANGES_FORM = z.strictObject({
  changes: z.array(z.unknown()).min(1).max(MOST_CHANGES),
  ttlMs: ttlMs.optional(),
})

const time = z.number().min(0).max(MOST_TTL_MS)
/** What a change is about is told by which of these it has. */
export const CHANGE_FORMS = {
  policy: z.strictObject({ policy: name, edge: edge.nullable().default(null), on: z.boolean() }),
  gremlin: z.strictObject({
    gremlin: GREMLIN_NAME_FORM,
    on: z.boolean(),
    probability: probability.optional(),
    setting: z
      .strictObject({
        name: GREMLIN_NAME_FORM.optional(),
        ...SETTING_FIELDS,
        fromMs: time.default(0),
        toMs: time.nullable().default(null),
      })
      .optional(),
  }),
  workflow: z.strictObject({ workflow }),
  traffic: z.strictObject({ traffic: z.enum(['on', 'off']) }),
}
