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

it('two processes leave the same bytes, over one thread and over two', { timeout: PATIENCE_MS }, async () => {
  const [one, other] = await Promise.all([
    digestsIn('one', 'coordinator-crash'),
    digestsIn('other', 'coordinator-crash', { workers: 2 }),
  ])
  expect(one.size).toBeGreaterThan(10)
  expect([...one.keys()]).toEqual(expect.arrayContaining(['outcomes.json', 'result.json', 'stories.json']))
  expect(differing(one, other), `seed ${SEED}`).toEqual([])
})

it('a busy machine, and a slow way of running code, change no byte', { timeout: PATIENCE_MS }, async () => {
  keepMachineBusy()
  const [usual, slow] = await Promise.all([
    digestsIn('usual', 'payment-gateway'),
    digestsIn('slow', 'payment-gateway', { flags: ['--no-opt'] }),
  ])
  expect(usual.size).toBeGreaterThan(10)
  expect(differing(usual, slow), `seed ${SEED}`).toEqual([])
})
