/** The virtual world as it is used: from the command line, and with every scenario that Faultline comes with. */

import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import type { Result } from '../../src/core/result.ts'
import { ROOT, run, temporaryFolder } from '../support/runs.ts'
import { loadText, SHIPPED_TEXT } from '../support/shipped-scenarios.ts'

const FAULTLINE = path.join(ROOT, 'bin', 'faultline.js')
const { scenarios, short } = loadText(SHIPPED_TEXT, 'scenarios.yaml')

const faultline = (...argv: string[]) => promisify(execFile)(process.execPath, [FAULTLINE, ...argv], { cwd: ROOT })

it('is a flag, and everything after it is as ever: table, report, story', async () => {
  const out = temporaryFolder()
  const { stdout } = await faultline('run', 'one-lost-answer', '--virtual', '--json', '--quiet', '--out', out)
  const result = JSON.parse(stdout) as Result
  expect(result).toMatchObject({ mode: 'virtual', verdict: 'PASS', flags: ['--virtual'] })
  const folder = path.join(out, 'latest')
  expect(existsSync(path.join(folder, 'report.html'))).toBe(true)
  const story = await faultline('order', 'p-1', folder, '--variant', 'retry')
  expect(story.stdout).toContain('dropped-answer')
})

it.each(scenarios.map((scenario) => [scenario.name, short.get(scenario.name) ?? scenario] as const))(
  '%s does there what it is expected to do',
  async (_, scenario) => {
    const { result } = await run(scenario, { mode: 'virtual' })
    const reasons = result.variants.flatMap((variant) => variant.reasons.map((reason) => `${variant.name}: ${reason}`))
    expect([result.error, ...reasons]).toEqual([null])
    expect(result.verdict).toBe('PASS')
  },
)
