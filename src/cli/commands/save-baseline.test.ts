/** `run --save-baseline`, with a lab that runs nothing. */

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { exampleResult } from '../../../test/support/example-result.ts'
import { fakeIo } from '../../../test/support/fake-io.ts'
import { fakeStudyLab } from '../../../test/support/fake-study-lab.ts'
import type { Baseline } from '../../core/baseline.ts'
import type { Lab } from '../lab.ts'
import { main } from '../main.ts'

let cwd: string
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'faultline-save-baseline-'))
})
afterEach(() => rmSync(cwd, { recursive: true, force: true }))

const LAB: Lab = {
  async runScenario({ scenario, seed, outDir }) {
    const folder = join(outDir, scenario.name, `run-${seed}`)
    mkdirSync(folder, { recursive: true })
    return { folder, result: { ...exampleResult(), scenario: scenario.name, seed, verdict: 'PASS' } }
  },
  renderTable: () => '',
  renderHtml: async () => '<html></html>',
  renderPngs: async () => new Map(),
  renderJunit: () => '',
  renderMarkdown: () => '',
  annotationsOf: () => [],
  study: fakeStudyLab({}),
}

async function run(stop: boolean, ...argv: readonly string[]) {
  const io = fakeIo({ cwd })
  const lab: Lab = {
    ...LAB,
    async runScenario(request) {
      if (stop) io.send('SIGINT')
      return LAB.runScenario(request)
    },
  }
  const code = await main(['run', ...argv, '--quiet'], io, () => Promise.resolve(lab))
  return { code, err: io.err() }
}

const fileOf = (scenario: string) => join(cwd, `reports/baselines/main/${scenario}.json`)

describe('run --save-baseline', () => {
  it('keeps each scenario with its seeds', async () => {
    expect((await run(false, 'calm', 'double-deduction', '--seeds', '1..3', '--save-baseline', 'main')).code).toBe(0)
    const kept = JSON.parse(readFileSync(fileOf('calm'), 'utf8')) as Baseline
    expect(kept.measured.runs.map(({ seed }) => seed)).toEqual([1, 2, 3])
    expect(existsSync(fileOf('double-deduction'))).toBe(true)
  })

  it('keeps nothing of what was stopped', async () => {
    const { code, err } = await run(true, 'calm', '--seeds', '1..3', '--save-baseline', 'main')
    expect(code).toBe(130)
    expect(err).toContain("the baseline 'main' is not saved: not every run was made")
    expect(existsSync(fileOf('calm'))).toBe(false)
  })

  it('finds a bad name before anything is run', async () => {
    const { code, err } = await run(false, 'calm', '--save-baseline', '../main')
    expect({ code, err }).toMatchObject({ code: 64, err: expect.stringContaining('--save-baseline must be a name of') })
    expect(existsSync(join(cwd, 'reports'))).toBe(false)
  })
})
