/** A result to try reports on in which services agree before they act: votes, locks, compensations, a gremlin that does not apply. */

import type { Quantiles, Result, Transactions, VariantResult } from '../../src/core/result.ts'
import { exampleResult, NO_TRANSACTIONS } from './example-result.ts'

function quantiles(p50: number, p99: number): Quantiles {
  return { p50, p90: (p50 + p99) / 2, p99, max: p99 * 1.2 }
}

const SKETCHES: readonly { name: string; summary: string; transactions: Transactions }[] = [
  {
    name: 'retry+key',
    summary: 'One step after the other, without undo.',
    transactions: { ...NO_TRANSACTIONS, messagesPerOrder: 6.204 },
  },
  {
    name: '2pc',
    summary: 'Everybody votes, then everybody does it.',
    transactions: {
      inDoubtMs: quantiles(8.43, 1_432.6),
      lockedStockMs: quantiles(9.12, 1_390),
      lockedAccountMs: quantiles(5.5, 1_204),
      refusedByLock: 17,
      compensations: 0,
      recoveries: 11,
      heuristics: 2,
      messagesPerOrder: 14.96,
    },
  },
  {
    name: 'saga',
    summary: 'One step after the other, undone backwards.',
    transactions: { ...NO_TRANSACTIONS, compensations: 41, recoveries: 9, messagesPerOrder: 9.1 },
  },
]

/** Three variants: one that neither votes nor undoes, one that votes, one that undoes. */
export function agreementResult(): Result {
  const result = exampleResult()
  const [, , , best] = result.variants
  const variants: VariantResult[] = SKETCHES.map((sketch) => ({
    ...(best as VariantResult),
    ...sketch,
    gremlins: (best as VariantResult).gremlins.map((gremlin) =>
      gremlin.name === 'till-dies' && sketch.name !== '2pc'
        ? { ...gremlin, tossed: 0, strikes: 0, applies: false }
        : gremlin,
    ),
  }))
  return { ...result, scenario: 'all-or-nothing', title: 'All or nothing', verdict: 'PASS', variants }
}
