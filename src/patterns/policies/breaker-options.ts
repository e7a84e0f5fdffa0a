import { z } from 'zod'

const ratio = z.number().gt(0).max(1)
/** A verdict over fewer completed calls would be one over chance. */
const minimumCalls = z.int().min(1).max(100_000).default(10)
const windowMs = z.number().positive().default(10_000)

/** Longer ones no timer bears: opossum would be open for no time at all. */
const aTimeMs = z
  .number()
  .positive()
  .max(2 ** 31 - 1)

const openGrowth = z.strictObject({
  /** Each opening without a close in between lasts so many times the one before. */
  factor: z.number().min(1).max(100).default(2),
  mostMs: aTimeMs.default(300_000),
  /** `full`: anywhere between nothing and that period. `none`: exactly that period. */
  jitter: z.enum(['full', 'none']).default('full'),
})

const common = {
  mode: z.enum(['normal', 'forced-open', 'disabled']).default('normal'),
  openMs: aTimeMs.default(30_000),
  openGrowth: openGrowth.optional(),
}

const ours = {
  engine: z.literal('ours').default('ours'),
  ...common,
  /** Calls let through while half-open. All of them must succeed. */
  trials: z.int().min(1).max(100_000).default(3),
  /** How long to be half-open without a verdict before opening again. */
  mostHalfOpenMs: z.number().positive().default(10_000),
}

const byTrip = z.discriminatedUnion('trip', [
  z.strictObject({
    ...ours,
    trip: z.literal('consecutive-failures').default('consecutive-failures'),
    /** Reached is enough. */
    failures: z.int().min(1).default(5),
  }),
  z.strictObject({
    ...ours,
    trip: z.literal('count-window'),
    size: z.int().min(1).max(100_000).default(20),
    failureRatio: ratio.default(0.5),
    minimumCalls,
  }),
  z.strictObject({ ...ours, trip: z.literal('time-window'), windowMs, failureRatio: ratio.default(0.5), minimumCalls }),
  z.strictObject({
    ...ours,
    trip: z.literal('slow-calls'),
    slowMs: z.number().positive(),
    slowRatio: ratio.default(0.5),
    /** Where given, failures trip it as well. */
    failureRatio: ratio.optional(),
    windowMs,
    minimumCalls,
  }),
])

const withOpossum = z.strictObject({
  engine: z.literal('opossum'),
  ...common,
  trip: z.literal('time-window').default('time-window'),
  windowMs,
  /** How many steps the window ages in. */
  buckets: z.int().min(1).max(1_000).default(10),
  /** More than this, not reached. */
  failureRatio: ratio.default(0.5),
  minimumCalls,
  /** opossum's own timeout. Without one a trial that hangs wedges it. */
  timeoutMs: aTimeMs.default(10_000),
})

/** A breaker that says nothing of an engine is ours; one that says nothing of a trip counts failures in a row. */
export const breakerOptions = z.discriminatedUnion('engine', [byTrip, withOpossum])

export type BreakerOptions = z.output<typeof breakerOptions>
export type OpossumOptions = z.output<typeof withOpossum>
export type OurOptions = z.output<typeof byTrip>
export type OpenGrowth = z.output<typeof openGrowth>

type OnlyTrip<T> = T extends unknown ? Omit<T, keyof typeof ours> : never
/** What says when to trip, and nothing else. */
export type TripOptions = OnlyTrip<OurOptions>
