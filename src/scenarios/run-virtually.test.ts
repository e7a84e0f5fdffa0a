import { expect, it } from 'vitest'
import { smallScenario, VARIANTS, withTimeout } from '../../test/support/scenarios.ts'
import { temporaryFolder } from '../../test/support/temporary-folder.ts'
import { runScenario } from './run.ts'

const outDir = temporaryFolder('run-virtually')
/** No message is that quick, so no order can be confirmed. */
const HOPELESS_MS = 0.1

it.each([1, 2])('is no run without a steady state, over so many threads: %i', async (workers) => {
  const scenario = smallScenario({ variants: [withTimeout(VARIANTS.key, HOPELESS_MS), VARIANTS.naive] })
  const ways = { mode: 'virtual', workers, outDir, timeoutMs: null, signal: new AbortController().signal } as const
  const { result } = await runScenario({ scenario, seed: 1, ...ways, onProgress() {} })
  expect(result).toMatchObject({ verdict: 'ERROR', variants: [] })
  expect(result.error).toContain('no steady state: only 0 of 40 warm-up orders were confirmed')
})
