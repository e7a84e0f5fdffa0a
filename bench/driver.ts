/** Our traffic driver against autocannon, on one bare endpoint in a process of its own. */

import { fork } from 'node:child_process'
import { join } from 'node:path'
import autocannon from 'autocannon'
import { Pool } from 'undici'
import { startTraffic } from '../src/runtime/real/traffic-child.ts'
import { plentyFor, RETRY_WITH_KEY } from './scenario.ts'
import { againstItself, spread } from './statistics.ts'

const CHILD = new URL('../dist/scenarios/child.js', import.meta.url)
const CONNECTIONS = 64
const ORDERS = 60_000
const SECONDS = 3
const PAIRS = 9
const HEADERS = { 'content-type': 'application/json', 'faultline-purchase': 'p-1', 'idempotency-key': 'p-1' }
const BODY = JSON.stringify({ product: 'widget', quantity: 1, account: 'ann-usd' })

export async function benchDriver(folder: string): Promise<string[]> {
  const endpoint = fork(new URL('./bare/endpoint.ts', import.meta.url))
  const port = await new Promise<number>((resolve) => endpoint.once('message', (said) => resolve(Number(said))))
  const traffic = startTraffic(CHILD)
  const scenario = plentyFor(ORDERS, 1_000)

  async function driveOurs(round: number): Promise<number> {
    const trafficStartMs = performance.timeOrigin + performance.now()
    const setup = {
      seed: 1,
      variant: RETRY_WITH_KEY.name,
      folder: join(folder, `driver-${round}`),
      port,
      scenario,
      saturate: CONNECTIONS,
      trafficStartMs,
    }
    const { endedAtMs } = await traffic.drive(setup, () => {})
    return (ORDERS * 1_000) / (endedAtMs - trafficStartMs)
  }

  async function driveTheirs(): Promise<number> {
    // By time, not by amount: autocannon looks at its clock once a second, and an amount ends on a whole one.
    const { requests, duration } = await autocannon({
      url: `http://127.0.0.1:${port}/orders`,
      method: 'POST',
      connections: CONNECTIONS,
      duration: SECONDS,
      headers: HEADERS,
      body: BODY,
    })
    return requests.total / duration
  }

  /** The HTTP client alone, with nothing of ours around it: what a driver built on it can reach at most. */
  async function driveClientAlone(): Promise<number> {
    const pool = new Pool(`http://127.0.0.1:${port}`, { connections: CONNECTIONS, pipelining: 1 })
    const startedAtMs = performance.now()
    let left = ORDERS
    async function sendOneByOne(): Promise<void> {
      while (left-- > 0) await sendOne(pool)
    }
    await Promise.all(Array.from({ length: CONNECTIONS }, sendOneByOne))
    const elapsedMs = performance.now() - startedAtMs
    await pool.destroy()
    return (ORDERS * 1_000) / elapsedMs
  }

  const ours: number[] = []
  const theirs: number[] = []
  const alone: number[] = []
  try {
    for (let round = -2; round < PAIRS; round++) {
      const oursFirst = round % 2 === 0
      const early = oursFirst ? await driveOurs(round) : await driveTheirs()
      const late = oursFirst ? await driveTheirs() : await driveOurs(round)
      const clientAlone = await driveClientAlone()
      if (round < 0) continue
      alone.push(clientAlone)
      ours.push(oursFirst ? early : late)
      theirs.push(oursFirst ? late : early)
    }
  } finally {
    endpoint.kill('SIGKILL')
    await traffic.stop()
  }
  const over = (some: readonly number[]): number[] => some.map((value, index) => value / (theirs[index] ?? value))
  return [
    `traffic driver over autocannon, requests per second: ${spread(over(ours))}, ${PAIRS} pairs; bound: at least 0.90`,
    `  undici alone, with nothing of ours around it, over autocannon: ${spread(over(alone))}`,
    `  the same against itself: ours ${spread(againstItself(ours))}, autocannon ${spread(againstItself(theirs))}`,
    `  requests per second: ours ${spread(ours, 0)}, autocannon ${spread(theirs, 0)}`,
  ]
}

function sendOne(pool: Pool): Promise<void> {
  return new Promise((resolve, reject) => {
    pool.dispatch(
      { path: '/orders', method: 'POST', headers: HEADERS, body: BODY },
      {
        onRequestStart() {},
        onResponseStart() {},
        onResponseData() {},
        onResponseEnd: () => resolve(),
        onResponseError: (_controller, error) => reject(error),
      },
    )
  })
}
