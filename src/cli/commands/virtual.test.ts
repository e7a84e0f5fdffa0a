/** `--virtual` on the command line. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { fakeIo } from '../../../test/support/fake-io.ts'
import { GOOD } from '../../../test/support/scenario-text.ts'
import type { Lab, RunRequest } from '../lab.ts'
import { main } from '../main.ts'

let cwd: string
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'faultline-virtual-'))
  writeFileSync(join(cwd, 'scenarios.yaml'), GOOD)
})
afterAll(() => rmSync(cwd, { recursive: true, force: true }))

/** The command line with a lab that only notes what it was asked to run. */
async function faultline(...argv: string[]) {
  const io = fakeIo({ cwd })
  const requests: RunRequest[] = []
  const lab = {
    async runScenario(request: RunRequest) {
      requests.push(request)
      throw new Error('nothing is run here')
    },
  }
  const code = await main(argv, io, async () => lab as Partial<Lab> as Lab)
  return { code, requests }
}

it('runs in the virtual world, and says so among the flags', async () => {
  expect((await faultline('run', '--virtual')).requests).toMatchObject([{ mode: 'virtual', flags: ['--virtual'] }])
  expect((await faultline('run')).requests).toMatchObject([{ mode: 'real', flags: [] }])
})
