/** What `run` needs of the lab and of the reports. Loaded only when a run begins: the help must not wait for it. */

import type { Result } from '../core/result.ts'
import type { Scenario } from '../core/scenario.ts'
import type { Progress } from '../scenarios/progress.ts'
import { drawApart } from './draw-apart.ts'

export interface RunRequest {
  readonly scenario: Scenario
  readonly seed: number
  readonly mode: Result['mode']
  readonly flags: readonly string[]
  readonly outDir: string
  readonly timeoutMs: number | null
  readonly signal: AbortSignal
  onProgress(progress: Progress): void
}

export interface Lab {
  /** Rejects only when the run's folder cannot be made or written. */
  runScenario(request: RunRequest): Promise<{ result: Result; folder: string }>
  renderTable(result: Result, options: { width: number; color: boolean }): string
  /** `report.html`. */
  renderHtml(result: Result): Promise<string>
  /** Charts by file name. Rejects with one sentence where this machine cannot draw. */
  renderPngs(result: Result): Promise<ReadonlyMap<string, Uint8Array>>
  renderJunit(results: readonly Result[]): string
}

export async function loadLab(): Promise<Lab> {
  const [{ runScenario }, { renderTable }, { renderJunit }] = await Promise.all([
    import('../scenarios/run.ts'),
    import('../report/table.ts'),
    import('../report/junit.ts'),
  ])
  return {
    runScenario,
    renderTable,
    renderJunit,
    async renderHtml(result) {
      const files = await drawApart('html', result)
      return Buffer.from(files.get('report.html') ?? []).toString('utf8')
    },
    renderPngs: (result) => drawApart('png', result),
  }
}
