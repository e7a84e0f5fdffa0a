/**
 * `npm run fidelity [-- scenario…]`: both worlds on the scenarios of docs/fidelity.md, as the table of that page. With
 * `--from <fidelity.json>…` of runs that are there already. An idle machine makes the better table.
 */

import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { type Distance, type Fidelity, faithfulnessOf, type VariantFidelity } from '../src/core/fidelity.ts'
import type { GremlinSetting } from '../src/core/gremlin.ts'
import type { Scenario } from '../src/core/scenario.ts'
import { writeScenario } from '../src/scenarios/file/write.ts'
import { shippedScenario } from '../test/support/shipped-scenarios.ts'

/** Schrödinger's warehouse, its services killed at moments of the traffic. */
const BY_THE_CLOCK = 'warehouse-by-the-clock'
const COMMAND = new URL('../bin/faultline.js', import.meta.url).pathname
const SCENARIOS: Readonly<Record<string, readonly string[]>> = {
  calm: [],
  'schrodingers-warehouse': [],
  [BY_THE_CLOCK]: [],
  'last-console': [],
  'vanishing-response': ['--short'],
  'prime-day': ['--short'],
  'slow-is-worse-than-down': ['--short'],
}

/** Crashes that are drawn for each request do not repeat well in the real world either; these come at their times. */
function crashByTheClock(scenario: Scenario): Scenario {
  const others = scenario.gremlins.filter(({ gremlin }) => gremlin !== 'crash-after-commit')
  const whom = { gremlin: 'kill', operations: [], purchases: [], attempts: [], at: [], probability: 1, options: {} }
  const kills: GremlinSetting[] = [
    { ...whom, name: 'kill@inventory', on: 'inventory', fromMs: 1_000, toMs: 1_001 },
    { ...whom, name: 'kill@payment', on: 'payment', fromMs: 2_500, toMs: 2_501 },
    // It cannot come back before the end.
    { ...whom, name: 'kill@bank', on: 'bank', fromMs: 4_000, toMs: 4_600 },
  ]
  const { quiz: _, script: __, ...rest } = scenario
  return { ...rest, name: BY_THE_CLOCK, gremlins: [...kills, ...others] }
}

function fileOf(name: string, out: string): readonly string[] {
  if (name !== BY_THE_CLOCK) return []
  const file = join(out, `${name}.yaml`)
  writeFileSync(file, writeScenario(crashByTheClock(shippedScenario('schrodingers-warehouse'))))
  return ['--file', file]
}

async function compare(name: string, out: string): Promise<Fidelity> {
  process.stderr.write(`comparing the worlds in ${name}\n`)
  const words = [
    'fidelity',
    name,
    ...(SCENARIOS[name] ?? []),
    ...fileOf(name, out),
    '--calibrate',
    '--json',
    '--quiet',
    '--out',
    out,
  ]
  const command = spawn(process.execPath, [COMMAND, ...words], { stdio: ['ignore', 'pipe', 'inherit'] })
  return JSON.parse(await text(command.stdout)) as Fidelity
}

function rowsOf({ scenario, runs, variants }: Fidelity): string[] {
  const loads = runs.map(({ loadAverage }) => loadAverage.toFixed(1)).join(' / ')
  return variants.map((variant, n) => row([n === 0 ? `${scenario} (load ${loads})` : '', ...cellsOf(variant)]))
}

function cellsOf({
  name,
  expectations,
  wassersteinMs,
  otherOutcome,
  latencyMs,
  misses,
  // Documents of `--from` may be older than this.
  notJudged = [],
}: VariantFidelity): string[] {
  const agreed = expectations.filter(({ met }) => met).length
  const faithful = faithfulnessOf([{ misses, notJudged }])
  const medians = [...latencyMs.real, latencyMs.virtual].map(({ p50 }) => p50?.toFixed(1) ?? '–')
  return [
    `\`${name}\``,
    `${agreed} of ${expectations.length}`,
    `${medians.slice(0, -1).join(', ')} and ${medians.at(-1)}`,
    ...distance(wassersteinMs, (ms) => ms.toFixed(2)),
    ...distance(otherOutcome, (share) => (100 * share).toFixed(1)),
    faithful === null ? 'not judged' : faithful ? 'yes' : '**no**',
  ]
}

function distance({ toReal, floor, limit, met }: Distance, show: (value: number) => string): string[] {
  const [apart, between, most] = [toReal, floor, limit].map((value) => (value === null ? '–' : show(value)))
  return [met === false ? `**${apart}**` : `${apart}`, met === null ? 'not judged' : `${between} (${most})`]
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}

const HEAD = [
  'scenario',
  'variant',
  'expectations as in the real world',
  'p50, ms: real and virtual',
  'latencies apart, ms',
  'real to real (at most)',
  'other outcome, %',
  'real to real (at most)',
  'faithful',
]

const [first, ...others] = process.argv.slice(2)
const files = first === '--from' ? others : undefined
const names = first === undefined || files ? Object.keys(SCENARIOS) : [first, ...others]
const out = mkdtempSync(join(tmpdir(), 'faultline-fidelity-'))
console.log(`${row(HEAD)}\n|${'---|'.repeat(HEAD.length)}`)
for (const each of files ?? names) {
  const fidelity = files ? (JSON.parse(readFileSync(each, 'utf8')) as Fidelity) : await compare(each, out)
  console.log(rowsOf(fidelity).join('\n'))
  if (!fidelity.faithful) process.exitCode = 1
}
