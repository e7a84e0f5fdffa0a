/** The order service is killed with a hundred purchases open, and then once more while it recovers. */

import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { GremlinSetting } from '../../src/core/gremlin.ts'
import type { Point } from '../../src/core/point.ts'
import { JOURNAL_FOLDER } from '../../src/core/run-folder.ts'
import { nowMs } from '../../src/runtime/real/clock.ts'
import type { Laboratory } from '../../src/runtime/real/laboratory.ts'
import { type Cell, type CellResult, runCells } from '../support/cells.ts'
import { publishedLedger } from '../support/http.ts'
import { lookUntil, rowsBelow, violatedIn } from '../support/runs.ts'
import { gremlin, smallScenario } from '../support/scenarios.ts'
import { shippedScenario } from '../support/shipped-scenarios.ts'

const ORDERS = 120
const FEWEST_OPEN = 100
const RESTART_AFTER_MS = 300
/** After the restart that nothing interrupts. */
const RECOVERED_WITHIN_MS = 5_000

const WORKFLOWS = ['2pc', 'saga'] as const
type Workflow = (typeof WORKFLOWS)[number]
const TIMES = ['once', 'twice'] as const
type Times = (typeof TIMES)[number]

const nameOf = (workflow: Workflow, times: Times) => `${workflow}, killed ${times}`

/** One half of the purchases waits before the outcome is durable, the other half where it must go forward already. */
const WAIT_AT: Readonly<Record<Workflow, readonly [back: Point, forward: Point]>> = {
  '2pc': ['before-decision', 'after-decision'],
  saga: ['between-steps', 'before-decision'],
}
const goesBack = (index: number) => index % 2 === 0
const purchasesWhere = (keep: (index: number) => boolean) =>
  Array.from({ length: ORDERS }, (_, index) => index)
    .filter(keep)
    .map((index) => `p-${index + 1}`)
const BACK = purchasesWhere(goesBack)
const FORWARD = purchasesWhere((index) => !goesBack(index))

function pauseAt(at: Point, delayMs: number, purchases: readonly string[] = []): GremlinSetting {
  const options = { fromMs: delayMs, toMs: delayMs }
  return gremlin('pause', 'order', { name: at, operations: [], attempts: [1], at: [at], purchases, options })
}

/** When the order service died, by cell. */
const deaths = new Map<string, number[]>()

function kill(name: string, { pids }: Laboratory): void {
  const pid = pids().order
  if (pid === undefined) throw new Error('the order service has no process')
  deaths.set(name, [...(deaths.get(name) ?? []), nowMs()])
  process.kill(pid, 'SIGKILL')
}

/** How many orders have ended so far; from the service itself, since nobody else may have its file open when it is restarted. */
async function countOfEnded({ ports }: Laboratory): Promise<number> {
  // Who is dead answers nobody, and has cut off those who were connected.
  const entries = await publishedLedger(ports.order).catch(() => [])
  return entries.filter(({ kind }) => kind !== 'accepted').length
}

/** How many orders wait, or have waited, in the first life of the order service. */
async function pausesIn(folder: string): Promise<number> {
  const file = path.join(folder, JOURNAL_FOLDER, 'order-1.ndjson')
  const text = await readFile(file, 'utf8').catch(() => '')
  return text.split('"type":"strike"').length - 1
}

function cellOf(workflow: Workflow, times: Times): Cell {
  const name = nameOf(workflow, times)
  const variant = shippedScenario('coordinator-crash').variants.find((each) => each.name === workflow)
  if (!variant) throw new Error(`no shipped variant is called ${workflow}`)
  const [back, forward] = WAIT_AT[workflow]
  const scenario = smallScenario({
    traffic: { orders: ORDERS, ratePerSecond: 250 },
    buyers: { patienceMs: 15_000, refreshes: 20, pauseMs: 200 },
    restartAfterMs: RESTART_AFTER_MS,
    gremlins: [
      pauseAt(back, 15_000, BACK),
      pauseAt(forward, 15_000, FORWARD),
      // So that the second death comes in the middle of the recovery: a few dozen orders go on at a time, and the last of them
      // seconds after the first.
      ...(times === 'twice' ? [pauseAt('while-recovering', 800)] : []),
    ],
    variants: [variant],
  })
  async function meanwhile(laboratory: Laboratory, folder: string): Promise<void> {
    // Everybody is where they wait: each pause is a strike in the journal.
    await lookUntil(
      () => pausesIn(folder),
      (pauses) => pauses === ORDERS,
      10_000,
    )
    kill(name, laboratory)
    if (times === 'once') return
    await lookUntil(
      () => countOfEnded(laboratory),
      (ended) => ended > 0,
      10_000,
    )
    kill(name, laboratory)
  }
  return { name, scenario, meanwhile }
}

/** The end of each order, and when it came. */
function endsOf({ folder }: CellResult) {
  const rows = rowsBelow(folder, 'order', "SELECT purchase, kind, at_ms FROM ledger WHERE kind <> 'accepted'")
  return rows.map(({ purchase, kind, at_ms }) => ({ purchase: String(purchase), kind, atMs: Number(at_ms) }))
}

/** When the last row of all was written: then nothing was held any more. */
function lastRowMs({ folder }: CellResult): number {
  const services = ['order', 'inventory', 'payment', 'bank']
  return Math.max(
    ...services.map((service) => Number(rowsBelow(folder, service, 'SELECT MAX(at_ms) AS at FROM ledger')[0]?.at)),
  )
}

let results: Map<string, CellResult>

beforeAll(async () => {
  const cells = WORKFLOWS.flatMap((workflow) => TIMES.map((times) => cellOf(workflow, times)))
  results = await runCells(cells, { laboratories: 1 })
})

describe.each(WORKFLOWS)('%s', (workflow) => {
  it.each(TIMES)('brings all to their end in time when it is killed %s', (times) => {
    const name = nameOf(workflow, times)
    const result = results.get(name) as CellResult
    const died = deaths.get(name) ?? []
    const ends = endsOf(result)
    const openAt = (atMs: number) => ends.filter((end) => end.atMs > atMs).length
    expect(died).toHaveLength(times === 'once' ? 1 : 2)
    expect(openAt(died[0] ?? 0)).toBeGreaterThanOrEqual(FEWEST_OPEN)
    const lastDeathMs = died.at(-1) ?? 0
    expect(openAt(lastDeathMs)).toBeGreaterThan(0)
    const finalAfterMs = Math.max(...ends.map(({ atMs }) => atMs)) - lastDeathMs
    expect(finalAfterMs).toBeLessThan(RESTART_AFTER_MS + RECOVERED_WITHIN_MS)
    const restAfterMs = lastRowMs(result) - lastDeathMs
    process.stdout.write(
      `${name}: ${openAt(lastDeathMs)} open, final after ${Math.round(finalAfterMs)} ms, at rest after ${Math.round(restAfterMs)} ms\n`,
    )
  })

  it.each(TIMES)('ends each order once, and violates nothing, when it is killed %s', (times) => {
    const result = results.get(nameOf(workflow, times)) as CellResult
    expect(violatedIn(result)).toEqual([])
    expect(result).toMatchObject({ verdict: 'PASS', reasons: [], restarts: { order: times === 'once' ? 1 : 2 } })
    const ends = endsOf(result)
    expect(new Set(ends.map(({ purchase }) => purchase)).size).toBe(ORDERS)
    expect(ends).toHaveLength(ORDERS)
    // Whoever was decided goes forward and the others back, however often the coordinator dies.
    const confirmed = ends.filter(({ kind }) => kind === 'confirmed').map(({ purchase }) => purchase)
    expect(confirmed.toSorted()).toEqual(FORWARD.toSorted())
  })
})
