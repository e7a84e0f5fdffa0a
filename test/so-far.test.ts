/** The audit while it runs says at the end what the audit says: over whole runs of shipped scenarios in the virtual world. */

import { describe, expect, it } from 'vitest'
import type { PurchaseRecord } from '../src/audit/audit.ts'
import { openSoFar, type SoFarAudit } from '../src/audit/so-far.ts'
import { KNOWN_SO_FAR } from '../src/audit/so-far-judge.ts'
import { keyedDraw } from '../src/core/draw.ts'
import { SERVICES } from '../src/core/topology.ts'
import { runTrial } from '../src/scenarios/trial.ts'
import { loadText, SHIPPED_TEXT, shippedScenario } from './support/shipped-scenarios.ts'

const RUNS: Readonly<Record<string, readonly string[]>> = {
  'schrodingers-warehouse': ['naive', 'retry', 'retry+key', 'saga'],
  'last-console': ['naive', 'saga'],
  'impatient-buyer': ['retry', 'retry+key'],
}
const STEPS_A_LOOK = 100

type Step = { readonly atMs: number; tell(audit: SoFarAudit): void }

/** What each file would say, in its own order. */
function sourcesOf(records: readonly PurchaseRecord[]): Step[][] {
  const rows = SERVICES.map((service) =>
    records
      .flatMap((record) => record.rows[service])
      .sort((a, b) => a.seq - b.seq)
      .map((entry): Step => ({ atMs: entry.atMs, tell: (audit) => audit.entry(service, entry) })),
  )
  const told = records
    .flatMap((record) => record.told)
    .sort((a, b) => a.atMs - b.atMs)
    .map((one): Step => ({ atMs: one.atMs, tell: (audit) => audit.told(one) }))
  const wanted = records.flatMap(({ wanted: one }): Step[] =>
    one ? [{ atMs: 0, tell: (audit) => audit.wanted(one) }] : [],
  )
  return [...rows, told, wanted]
}

/** Small steps from one source or another, with looks in between; some sources run far ahead of others. */
function feed(audit: SoFarAudit, sources: readonly Step[][], seed: number): number {
  const draw = keyedDraw(seed)
  let waiting = sources.map((steps) => steps.values())
  let nowMs = 0
  for (let step = 0; waiting.length > 0; step++) {
    const source = waiting[Math.floor(draw('source', 'order', '', '', step) * waiting.length)]
    const next = source?.next()
    if (next?.done) waiting = waiting.filter((each) => each !== source)
    if (!next?.value) continue
    nowMs = Math.max(nowMs, next.value.atMs)
    next.value.tell(audit)
    if (step % STEPS_A_LOOK === 0) audit.look(nowMs)
  }
  return nowMs
}

describe.each(Object.entries(RUNS))('%s', (name, variants) => {
  const scenario = loadText(SHIPPED_TEXT).short.get(name) ?? shippedScenario(name)

  it.each(variants)('%s: what is known so far becomes what the audit finds', async (variant) => {
    const records: PurchaseRecord[] = []
    const { outcome } = await runTrial({ scenario, variant, seed: 42 }, { onPurchase: (one) => records.push(one) })
    const byId = new Map(records.map((record) => [record.id, record]))
    const expected = KNOWN_SO_FAR.flatMap((invariant) => {
      const count = outcome.violations[invariant]
      return count > 0 ? [{ invariant, count }] : []
    })
    for (const mostSettled of [2_000, 10]) {
      const audit = openSoFar({ scenario, mostSettled, reread: (id) => byId.get(id) })
      const nowMs = feed(audit, sourcesOf(records), mostSettled)
      expect(audit.look(nowMs, true)).toMatchObject({ violations: expected, lossCents: outcome.lossCents })
      expect(audit.missed()).toBe(0)
    }
    if (variant === 'naive') expect(expected.length).toBeGreaterThan(0)
  })
})
