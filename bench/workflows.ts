/** Messages and commits of each workflow for one order, against the count on paper; and orders per second beside `retry+key`. */

import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Variant } from '../src/core/pattern.ts'
import type { Scenario } from '../src/core/scenario.ts'
import { openEvidence } from '../src/runtime/real/evidence.ts'
import { openLaboratory } from '../src/runtime/real/laboratory.ts'
import { plentyFor, RETRY_WITH_KEY } from './scenario.ts'
import { againstItself, median, spread } from './statistics.ts'

const CHILD = new URL('../dist/scenarios/child.js', import.meta.url)
const COUNTER = new URL('./count-commits.ts', import.meta.url)
const SEED = 1
const COUNTED_ORDERS = 300
const COUNTED_PER_SECOND = 60
const ORDERS = 2_500
const BUYERS = 48
const ROUNDS = 7
/** Longer than a counter keeps its figure to itself. */
const SETTLE_MS = 400
const WATCH = { progress() {}, waitingForQuiet() {} }

const withWorkflow = (name: string): Variant => ({
  ...RETRY_WITH_KEY,
  name,
  workflow: { workflow: name, options: {} },
})
const VARIANTS = [RETRY_WITH_KEY, withWorkflow('saga'), withWorkflow('2pc')] as const

/**
 * On paper, for a confirmed order in the base currency. A request and its answer are two messages: deduct, charge, transfer, history
 * and notification; two-phase commit asks the first three twice. Commits: each request is counted as it arrives (1), leaves commit
 * once for each request, payment twice for a charge (claim, end) and once for a commit, order twice (accepted, ended); an outbox
 * forgets what was heard (payment's and order's). A saga adds two lines of its log, two-phase commit its decision.
 */
const ON_PAPER: Readonly<Record<string, { messages: number; commits: number }>> = {
  'retry+key': { messages: 10, commits: 6 + 4 + 2 + 2 + 2 },
  saga: { messages: 10, commits: 6 + 4 + 2 + 2 + 2 + 2 },
  '2pc': { messages: 16, commits: 9 + 2 * 2 + 2 + 3 + 2 + 2 + 1 },
}

/** Buyers who pay in the base currency: a quote would be one more pair of messages for some orders. */
function scenarioOf(orders: number, ratePerSecond: number): Scenario {
  const scenario = plentyFor(orders, ratePerSecond)
  return { ...scenario, accounts: scenario.accounts.slice(0, 1), variants: VARIANTS }
}

export async function benchWorkflows(folder: string): Promise<string[]> {
  const counted: string[] = []
  for (const { name } of VARIANTS) counted.push(await countOne(folder, name))
  return [...counted, ...(await race(folder))]
}

async function countOne(folder: string, variant: string): Promise<string> {
  const commits = join(folder, `commits-${variant}`)
  mkdirSync(commits)
  const before = process.env.NODE_OPTIONS
  process.env.NODE_OPTIONS = `--import=${COUNTER}`
  process.env.FAULTLINE_COMMITS = commits
  const run = join(folder, `counted-${variant}`)
  const laboratory = await openLaboratory(CHILD, {
    scenario: scenarioOf(COUNTED_ORDERS, COUNTED_PER_SECOND),
    variant,
    folder: run,
    seed: SEED,
  })
  try {
    await laboratory.drive(new AbortController().signal, WATCH)
    await sleep(SETTLE_MS)
  } finally {
    await laboratory.close()
    delete process.env.FAULTLINE_COMMITS
    if (before === undefined) delete process.env.NODE_OPTIONS
    else process.env.NODE_OPTIONS = before
  }
  const evidence = await openEvidence(run)
  const { messages } = evidence.counts
  evidence.close()
  const written = readdirSync(commits).reduce((sum, file) => sum + Number(readFileSync(join(commits, file), 'utf8')), 0)
  const each = (amount: number) => (amount / COUNTED_ORDERS).toFixed(2)
  const paper = ON_PAPER[variant]
  return `${variant}: ${each(messages)} messages an order (on paper ${paper?.messages}), ${each(written)} commits (on paper ${paper?.commits})`
}

async function race(folder: string): Promise<string[]> {
  const scenario = scenarioOf(ORDERS, 1_000)
  const plan = (variant: string, name: string) => ({ scenario, variant, folder: join(folder, name), seed: SEED })
  const laboratory = await openLaboratory(CHILD, plan(RETRY_WITH_KEY.name, 'first'))
  const rates = new Map<string, number[]>(VARIANTS.map(({ name }) => [name, []]))
  try {
    for (let round = -1; round < ROUNDS; round++) {
      const turns = round % 2 === 0 ? VARIANTS : VARIANTS.toReversed()
      for (const { name } of turns) {
        await laboratory.prepare(plan(name, `${name}-${round}`))
        const { endedAtMs, startedAtMs } = await laboratory.drive(new AbortController().signal, WATCH, BUYERS)
        // The first round warms all of them up.
        if (round >= 0) rates.get(name)?.push((ORDERS * 1_000) / (endedAtMs - startedAtMs))
      }
    }
  } finally {
    await laboratory.close()
  }
  const base = rates.get(RETRY_WITH_KEY.name) ?? []
  return [...rates].map(([name, values]) => {
    const ratios = values.map((value, index) => value / (base[index] ?? value))
    const self = `against itself ${spread(againstItself(values))}`
    return name === RETRY_WITH_KEY.name
      ? `${name}: ${median(values).toFixed(0)} orders per second; ${self}`
      : `${name} over retry+key, orders per second: ${spread(ratios)} (${median(values).toFixed(0)}), ${ROUNDS} rounds; ${self}`
  })
}
