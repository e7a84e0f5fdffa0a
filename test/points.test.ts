/**
 * Every named moment of two-phase commit and of sagas, at every service that passes it, is struck once, and the shop comes through.
 * With FAULTLINE_TABLE set the table of docs/points.md is printed.
 */

import { afterAll, describe, expect, it } from 'vitest'
import { composeNode } from '../src/scenarios/compose.ts'
import { runTrial, type Trial } from '../src/scenarios/trial.ts'
import { spareOthers } from './planted/one-effect.ts'
import { cellOf, momentOf, nameOf, STRIKES, type Strike, WORKFLOWS, type Workflow } from './support/strikes.ts'

const trials = new Map<Strike, Trial>()

async function runCell(strike: Strike): Promise<Trial> {
  const { scenario } = cellOf(strike)
  const variant = scenario.variants[0]?.name ?? ''
  const trial = await runTrial(
    { scenario, variant, seed: 42 },
    { compose: (setup, trafficStartMs) => spareOthers(setup.variant, composeNode(setup, trafficStartMs)) },
  )
  trials.set(strike, trial)
  return trial
}

function strikesOf({ outcome }: Trial, name: string): number | undefined {
  return outcome.gremlins.find((each) => each.name === name)?.strikes
}

const violatedIn = ({ outcome }: Trial) => outcome.invariants.filter(({ violations }) => violations > 0)

describe.each(STRIKES.map((strike) => [nameOf(strike), strike] as const))('%s', (_, strike) => {
  it('is struck once, and survived', async () => {
    const trial = await runCell(strike)
    expect(strikesOf(trial, 'the strike')).toBe(1)
    expect(violatedIn(trial)).toEqual([])
    expect(trial.outcome).toMatchObject({ verdict: 'PASS', reasons: [] })
    expect(trial.outcome.orders).toMatchObject({ arrived: 2, failed: 0, inDoubt: 0 })
    expect(trial.driven.restarts[strike.service]).toBeGreaterThan(0)
    // Whoever recovers is struck only when there is something to recover.
    expect(strikesOf(trial, 'before')).not.toBe(0)
  })
})

/** Rows are moments and services, columns are workflows. */
function writeTable(): string {
  const rows = new Map<string, Map<Workflow, string>>()
  for (const [strike, trial] of trials) {
    const row = `| ${momentOf(strike)} | ${strike.service} |`
    const cells = rows.get(row) ?? new Map<Workflow, string>()
    const survived =
      trial.outcome.verdict === 'PASS' && violatedIn(trial).length === 0 && strikesOf(trial, 'the strike') === 1
    rows.set(row, cells.set(strike.workflow, survived ? 'survived' : 'not survived'))
  }
  const lines = [...rows].map(
    ([row, cells]) => `${row} ${WORKFLOWS.map((name) => cells.get(name) ?? '').join(' | ')} |`,
  )
  return ['| Moment | Service | 2pc | saga |', '| --- | --- | --- | --- |', ...lines, ''].join('\n')
}

afterAll(() => {
  if (process.env.FAULTLINE_TABLE) process.stdout.write(writeTable())
})
