/** Studies without runs: collected by the real code, drawn by nobody. */

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { StudyLab } from '../../src/cli/lab.ts'
import { beginStudy } from '../../src/report/study/collect.ts'

export function fakeStudyLab(changes: Partial<StudyLab> = {}): StudyLab {
  return {
    begin: beginStudy,
    orderEndsOf: () => ({ arrived: new Uint8Array(), confirmed: new Uint8Array() }),
    openFolder({ outDir, scenario, seeds: { first, last } }) {
      const folder = join(outDir, scenario, `seeds-${first}..${last}`)
      mkdirSync(folder, { recursive: true })
      return folder
    },
    renderSeedLine: ({ seed }) => `line of seed ${seed}`,
    renderText: ({ scenario, reference }, { width, color }) => `study of ${scenario} ${reference} ${width} ${color}`,
    renderHtml: async (_, reports) => JSON.stringify(reports),
    renderPng: async () => new Map([['study.png', new Uint8Array([1, 2, 3])]]),
    ...changes,
  }
}
