/** What a study compares: the figures of the comparison table, and each broken promise by itself. */

import { INVARIANTS } from '../../core/invariant.ts'
import { REQUEST_KINDS, type RequestKind } from '../../core/purchase.ts'
import type { Quantiles, VariantResult } from '../../core/result.ts'
import { AGREEMENT_STEPS, LOCK_TIMES } from '../agreement.ts'
import { totalViolations } from '../columns.ts'

/** `share`: between 0 and 1. `money`: cents. */
export type Unit = 'count' | 'per-second' | 'ms' | 'money' | 'share'

/** Says that `variant` has that much more, or less, than `reference`; without interval and full stop. */
type Words = (variant: string, amount: string, more: boolean, reference: string) => string

export interface Metric {
  readonly id: string
  /** As in the comparison table. */
  readonly name: string
  readonly unit: Unit
  /** Which direction a shop would want; null: neither is better in itself. */
  readonly better: 'more' | 'less' | null
  /** Compared also where nobody has any of it. */
  readonly always: boolean
  readonly value: (variant: VariantResult) => number | null
  readonly words: Words
}

const moreOrFewer = (more: boolean) => (more ? 'more' : 'fewer')
const longerOrShorter = (more: boolean) => (more ? 'longer' : 'shorter')

function orders(key: keyof VariantResult['orders'], name: string, verb: string, better: Metric['better']): Metric {
  const [does, end = ''] = verb.split('…')
  return {
    id: name.replace(' ', '-'),
    name,
    unit: 'count',
    better,
    always: false,
    value: (variant) => variant.orders[key],
    words: (variant, amount, more, reference) =>
      `${variant} ${does} ${amount} ${moreOrFewer(more)} orders${end} than ${reference}`,
  }
}

function latency(key: 'p50' | 'p99', about: string): Metric {
  return {
    id: key,
    name: `${key} ms`,
    unit: 'ms',
    better: 'less',
    always: false,
    value: (variant) => variant.latencyMs[key],
    words: (variant, amount, more, reference) =>
      `${variant} is ${amount} ${more ? 'slower' : 'faster'} than ${reference} ${about}`,
  }
}

/** A time or a count with a name and no verb of its own. */
function named(
  id: string,
  name: string,
  unit: Unit,
  value: Metric['value'],
  better: Metric['better'] = 'less',
): Metric {
  const words: Words = (variant, amount, more, reference) => {
    const how = unit === 'ms' ? longerOrShorter(more) : more ? 'more' : 'less'
    return `“${name}” of ${variant} is ${amount} ${how} than of ${reference}`
  }
  return { id, name, unit, better, always: false, value, words }
}

function lockTime(id: string, name: string, key: 'p50' | 'p99', of: (variant: VariantResult) => Quantiles): Metric {
  return named(`${id}-${key}`, `${name} ${key} ms`, 'ms', (variant) => of(variant)[key])
}

function focusOf(kind: RequestKind, { kinds }: VariantResult) {
  return kinds.find((each) => each.kind === kind)?.focus
}

function kindMetrics(kind: RequestKind): Metric[] {
  const goodShare = (variant: VariantResult) => {
    const focus = focusOf(kind, variant)
    return focus && focus.arrived > 0 ? focus.good / focus.arrived : null
  }
  return [
    named(`${kind}-good`, `${kind}: good`, 'share', goodShare, 'more'),
    named(`${kind}-p99`, `${kind}: p99 ms`, 'ms', (variant) => focusOf(kind, variant)?.latencyMs.p99 ?? null),
  ]
}

const VIOLATIONS: Metric = {
  id: 'violations',
  name: 'violations',
  unit: 'count',
  better: 'less',
  always: true,
  value: totalViolations,
  words: (variant, amount, more, reference) =>
    `${variant} breaks promises ${amount} ${moreOrFewer(more)} times than ${reference}`,
}

/** In the order in which they are shown. */
export const METRICS: readonly Metric[] = [
  orders('confirmed', 'confirmed', 'confirms', 'more'),
  orders('cancelled', 'cancelled', 'cancels', null),
  orders('refused', 'refused', 'refuses', null),
  orders('failed', 'failed', 'leaves… failed', 'less'),
  orders('inDoubt', 'in doubt', 'leaves… in doubt', 'less'),
  latency('p50', 'at the median'),
  latency('p99', 'at the 99th percentile'),
  {
    ...named('goodput', 'goodput/s', 'per-second', (variant) => variant.goodputPerSecond, 'more'),
    words: (variant, amount, more, reference) =>
      `The goodput of ${variant} is ${amount} a second ${more ? 'higher' : 'lower'} than that of ${reference}`,
  },
  {
    ...named('lost', 'money lost', 'money', (variant) => variant.lossCents),
    always: true,
    words: (variant, amount, more, reference) =>
      `${variant} loses ${amount} ${more ? 'more' : 'less'} than ${reference}`,
  },
  VIOLATIONS,
  ...INVARIANTS.map(
    (name): Metric => ({
      ...named(name, name, 'count', (variant) => variant.violations[name] ?? 0),
      words: (variant, amount, more, reference) =>
        `${variant} violates ${name} ${amount} ${moreOrFewer(more)} times than ${reference}`,
    }),
  ),
  {
    ...named('messages', 'messages/order', 'count', ({ transactions }) => transactions.messagesPerOrder),
    words: (variant, amount, more, reference) =>
      `${variant} needs ${amount} ${moreOrFewer(more)} messages an order than ${reference}`,
  },
  ...LOCK_TIMES.flatMap(({ id, name, of }) => [lockTime(id, name, 'p50', of), lockTime(id, name, 'p99', of)]),
  ...AGREEMENT_STEPS.map(({ id, name, of }) => named(id, name, 'count', of, null)),
  ...REQUEST_KINDS.flatMap(kindMetrics),
]

/** Figures by kind say the same as those above where all requests are of one kind. */
export function isOfKind({ id }: { readonly id: string }): boolean {
  return REQUEST_KINDS.some((kind) => id === `${kind}-good` || id === `${kind}-p99`)
}

/** What one looks at first, the most telling in front. */
export const LEADING: readonly string[] = [
  'lost',
  'violations',
  ...REQUEST_KINDS.map((kind) => `${kind}-good`),
  'confirmed',
  'p99',
  'goodput',
  'p50',
  'messages',
]
