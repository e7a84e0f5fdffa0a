/**
 * A process that runs a scenario, to be killed: `parent.ts <folder> <what>`. `what` is `run`, or `throw` to fail in the middle
 * of the traffic. Says what it is doing on stdout, a JSON object a line.
 */

import { runScenario } from '../../src/scenarios/run.ts'
import { smallScenario } from './scenarios.ts'

const [outDir = '', what] = process.argv.slice(2)

export type Said =
  | { readonly said: 'phase'; readonly phase: string; readonly ordersDone: number }
  | { readonly said: 'started'; readonly pids: readonly number[]; readonly ports: readonly number[] }

function say(said: Said): void {
  process.stdout.write(`${JSON.stringify(said)}\n`)
}

await runScenario({
  // Long enough for whatever is to happen to it.
  scenario: smallScenario({ traffic: { orders: 10_000 } }),
  seed: 42,
  outDir,
  timeoutMs: null,
  signal: new AbortController().signal,
  childEntry: new URL('../../dist/scenarios/child.js', import.meta.url),
  onStarted({ pids, ports }) {
    const found = Object.values(pids()).filter((pid) => pid !== undefined)
    say({ said: 'started', pids: found, ports: Object.values(ports) })
  },
  onProgress({ phase, ordersDone }) {
    say({ said: 'phase', phase, ordersDone })
    if (what === 'throw' && phase === 'traffic' && ordersDone > 20) throw new Error('a bug in whoever watches')
  },
})
