import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { fakeIo } from '../../test/support/fake-io.ts'
import { GOOD } from '../../test/support/scenario-text.ts'
import { QUANTILE_POINTS } from '../core/calibration.ts'
import type { Lab } from './lab.ts'
import { main } from './main.ts'

let cwd: string
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'faultline-calibration-'))
  writeFileSync(join(cwd, 'scenarios.yaml'), GOOD)
})
afterAll(() => rmSync(cwd, { recursive: true, force: true }))

const TABLE = QUANTILE_POINTS.map(() => 500)
const TIMES = { kind: 'faultline-calibration', schemaVersion: 1, machine: {}, orders: 1, setOut: TABLE, boot: TABLE }

async function runWith(calls: Readonly<Record<string, unknown>>, work: Readonly<Record<string, unknown>>) {
  writeFileSync(join(cwd, 'times.json'), JSON.stringify({ ...TIMES, calls, work }))
  const io = fakeIo({ cwd })
  const nobody = async () => ({ runScenario: () => Promise.reject(new Error('nothing is run here')) }) as unknown as Lab
  const code = await main(['run', '--virtual', '--calibration', 'times.json'], io, nobody)
  return { code, lines: io.err().trimEnd().split('\n') }
}

it('says each name that nobody has in a line of its own, before anything is started', async () => {
  const calls = { 'order→paymnt': TABLE }
  const { code, lines } = await runWith(calls, { '\u001b[31mbank': {}, logging: { 'request do:history': TABLE } })
  expect(code).toBe(64)
  expect(lines).toEqual([
    expect.stringContaining(
      "cannot use the calibration times.json: calls.order→paymnt: unknown path 'order→paymnt'; did you mean 'order→payment'?",
    ),
    expect.stringContaining("cannot use the calibration times.json: work.\ufffd[31mbank: unknown service '"),
  ])
})

it('says in one line what it lacks, and goes on', async () => {
  const { code, lines } = await runWith({ 'order→payment': TABLE }, {})
  expect(code).not.toBe(64)
  const lacking = lines.filter((line) => line.startsWith('times.json lacks '))
  expect(lacking).toEqual([expect.stringContaining('calls.traffic→order, calls.order→inventory, ')])
})
