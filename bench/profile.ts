/** Where the full stack's processor time goes, by the part of the code that spends it. */

import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openLaboratory } from '../src/runtime/real/laboratory.ts'
import { plentyFor, RETRY_WITH_KEY } from './scenario.ts'

const CHILD = new URL('../dist/scenarios/child.js', import.meta.url)
const ORDERS = 6_000
const BUYERS = 48
const LEAST_SHARE = 0.01

interface Profile {
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: { readonly url: string; readonly functionName: string }
  }[]
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

export async function benchProfile(folder: string): Promise<string[]> {
  const profiles = join(folder, 'profiles')
  mkdirSync(profiles)
  const before = process.env.NODE_OPTIONS
  process.env.NODE_OPTIONS = `--cpu-prof --cpu-prof-dir=${profiles}`
  const scenario = plentyFor(ORDERS, 1_000)
  const laboratory = await openLaboratory(CHILD, {
    scenario,
    variant: RETRY_WITH_KEY.name,
    folder: join(folder, 'run'),
    seed: 1,
  })
  try {
    await laboratory.drive(new AbortController().signal, { progress() {}, waitingForQuiet() {} }, BUYERS)
  } finally {
    await laboratory.close()
    if (before === undefined) delete process.env.NODE_OPTIONS
    else process.env.NODE_OPTIONS = before
  }
  const micros = new Map<string, number>()
  for (const file of readdirSync(profiles))
    addProfile(micros, JSON.parse(readFileSync(join(profiles, file), 'utf8')) as Profile)
  const total = [...micros.values()].reduce((sum, value) => sum + value, 0)
  const rows = [...micros].sort((a, b) => b[1] - a[1]).filter(([, value]) => value / total >= LEAST_SHARE)
  return [
    `busy processor time of all eight processes over ${ORDERS} orders: ${(total / 1e6).toFixed(1)} s`,
    ...rows.map(([part, value]) => `${((100 * value) / total).toFixed(1).padStart(5)} %  ${part}`),
  ]
}

function addProfile(micros: Map<string, number>, { nodes, samples, timeDeltas }: Profile): void {
  const partOf = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]))
  for (const [index, id] of samples.entries()) {
    const part = partOf.get(id)
    if (part) micros.set(part, (micros.get(part) ?? 0) + (timeDeltas[index] ?? 0))
  }
}

/** Undefined for a process that waits. */
function nameOf({ url, functionName }: { url: string; functionName: string }): string | undefined {
  if (functionName === '(idle)' || functionName === '(program)' || functionName === '(root)') return undefined
  if (functionName === '(garbage collector)') return 'garbage collector'
  const library = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1]
  if (library) return `library ${library}`
  const ours = /dist\/(.+?)\.js/.exec(url)?.[1]
  if (ours) return `ours ${ours}`
  if (url.startsWith('node:')) return `node ${url.slice(5).split('/').slice(0, 2).join('/')}`
  return url === '' ? `native ${functionName}` : url
}
