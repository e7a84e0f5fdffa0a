/** Scenario files that the pages show: what can be copied from them loads. */

import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { mistakesIn } from './support/scenario-text.ts'
import { loadText } from './support/shipped-scenarios.ts'

/** The first YAML below the heading, as values. */
function exampleOf(page: string, heading: string): Record<string, unknown> {
  const text = readFileSync(new URL(`../docs/${page}`, import.meta.url), 'utf8')
  const [, below = ''] = text.split(`\n${heading}\n`)
  const [, yaml = ''] = /```yaml\n([\s\S]*?)```/.exec(below) ?? []
  const values: unknown = parse(yaml)
  if (typeof values !== 'object' || values === null) throw new Error(`${page} has no example below ${heading}`)
  return values as Record<string, unknown>
}

/** A file with a scenario in which all that the switches of docs/scenario-file.md name is there. */
function fileWith(more: object): string {
  const edge = ['idempotency-key', { breaker: { failures: 5, openMs: 1_000 } }, { timeout: { afterMs: 500 } }]
  const mine = {
    title: 'Mine',
    products: { console: { priceCents: 50_000, stock: 1_000 } },
    accounts: { alice: { currency: 'USD', openingCents: 1_000_000 } },
    traffic: { orders: 1_000, ratePerSecond: 50 },
    gremlins: [{ latency: { on: 'bank', fromMs: 50, toMs: 90 } }],
    variants: ['keyed'],
    ...more,
  }
  const keyed = {
    workflow: { sequential: { stock: 'reserve' } },
    participants: { keys: 'required' },
    buyer: { key: 'per-purchase' },
    edges: { '*': ['idempotency-key'], 'order->payment': edge },
  }
  return JSON.stringify({ version: 1, variants: { keyed }, scenarios: { mine } })
}

describe('docs/scenario-file.md', () => {
  const { switches } = exampleOf('scenario-file.md', '### Switches')

  it('shows switches of every kind, which load as they stand there', () => {
    expect(mistakesIn(fileWith({ switches }))).toEqual([])
    const [scenario] = loadText(fileWith({ switches })).scenarios
    expect(scenario?.switches).toHaveLength((switches as unknown[]).length)
    for (const kind of ['policy', 'gremlin', 'workflow', 'traffic'])
      expect(scenario?.switches.some((each) => kind in each)).toBe(true)
  })

  it('would not do so with a word that nobody knows', () => {
    const wrong = (switches as object[]).map((each) => ('traffic' in each ? { ...each, traffic: 'shut' } : each))
    expect(mistakesIn(fileWith({ switches: wrong })).join('\n')).toContain('traffic')
  })
})
