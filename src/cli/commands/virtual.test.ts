/** `--virtual` on the command line. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
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
  return { code, requests, said: io.err() }
}

it('runs in the virtual world, and says so among the flags', async () => {
  const fast = { mode: 'virtual', network: 'fast', flags: ['--virtual'] }
  expect((await faultline('run', '--virtual')).requests).toMatchObject([fast])
  expect((await faultline('run', '--virtual=fast')).requests).toMatchObject([fast])
  expect((await faultline('run')).requests).toMatchObject([{ mode: 'real', flags: [] }])
  expect((await faultline('run', '--no-virtual')).requests).toMatchObject([{ mode: 'real', flags: [] }])
})

it('runs over the real HTTP there, and says so in a form that runs it again', async () => {
  const wire = { mode: 'virtual', network: 'wire', flags: ['--virtual=wire'] }
  expect((await faultline('run', '--virtual=wire')).requests).toMatchObject([wire])
})

it('never takes the name of a scenario that follows for a word of its own', async () => {
  const { requests } = await faultline('run', '--virtual', 'one', '--seed', '7')
  expect(requests).toMatchObject([{ scenario: { name: 'one' }, mode: 'virtual', network: 'fast', seed: 7 }])
  expect((await faultline('run', '--', '--virtual')).code).not.toBe(0)
})

it.each([
  [['--virtual=wier'], "'fast', which it is when nothing is said, or 'wire', as in --virtual=wire, not 'wier'"],
  [['--virtual='], 'as in --virtual=wire'],
  [['--virtual', '--virtual=wire'], 'give it once'],
  [['--virtual', 'wire'], '--virtual=wire'],
])('says how it is written when %s is not', async (argv, words) => {
  const { code, requests, said } = await faultline('run', ...argv)
  expect({ code, requests }).toEqual({ code: 64, requests: [] })
  expect(said).toContain(words)
})

it('spreads variants over threads: as many as it was told, or as there are cores', async () => {
  expect((await faultline('run', '--virtual', '--workers', '3')).requests).toMatchObject([{ workers: 3 }])
  expect((await faultline('run', '--virtual')).requests).toMatchObject([{ workers: availableParallelism() }])
  expect(await faultline('run', '--virtual', '--workers', '0')).toMatchObject({ code: 64, requests: [] })
  expect(await faultline('run', '--workers', '2')).toMatchObject({ code: 64, requests: [] })
})
