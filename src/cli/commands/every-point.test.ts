/** `explore --every-point` on the command line, over real worker threads. */

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { fakeIo } from '../../../test/support/fake-io.ts'
import { loadText, SHIPPED_TEXT } from '../../../test/support/shipped-scenarios.ts'
import type { Scenario } from '../../core/scenario.ts'
import { runScenario } from '../../scenarios/run.ts'
import { main } from '../main.ts'

let cwd: string
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'faultline-points-'))
  writeFileSync(join(cwd, 'scenarios.yaml'), SHIPPED_TEXT)
})
afterAll(() => rmSync(cwd, { recursive: true, force: true }))

async function faultline(...argv: string[]) {
  const io = fakeIo({ cwd })
  const code = await main(argv, io)
  return { code, out: io.out(), err: io.err() }
}

const POINTS = ['explore', 'one-lost-answer', '--every-point', '--workers', '2']

it('says how many faults there are, and how many were survived', async () => {
  const { code, out, err } = await faultline(...POINTS, '--variant', 'saga')
  expect(code).toBe(0)
  const planned = /^saga, an order: (\d+) single faults, [\d,]+ pairs of these$/m.exec(err)?.[1]
  expect(out).toContain(`saga, an order: ${planned} of ${planned} single faults survived\n`)
  expect(out).toContain('saga, an order that the bank refuses: ')
})

it('names each fault that breaks something, and writes a scenario for it that shows it', async () => {
  const { code, out } = await faultline(...POINTS, '--variant', 'retry', '--out', 'found', '--quiet')
  expect(code).toBe(1)
  expect(out).toMatch(
    / {2}payment has done 'do charge' of p-1, and its answer is lost\n {4}charged-at-most-once: p-1 was charged 2 times .*\n {4}faultline run --virtual --file found\/one-lost-answer\/[\dT-]+-explored\/retry-charged-at-most-once(-\d+)?\.yaml\n/,
  )
  const [own, ...others] = readdirSync(join(cwd, 'found/one-lost-answer'))
  expect(others).toEqual([])
  const folder = join(cwd, 'found/one-lost-answer', own as string)
  const files = readdirSync(folder)
  expect(files.length).toBeGreaterThan(5)
  for (const file of files) {
    const [scenario] = loadText(readFileSync(join(folder, file), 'utf8'), file).scenarios
    expect(scenario?.strikes).toHaveLength(1)
  }
  const [first] = files
  const [scenario] = loadText(readFileSync(join(folder, first as string), 'utf8')).scenarios as [Scenario]
  const quiet = { timeoutMs: null, signal: new AbortController().signal, onProgress: () => undefined }
  const run = { scenario, seed: scenario.seed ?? 0, mode: 'virtual', outDir: join(cwd, 'reports') } as const
  expect((await runScenario({ ...run, ...quiet })).result.verdict).toBe('PASS')
})

it('prints one document, also of two orders', async () => {
  const two = await faultline(...POINTS, '--variant', 'retry+key', '--orders', '2', '--json', '--quiet')
  const { variants, orders } = JSON.parse(two.out)
  expect(orders).toBe(2)
  expect(variants).toMatchObject([
    { variant: 'retry+key', stories: [{ story: 'two orders at once' }, { story: 'two orders for the last unit' }] },
  ])
  for (const { singles } of variants[0].stories) expect(singles.tried).toBe(singles.planned)
})

it.each([
  [['--every-point', '--seeds', '5'], '--seeds does not go with --every-point'],
  [['--every-point', '--orders', '3'], '--orders'],
  [['--pairs'], '--pairs needs --every-point'],
])('refuses %s', async (flags, why) => {
  const { code, err } = await faultline('explore', 'one-lost-answer', ...flags)
  expect(code).toBe(64)
  expect(err).toContain(why)
})
