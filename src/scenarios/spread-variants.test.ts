/** A run over worker threads leaves what a run in one thread leaves. */

import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { gremlin, smallScenario, VARIANTS } from '../../test/support/scenarios.ts'
import { temporaryFolder } from '../../test/support/temporary-folder.ts'
import { ENVIRONMENT_FILE } from '../core/run-folder.ts'
import type { Progress } from './progress.ts'
import { runScenario } from './run.ts'

const outDir = temporaryFolder('spread')

const haunted = smallScenario({
  gremlins: [
    gremlin('crash-after-commit', 'payment', { attempts: [1], probability: 0.3 }),
    gremlin('outage', 'inventory', { fromMs: 100, toMs: 250, operations: [] }),
    gremlin('dropped-answer', 'bank', { attempts: [1], probability: 0.2 }),
  ],
  variants: [VARIANTS.naive, VARIANTS.retry, VARIANTS.key],
})

async function runWith(workers: number, signal = new AbortController().signal, onProgress = (_: Progress) => {}) {
  return runScenario({
    scenario: haunted,
    seed: 11,
    mode: 'virtual',
    workers,
    outDir,
    timeoutMs: null,
    signal,
    onProgress,
  })
}

/** The journals and the result, by path. Ledgers are SQLite files, whose bytes say more than their rows. */
function bytesOf(folder: string): Map<string, string> {
  const files = readdirSync(folder, { recursive: true }).map(String).sort()
  const kept = files.filter((file) => statSync(join(folder, file)).isFile() && file !== ENVIRONMENT_FILE)
  return new Map(
    kept.filter((file) => !file.endsWith('.db')).map((file) => [file, readFileSync(join(folder, file), 'utf8')]),
  )
}

it('gives the same bytes with one thread, two and three', async () => {
  const [alone, ...others] = [await runWith(1), await runWith(2), await runWith(3)]
  const bytes = bytesOf(alone!.folder)
  expect([...bytes.keys()].filter((file) => file.includes('journal')).length).toBeGreaterThan(20)
  for (const other of others) {
    const same = bytesOf(other.folder)
    expect([...same.keys()]).toEqual([...bytes.keys()])
    for (const [file, text] of bytes) expect(same.get(file) === text, file).toBe(true)
  }
})

it('shows each variant on its way', async () => {
  const seen = new Set<string>()
  await runWith(2, undefined, ({ variant, phase }) => seen.add(`${variant} ${phase}`))
  for (const { name } of haunted.variants) {
    expect([...seen]).toEqual(expect.arrayContaining([`${name} traffic`, `${name} auditing`]))
  }
})

it('cut short it judges what was begun, and begins nothing more', async () => {
  const stop = new AbortController()
  const { result } = await runWith(2, stop.signal, ({ phase }) => {
    if (phase === 'traffic') stop.abort('enough')
  })
  expect(result.interrupted).toMatch(/^enough; [12] of 3 variants were not run$/)
  expect(result.variants.map(({ name }) => name)).toEqual(
    haunted.variants.slice(0, result.variants.length).map(({ name }) => name),
  )
})
