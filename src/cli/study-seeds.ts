/** What several seeds of a scenario show together: collected run by run, and written when the scenario's last seed is done. */

import { basename, join } from 'node:path'
import type { Study } from '../report/study/study.ts'
import { reasonOf } from './failure.ts'
import type { Io } from './io.ts'
import type { Lab } from './lab.ts'
import { tableOptions } from './present.ts'
import type { Plan, PlannedRun } from './run-plan.ts'
import type { ProgressLine } from './show-progress.ts'
import { writeWhole } from './write-file.ts'
import { shortest } from './write-report.ts'

/** A study's own files. The PNG is named by its chart. */
export const STUDY_JSON = 'study.json'
export const STUDY_HTML = 'study.html'

type Ran = Awaited<ReturnType<Lab['runScenario']>>

export interface Studies {
  /** Takes a run in. Gives back what could not be read. */
  add(run: PlannedRun, ran: Ran): string[]
  /** Ends the study that is going on, if any: prints it and writes its files. Gives back what could not be written. */
  end(line: ProgressLine): Promise<string[]>
  /** Those that have ended; kept where a document of all is to be printed. */
  readonly ended: readonly Study[]
  /** The page of the study that ended last; undefined: none was written. */
  readonly page: string | undefined
}

export function studySeeds(plan: Plan, io: Io, { study: lab }: Lab): Studies {
  const ended: Study[] = []
  let current: ReturnType<typeof lab.begin> | undefined
  let reports: Record<number, string> = {}
  let page: string | undefined

  async function write(
    study: Study,
    links: Readonly<Record<number, string>>,
  ): Promise<{ folder: string; failures: string[] }> {
    const { scenario, seeds } = study
    const failures: string[] = []
    const folder = lab.openFolder({ outDir: plan.outDir, scenario, seeds, flags: study.flags })
    writeWhole(join(folder, STUDY_JSON), `${JSON.stringify(study, null, 2)}\n`)
    try {
      if (plan.reporters.includes('html')) {
        writeWhole(join(folder, STUDY_HTML), await lab.renderHtml(study, links))
        page = join(folder, STUDY_HTML)
      }
    } catch (error) {
      failures.push(`cannot write ${join(folder, STUDY_HTML)}: ${reasonOf(error)}`)
    }
    try {
      if (plan.reporters.includes('png'))
        for (const [name, bytes] of await lab.renderPng(study)) writeWhole(join(folder, name), bytes)
    } catch (error) {
      failures.push(`cannot write the chart into ${folder}: ${reasonOf(error)}`)
    }
    return { folder, failures }
  }

  return {
    ended,
    get page() {
      return page
    },
    add({ study, seed, scenario }, { result, folder }) {
      if (!study) return []
      current ??= lab.begin(study)
      reports[seed] = `../${encodeURIComponent(basename(folder))}/report.html`
      try {
        current.add(result, (variant) => lab.orderEndsOf(folder, variant))
        return []
      } catch (error) {
        return [`cannot read how the orders of ${scenario.name} (seed ${seed}) ended: ${reasonOf(error)}`]
      }
    },
    async end(line) {
      const study = current?.end()
      const links = reports
      current = undefined
      reports = {}
      if (!study) return []
      if (study.runs.length < 2) {
        line.say(`no study: it takes two seeds at least, and only seed ${study.runs[0]?.seed} was run`)
        return []
      }
      if (plan.json) ended.push(study)
      else io.stdout.write(`\n${lab.renderText(study, tableOptions(plan, io)).trimEnd()}\n\n`)
      try {
        const { folder, failures } = await write(study, links)
        if (!plan.quiet && failures.length === 0)
          line.say(`study: ${shortest(join(folder, plan.reporters.includes('html') ? STUDY_HTML : STUDY_JSON), io)}`)
        return failures
      } catch (error) {
        return [`cannot write the study of ${study.scenario}: ${reasonOf(error)}`]
      }
    },
  }
}
