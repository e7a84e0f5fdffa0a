import { join } from 'node:path'
import { runScenario } from '../src/scenarios/run.ts'
import { plentyFor } from './scenario.ts'

const [, , folder = '', orders = '100000'] = process.argv
const dropped = {
  name: 'dropped-answer@inventory', gremlin: 'dropped-answer', on: 'inventory', operations: ['do'], purchases: [], attempts: [],
  probability: 0.02, fromMs: 0, toMs: null, options: {},
} as const
const { result } = await runScenario({
  scenario: plentyFor(Number(orders), 250, [dropped]),
  seed: 1,
  outDir: join(folder, 'memory'),
  timeoutMs: null,
  signal: new AbortController().signal,
  onProgress() {},
  childEntry: new URL('../dist/scenarios/child.js', import.meta.url),
})
const [variant] = result.variants
process.send?.(`Verdict ${result.verdict}${result.error ? `: ${result.error}` : ''}; confirmed ${variant?.orders.confirmed} of ${variant?.orders.arrived}.`)
