/** Policies taken out and put back while the traffic goes on. */

import { beforeAll, expect, it } from 'vitest'
import type { JournalLine } from '../../src/core/event.ts'
import { linesOf, type Run, readJournals, readRows, run } from '../support/runs.ts'
import { expecting, gremlin, smallScenario, VARIANTS } from '../support/scenarios.ts'

const OFF_AT_MS = 600
const PER_SECOND = 50
const [first, second] = [VARIANTS.key, { ...VARIANTS.key, name: 'once more' }]

/** Payment fails every first attempt, so that an order is confirmed with `retry` and not without. */
const scenario = smallScenario({
  traffic: { orders: 60, ratePerSecond: PER_SECOND, mostUnits: 1 },
  buyers: { patienceMs: 10_000, refreshes: 0, pauseMs: 50 },
  gremlins: [
    gremlin('error-answer', 'payment', { attempts: [1] }),
    gremlin('crash-after-commit', 'inventory', { purchases: ['p-50'], attempts: [1] }),
  ],
  switches: [{ atMs: OFF_AT_MS, policy: 'retry', edge: null, on: false }],
  variants: [first, second],
  expectations: Object.fromEntries([first, second].map(({ name }) => [name, expecting([])])),
})

let ran: Run
/** Of the traffic, by variant. */
const startMs: Record<string, number> = {}
beforeAll(async () => {
  ran = await run(scenario, {
    onDriven(name, { startedAtMs }) {
      startMs[name] = startedAtMs
    },
  })
})

/**
 * Purchases whose first charge was sent before the order service had heard of the switch, and after: when that is, and who has come
 * by then, is up to the machine.
 */
function chargesAround(name: string) {
  const lines = readJournals(ran.folder, name).filter(({ node, incarnation }) => node === 'order' && incarnation === 1)
  const atMs = switchedIn(lines).find(({ edge }) => edge === 'order→payment')?.atMs ?? Number.NaN
  const charges = linesOf(lines, 'sent').filter(({ effect, attempt }) => effect === 'charge' && attempt === 1)
  const purchasesOf = (sent: typeof charges) => sent.map(({ purchase }) => purchase)
  return {
    before: purchasesOf(charges.filter((sent) => sent.atMs < atMs)),
    after: purchasesOf(charges.filter((sent) => sent.atMs > atMs)),
  }
}

function switchedIn(lines: readonly JournalLine[]) {
  return linesOf(lines, 'policy').filter(({ what }) => what === 'switched')
}

it.each([first.name, second.name])('%s begins with everything on, and goes on without what was taken out', (name) => {
  expect(ran.result.error).toBeNull()
  const rows = readRows(ran.folder, name, 'traffic', "SELECT purchase FROM told WHERE status = 'confirmed'")
  const confirmed = new Set(rows.map(({ purchase }) => String(purchase)))
  const { before, after } = chargesAround(name)
  expect(before.length).toBeGreaterThan(5)
  expect(before.filter((purchase) => !confirmed.has(purchase))).toEqual([])
  expect(after.length).toBeGreaterThan(5)
  expect(after.filter((purchase) => confirmed.has(purchase))).toEqual([])
})

it('is taken out at its time, and not before', () => {
  const lines = readJournals(ran.folder, first.name)
  for (const { atMs } of switchedIn(lines)) {
    // Each process reads the machine's clock once, at its start, and counts from there.
    expect(atMs - startMs[first.name]!).toBeGreaterThan(OFF_AT_MS - 5)
  }
})

it('is told by every service that has the policy, and no call in flight is lost', () => {
  const lines = readJournals(ran.folder, first.name)
  const edges = new Set(switchedIn(lines).map(({ edge }) => edge))
  expect(edges).toContain('order→payment')
  expect(edges).toContain('bank→payment')
  for (const line of switchedIn(lines)) expect(line).toMatchObject({ policy: 'retry', amount: 0, detail: 'off' })
  const { quietAfterMs, orders } = ran.result.variants[0]!
  expect(quietAfterMs).not.toBeNull()
  expect(orders).toMatchObject({ arrived: 60, inDoubt: 0 })
})

it('is remembered for a service that comes back', () => {
  const again = switchedIn(readJournals(ran.folder, first.name)).filter(({ incarnation }) => incarnation > 1)
  expect(again.map(({ node, edge, amount }) => ({ node, edge, amount }))).toEqual([
    { node: 'inventory', edge: 'inventory→order', amount: 0 },
  ])
})
