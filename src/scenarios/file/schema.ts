/** The form of a scenario file, field by field. Names that come from catalogues are checked where they are resolved. */

import { z } from 'zod'
import { OPERATIONS } from '../../core/call.ts'
import { INVARIANTS } from '../../core/invariant.ts'
import { KEY_MODES } from '../../core/pattern.ts'
import { POINTS } from '../../core/point.ts'
import { ORDERS_ONLY, REQUEST_KINDS } from '../../core/purchase.ts'
import { SERVICES } from '../../core/topology.ts'
import { MOST_ORDERS, MOST_RATE_PER_SECOND } from './limits.ts'

/** Names become folder names and command-line words. Some are taken: by a run's own files, its link, the baselines, and the bank. */
export const NAME =
  /^(?!(?:latest|baselines)$)(?!merchant-)(?!.*\.(?:json|html|png|xml|md|half)$)[a-z0-9][a-z0-9+._-]{0,59}$/
export const NAME_RULE =
  "must be 1 to 60 of a-z, 0-9, + . _ - and begin with a letter or digit (not 'latest', 'baselines', 'merchant-…', or a name ending in .json, .html, .png, .xml, .md or .half)"

/** Of a gremlin: such a name, or one that was made of it for each service. */
const GREMLIN_NAME = new RegExp(`^[a-z0-9][a-z0-9+._-]{0,59}(?:@(?:${SERVICES.join('|')})(?:-[0-9]{1,3})?)?$`)

const MOST_MS = 3_600_000
const MOST_LISTED = 1_000
const MOST_VISITS = 10_000
const MOST_STRIKES = 10_000

const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/
export const text = (most: number) =>
  z
    .string()
    .max(most)
    .refine((value) => !CONTROL.test(value), { message: 'must not contain control characters' })
const delayMs = z.int().min(0).max(MOST_MS)
const positiveMs = z.int().min(1).max(MOST_MS)
const ratePerSecond = z.number().min(0).max(MOST_RATE_PER_SECOND)
const weight = z.number().min(0).max(1_000_000).default(1)
const share = z.number().min(0).max(1_000_000).default(0)
const currency = z
  .string()
  .regex(/^[A-Z]{3}$/, { message: 'must be a currency code of three capital letters, such as EUR' })
const itemName = z.string().regex(NAME, { message: NAME_RULE })
const window = z
  .strictObject({ fromMs: delayMs.default(0), toMs: positiveMs.nullable().default(null) })
  .refine(({ fromMs, toMs }) => toMs === null || toMs > fromMs, { path: ['toMs'], message: 'must be more than fromMs' })

export const FILE_FIELDS = {
  version: z.literal(1),
  variants: z.record(z.string(), z.unknown()).default({}),
  scenarios: z.record(z.string(), z.unknown()),
}

const purchaseId = z.string().regex(/^p-[1-9][0-9]{0,6}$/, { message: 'must be the id of a purchase, such as p-1' })
const visit = z.strictObject({ purchase: purchaseId, atMs: z.number().min(0).max(MOST_MS).default(0) })

const products = z.record(
  itemName,
  z.strictObject({ priceCents: z.int().min(1).max(100_000_000), stock: z.int().min(0).max(1_000_000_000), weight }),
)
const accounts = z.record(
  itemName,
  z.strictObject({ currency, openingCents: z.int().min(0).max(1_000_000_000_000), weight }),
)
const traffic = z.strictObject({
  orders: z.int().min(1).max(MOST_ORDERS),
  arrivals: z.enum(['poisson', 'paced']).default('poisson'),
  ratePerSecond,
  shape: z.unknown().optional(),
  mostUnits: z.int().min(1).max(1_000).default(1),
  mix: z
    .strictObject({ order: share, stock: share, notification: share, payment: share })
    .refine((shares) => Object.values(shares).some((each) => each > 0), { message: 'must have a share above 0' })
    .default(ORDERS_ONLY),
  exactly: z.array(visit).min(1).max(MOST_VISITS).optional(),
})
const capacity = z.partialRecord(
  z.enum(SERVICES),
  z.strictObject({
    concurrency: z.int().min(1).max(10_000),
    serviceTimeMs: z.number().min(0).max(60_000).default(0),
    queue: z.int().min(0).max(50_000).default(1_000),
  }),
)
const buyers = z
  .strictObject({
    patienceMs: positiveMs.default(2_000),
    refreshes: z.int().min(0).max(100).default(0),
    pauseMs: delayMs.default(100),
  })
  .prefault({})

const LEAST_WINDOW_MS = 20
const MOST_EXPLORED_ORDERS = 10_000
const ascending = ({ from, to }: { readonly from: number; readonly to: number }) => to >= from
const NOT_ASCENDING = { path: ['to'], message: 'must be at least from' }
const someOrders = z.int().min(1).max(MOST_EXPLORED_ORDERS)
const factor = z.number().min(0.001).max(1_000)
/** Bounds of what `explore` draws; what is left out has a default there. */
const explore = z.strictObject({
  gremlins: z.enum(['own', 'general', 'all']).exactOptional(),
  orders: z.strictObject({ from: someOrders, to: someOrders }).refine(ascending, NOT_ASCENDING).exactOptional(),
  rateFactor: z.strictObject({ from: factor, to: factor }).refine(ascending, NOT_ASCENDING).exactOptional(),
  mostProbability: z.number().min(0.001).max(1).exactOptional(),
  mostDelayMs: positiveMs.exactOptional(),
  mostWindowMs: z.int().min(LEAST_WINDOW_MS).max(MOST_MS).exactOptional(),
})

/** Of a scenario; what holds names (`variants`, `gremlins`, `quiz` and the like) is looked into one by one. */
export const SCENARIO_FIELDS = {
  title: text(200).min(1),
  about: text(5_000).default(''),
  baseCurrency: currency.default('USD'),
  products,
  accounts,
  rates: z.record(currency, z.number().min(0.000_001).max(1_000_000)).default({}),
  traffic,
  buyers,
  deadlineMs: positiveMs.default(5_000),
  restartAfterMs: delayMs.default(300),
  quietWithinMs: positiveMs.default(10_000),
  capacity: capacity.default({}),
  focus: window.prefault({}),
  switches: z.array(z.unknown()).max(1_000).default([]),
  gremlins: z.array(z.unknown()).max(100).default([]),
  strikes: z.array(z.unknown()).max(MOST_STRIKES).optional(),
  seed: z.int().min(0).optional(),
  variants: z.array(z.unknown()).min(1).max(20),
  expect: z.record(z.string(), z.unknown()).default({}),
  explore: explore.optional(),
  quiz: z.array(z.unknown()).min(1).max(10).optional(),
  script: z.unknown(),
}

export const SHAPES = {
  constant: z.strictObject({}),
  ramp: z.strictObject({ toPerSecond: ratePerSecond }),
  spike: z
    .strictObject({ spikePerSecond: ratePerSecond, fromMs: delayMs, toMs: positiveMs })
    .refine(({ fromMs, toMs }) => toMs > fromMs, { path: ['toMs'], message: 'must be more than fromMs' }),
}

/** What every gremlin has; a gremlin's own options stand beside these. */
export const GREMLIN_FIELDS = {
  name: z.string().regex(GREMLIN_NAME, { message: NAME_RULE }).optional(),
  on: z.unknown(),
  operations: z.array(z.enum(OPERATIONS)).min(1).optional(),
  purchases: z.array(purchaseId).min(1).max(MOST_LISTED).optional(),
  at: z.array(z.enum(POINTS)).min(1).optional(),
  attempts: z.array(z.int().min(1).max(MOST_LISTED)).min(1).max(MOST_LISTED).optional(),
  probability: z.number().min(0).max(1).default(1),
  window: window.optional(),
}

/** One coin that comes up. Effects and the rest depend on the gremlin; see `resolve-strike.ts`. */
export const STRIKE_FIELDS = {
  gremlin: z.string(),
  purchase: purchaseId.optional(),
  operation: z.enum(OPERATIONS).optional(),
  effect: z.string().optional(),
  attempt: z.int().min(1).max(1_000_000).default(1),
  at: z.enum(POINTS).optional(),
}

/** Of `policy`, `gremlin`, `workflow` and `traffic` each has one; see `resolve-switch.ts`. */
export const SWITCH_FIELDS = {
  atMs: delayMs,
  policy: z.string().optional(),
  edge: z.string().optional(),
  gremlin: z.string().optional(),
  workflow: z.unknown().optional(),
  traffic: z.enum(['on', 'off']).optional(),
  on: z.boolean().optional(),
  probability: z.number().min(0).max(1).optional(),
  scheduled: z.literal(true).optional(),
}

export const VARIANT_FIELDS = {
  summary: text(300).optional(),
  extends: z.string().optional(),
  workflow: z.unknown(),
  edges: z.record(z.string(), z.unknown()).optional(),
  door: z.array(z.unknown()).max(20).optional(),
  participants: z
    .strictObject({
      keys: z.enum(KEY_MODES).optional(),
      history: z.enum(['inline', 'outbox']).optional(),
      holds: z.enum(['counted', 'ignored']).optional(),
      reservationMs: positiveMs.nullable().optional(),
    })
    .optional(),
  buyer: z.strictObject({ key: z.enum(['none', 'per-attempt', 'per-purchase']).optional() }).optional(),
  gremlins: z.enum(['all', 'none']).optional(),
}

const invariants = z.array(z.enum(INVARIANTS)).default([])
const bound = z.number().min(0).max(Number.MAX_SAFE_INTEGER).optional()
const goodShare = z.number().min(0).max(1).optional()
/** On one kind of request, over the scenario's focus. */
const kindBounds = z.strictObject({ goodShareAtLeast: goodShare, goodShareAtMost: goodShare, p99MsAtMost: bound })
export const EXPECTATION_FIELDS = {
  holds: invariants,
  violated: invariants,
  allowed: invariants,
  goodputPerSecondAtLeast: bound,
  p50MsAtMost: bound,
  p99MsAtMost: bound,
  confirmedAtLeast: bound,
  lossCentsAtMost: bound,
  refusedAtMost: bound,
  failedAtMost: bound,
  failedAtLeast: bound,
  refusedByLockAtLeast: bound,
  refusedByLockAtMost: bound,
  kinds: z.partialRecord(z.enum(REQUEST_KINDS), kindBounds).default({}),
}
