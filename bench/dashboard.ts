/**
 * What the dashboard costs: processor time of the command's process while buyers come, as `dashboard` and as `run`, and the 99th
 * percentile of what buyers wait for. The screen is a real pseudo-terminal, made by util-linux `script`.
 */

import { spawn } from 'node:child_process'
import { existsSync, globSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Result } from '../src/core/result.ts'
import { writeScenario } from '../src/scenarios/file/write.ts'
import { plentyFor } from './scenario.ts'
import { spread } from './statistics.ts'

const ROUNDS = 10
const PER_SECOND = 50
const SECONDS = 10
/** The first of them are left out: screens and services get warm. */
const WARM_SECONDS = 2
const BIN = join(import.meta.dirname, '..', 'bin', 'faultline.js')
const TICKS_PER_SECOND = 100
const LOOK_EVERY_MS = 50
const WITHIN_MS = 120_000

interface Measured {
  /** Of one core. */
  readonly share: number
  readonly p99Ms: number
}

export async function benchDashboard(folder: string): Promise<string[]> {
  const file = join(folder, 'bench.yaml')
  writeFileSync(file, writeScenario(plentyFor(PER_SECOND * SECONDS, PER_SECOND)))
  const all = { with: [] as Measured[], without: [] as Measured[], again: [] as Measured[] }
  for (let round = 0; round < ROUNDS; round++) {
    // Each comes first in turn.
    const order = (['with', 'without', 'again'] as const).map((_, at, kinds) => kinds[(at + round) % 3] ?? 'with')
    for (const kind of order) all[kind].push(await measure(kind === 'with', file, join(folder, `${kind}-${round}`)))
  }
  const shares = (kind: keyof typeof all) => all[kind].map(({ share }) => share * 100)
  const cost = shares('with').map((share, at) => share - (shares('without')[at] ?? 0))
  const ratio = (one: keyof typeof all, other: keyof typeof all) =>
    all[one].map(({ p99Ms }, at) => p99Ms / (all[other][at]?.p99Ms ?? p99Ms))
  return [
    `the command's process at ${PER_SECOND} orders/s, per cent of a core, ${ROUNDS} times: with the screen ${spread(shares('with'), 1)}, without ${spread(shares('without'), 1)}`,
    `what the screen costs: ${spread(cost, 1)} per cent of a core; bound: 10`,
    `p99 of the traffic, with over without: ${spread(ratio('with', 'without'))}; bound: 1.25`,
    `  without over without: ${spread(ratio('again', 'without'))}; p99 without ${spread(
      all.without.map(({ p99Ms }) => p99Ms),
      1,
    )} ms`,
  ]
}

async function measure(screen: boolean, file: string, out: string): Promise<Measured> {
  const asked = `--file ${file} --out ${out}`
  const shell = screen
    ? `stty rows 36 cols 120; exec ${process.execPath} ${BIN} dashboard ${asked}`
    : `exec ${process.execPath} ${BIN} run ${asked} --quiet`
  const env = { ...process.env, TERM: 'xterm-256color', LANG: 'C.UTF-8', FAULTLINE_NO_SET_UP: '1', CI: '' }
  const child = spawn('script', ['-qfec', shell, '/dev/null'], { stdio: ['pipe', 'ignore', 'ignore'], env })
  try {
    const traffic = await until(() => globSync(join(out, 'bench', '*', '*', 'journal', 'traffic-1.ndjson'))[0])
    const pid = commandOf(child.pid ?? 0)
    // The warm-up has a journal of its own, in a folder that is hidden.
    await pause(WARM_SECONDS * 1_000)
    const [from, fromMs] = [ticksOf(pid), performance.now()]
    await pause((SECONDS - WARM_SECONDS - 1) * 1_000)
    const share = (ticksOf(pid) - from) / TICKS_PER_SECOND / ((performance.now() - fromMs) / 1_000)
    const result = join(traffic, '..', '..', '..', 'result.json')
    await until(() => (existsSync(result) ? result : undefined))
    child.stdin.write('q')
    await new Promise((resolve) => (child.exitCode === null ? child.once('exit', resolve) : resolve(undefined)))
    const { variants } = JSON.parse(readFileSync(result, 'utf8')) as Result
    return { share, p99Ms: variants[0]?.latencyMs.p99 ?? Number.NaN }
  } finally {
    child.kill()
  }
}

async function until<T>(look: () => T | undefined): Promise<T> {
  for (const startMs = performance.now(); performance.now() - startMs < WITHIN_MS; ) {
    const found = look()
    if (found !== undefined) return found
    await pause(LOOK_EVERY_MS)
  }
  throw new Error(`nothing to be seen within ${WITHIN_MS} ms`)
}

/** The command below `script`, whose shell has become it. */
function commandOf(pid: number): number {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').trim().split(' '),
  )
  const [first] = children.filter((each) => each !== '')
  if (first === undefined) throw new Error('the command is not there')
  return Number(first)
}

/** User and system time so far. */
function ticksOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return Number(fields[11]) + Number(fields[12])
}

function pause(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs))
}
