import { atLeast, atMost, type Finding } from './finding.ts'
import { kindOf, runScenario } from './run.ts'

/** Figures of the stretch in which payment is slow, against those of the arm without gremlins. */
export async function primeDay(flags: readonly string[]): Promise<Finding[]> {
  const run = await runScenario('prime-day', flags)
  const control = run.variant('control')
  const findings: Finding[] = []
  for (const kind of ['stock', 'notification'] as const) {
    const calm = kindOf(control, kind).focus
    const of = (name: string) => kindOf(run.variant(name), kind).focus
    const share = (name: string) => of(name).good / calm.good
    const slower = (of('bulkhead').latencyMs.p99 ?? Number.NaN) / (calm.latencyMs.p99 ?? Number.NaN)
    findings.push(
      atLeast(`goodput of ${kind} requests with bulkhead, over control`, share('bulkhead'), 0.95),
      atMost(`their p99 with bulkhead, over control`, slower, 1.5),
      atMost(`goodput of ${kind} requests with shared-pool, over control`, share('shared-pool'), 0.5),
    )
  }
  return findings
}
