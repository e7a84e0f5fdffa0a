/** Inventory and payment are away for a while, and the order service dies meanwhile: orders are pending, and then they end. */

import { beforeAll, describe, expect, it } from 'vitest'
import type { Laboratory } from '../../src/runtime/real/laboratory.ts'
import { type Cell, type CellResult, runCells } from '../support/cells.ts'
import { publishedLedger } from '../support/http.ts'
import { lookUntil, rowsBelow, violatedIn } from '../support/runs.ts'
import { loadText } from '../support/shipped-scenarios.ts'

const ORDERS = 150
/** An outage of 4.5 s makes nobody wait for its end. Measured where the order service lives: who meets a dead one waits for that. */
const ANSWERED_WITHIN_MS = 4_000
/** How many orders have come when the order service is killed from outside. */
const KILLED_AT = 75

const SHOP = `products: { console: { priceCents: 50000, stock: 100000 } }
    accounts: { alice: { currency: USD, openingCents: 1000000000 }, bob: { currency: EUR, openingCents: 1000000000 } }
    rates: { EUR: 0.92 }
    traffic: { orders: ${ORDERS}, ratePerSecond: 30, arrivals: paced }
    buyers: { patienceMs: 5000, refreshes: 50, pauseMs: 200 }
    quietWithinMs: 20000`

/** Who is away refuses at once: the timeouts are for a machine that is busy, on which two tries have to be enough to undo a step. */
const TEXT = `version: 1
variants:
  with-pending:
    # Two outages and several deaths, each of which may cost a try.
    workflow: { sequential-with-pending: { tries: 10, mostPauseMs: 2000 } }
    participants: { keys: required, history: outbox }
    buyer: { key: per-purchase }
    edges:
      '*':
        - idempotency-key
        - retry: { maxAttempts: 2, baseDelayMs: 50 }
        - timeout: { afterMs: 2000 }
      'order→inventory': &steps
        - fallback: { answer: pending }
        - idempotency-key
        - retry: { maxAttempts: 2, baseDelayMs: 50 }
        - timeout: { afterMs: 2000 }
      'order→payment': *steps
  impatient:
    extends: with-pending
    workflow: { sequential-with-pending: { tries: 2, firstPauseMs: 50 } }
scenarios:
  short-outages:
    title: Inventory and then payment are away, and the order service dies
    ${SHOP}
    gremlins:
      - outage: { on: inventory, window: { fromMs: 500, toMs: 2000 } }
      - outage: { on: payment, window: { fromMs: 3000, toMs: 4500 } }
      # All deaths come after the first outage: a service that is slow to come back shall not sleep through it.
      - crash: { on: order, at: [between-steps], purchases: [p-70, p-120], attempts: [1] }
    variants: [with-pending]
  long-outage:
    title: Payment is away for longer than a pending order is tried
    ${SHOP}
    gremlins:
      - outage: { on: payment, window: { fromMs: 500, toMs: 5000 } }
    variants: [impatient]
`

async function killWhilePaymentIsAway({ ports, pids }: Laboratory): Promise<void> {
  await lookUntil(
    async () => {
      // Who is dead answers nobody.
      const entries = await publishedLedger(ports.order).catch(() => [])
      return entries.filter(({ kind }) => kind === 'accepted').length
    },
    (accepted) => accepted >= KILLED_AT,
    20_000,
  )
  const pid = pids().order
  if (pid === undefined) throw new Error('the order service has no process')
  process.kill(pid, 'SIGKILL')
}

let results: Map<string, CellResult>
const resultOf = (name: string) => results.get(name) as CellResult

beforeAll(async () => {
  const cells = loadText(TEXT).scenarios.map((scenario): Cell => {
    const { name } = scenario
    return name === 'short-outages' ? { name, scenario, meanwhile: killWhilePaymentIsAway } : { name, scenario }
  })
  results = await runCells(cells, { laboratories: 1 })
})

/** Every answer, in the order in which buyers heard them. */
function toldIn({ folder }: CellResult) {
  const rows = rowsBelow(folder, 'traffic', 'SELECT * FROM told ORDER BY at_ms')
  return rows.map(({ purchase, status, reason }) => ({ purchase: String(purchase), status, reason }))
}

function endsOf({ folder }: CellResult): string[] {
  const rows = rowsBelow(folder, 'order', "SELECT purchase, kind FROM ledger WHERE kind <> 'accepted'")
  return rows.map(({ purchase, kind }) => `${purchase} ${kind}`)
}

describe.each(['short-outages', 'long-outage'])('%s', (name) => {
  it('loses no order and doubles none', () => {
    const result = resultOf(name)
    expect(violatedIn(result)).toEqual([])
    const ends = endsOf(result)
    expect(new Set(ends.map((end) => end.split(' ')[0])).size).toBe(ORDERS)
    expect(ends).toHaveLength(ORDERS)
    expect(ends.filter((end) => !/ (confirmed|failed)$/.test(end))).toEqual([])
    expect(rowsBelow(result.folder, 'order', 'SELECT * FROM pending')).toEqual([])
  })

  it('tells the buyers of an outage that their order is pending', () => {
    const result = resultOf(name)
    const pending = toldIn(result).filter(({ status }) => status === 'pending')
    expect(new Set(pending.map(({ purchase }) => purchase)).size).toBe(result.toldPending)
    expect(result.toldPending).toBeGreaterThan(20)
  })
})

it('confirms every order where the outages are shorter than it tries', () => {
  const result = resultOf('short-outages')
  expect(result).toMatchObject({ verdict: 'PASS', reasons: [], orders: { confirmed: ORDERS } })
  expect(toldIn(result).map(({ reason }) => reason)).toContain('inventory_pending')
  expect(result.restarts.order).toBeGreaterThanOrEqual(2)
})

it('fails those that it has tried too often, and nothing is left of them', () => {
  const result = resultOf('long-outage')
  expect(result.orders.failed).toBeGreaterThan(10)
  expect(result.orders.confirmed + result.orders.failed).toBe(ORDERS)
  expect(result.lossCents).toBe(0)
  expect(toldIn(result).map(({ reason }) => reason)).toContain('payment_pending')
  expect(result.latencyMs.p99).toBeLessThan(ANSWERED_WITHIN_MS)
})
