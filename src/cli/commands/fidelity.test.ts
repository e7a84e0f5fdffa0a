import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { fakeIo } from '../../../test/support/fake-io.ts'
import { GOOD } from '../../../test/support/scenario-text.ts'
import { type Calibration, QUANTILE_POINTS } from '../../core/calibration.ts'
import type { Lab, RunRequest } from '../lab.ts'
import { main } from '../main.ts'
import { exitCodeFor } from './fidelity.ts'

let cwd: string
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'faultline-fidelity-'))
  writeFileSync(join(cwd, 'scenarios.yaml'), GOOD)
  writeFileSync(join(cwd, 'broken.json'), '{"kind": "faultline-calib')
  writeFileSync(join(cwd, 'foreign.json'), '{"kind": "faultline-calibration", "schemaVersion": 2}')
})
const TABLE = QUANTILE_POINTS.map(() => 500)
const CALIBRATION: Calibration = {
  kind: 'faultline-calibration',
  schemaVersion: 1,
  machine: {},
  orders: 1,
  calls: { 'order→payment': TABLE },
  work: {},
  setOut: TABLE,
  boot: TABLE,
}
afterAll(() => rmSync(cwd, { recursive: true, force: true }))

it.each([
  [['--repeat', '1'], '--repeat must be a whole number from 2 to 20'],
  [['--calibrate', '--calibration', 'broken.json'], 'give --calibrate or --calibration, not both'],
  [['--calibration', 'nowhere.json'], 'cannot read the calibration nowhere.json'],
  [['--calibration', 'broken.json'], 'cannot use the calibration broken.json: it is no calibration of Faultline'],
  [['--calibration', 'foreign.json'], 'cannot use the calibration foreign.json: its schemaVersion is 2'],
  [['nothing-of-that-name'], 'nothing-of-that-name'],
])('says what is wrong with %s before anything is started', async (argv, words) => {
  const io = fakeIo({ cwd })
  const nobody = () => Promise.reject(new Error('nothing is run here'))
  expect(await main(['fidelity', ...argv], io, nobody)).toBe(64)
  expect(io.err()).toContain(words)
  expect(io.err().trimEnd().split('\n')).toHaveLength(1)
})

it('a calibration is for virtual runs, and goes along with them', async () => {
  writeFileSync(join(cwd, 'times.json'), JSON.stringify(CALIBRATION))
  const requests: RunRequest[] = []
  const lab: Partial<Lab> = {
    async runScenario(request) {
      requests.push(request)
      throw new Error('nothing is run here')
    },
  }
  const run = (...argv: string[]) => {
    const io = fakeIo({ cwd })
    return main(['run', ...argv], io, async () => lab as Lab).then((code) => ({ code, said: io.err() }))
  }
  const { said } = await run('--virtual', '--calibration', 'times.json')
  expect(said).toContain('times.json was measured on another machine (model unknown, here ')
  expect(requests).toMatchObject([{ calibration: CALIBRATION, flags: ['--virtual', '--calibration', 'times.json'] }])
  expect(await run('--calibration', 'times.json')).toMatchObject({
    code: 64,
    said: expect.stringContaining('--calibration needs --virtual'),
  })
})

it('ends with a code of its own where not everything could be judged', () => {
  expect([true, false, null].map(exitCodeFor)).toEqual([0, 1, 2])
})
