import { atLeast, atMost, type Finding } from './finding.ts'
import { kindOf, type Ran, runScenario } from './run.ts'

const CURED = ['budget', 'breaker']
const STORM_MS = 10_000
const RECOVERY_MS = 5_000

/** Good payments of a stretch of time after the trigger's end. */
function goodBetween(run: Ran, variant: string, fromMs: number, toMs: number): number {
  const { series } = run.variant(variant)
  const { goodput } = kindOf(run.variant(variant), 'payment')
  const { bucketMs } = series
  return goodput.reduce((sum, good, index) => {
    const atMs = index * bucketMs
    return atMs >= fromMs && atMs + bucketMs <= toMs ? sum + good : sum
  }, 0)
}

export async function retryStorm(flags: readonly string[]): Promise<Finding[]> {
  const run = await runScenario('retry-storm', flags)
  const endMs = run.result.configuration.gremlins[0]?.toMs ?? Number.NaN
  const share = (name: string, fromMs: number, toMs: number) =>
    goodBetween(run, name, fromMs, toMs) / goodBetween(run, 'control', fromMs, toMs)
  const storm = share('naive-retry', endMs, endMs + STORM_MS)
  return [
    atMost('goodput over control in the 10 s after the trigger, naive-retry', storm, 0.5),
    ...CURED.map((name) =>
      atLeast(
        `goodput over control from 5 s after the trigger on, ${name}`,
        share(name, endMs + RECOVERY_MS, endMs + STORM_MS),
        0.95,
      ),
    ),
  ]
}
