/** Short forms on the command line. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import { fakeIo } from '../../../test/support/fake-io.ts'
import { GOOD } from '../../../test/support/scenario-text.ts'
import { COMPLETION_REQUEST } from '../complete-words.ts'
import type { Lab, RunRequest } from '../lab.ts'
import { main } from '../main.ts'

let cwd: string
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'faultline-short-'))
  const file = parse(GOOD) as { scenarios: Record<string, object> }
  const { one } = file.scenarios
  const short = { traffic: { orders: 3 }, variants: ['retry'] }
  writeFileSync(join(cwd, 'scenarios.yaml'), stringify({ ...file, scenarios: { one, two: { ...one, short } } }))
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
  return { code, out: io.out(), err: io.err(), requests }
}

it('runs it, adjusted like any scenario, and says so among the flags', async () => {
  const { requests } = await faultline('run', 'two', '--short', '--rate', '9')
  expect(requests).toMatchObject([
    {
      scenario: { name: 'two', traffic: { orders: 3, ratePerSecond: 9 }, variants: [{ name: 'retry' }] },
      flags: ['--short', '--rate', '9'],
    },
  ])
  const whole = await faultline('run', 'two')
  expect(whole.requests).toMatchObject([{ scenario: { traffic: { orders: 10 } }, flags: [] }])
})

it.each([
  ['run', '--short'],
  ['run', 'two', 'one', '--short'],
  ['show', 'one', '--short'],
])('%s %s… is a usage error where there is none', async (...argv) => {
  const { code, err, requests } = await faultline(...argv)
  expect({ code, requests }).toEqual({ code: 64, requests: [] })
  expect(err).toBe("faultline: 'one': no short form (in scenarios.yaml); these have one: two\n")
})

it('shows it, and that there is one', async () => {
  expect((await faultline('show', 'two', '--short')).out).toContain('  3 orders of')
  const whole = await faultline('show', 'two')
  expect(whole.out).toContain('  10 orders of')
  expect(whole.out).toContain('It has a short form: --short')
  expect((await faultline('show', 'one')).out).not.toContain('--short')
  expect(JSON.parse((await faultline('show', 'two', '--short', '--json')).out)).toMatchObject({
    traffic: { orders: 3 },
  })
})

it('marks it in the list', async () => {
  expect((await faultline('list')).out).toBe('one  One\ntwo  One (also --short)\n')
  expect(JSON.parse((await faultline('list', '--json')).out)).toMatchObject({
    scenarios: [
      { name: 'one', short: false },
      { name: 'two', short: true },
    ],
  })
})

it('completes the flag, and after it only names that have one', async () => {
  const complete = async (...words: string[]) => (await faultline(COMPLETION_REQUEST, ...words)).out.trim().split('\n')
  expect(await complete('run', '--sh')).toEqual(['--short'])
  expect(await complete('run', '--short', '')).toEqual(['two'])
  expect(await complete('run', '')).toEqual(['one', 'two'])
  expect(await complete('run', '--seed', '')).toEqual([''])
})
