/** Snapshots by hand: a run in which much goes wrong, one beside another, and one that nobody should trust. */

import type { GremlinView, PolicyView, ServiceView, Snapshot, VariantView } from '../../src/core/live.ts'
import { SERVICES } from '../../src/core/topology.ts'

/** A wave of latencies, so that sparklines have something to show. */
function latencies(baseMs: number): (number | null)[] {
  return Array.from({ length: 60 }, (_, at) => Math.round(baseMs * (1 + (at % 12) / 6) * 10) / 10)
}

const services: readonly ServiceView[] = SERVICES.map((service, at) => ({
  service,
  state: 'up',
  ratePerSecond: 49.8 - at * 3,
  latencyMs: latencies(4 + at * 6),
  inFlight: at,
  strikes: 0,
  incarnation: 1,
}))

const gremlins: readonly GremlinView[] = [
  {
    name: 'slow-bank',
    gremlin: 'latency',
    on: 'bank',
    state: 'scheduled',
    probability: 0.2,
    tosses: 400,
    strikes: 81,
    endsInMs: null,
  },
  {
    name: 'lost-answers',
    gremlin: 'lose-answer',
    on: 'payment',
    state: 'off',
    probability: 0.05,
    tosses: 900,
    strikes: 0,
    endsInMs: null,
  },
  {
    name: 'crash',
    gremlin: 'crash',
    on: 'payment',
    state: 'on',
    probability: 1,
    tosses: 3,
    strikes: 2,
    endsInMs: 12_300,
  },
]

const policies: readonly PolicyView[] = [
  { policy: 'timeout', edges: ['order→inventory', 'order→payment'], on: true },
  { policy: 'retry', edges: ['order→payment'], on: false },
  { policy: 'bulkhead', edges: ['order→payment'], on: true },
  { policy: 'breaker', edges: ['order→payment', 'payment→bank'], on: true },
]

export const exampleVariant: VariantView = {
  name: 'bulkhead+breaker',
  summary: 'a pool of its own for each dependency, and a breaker',
  phase: 'traffic',
  elapsedMs: 42_100,
  ghost: false,
  trafficOn: true,
  services: services.map((one) => {
    if (one.service === 'payment') return { ...one, state: 'down', ratePerSecond: 0, strikes: 2, incarnation: 3 }
    if (one.service === 'bank') return { ...one, state: 'slow', latencyMs: latencies(900), strikes: 81 }
    return one.service === 'fx' ? { ...one, state: 'restarting', latencyMs: [12, null, null] } : one
  }),
  breakers: [
    { edge: 'order→payment', policy: 'breaker', state: 'open', halfOpenInMs: 3_200 },
    { edge: 'payment→bank', policy: 'breaker', state: 'half-open', halfOpenInMs: null },
  ],
  compartments: [
    { edge: 'order→payment', inFlight: 10, limit: 10, queued: 3 },
    { edge: 'order→inventory', inFlight: 2, limit: null, queued: 0 },
    { edge: 'payment→bank', inFlight: 4, limit: 10, queued: 0 },
  ],
  orders: {
    planned: 2400,
    arrived: 1203,
    open: 12,
    confirmed: 1100,
    pending: 3,
    cancelled: 40,
    refused: 30,
    failed: 18,
  },
  goodputPerSecond: 48.2,
  latencyMs: { p50: 24, p99: 3_210 },
  soFar: {
    violations: [
      { invariant: 'charged-at-most-once', count: 2 },
      { invariant: 'never-oversold', count: 1 },
    ],
    lossCents: 11_250,
    latest: 'p-1187',
  },
  gremlins,
  policies,
  workflow: { current: 'saga', choices: ['saga', 'sequential', '2pc'] },
  feed: [
    { atMs: 30_000, kind: 'caption', text: 'Now the bank gets slow.' },
    { atMs: 38_200, kind: 'change', text: 'retry was taken out' },
    { atMs: 40_000, kind: 'strike', text: 'slow-bank delayed a call of p-1187 at bank by 2 s' },
    { atMs: 41_000, kind: 'service', text: 'payment was killed by crash' },
    { atMs: 41_500, kind: 'breaker', text: 'the breaker on order→payment opened' },
    { atMs: 42_000, kind: 'violation', text: 'p-1187 was charged twice' },
  ],
  verdict: null,
}

export const exampleSnapshot: Snapshot = {
  schemaVersion: 1,
  scenario: 'prime-day',
  title: 'Prime Day: the warehouse is slow',
  seed: 42,
  mode: 'real',
  currency: 'EUR',
  variants: [exampleVariant],
  caption: null,
  notice: null,
}

/** Nothing is broken, nothing was switched. */
export const calmVariant: VariantView = {
  ...exampleVariant,
  name: 'saga',
  services,
  breakers: [],
  compartments: [],
  soFar: { violations: [], lossCents: 0, latest: null },
  feed: [],
}

/** A variant beside the recording of another. */
export const twoVariants: Snapshot = {
  ...exampleSnapshot,
  variants: [exampleVariant, { ...calmVariant, name: 'naive', ghost: true, gremlins: [], policies: [] }],
}

/** Moves the cursor, recolours, turns the writing around, sets the window's title, and is wide. */
export const HOSTILE_TEXT =
  '\u001b[2J\u001b[31mred\u0007\u202eevil\u001b]0;title\u0007\r\n\tx\u0085\u{1f600}漢字e\u0301\u200b'

/** The same text wherever a file or a service says something. */
export const hostileSnapshot: Snapshot = {
  ...exampleSnapshot,
  scenario: HOSTILE_TEXT,
  title: HOSTILE_TEXT,
  currency: HOSTILE_TEXT,
  caption: HOSTILE_TEXT,
  notice: HOSTILE_TEXT,
  variants: [
    {
      ...exampleVariant,
      name: HOSTILE_TEXT,
      breakers: [{ edge: HOSTILE_TEXT, policy: HOSTILE_TEXT, state: 'open', halfOpenInMs: 1 }],
      soFar: { ...exampleVariant.soFar, latest: HOSTILE_TEXT },
      gremlins: gremlins.map((one) => ({ ...one, name: HOSTILE_TEXT, gremlin: HOSTILE_TEXT })),
      policies: policies.map((one) => ({ ...one, policy: HOSTILE_TEXT })),
      workflow: { current: HOSTILE_TEXT, choices: [HOSTILE_TEXT] },
      feed: [{ atMs: 1, kind: 'strike', text: HOSTILE_TEXT }],
    },
  ],
}
