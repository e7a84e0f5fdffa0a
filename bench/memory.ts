/** Greatest memory of the command (runner, audit, report) over 100,000 orders. */

import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const ORDERS = 100_000
const RATE_PER_SECOND = 250
const CHECK_EVERY_MS = 250
const COMMAND = new URL('../bin/faultline.js', import.meta.url).pathname

const SCENARIO = `
version: 1
variants:
  retry+key:
    summary: the full stack
    workflow: sequential
    participants: { keys: required, history: outbox }
    buyer: { key: per-purchase }
    edges: { '*': [idempotency-key, retry, timeout: { afterMs: 10000 }] }
scenarios:
  many-orders:
    title: Many orders
    about: For measuring memory.
    rates: { EUR: 0.92 }
    products: { widget: { priceCents: 1000, stock: 1000000000 } }
    accounts:
      ann: { currency: USD, openingCents: 1000000000000 }
      ben: { currency: EUR, openingCents: 1000000000000 }
    traffic: { orders: ${ORDERS}, ratePerSecond: ${RATE_PER_SECOND} }
    buyers: { patienceMs: 30000, refreshes: 0 }
    deadlineMs: 30000
    quietWithinMs: 30000
    gremlins:
      - dropped-answer: { on: inventory, operations: [do], probability: 0.02 }
    variants: [retry+key]
`

export async function benchMemory(folder: string): Promise<string[]> {
  const file = join(folder, 'many-orders.yaml')
  writeFileSync(file, SCENARIO)
  const command = spawn(
    process.execPath,
    [COMMAND, 'run', '--file', file, '--out', join(folder, 'out'), '--json', '--quiet'],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  let mostKb = 0
  const timer = setInterval(() => {
    mostKb = Math.max(mostKb, mostResidentKb(command))
  }, CHECK_EVERY_MS)
  let text = ''
  for await (const chunk of command.stdout) text += String(chunk)
  clearInterval(timer)
  const result = JSON.parse(text) as {
    verdict: string
    error: string | null
    variants: { orders: { arrived: number; confirmed: number } }[]
  }
  const orders = result.variants[0]?.orders
  return [
    `greatest memory of the command over ${ORDERS} orders: ${(mostKb / 1_024).toFixed(0)} MB; bound: 300 MB`,
    `  verdict ${result.verdict}${result.error ? ` (${result.error})` : ''}; confirmed ${orders?.confirmed} of ${orders?.arrived}`,
  ]
}

function mostResidentKb({ pid }: ChildProcess): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0)
  } catch {
    // It has just ended.
    return 0
  }
}
