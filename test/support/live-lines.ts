/** Journal lines by hand for what is collected live, and the moments at which it is looked at. */

import type { JournalLine } from '../../src/core/event.ts'
import type { VariantView } from '../../src/core/live.ts'
import type { Variant } from '../../src/core/pattern.ts'
import type { Scenario } from '../../src/core/scenario.ts'
import { type Collector, collectVariant } from '../../src/live/collect-variant.ts'
import type { Moment } from '../../src/live/moment.ts'
import { buildScenario, START_MS } from './build-facts.ts'
import { line, variantOf } from './journal-by-hand.ts'

/** As `afterMs`, what is known beside the journals. */
function momentAt(afterMs: number, more: Partial<Moment> = {}): Moment {
  return {
    nowMs: START_MS + afterMs,
    trafficStartMs: START_MS,
    planned: 100,
    phase: 'traffic',
    ghost: false,
    trafficOn: true,
    away: [],
    gremlins: [],
    soFar: { violations: [], lossCents: 0, latest: null },
    policies: [],
    workflow: { current: 'sequential', choices: ['sequential'] },
    verdict: null,
    ...more,
  }
}

export interface Watched extends Collector {
  /** Each after the start, in milliseconds. */
  tell(...lines: readonly JournalLine[]): void
  at(afterMs: number, more?: Partial<Moment>): VariantView
  texts(afterMs: number): string[]
}

export function watch(variant: Partial<Variant> = {}, scenario: Partial<Scenario> = {}): Watched {
  const collector = collectVariant({ scenario: buildScenario(scenario), variant: variantOf(variant) })
  const at = (afterMs: number, more?: Partial<Moment>) => collector.view(momentAt(afterMs, more))
  return {
    ...collector,
    tell: (...lines) => lines.forEach(collector.line),
    at,
    texts: (afterMs) => at(afterMs).feed.map(({ text }) => text),
  }
}

/** A call that comes to a node and is answered. */
export function served(node: string, fromMs: number, tookMs: number, purchase = 'p-1', incarnation = 1): JournalLine[] {
  const about = { operation: 'do', effect: 'charge', purchase }
  return [
    line(node, fromMs, { ...about, type: 'received', attempt: 1, key: null }, incarnation),
    line(node, fromMs + tookMs, { ...about, type: 'answered', status: 200, reason: null }, incarnation),
  ]
}

export function strike(
  node: string,
  afterMs: number,
  more: Record<string, unknown> = {},
  incarnation = 1,
): JournalLine {
  const about = { operation: 'do', effect: 'charge', purchase: 'p-17', attempt: 1 }
  const by = { gremlin: `dropped-answer@${node}`, kind: 'dropped-answer', fatal: false, takes: [] }
  return line(node, afterMs, { type: 'strike', ...about, ...by, ...more }, incarnation)
}

export function policy(edge: string, afterMs: number, what: string, more: Record<string, unknown> = {}): JournalLine {
  const said = { type: 'policy', policy: 'breaker', edge, what, detail: '', effect: 'charge' }
  return line(edge.split('→')[0] ?? edge, afterMs, { ...said, ...more })
}

export function order(
  purchase: string,
  afterMs: number,
  state: string,
  more: Record<string, unknown> = {},
): JournalLine {
  return line('order', afterMs, {
    type: 'order',
    purchase,
    effect: 'order',
    order: `o-${purchase}`,
    state,
    reason: null,
    ...more,
  })
}

export function buyer(
  purchase: string,
  afterMs: number,
  type: string,
  more: Record<string, unknown> = {},
): JournalLine {
  return line('traffic', afterMs, { type, purchase, effect: 'order', attempt: 1, key: null, reason: null, ...more })
}
