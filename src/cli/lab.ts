/** What `run` needs of the lab and of the reports. Loaded only when a run begins: the help must not wait for it. */

import type { Calibration } from '../core/calibration.ts'
import type { Details, ReportedRun } from '../core/details.ts'
import type { OrderEnds } from '../core/order-ends.ts'
import type { Result } from '../core/result.ts'
import type { Scenario } from '../core/scenario.ts'
import type { StudyInProgress, StudyPlan } from '../report/study/collect.ts'
import type { Study } from '../report/study/study.ts'
import type { VirtualNetwork } from '../scenarios/open-virtually.ts'
import type { Progress } from '../scenarios/progress.ts'
import type { StudyPlace } from '../scenarios/study-files.ts'
import { type Drawing, drawApart } from './draw-apart.ts'

export interface RunRequest {
  readonly scenario: Scenario
  readonly seed: number
  readonly mode: Result['mode']
  readonly network: VirtualNetwork
  /** How long things take in the virtual world. Default: the built-in pace. */
  readonly calibration?: Calibration | undefined
  /** Over so many threads the variants of a virtual run are spread; of no account in the real world. */
  readonly workers?: number
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
  /** `report.html`, from the documents in the run's folder. */
  renderHtml(folder: string): Promise<string>
  /** Charts by file name, from the documents in the run's folder. Rejects with one sentence where this machine cannot draw. */
  renderPngs(folder: string): Promise<ReadonlyMap<string, Uint8Array>>
  renderJunit(runs: readonly ReportedRun[]): string
  renderMarkdown(result: Result, details: Details): string
  /** Workflow commands of GitHub, a line each. */
  annotationsOf(result: Result, details: Details): string[]
  readonly study: StudyLab
}

/** What it takes to compare variants over several seeds. */
export interface StudyLab {
  begin(plan: StudyPlan): StudyInProgress
  /** Throws when the run's files cannot be read. */
  orderEndsOf(folder: string, variant: string): OrderEnds
  /** Throws when the folder cannot be made. */
  openFolder(place: StudyPlace): string
  /** One line for the run of one seed. */
  renderSeedLine(result: Result, options: { width: number }): string
  renderText(study: Study, options: { width: number; color: boolean }): string
  /** `study.html`. @param reports of single seeds, seen from the page */
  renderHtml(study: Study, reports: Readonly<Record<number, string>>): Promise<string>
  renderPng(study: Study): Promise<ReadonlyMap<string, Uint8Array>>
}

async function loadStudyLab(): Promise<StudyLab> {
  const [{ beginStudy }, { renderSeedLine, renderStudy }, { openStudyFolder, orderEndsOf }] = await Promise.all([
    import('../report/study/collect.ts'),
    import('../report/study/terminal.ts'),
    import('../scenarios/study-files.ts'),
  ])
  return {
    begin: beginStudy,
    orderEndsOf,
    openFolder: openStudyFolder,
    renderSeedLine,
    renderText: renderStudy,
    renderHtml: (study, reports) => drawText('study.html', { what: 'study-html', study, reports }),
    renderPng: (study) => drawApart({ what: 'study-png', study }),
  }
}

/** A file of the drawing as text. */
async function drawText(name: string, drawing: Drawing): Promise<string> {
  const files = await drawApart(drawing)
  return Buffer.from(files.get(name) ?? []).toString('utf8')
}

export async function loadLab(): Promise<Lab> {
  const [{ renderTable }, { renderJunit }, { renderMarkdown }, { annotationsOf }, study] = await Promise.all([
    import('../report/terminal/table.ts'),
    import('../report/ci/junit.ts'),
    import('../report/ci/markdown.ts'),
    import('../report/ci/annotations.ts'),
    loadStudyLab(),
  ])
  return {
    async runScenario(request) {
      // Only now: a stored run is rendered without services.
      const { runScenario } = await import('../scenarios/run.ts')
      return runScenario(request)
    },
    renderTable,
    renderJunit,
    renderMarkdown,
    annotationsOf,
    renderHtml: (folder) => drawText('report.html', { what: 'html', folder }),
    renderPngs: (folder) => drawApart({ what: 'png', folder }),
    study,
  }
}
