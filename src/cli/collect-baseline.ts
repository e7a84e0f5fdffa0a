/** `run --save-baseline`: what was measured is kept under a name, for each scenario with all its seeds. */

import { basename, dirname } from 'node:path'
import type { Measured, MeasuredRun } from '../core/measured.ts'
import type { Result } from '../core/result.ts'
import { aboutMeasured, measureRun } from '../report/compare/metrics.ts'
import { saveBaseline } from './baselines.ts'
import { reasonOf } from './failure.ts'

export interface BaselineToSave {
  add(ran: { readonly result: Result; readonly folder: string }): void
  /**
   * Writes one file for each scenario whose runs all came to their end.
   * @param stopped runs are missing: then nothing is saved, and `say` is told so
   * @returns what could not be saved, and why
   */
  save(stopped: boolean, say: (line: string) => void): string[]
}

/** @param name undefined: nothing is to be saved */
export function collectBaseline(name: string | undefined, outDir: string): BaselineToSave {
  const scenarios = new Map<string, { about: Omit<Measured, 'runs'>; from: string; runs: MeasuredRun[] }>()
  return {
    add({ result, folder }) {
      if (name === undefined) return
      const from = `${basename(dirname(folder))}/${basename(folder)}`
      const kept = scenarios.get(result.scenario) ?? { about: aboutMeasured(result, null), from, runs: [] }
      // A scenario that was named twice was run twice: the later one counts. Of several seeds the last run names them all.
      const runs = [...kept.runs.filter(({ seed }) => seed !== result.seed), measureRun(result)]
      scenarios.set(result.scenario, { ...kept, from, runs })
    },
    save(stopped, say) {
      if (name === undefined) return []
      const place = `the baseline '${name}'`
      if (stopped) {
        say(`${place} is not saved: not every run was made`)
        return []
      }
      return [...scenarios.values()].flatMap(({ about, from, runs }) => {
        const broken = runs.find(({ cutShort }) => cutShort !== null)
        if (broken) return [`${place} is not saved for ${about.scenario}: seed ${broken.seed}: ${broken.cutShort}`]
        try {
          saveBaseline(outDir, name, from, { ...about, runs })
          return []
        } catch (error) {
          return [`cannot write ${place} into ${outDir}: ${reasonOf(error)}`]
        }
      })
    },
  }
}
