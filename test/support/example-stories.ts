/** Stories and outcomes to try reports on; they belong to `exampleResult()`. */

import type { OutcomeCell, OutcomeRow, Outcomes } from '../../src/core/outcomes.ts'
import type { Diagram, Stories, Story } from '../../src/core/story.ts'
import { exampleResult } from './example-result.ts'

const ask = (from: string, to: string, label: string, sentMs: number, arrivedMs: number | null, lost: string | null) =>
  ({ from, to, kind: 'request', label, sentMs, arrivedMs, lost }) as const
const answer = (
  from: string,
  to: string,
  label: string,
  sentMs: number,
  arrivedMs: number | null,
  lost: string | null,
) => ({ from, to, kind: 'answer', label, sentMs, arrivedMs, lost }) as const

const TWICE: Diagram = {
  lanes: ['buyer', 'order', 'inventory'],
  messages: [
    ask('buyer', 'order', 'place order', 0, 0.3, null),
    ask('order', 'inventory', 'do deduct', 0.4, 0.7, null),
    answer('inventory', 'order', 'connection lost', 0.9, null, 'dropped-answer@inventory'),
    ask('order', 'inventory', 'do deduct, try 2', 29.8, 30.9, null),
    answer('inventory', 'order', '200', 31, 33.1, null),
    answer('order', 'buyer', '201 confirmed', 35.8, 36.2, null),
  ],
  marks: [
    { lane: 'inventory', kind: 'strike', atMs: 0.7, text: 'dropped-answer strikes' },
    { lane: 'inventory', kind: 'commit', atMs: 0.8, text: 'do deduct is durable' },
    { lane: 'order', kind: 'belief', atMs: 1.2, text: 'perhaps it happened (reset)' },
    { lane: 'order', kind: 'policy', atMs: 1.2, text: 'retry: another attempt follows' },
    { lane: 'inventory', kind: 'commit', atMs: 30.9, text: 'do deduct is durable' },
    { lane: 'inventory', kind: 'fact', atMs: 36.2, text: '2 rows deduct 1 console each' },
  ],
  absences: [{ lane: 'inventory', fromMs: 1, toMs: 28 }],
  leftOut: 0,
}

const ONCE: Diagram = {
  ...TWICE,
  marks: TWICE.marks.map((mark) => (mark.kind === 'fact' ? { ...mark, text: '1 row deduct 1 console' } : mark)),
  absences: [],
}

function storyOf(purchase: string): Story {
  return {
    purchase,
    title: `${purchase} was deducted twice`,
    proof: [
      {
        role: 'believed',
        sentence: 'The order service took the first deduction to be uncertain.',
        cites: [{ source: 'journal', type: 'heard', node: 'order', incarnation: 1, atMs: 1_800_000_000_001.2 }],
      },
      {
        role: 'because',
        sentence: 'It heard a reset after 0.9 ms and asked again.',
        cites: [{ source: 'journal', type: 'sent', node: 'order', incarnation: 1, atMs: 1_800_000_000_029.8 }],
      },
      {
        role: 'fact',
        sentence: 'Inventory has two entries of 1 console each, under two keys.',
        cites: [
          { source: 'ledger', service: 'inventory', seq: 7 },
          { source: 'ledger', service: 'inventory', seq: 9 },
        ],
      },
      { role: 'therefore', sentence: 'Two consoles left the shelf for one purchase.', cites: [] },
      {
        role: 'cause',
        sentence: 'dropped-answer@inventory took away the answer to the first request.',
        cites: [
          {
            source: 'strike',
            gremlin: 'dropped-answer@inventory',
            node: 'inventory',
            incarnation: 1,
            atMs: 1_800_000_000_000.7,
          },
        ],
      },
      { role: 'missing', sentence: 'No idempotency key travels: the second request is a second deduction.', cites: [] },
    ],
    diagram: TWICE,
  }
}

/** One group for each violated invariant of each variant of the example. */
export function exampleStories(): Stories {
  const { scenario, seed, mode, variants } = exampleResult()
  return {
    schemaVersion: 1,
    scenario,
    seed,
    mode,
    variants: variants.map(({ name, invariants }) => ({
      variant: name,
      groups: invariants
        .filter(({ violations }) => violations > 0)
        .map(({ name: invariant, violations, samples }) => {
          const purchases = samples.flatMap(({ purchase }) => purchase ?? [])
          const [first] = purchases
          return {
            invariant,
            shape: `a purchase broke ${invariant}`,
            count: violations,
            purchases,
            story: first
              ? storyOf(first)
              : { purchase: null, title: `${invariant} is broken`, proof: [], diagram: null },
            prevention: first
              ? { variant: variants.at(-1)?.name ?? name, change: 'it sends an idempotency key', diagram: ONCE }
              : null,
          }
        }),
      untold: 0,
    })),
  }
}

const FINE: OutcomeCell = { class: 'confirmed', broken: [], strikes: 0, latencyMs: 36.2 }
const TWICE_DEDUCTED: OutcomeCell = { class: 'confirmed', broken: ['deducted-at-most-once'], strikes: 1, latencyMs: 52 }
const GONE: OutcomeCell = { class: 'in-doubt', broken: ['no-order-lost'], strikes: 2, latencyMs: null }
const REFUSED: OutcomeCell = { class: 'refused', broken: [], strikes: 0, latencyMs: 12.5 }

function rowOf(index: number, variants: number): OutcomeRow {
  const cells = Array.from({ length: variants }, (_, at) => {
    if (index % 7 === 3 && at < variants - 1) return TWICE_DEDUCTED
    if (index % 11 === 5 && at === 0) return GONE
    if (index % 13 === 8) return REFUSED
    return index % 29 === 17 && at === 1 ? null : FINE
  })
  return {
    purchase: `p-${index + 1}`,
    kind: 'order',
    intendedMs: 10 * index,
    product: 'console',
    quantity: 1,
    amountCents: 50_000,
    cells,
  }
}

/** @param purchases how many there are, all of them rows */
export function exampleOutcomes(purchases = 40): Outcomes {
  const variants = exampleResult().variants.map(({ name }) => name)
  const rows = Array.from({ length: purchases }, (_, index) => rowOf(index, variants.length))
  const differs = ({ cells: [first, ...others] }: OutcomeRow) =>
    others.some((cell) => cell?.class !== first?.class) || [first, ...others].some((cell) => cell?.broken.length)
  return {
    schemaVersion: 1,
    total: purchases,
    differing: rows.filter(differs).length,
    rule: `All ${purchases} purchases.`,
    variants,
    rows,
  }
}
