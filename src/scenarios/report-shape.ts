/** The form of the documents that a report is made from, as far as reports read them. */

import { z } from 'zod'
import { BREAKER_STATES } from '../core/dependency.ts'
import { INVARIANTS } from '../core/invariant.ts'
import { MOST_ROWS } from '../core/outcomes.ts'
import { PURCHASE_CLASSES, REQUEST_KINDS } from '../core/purchase.ts'
import { CLAIM_ROLES, MARK_KINDS, MOST_DRAWN, MOST_GROUPS, MOST_LISTED } from '../core/story.ts'
import { RESULT_SHAPE, VARIANT_SHAPE } from './result-shape.ts'

const count = z.int().min(0)
const figure = z.number()
const figures = z.array(figure)
const text = z.string()
const maybe = figure.nullable()
const quantiles = z.looseObject({ p50: maybe, p90: maybe, p99: maybe, max: maybe })
const counts = z.record(text, count)
const invariantName = z.enum(INVARIANTS)

const strike = z.looseObject({ gremlin: text, kind: text, node: text, atMs: figure, purchase: text, effect: text })
const entry = z.looseObject({ atMs: figure, effect: text, kind: text, account: text, amount: figure, unit: text })
const violation = z.looseObject({
  purchase: text.optional(),
  sentence: text,
  rows: z.array(z.looseObject({ service: text, entry })),
  strikes: z.array(strike),
})
const invariant = z.looseObject({
  name: invariantName,
  kind: z.enum(['always', 'eventually']),
  promise: text,
  violations: count,
  subjects: count,
  expected: z.enum(['holds', 'violated', 'allowed']),
  samples: z.array(violation),
})
const kindFigures = { arrived: count, good: count, unanswered: count, latencyMs: quantiles }
const kind = z.looseObject({
  ...kindFigures,
  kind: z.enum(REQUEST_KINDS),
  goodputPerSecond: figure,
  refusals: counts,
  focus: z.looseObject(kindFigures),
  goodput: figures,
})
const breakerChange = z.looseObject({ atMs: figure, state: z.enum(BREAKER_STATES), detail: text })
const dependency = z.looseObject({
  edge: text,
  calls: count,
  failures: counts,
  latencyMs: quantiles,
  refusals: counts,
  refusalReasons: counts,
  retries: count,
  budgetExhausted: count,
  leastBudgetLeft: maybe,
  limit: z.looseObject({ least: figure, most: figure, last: figure }).nullable(),
  probes: z.looseObject({ well: count, ill: count }),
  timeouts: count,
  lateAnswers: count,
  fallbacks: counts,
  hedges: z.looseObject({ sent: count, won: count }),
  waitedMs: quantiles,
  mostInFlight: count,
  mostQueued: count,
  breaker: z.looseObject({ openings: count, openMs: figure, changes: z.array(breakerChange) }).nullable(),
  series: z.looseObject({
    bucketMs: figure,
    calls: figures,
    refused: figures,
    mostInFlight: figures,
    mostQueued: figures,
  }),
})
const loss = { overchargeCents: figure, surplusUnitsCents: figure, chargedWithoutGoodsCents: figure }
const variant = VARIANT_SHAPE.extend({
  latencyBuckets: z.array(z.looseObject({ uptoMs: figure, all: count, confirmed: count })),
  invariants: z.array(invariant),
  loss: z.looseObject({ ...loss, phantomStockCents: figure }),
  expectations: z.array(z.looseObject({ expectation: text, holds: z.boolean(), inconclusive: text.nullable() })),
  series: z.looseObject({
    bucketMs: figure.positive(),
    goodput: figures,
    p50: z.array(maybe),
    p99: z.array(maybe),
    strikes: figures,
    crashes: figures,
  }),
  levels: z
    .looseObject({
      bucketMs: figure.positive(),
      inDoubt: figures,
      lockedStock: figures,
      lockedAccounts: figures,
      away: z.record(text, figures),
    })
    .optional(),
  transactions: z.looseObject({
    inDoubtMs: quantiles,
    lockedStockMs: quantiles,
    lockedAccountMs: quantiles,
    refusedByLock: count,
    compensations: count,
    recoveries: count,
    heuristics: count,
    messagesPerOrder: maybe,
  }),
  kinds: z.array(kind),
  dependencies: z.array(dependency),
})

/** All but `configuration`, which is a scenario. */
export const REPORTED_RESULT = RESULT_SHAPE.extend({ variants: z.array(variant) })

const cite = z.discriminatedUnion('source', [
  z.looseObject({ source: z.literal('ledger'), service: text, seq: count }),
  z.looseObject({ source: z.literal('strike'), gremlin: text, node: text, incarnation: count, atMs: figure }),
  z.looseObject({ source: z.literal('journal'), type: text, node: text, incarnation: count, atMs: figure }),
  z.looseObject({ source: z.literal('buyer'), attempt: count }),
])
const message = z.looseObject({
  from: text,
  to: text,
  kind: z.enum(['request', 'answer']),
  label: text,
  sentMs: figure,
  arrivedMs: maybe,
  lost: text.nullable(),
})
const diagram = z.looseObject({
  lanes: z.array(text).max(20),
  messages: z.array(message).max(MOST_DRAWN),
  marks: z.array(z.looseObject({ lane: text, kind: z.enum(MARK_KINDS), atMs: figure, text })).max(MOST_DRAWN),
  absences: z.array(z.looseObject({ lane: text, fromMs: figure, toMs: maybe })).max(MOST_DRAWN),
  leftOut: count,
})
const claim = z.looseObject({ role: z.enum(CLAIM_ROLES), sentence: text, cites: z.array(cite) })
const group = z.looseObject({
  invariant: invariantName,
  shape: text,
  count,
  purchases: z.array(text).max(MOST_LISTED),
  story: z.looseObject({ purchase: text.nullable(), title: text, proof: z.array(claim), diagram: diagram.nullable() }),
  prevention: z.looseObject({ variant: text, change: text, diagram: diagram.nullable() }).nullable(),
})

/** `stories.json` */
export const REPORTED_STORIES = z.looseObject({
  schemaVersion: z.literal(1),
  variants: z.array(
    z.looseObject({ variant: text, groups: z.array(group).max(MOST_GROUPS * INVARIANTS.length), untold: count }),
  ),
})

const cell = z.looseObject({
  class: z.enum(PURCHASE_CLASSES).nullable(),
  broken: z.array(invariantName),
  strikes: count,
  latencyMs: maybe,
})
const row = z.looseObject({
  purchase: text,
  kind: z.enum(REQUEST_KINDS),
  intendedMs: figure,
  product: text,
  quantity: count,
  amountCents: figure,
  cells: z.array(cell.nullable()),
})

/** `outcomes.json` */
export const REPORTED_OUTCOMES = z.looseObject({
  schemaVersion: z.literal(1),
  total: count,
  differing: count,
  rule: text,
  variants: z.array(text),
  rows: z.array(row).max(MOST_ROWS),
})
