/** The fast network against the real HTTP client and server: what happens is the same, line by line of every journal. */

import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { JOURNAL_FOLDER, variantFolder } from '../src/core/run-folder.ts'
import type { VirtualNetwork } from '../src/scenarios/open-virtually.ts'
import { runScenario } from '../src/scenarios/run.ts'
import { loadText, SHIPPED_TEXT, shippedScenario } from './support/shipped-scenarios.ts'
import { temporaryFolder } from './support/temporary-folder.ts'

const SEED = 7
const PATIENCE_MS = 120_000
const ENTRY = fileURLToPath(new URL('./support/run-virtually.ts', import.meta.url))
const SHORT = loadText(SHIPPED_TEXT).short
/** Enough to have crashes, locks and compensations; HTTP takes its time. */
const VARIANTS = ['naive', 'retry+key', '2pc', 'saga']
const MOST_ORDERS = 75
const outDir = temporaryFolder('fast-and-wire')

/** The result, and the journals of each variant by file; what happened at the same moment in an order of its own. */
async function tell(scenario: string, network: VirtualNetwork) {
  const whole = SHORT.get(scenario) ?? shippedScenario(scenario)
  const { result, folder } = await runScenario({
    scenario: {
      ...whole,
      traffic: { ...whole.traffic, orders: Math.min(MOST_ORDERS, whole.traffic.orders) },
      variants: whole.variants.filter(({ name }) => VARIANTS.includes(name)),
    },
    seed: SEED,
    mode: 'virtual',
    network,
    outDir: join(outDir, network),
    timeoutMs: null,
    signal: new AbortController().signal,
    onProgress: () => undefined,
  })
  const journals = result.variants.flatMap(({ name }) => {
    const journal = join(folder, variantFolder(name), JOURNAL_FOLDER)
    const linesOf = (file: string) => readFileSync(join(journal, file), 'utf8').split('\n').sort()
    return readdirSync(journal).map((file) => [`${name}: ${file}`, linesOf(file)] as const)
  })
  return { result, journals: new Map(journals) }
}

it.each(['one-lost-answer', 'coordinator-crash', 'partition'])(
  '%s goes the same way over both',
  { timeout: PATIENCE_MS },
  async (scenario) => {
    const fast = await tell(scenario, 'fast')
    const wire = await tell(scenario, 'wire')
    expect(fast.result.error).toBeNull()
    expect(fast.journals.size).toBeGreaterThan(7)
    expect([...wire.journals.keys()].sort()).toEqual([...fast.journals.keys()].sort())
    for (const [file, lines] of fast.journals) expect(wire.journals.get(file), file).toEqual(lines)
    expect(wire.result).toEqual(fast.result)
  },
)

/** Result and journals by their path. */
async function bytesOfProcess(load: 'idle' | 'busy', seed: number): Promise<Record<string, string>> {
  const args = [ENTRY, join(outDir, load), 'one-lost-answer', `${seed}`, 'wire', load]
  const { stdout: folder } = await promisify(execFile)(process.execPath, args)
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file === 'result.json' || file.endsWith('.ndjson'))
    .sort()
  return Object.fromEntries(files.map((file) => [file, readFileSync(join(folder, file), 'latin1')]))
}

it('the wire leaves the same bytes in two processes, of which one is held up', { timeout: PATIENCE_MS }, async () => {
  const seed = Math.floor(Math.random() * 1_000_000)
  const [idle, busy] = await Promise.all([bytesOfProcess('idle', seed), bytesOfProcess('busy', seed)])
  expect(Object.keys(idle).length).toBeGreaterThan(10)
  expect(busy, `seed ${seed}`).toEqual(idle)
})
