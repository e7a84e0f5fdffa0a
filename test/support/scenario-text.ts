/** A small scenario file that is right, and ways of making it wrong. */

import { type Document, parseDocument } from 'yaml'
import { loadScenarios } from '../../src/scenarios/file/load.ts'
import { formatMistake } from '../../src/scenarios/file/mistakes.ts'

export const GOOD = `version: 1
variants:
  naive: { workflow: { sequential: { stock: ask-then-deduct } } }
  retry: { edges: { '*': [retry: { maxAttempts: 3 }] } }
scenarios:
  one:
    title: One
    products: { console: { priceCents: 50000, stock: 10 } }
    accounts: { alice: { currency: USD, openingCents: 100000 } }
    traffic: { orders: 10, ratePerSecond: 5 }
    gremlins:
      - latency: { on: payment, fromMs: 5, toMs: 9 }
    variants: [naive, retry]
`

/** The good file with one thing changed; `path` as in yaml's `setIn`. */
export function changed(path: readonly (string | number)[], value: unknown): string {
  const document: Document = parseDocument(GOOD)
  document.setIn(path, document.createNode(value))
  return document.toString()
}

export function mistakesIn(text: string): string[] {
  const loaded = loadScenarios(text, 'my.yaml')
  return loaded.ok ? [] : loaded.mistakes.map(formatMistake)
}

/** The good file's scenario as plain values. */
export function sample(): Record<string, unknown> {
  return (parseDocument(GOOD).toJS() as { scenarios: { one: Record<string, unknown> } }).scenarios.one
}
