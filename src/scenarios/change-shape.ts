/** The form of changes in a stored result: those of its scenario, and those that were made by hand. */

import { z } from 'zod'
import { OPERATIONS } from '../core/call.ts'
import { POINTS } from '../core/point.ts'
import { EDGES, SERVICES } from '../core/topology.ts'
import { GREMLIN_FIELDS, SCENARIO_FIELDS, SWITCH_FIELDS } from './file/schema.ts'

const options = z.record(z.string(), z.unknown())
const milliseconds = SCENARIO_FIELDS.restartAfterMs.unwrap()

export const GREMLIN_SHAPE = z.strictObject({
  name: GREMLIN_FIELDS.name.unwrap(),
  gremlin: z.string(),
  on: z.enum(SERVICES),
  operations: z.array(z.enum(OPERATIONS)),
  purchases: z.array(z.string()).max(1_000),
  attempts: z.array(z.int().min(1)).max(1_000),
  at: z.array(z.enum(POINTS)),
  probability: GREMLIN_FIELDS.probability.unwrap(),
  fromMs: milliseconds,
  toMs: milliseconds.nullable(),
  options,
})

const { atMs } = SWITCH_FIELDS
const probability = SWITCH_FIELDS.probability.unwrap().exactOptional()
const policy = z.strictObject({ policy: z.string(), edge: z.enum([...EDGES, 'door']).nullable(), on: z.boolean() })
const scheduled = z.literal(true).exactOptional()
const gremlin = z.strictObject({ gremlin: z.string(), on: z.boolean(), probability, scheduled })
const workflow = z.strictObject({ workflow: z.strictObject({ workflow: z.string(), options }) })
const traffic = z.strictObject({ traffic: z.enum(['on', 'off']) })
/** What only somebody who watches can do. */
const byHand = gremlin.extend({ setting: GREMLIN_SHAPE.exactOptional() })

/** A change without its time. */
export const CHANGE_SHAPE = z.union([policy, gremlin, workflow, traffic])

/** A scenario's. */
export const SWITCHES_SHAPE = z
  .array(z.union([policy, gremlin, workflow, traffic].map((each) => each.extend({ atMs }))))
  .max(1_000)

/** A variant's, made by hand. */
export const CHANGES_SHAPE = z
  .array(z.union([policy, byHand, workflow, traffic].map((each) => each.extend({ atMs }))))
  .max(1_000)
