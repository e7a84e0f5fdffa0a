import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { exampleResult } from '../../test/support/example-result.ts'
import type { Baseline } from '../core/baseline.ts'
import { openBaseline } from './baselines.ts'
import { collectBaseline } from './collect-baseline.ts'

let outDir: string
beforeEach(() => {
  outDir = mkdtempSync(join(tmpdir(), 'faultline-baseline-'))
})
afterEach(() => rmSync(outDir, { recursive: true, force: true }))

const say = () => undefined

const ranAt = (seed: number, scenario = 'calm', interrupted: string | null = null) => ({
  result: { ...exampleResult(), scenario, seed, interrupted },
  folder: join(outDir, scenario, `run-${seed}`),
})

describe('a baseline that a run saves', () => {
  it('has every seed of a scenario, and each scenario a file of its own', async () => {
    const baseline = collectBaseline('main', outDir)
    for (const ran of [ranAt(1), ranAt(1), ranAt(2), ranAt(1, 'stormy')]) baseline.add(ran)
    expect(baseline.save(false, say)).toEqual([])
    const kept = JSON.parse(readFileSync(join(outDir, 'baselines/main/calm.json'), 'utf8')) as Baseline
    expect(kept.measured.runs.map(({ seed }) => seed)).toEqual([1, 2])
    expect(kept.from).toBe('calm/run-2')
    const opened = await openBaseline(outDir, 'main', 'stormy')
    expect(opened.ok && opened.document.measured.runs).toHaveLength(1)
  })

  it('is not written of runs that were stopped or cut short', () => {
    const cut = collectBaseline('main', outDir)
    cut.add(ranAt(1))
    const said: string[] = []
    expect(cut.save(true, (line) => said.push(line))).toEqual([])
    expect(said).toEqual(["the baseline 'main' is not saved: not every run was made"])
    cut.add(ranAt(2, 'calm', 'out of time'))
    expect(cut.save(false, say)).toEqual(["the baseline 'main' is not saved for calm: seed 2: out of time"])
    expect(existsSync(join(outDir, 'baselines'))).toBe(false)
  })

  it('is nothing where no name was given', () => {
    const none = collectBaseline(undefined, outDir)
    none.add(ranAt(1))
    expect(none.save(true, say)).toEqual([])
  })

  it('says why it cannot be written', () => {
    writeFileSync(join(outDir, 'baselines'), 'in the way')
    const baseline = collectBaseline('main', outDir)
    baseline.add(ranAt(1))
    expect(baseline.save(false, say)).toEqual([expect.stringMatching(/^cannot write the baseline 'main' into /)])
  })
})
