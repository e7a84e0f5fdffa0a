/**
 * `npm run fidelity [-- scenario…]`: both worlds on the scenarios of docs/fidelity.md, as the table of that page. With
 * `--from <fidelity.json>…` of runs that are there already. An idle machine makes the better table.
 */

import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { type Distance, type Fidelity, faithfulnessOf, type VariantFidelity } from '../src/core/fidelity.ts'

const COMMAND = new URL('../bin/faultline.js', import.meta.url).pathname
const SCENARIOS: Readonly<Record<string, readonly string[]>> = {
  calm: [],
  'schrodingers-warehouse': [],
  'last-console': [],
  'vanishing-response': ['--short'],
  'prime-day': ['--short'],
  'slow-is-worse-than-down': ['--short'],
}

async function compare(name: string, out: string): Promise<Fidelity> {
  process.stderr.write(`comparing the worlds in ${name}\n`)
  const words = ['fidelity', name, ...(SCENARIOS[name] ?? []), '--calibrate', '--json', '--quiet', '--out', out]
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
