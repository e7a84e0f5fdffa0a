/** However the lab itself ends: no process, no port, no half-written result. */

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import type { Result } from '../../src/core/result.ts'
import { RESULT_FILE } from '../../src/core/run-folder.ts'
import type { Said } from '../support/parent.ts'
import { argumentsOf, childrenOf, groupOf, type Started, startNode } from '../support/processes.ts'
import { isAlive, lookUntil, ROOT, remainsOf, type Traces, temporaryFolder } from '../support/runs.ts'

/** An idle machine needs a few milliseconds. Who is still loading its modules hears nothing until that is done, and eight at once take a while. */
const GONE_WITHIN_MS = 30_000
const UNDER_WAY_WITHIN_MS = 60_000
const PARENT = path.join(ROOT, 'test', 'support', 'parent.ts')
const FAULTLINE = path.join(ROOT, 'bin', 'faultline.js')
/** The seven services and the traffic. */
const CHILDREN = 8

function saidBy(parent: Started): Said[] {
  const lines = parent.stdout().split('\n').slice(0, -1)
  return lines.map((line) => JSON.parse(line) as Said)
}

async function untilUnderWay(parent: Started): Promise<Traces> {
  const isUnderWay = (said: Said) => said.said === 'phase' && said.phase === 'traffic' && said.ordersDone > 0
  const said = await lookUntil(
    () => saidBy(parent),
    (all) => all.some(isUnderWay),
    UNDER_WAY_WITHIN_MS,
  )
  const started = said.find((one) => one.said === 'started')
  if (!started || !said.some(isUnderWay)) throw new Error(`not under way: ${parent.stdout()} ${parent.stderr()}`)
  return started
}

function remainsSoon(traces: Traces): Promise<string[]> {
  return lookUntil(
    () => remainsOf(traces),
    (remains) => remains.length === 0,
    GONE_WITHIN_MS,
  )
}

/** Files that a run writes whole or not at all, and what is left of writing one. */
function resultsIn(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return files.filter((file) => path.basename(file) === RESULT_FILE || file.endsWith('.half'))
}

it('leaves nothing when it is killed in the middle of the traffic', async () => {
  const folder = temporaryFolder()
  const parent = startNode(PARENT, [folder, 'run'])
  const traces = await untilUnderWay(parent)
  expect(await remainsOf(traces)).toHaveLength(traces.pids.length + traces.ports.length)
  parent.process.kill('SIGKILL')
  expect(await parent.ended).toEqual({ code: null, signal: 'SIGKILL' })
  expect(await remainsSoon(traces)).toEqual([])
  expect(resultsIn(folder)).toEqual([])
})

it('leaves nothing when it is killed while its children are being born', async () => {
  const parent = startNode(PARENT, [temporaryFolder(), 'run'])
  const children = await lookUntil(
    () => childrenOf(parent.process.pid!),
    ({ length }) => length === CHILDREN,
    UNDER_WAY_WITHIN_MS,
  )
  expect(children).toHaveLength(CHILDREN)
  parent.process.kill('SIGKILL')
  await parent.ended
  expect(await remainsSoon({ pids: children, ports: [] })).toEqual([])
})

it('leaves nothing when it fails in the middle of the traffic', async () => {
  const folder = temporaryFolder()
  const parent = startNode(PARENT, [folder, 'throw'])
  const { code } = await parent.ended
  expect(code).not.toBe(0)
  expect(parent.stderr()).toContain('a bug in whoever watches')
  const started = saidBy(parent).find((one) => one.said === 'started')
  expect(await remainsSoon(started!)).toEqual([])
  expect(resultsIn(folder)).toEqual([])
})

it.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('keeps what was measured when the command is stopped by %s', async (signal, exitCode) => {
  const folder = temporaryFolder()
  const args = ['run', 'calm', '--orders', '10000', '--rate', '100', '--out', folder, '--json']
  const command = startNode(FAULTLINE, args, ROOT)
  const isUnderWay = () => command.stderr().includes('traffic') || command.process.exitCode !== null
  expect(await lookUntil(isUnderWay, (yes) => yes, UNDER_WAY_WITHIN_MS), command.stderr()).toBe(true)
  const children = childrenOf(command.process.pid!)
  expect(children.length, command.stderr()).toBeGreaterThanOrEqual(CHILDREN)
  // As Ctrl-C in a terminal does: every process of the group hears it.
  process.kill(-command.process.pid!, signal)
  expect((await command.ended).code, command.stderr()).toBe(exitCode)
  expect(children.filter(isAlive)).toEqual([])

  const result = JSON.parse(command.stdout()) as Result
  expect(result).toMatchObject({ verdict: 'INCONCLUSIVE', error: null })
  expect(result.interrupted).toContain(signal)
  expect(result.variants).toHaveLength(1)
  const [file, ...others] = resultsIn(folder).filter((found) => !found.startsWith('latest'))
  expect(others).toEqual([])
  expect(JSON.parse(readFileSync(path.join(folder, file!), 'utf8'))).toEqual(result)
})

it('is interrupted, and not broken, when Ctrl-C comes while the services are starting', async () => {
  const folder = temporaryFolder()
  const command = startNode(FAULTLINE, ['run', 'calm', '--out', folder, '--json'], ROOT)
  const born = () => childrenOf(command.process.pid!)
  const isBank = (pid: number) => argumentsOf(pid).at(-1) === 'bank'
  const bank = (await lookUntil(born, (pids) => pids.some(isBank), UNDER_WAY_WITHIN_MS)).find(isBank)
  if (bank === undefined) throw new Error(`no bank was started: ${command.stderr()}`)
  // The services go on starting for as long as one of them stands still.
  process.kill(bank, 'SIGSTOP')
  const isBorn = (pids: readonly number[]) => pids.length >= CHILDREN && pids.every((pid) => groupOf(pid) === pid)
  expect(isBorn(await lookUntil(born, isBorn, UNDER_WAY_WITHIN_MS))).toBe(true)
  process.kill(-command.process.pid!, 'SIGINT')
  const hasHeard = () => command.stderr().includes('stopping') || command.process.exitCode !== null
  await lookUntil(hasHeard, (heard) => heard, UNDER_WAY_WITHIN_MS)
  if (command.process.exitCode === null) process.kill(bank, 'SIGCONT')
  expect((await command.ended).code, command.stderr()).toBe(130)
  const result = JSON.parse(command.stdout()) as Result
  expect(result).toMatchObject({ verdict: 'INCONCLUSIVE', error: null, variants: [] })
  expect(result.interrupted).toMatch(/^stopped by SIGINT; \d+ of \d+ variants were not run$/)
})

it('stops at once when it is asked a second time', async () => {
  const folder = temporaryFolder()
  const command = startNode(FAULTLINE, ['run', 'calm', '--orders', '10000', '--rate', '100', '--out', folder], ROOT)
  await lookUntil(
    () => childrenOf(command.process.pid!),
    ({ length }) => length >= CHILDREN,
    UNDER_WAY_WITHIN_MS,
  )
  const children = childrenOf(command.process.pid!)
  command.process.kill('SIGINT')
  await lookUntil(
    () => command.stderr().includes('stopping'),
    (heard) => heard,
    UNDER_WAY_WITHIN_MS,
  )
  command.process.kill('SIGINT')
  expect((await command.ended).code, command.stderr()).toBe(130)
  expect(await remainsSoon({ pids: children, ports: [] })).toEqual([])
  expect(existsSync(folder)).toBe(true)
})
