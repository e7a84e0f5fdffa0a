import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Snapshot, VariantView } from '../core/live.ts'
import { AT_FIRST } from './desk.ts'
import { cellsOf } from './line.ts'
import { paint } from './paint.ts'
import { screenLines } from './screen.ts'

const PLAIN = { color: false, ascii: false }

describe('any snapshot', () => {
  const text = fc.string({ unit: 'binary', maxLength: 40 })
  const figure = fc.oneof(fc.integer({ min: 0, max: 2_000_000 }), fc.double(), fc.constant(0))
  const few = <T>(one: fc.Arbitrary<T>) => fc.array(one, { maxLength: 12 })
  const variant: fc.Arbitrary<VariantView> = fc.record({
    name: text,
    summary: text,
    phase: fc.constantFrom('starting' as const, 'traffic' as const, 'over' as const),
    elapsedMs: figure,
    ghost: fc.boolean(),
    trafficOn: fc.boolean(),
    services: few(
      fc.record({
        service: fc.constantFrom('order' as const, 'notification' as const),
        state: fc.constantFrom('up' as const, 'slow' as const, 'down' as const, 'restarting' as const),
        ratePerSecond: figure,
        latencyMs: few(fc.option(figure)),
        inFlight: figure,
        strikes: figure,
        incarnation: figure,
      }),
    ),
    breakers: few(
      fc.record({
        edge: text,
        policy: text,
        state: fc.constantFrom('closed' as const, 'open' as const, 'half-open' as const),
        halfOpenInMs: fc.option(figure),
      }),
    ),
    compartments: few(fc.record({ edge: text, inFlight: figure, limit: fc.option(figure), queued: figure })),
    orders: fc.record({
      planned: figure,
      arrived: figure,
      open: figure,
      confirmed: figure,
      pending: figure,
      cancelled: figure,
      refused: figure,
      failed: figure,
    }),
    goodputPerSecond: figure,
    latencyMs: fc.record({ p50: fc.option(figure), p99: fc.option(figure) }),
    soFar: fc.record({
      violations: few(fc.record({ invariant: fc.constant('money-conserved' as const), count: figure })),
      lossCents: figure,
      latest: fc.option(text),
    }),
    gremlins: few(
      fc.record({
        name: text,
        gremlin: text,
        on: fc.constant('bank' as const),
        state: fc.constantFrom('scheduled' as const, 'on' as const, 'off' as const),
        probability: figure,
        tosses: figure,
        strikes: figure,
        endsInMs: fc.option(figure),
      }),
    ),
    policies: few(
      fc.record({
        policy: text,
        edges: fc.subarray(['order→payment' as const, 'door' as const, 'payment→bank' as const]),
        on: fc.boolean(),
      }),
    ),
    workflow: fc.record({ current: text, choices: few(text) }),
    feed: few(fc.record({ atMs: figure, kind: fc.constantFrom('strike' as const, 'violation' as const), text })),
    verdict: fc.option(fc.constantFrom('PASS' as const, 'FAIL' as const)),
  })
  const snapshots: fc.Arbitrary<Snapshot> = fc.record({
    schemaVersion: fc.constant(1 as const),
    scenario: text,
    title: text,
    seed: fc.integer(),
    mode: fc.constantFrom('real' as const, 'virtual' as const),
    currency: text,
    variants: fc.array(variant, { maxLength: 3 }),
    caption: fc.option(text),
    notice: fc.option(text),
  })

  it('stays within any window, and says nothing that a terminal obeys', () => {
    const windows = fc.record({ columns: fc.integer({ min: 1, max: 220 }), rows: fc.integer({ min: 1, max: 70 }) })
    const states = fc.record({ help: fc.boolean(), details: fc.constantFrom('feed' as const, 'calls' as const) })
    const large = windows.map(({ columns, rows }) => ({ columns: columns + 80, rows: rows + 24 }))
    fc.assert(
      fc.property(snapshots, fc.oneof(windows, large), states, (snapshot, size, state) => {
        const lines = screenLines({ ...AT_FIRST, ...state, snapshot }, size)
        expect(lines.length).toBeLessThan(size.rows)
        for (const line of lines) {
          expect(cellsOf(line)).toBeLessThanOrEqual(size.columns)
          expect(paint(line, PLAIN)).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/)
        }
      }),
      { numRuns: 100 },
    )
  }, 120_000)
})
