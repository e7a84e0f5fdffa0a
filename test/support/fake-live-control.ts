/** A run that does not run: it remembers what it was told, and says what a test has it say. */

import type { ControlOptions } from '../../src/control/options.ts'
import type { Change } from '../../src/core/change.ts'
import {
  ChangeRefused,
  type FeedLine,
  type GremlinView,
  type LiveControl,
  type Snapshot,
  type VariantView,
} from '../../src/core/live.ts'
import { SERVICES } from '../../src/core/topology.ts'

export const TOKEN = 'a-token-for-tests-only'
export const BEARER = { authorization: `Bearer ${TOKEN}` }

export interface FakeLiveControl extends LiveControl {
  /** Everything that was asked for and done, as it came. */
  readonly done: string[]
  readonly changes: { readonly changes: readonly Change[]; readonly ttlMs: number | undefined }[]
  /** How many watch at the moment. */
  watchers(): number
  /** Shows a snapshot that differs in this from the one before. */
  show(more: Partial<Snapshot>, variant?: Partial<VariantView>): void
  /** From now on nothing can be changed or saved, for these reasons. */
  refuse(reasons: readonly string[]): void
}

export function fakeLiveControl(): FakeLiveControl {
  let snapshot = exampleSnapshot()
  let refusals: readonly string[] = []
  const sees = new Set<(snapshot: Snapshot) => void>()
  const done: string[] = []
  const changes: FakeLiveControl['changes'] = []
  const act = (what: string) => {
    if (refusals.length > 0) throw new ChangeRefused(refusals)
    done.push(what)
  }
  return {
    done,
    changes,
    watchers: () => sees.size,
    show(more, variant = {}) {
      const variants = snapshot.variants.map((each, index) => (index === 0 ? { ...each, ...variant } : each))
      snapshot = { ...snapshot, variants, ...more }
      for (const see of sees) see(snapshot)
    },
    refuse(reasons) {
      refusals = reasons
    },
    snapshot: () => snapshot,
    watch(see) {
      sees.add(see)
      return () => sees.delete(see)
    },
    change(wanted, ttlMs) {
      act('change')
      changes.push({ changes: wanted, ttlMs })
    },
    reset: () => act('reset'),
    restart: () => act('restart'),
    takeOver: () => act('take-over'),
    async save() {
      act('save')
      return 'reports/prime-day/saved.yaml'
    },
    end: () => act('end'),
  }
}

/** The options that go with it: a catalogue of two gremlins, one of which must be told how long. */
export function fakeOptions(): ControlOptions {
  return {
    token: TOKEN,
    catalogue: {
      gremlins: [
        { gremlin: 'delay', summary: 'The answer comes late.', place: 'call', options: { type: 'object' } },
        { gremlin: 'crash', summary: 'The process dies.', place: 'point', options: { type: 'object' } },
      ],
      services: [...SERVICES],
      edges: ['order→payment'],
      operations: ['do'],
      points: ['before-work'],
      workflows: ['sequential'],
    },
    checkGremlin(setting) {
      if (setting.gremlin === 'crash') return { setting }
      if (setting.gremlin !== 'delay') return { reasons: [`there is no gremlin '${setting.gremlin}'`] }
      const { ms = 100, ...unknown } = setting.options
      const reasons = Object.keys(unknown).map((key) => `options.${key}: is not known here`)
      if (typeof ms !== 'number') reasons.push('options.ms: must be a number')
      return reasons.length > 0 ? { reasons } : { setting: { ...setting, options: { ms } } }
    },
  }
}

export function feedLine(atMs: number, text = `line at ${atMs}`): FeedLine {
  return { atMs, kind: 'strike', text }
}

export function exampleSnapshot(): Snapshot {
  return {
    schemaVersion: 1,
    scenario: 'prime-day',
    title: 'Prime day',
    seed: 7,
    mode: 'real',
    currency: 'USD',
    variants: [exampleVariant('retry+key'), { ...exampleVariant('naive'), ghost: true }],
    caption: null,
    notice: null,
  }
}

function exampleVariant(name: string): VariantView {
  return {
    name,
    summary: 'Asks again, under the same key.',
    phase: 'traffic',
    elapsedMs: 12_345,
    ghost: false,
    trafficOn: true,
    services: [
      view('order', 'up', [3.5, null, 4.25]),
      view('payment', 'slow', [900]),
      view('bank', 'restarting', [null]),
      view('fx', 'down', []),
    ],
    breakers: [
      { edge: 'order→payment', policy: 'breaker', state: 'open', halfOpenInMs: 1_500 },
      { edge: 'payment→bank', policy: 'breaker', state: 'closed', halfOpenInMs: null },
    ],
    compartments: [
      { edge: 'order→payment', inFlight: 3, limit: 10, queued: 1 },
      { edge: 'payment→bank', inFlight: 1, limit: null, queued: 0 },
    ],
    orders: { planned: 200, arrived: 90, open: 4, confirmed: 80, pending: 1, cancelled: 2, refused: 2, failed: 1 },
    goodputPerSecond: 48.6,
    latencyMs: { p50: 12.5, p99: null },
    soFar: { violations: [{ invariant: 'charged-at-most-once', count: 2 }], lossCents: 59_900, latest: 'p-17' },
    gremlins: [gremlin('delay@payment', 'delay', 'scheduled'), gremlin('night', 'crash', 'off')],
    policies: [
      { policy: 'breaker', edges: ['order→payment', 'payment→bank'], on: true },
      { policy: 'rate-limit', edges: ['door'], on: false },
    ],
    workflow: { current: 'sequential', choices: ['sequential', 'saga'] },
    feed: [feedLine(100), { ...feedLine(200, 'breaker opens on order→payment'), kind: 'breaker' }],
    verdict: null,
  }
}

function view(
  service: (typeof SERVICES)[number],
  state: 'up' | 'slow' | 'down' | 'restarting',
  latencyMs: (number | null)[],
) {
  return { service, state, ratePerSecond: 50, latencyMs, inFlight: 2, strikes: 5, incarnation: 2 }
}

function gremlin(name: string, kind: string, state: GremlinView['state']): GremlinView {
  return { name, gremlin: kind, on: 'payment', state, probability: 0.3, tosses: 40, strikes: 12, endsInMs: null }
}
