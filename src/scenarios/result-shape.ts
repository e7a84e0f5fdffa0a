/** The form of `result.json`, as far as a run that is to be had again is set beside it. */

import { z } from 'zod'
import { INVARIANTS } from '../core/invariant.ts'
import { VERDICTS } from '../core/result.ts'
import { CHANGES_SHAPE } from './change-shape.ts'

const count = z.int().min(0)
const figure = z.number().min(0)
const quantile = z.number().nullable()
const quantiles = z.looseObject({ p50: quantile, p90: quantile, p99: quantile, max: quantile })
const counts = z.record(z.string(), count)
const list = z.array(z.looseObject({}))
const verdict = z.enum(VERDICTS)

const gremlin = z.looseObject({
  name: z.string(),
  gremlin: z.string(),
  on: z.string(),
  tossed: count,
  strikes: count,
  applies: z.boolean(),
})
/** Lists are looked into where they are shown, in `report-shape.ts`. */
export const VARIANT_SHAPE = z.looseObject({
  name: z.string(),
  summary: z.string(),
  verdict,
  reasons: z.array(z.string()),
  orders: z.looseObject({
    arrived: count,
    confirmed: count,
    cancelled: count,
    refused: count,
    failed: count,
    inDoubt: count,
  }),
  latencyMs: quantiles,
  latencyConfirmedMs: quantiles,
  latencyBuckets: list,
  scheduleErrorMs: quantiles,
  arrivalWindowMs: figure,
  goodputPerSecond: figure,
  gremlins: z.array(gremlin),
  // An invariant that is newer than the run has nothing to be compared with.
  violations: z.record(z.enum(INVARIANTS), count),
  invariants: list,
  lossCents: z.number(),
  loss: z.looseObject({}),
  expectations: list,
  refreshes: count,
  toldPending: count,
  series: z.looseObject({}),
  restarts: counts,
  unexplainedDeaths: counts,
  quietAfterMs: z.number().nullable(),
  transactions: z.looseObject({}),
  kinds: list,
  dependencies: list,
  changes: CHANGES_SHAPE.exactOptional(),
})

/** All but `configuration`, which is a scenario. */
export const RESULT_SHAPE = z.looseObject({
  schemaVersion: z.literal(1),
  scenario: z.string(),
  title: z.string(),
  about: z.string(),
  seed: count,
  flags: z.array(z.string()),
  mode: z.enum(['real', 'virtual']),
  calibration: z.string().exactOptional(),
  verdict,
  interrupted: z.string().nullable(),
  error: z.string().nullable(),
  baseCurrency: z.string(),
  variants: z.array(VARIANT_SHAPE),
  configuration: z.looseObject({}),
})
