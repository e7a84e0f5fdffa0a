/** How late the traffic sends its orders, beside the whole stack on the same cores. */

import { join } from 'node:path'
import { openLaboratory } from '../src/runtime/real/laboratory.ts'
import { plentyFor, RETRY_WITH_KEY } from './scenario.ts'

const CHILD = new URL('../dist/scenarios/child.js', import.meta.url)
const SECONDS = 10

export async function benchSchedule(folder: string): Promise<string[]> {
  const lines: string[] = []
  const planAt = (rate: number, name: string) => ({
    scenario: plentyFor(rate * SECONDS, rate),
    variant: RETRY_WITH_KEY.name,
    folder: join(folder, name),
    seed: 1,
  })
  const laboratory = await openLaboratory(CHILD, planAt(100, 'schedule-warm'))
  const watch = { progress() {}, waitingForQuiet() {} }
  const never = new AbortController().signal
  try {
    await laboratory.drive(never, watch)
    for (const [rate, bound] of [
      [100, 'at most 5 ms'],
      [500, 'reported'],
    ] as const) {
      await laboratory.prepare(planAt(rate, `schedule-${rate}`))
      const { scheduleErrorMs } = await laboratory.drive(never, watch)
      const { p50, p99, max } = scheduleErrorMs
      const shown = [p50, p99, max].map((value) => (value ?? Number.NaN).toFixed(2))
      lines.push(
        `schedule error at ${rate} orders/s over ${SECONDS} s: p50 ${shown[0]} ms, p99 ${shown[1]} ms, max ${shown[2]} ms; bound for p99: ${bound}`,
      )
    }
  } finally {
    await laboratory.close()
  }
  return lines
}
