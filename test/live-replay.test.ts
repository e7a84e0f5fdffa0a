/** A run that was changed by hand is had again with its changes, each at its time. */

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Change } from '../src/core/change.ts'
import type { Result } from '../src/core/result.ts'
import type { Scenario } from '../src/core/scenario.ts'
import { renderReplay } from '../src/report/terminal/replay.ts'
import { type Opened, openRecording } from '../src/scenarios/recording.ts'
import { replayRun } from '../src/scenarios/replay.ts'
import { untilJudged, watch } from './support/live.ts'
import { lookUntil, type Run } from './support/runs.ts'
import { gremlin, smallScenario, VARIANTS } from './support/scenarios.ts'
import { temporaryFolder } from './support/temporary-folder.ts'

const outDir = temporaryFolder('live-replay')
const LOST = gremlin('dropped-answer', 'payment', { probability: 0.3 })

const scenario: Scenario = smallScenario({
  traffic: { orders: 140, ratePerSecond: 20, mostUnits: 1, arrivals: 'poisson' },
  buyers: { patienceMs: 4_000, refreshes: 1, pauseMs: 50 },
  gremlins: [LOST, gremlin('crash-after-commit', 'inventory', { probability: 0.03, attempts: [1] })],
  variants: [VARIANTS.key],
})

/** Everything that can be changed, and back again. */
const CHANGES: readonly [number, Change][] = [
  [300, { policy: 'retry', edge: null, on: false }],
  [700, { gremlin: LOST.name, on: true, probability: 0.9 }],
  [1_000, { traffic: 'off' }],
  [1_500, { traffic: 'on' }],
  [1_700, { policy: 'retry', edge: null, on: true }],
  [2_000, { workflow: { workflow: 'saga', options: {} } }],
  [
    2_100,
    { gremlin: 'mine', on: true, setting: gremlin('error-answer', 'inventory', { name: 'mine', probability: 0.5 }) },
  ],
  [3_500, { gremlin: LOST.name, on: true, scheduled: true }],
  [4_000, { gremlin: 'mine', on: false }],
]

async function changedRun(changes = CHANGES): Promise<Run> {
  const watched = watch(scenario)
  for (const [atMs, change] of changes) await watched.changeAt(atMs, change)
  await watched.until(({ phase }) => phase === 'over')
  // What is judged is written a moment later, and only a run that was not cut short can be had again.
  const file = path.join(watched.outDir, 'latest', 'result.json')
  await lookUntil(() => existsSync(file), Boolean, 10_000)
  return untilJudged(watched)
}

const PLAIN = { outDir, timeoutMs: null, signal: new AbortController().signal, onProgress: () => undefined } as const

async function replayed(folder: string) {
  const opened = await openRecording(folder, [])
  if (!opened.ok) throw new Error(opened.problem)
  return replayRun(opened.recording, PLAIN)
}

/** What keeps a stored run with these changes from being had again. */
async function problemWith({ folder, result }: Run, changes: unknown): Promise<Opened> {
  const file = path.join(folder, 'result.json')
  const before = readFileSync(file)
  const variants = result.variants.map((variant) => ({ ...variant, changes }))
  writeFileSync(file, JSON.stringify({ ...result, variants }))
  try {
    return await openRecording(folder, [])
  } finally {
    writeFileSync(file, before)
  }
}

describe('a run that was changed by hand', { timeout: 60_000 }, () => {
  it('is bit for bit the same again, changes and their lines included', async () => {
    const before = await changedRun()
    const [variant] = before.result.variants
    expect(variant?.changes).toHaveLength(CHANGES.length)
    expect(variant?.gremlins.find(({ name }) => name === 'mine')?.strikes).toBeGreaterThan(0)
    const { result, replay } = await replayed(before.folder)
    expect(replay.variants[0]).toMatchObject({ changesMade: CHANGES.length, bytes: { differing: [] } })
    expect(replay.faithfulness).toBe('same')
    expect(result.variants[0]?.changes).toEqual(variant?.changes)
    expect(result.configuration.switches).toEqual([])
    expect(renderReplay(replay, { width: 100, color: false })).toContain(
      '9 changes that somebody had made by hand were made again.',
    )
    // Without some of them it is another run: what makes the two the same is that they were made.
    const without = withoutPolicies(before.result)
    writeFileSync(path.join(before.folder, 'result.json'), JSON.stringify(without))
    expect((await replayed(before.folder)).replay.variants[0]?.bytes?.differing).not.toEqual([])
  })

  it('cannot be had again with a change that nobody knows, and says so', async () => {
    const run = await changedRun([[300, { policy: 'retry', edge: null, on: false }]])
    const change = { atMs: 300, gremlin: 'mine', on: true }
    const cannot = "what was changed by hand in 'retry+key' cannot be made again: "
    expect(await problemWith(run, [change])).toMatchObject({
      ok: false,
      problem: expect.stringContaining(`${cannot}changes[0].gremlin: unknown gremlin 'mine'`),
    })
    expect(
      await problemWith(run, [{ ...change, setting: { ...LOST, name: 'mine', gremlin: 'tickle' } }]),
    ).toMatchObject({
      ok: false,
      problem: expect.stringContaining("there is no gremlin 'tickle'"),
    })
    expect(await problemWith(run, [{ ...change, on: 'perhaps' }])).toMatchObject({
      ok: false,
      problem: expect.stringContaining('variants[0].changes[0]'),
    })
  })
})

function withoutPolicies(result: Result): Result {
  const variants = result.variants.map(({ changes = [], ...variant }) => {
    return { ...variant, changes: changes.filter((change) => !('policy' in change)) }
  })
  return { ...result, variants }
}
