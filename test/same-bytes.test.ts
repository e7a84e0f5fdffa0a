/** A seed gives the same bytes, in whatever process it is run, and whatever else the machine has to do. */

import { spawn } from 'node:child_process'
import path from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { differing, digestsOf, runApart } from '../scripts/same-bytes-across.mjs'
import { temporaryFolder } from './support/temporary-folder.ts'

const folder = temporaryFolder('same-bytes')
/** Another one each time; a failure names it. */
const SEED = Math.floor(Math.random() * 1_000_000)
/** Each process compiles what it runs, which takes a while on a busy machine. */
const PATIENCE_MS = 120_000

async function digestsIn(place: string, scenario: string, how: { flags?: readonly string[]; workers?: number } = {}) {
  return digestsOf(await runApart({ scenario, seed: SEED, outDir: path.join(folder, place), ...how }))
}

/** A process that does nothing but work, until the test is over. With two that are compared there are more than most machines have cores. */
function keepMachineBusy(): void {
  const busy = spawn(process.execPath, ['-e', 'for (;;) Math.sqrt(2)'], { stdio: 'ignore' })
  onTestFinished(() => void busy.kill())
}

it.each(['coordinator-crash', 'prime-day'])(
  '%s leaves the same bytes in two processes, over one thread and over two',
  { timeout: PATIENCE_MS },
  async (scenario) => {
    const [one, other] = await Promise.all([digestsIn('one', scenario), digestsIn('other', scenario, { workers: 2 })])
    expect(one.size).toBeGreaterThan(10)
    expect(differing(one, other), `seed ${SEED}`).toEqual([])
  },
)

it('a busy machine, and a slow way of running code, change no byte', { timeout: PATIENCE_MS }, async () => {
  const idle = await digestsIn('idle', 'payment-gateway')
  keepMachineBusy()
  const [busy, slow] = await Promise.all([
    digestsIn('busy', 'payment-gateway'),
    digestsIn('slow', 'payment-gateway', { flags: ['--no-opt'] }),
  ])
  expect(idle.size).toBeGreaterThan(10)
  expect(differing(idle, busy), `seed ${SEED}, busy`).toEqual([])
  expect(differing(idle, slow), `seed ${SEED}, slow`).toEqual([])
})
