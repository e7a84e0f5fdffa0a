/** `run --seeds`: what is run, printed and written, with a lab that runs nothing. */

import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { exampleResult } from '../../../test/support/example-result.ts'
import { type FakeIo, fakeIo } from '../../../test/support/fake-io.ts'
import { fakeStudyLab } from '../../../test/support/fake-study-lab.ts'
import type { VariantResult } from '../../core/result.ts'
import type { Study } from '../../report/study/study.ts'
import type { Lab, RunRequest, StudyLab } from '../lab.ts'
import { main } from '../main.ts'

let cwd: string
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'faultline-study-'))
})
afterEach(() => rmSync(cwd, { recursive: true, force: true }))

/** Every variant loses as many cents as the seed says, and the place of its name. */
function fakeLab(changes: Partial<StudyLab> = {}, during: (request: RunRequest) => void = () => undefined): Lab {
  return {
    async runScenario(request) {
      during(request)
      const { scenario, seed, flags } = request
      const folder = join(request.outDir, scenario.name, `run-${seed}`)
      mkdirSync(folder, { recursive: true })
      const [example] = exampleResult().variants as [VariantResult]
      const variants = scenario.variants.map(({ name }, at): VariantResult => {
        return { ...example, name, verdict: seed === 3 ? 'FAIL' : 'PASS', lossCents: 100 * at + seed * (at + 1) }
      })
      const verdict = seed === 3 ? 'FAIL' : 'PASS'
      return { folder, result: { ...exampleResult(), scenario: scenario.name, seed, flags, verdict, variants } }
    },
    renderTable: ({ seed }) => `table of ${seed}`,
    renderHtml: async () => '<html></html>',
    renderPngs: async () => new Map(),
    renderJunit: (results) => `<testsuites tests="${results.length}"/>`,
    renderMarkdown: () => '',
    annotationsOf: () => [],
    study: fakeStudyLab(changes),
  }
}

async function run(argv: readonly string[], lab: Lab = fakeLab(), prepare?: (io: FakeIo) => void) {
  const io = fakeIo({ cwd })
  prepare?.(io)
  const code = await main(['run', ...argv], io, () => Promise.resolve(lab))
  return { code, out: io.out(), err: io.err() }
}

function studyOf(scenario: string, seeds: string): Study {
  return JSON.parse(readFileSync(join(cwd, 'reports', scenario, `seeds-${seeds}`, 'study.json'), 'utf8')) as Study
}

describe('several seeds', () => {
  it('are a line each, and then a study against the first variant', async () => {
    const { out, err } = await run(['calm', '--seeds', '1..2'])
    expect(out).toBe('line of seed 1\nline of seed 2\n\nstudy of calm naive 120 false\n\n')
    expect(err).toBe('study: reports/calm/seeds-1..2/study.html\n')
  })

  it('leave the files of the study beside those of the runs', async () => {
    await run(['calm', '--seeds', '1..4'])
    const folder = join(cwd, 'reports/calm/seeds-1..4')
    expect(readdirSync(folder).sort()).toEqual(['study.html', 'study.json', 'study.png'])
    expect(JSON.parse(readFileSync(join(folder, 'study.html'), 'utf8'))).toMatchObject({ 1: '../run-1/report.html' })
    for (const seed of [1, 2, 3, 4]) expect(existsSync(join(cwd, `reports/calm/run-${seed}/report.html`))).toBe(true)
    const study = studyOf('calm', '1..4')
    expect(study).toMatchObject({
      schemaVersion: 1,
      scenario: 'calm',
      reference: 'naive',
      seeds: { first: 1, last: 4 },
    })
    const lost = study.comparisons[0]?.metrics.find(({ metric }) => metric === 'lost')
    // 101, 102, 103 and 104 cents more.
    expect(lost).toMatchObject({ seeds: 4, difference: 102.5, shows: 'more' })
  })

  it('end with the code of the worst run', async () => {
    expect((await run(['calm', '--seeds', '1..2'])).code).toBe(0)
    expect((await run(['calm', '--seeds', '1..3'])).code).toBe(1)
  })

  it('of several scenarios are several studies', async () => {
    const { out } = await run(['calm', 'double-deduction', '--seeds', '7..8'])
    expect(out.match(/study of \S+/g)).toEqual(['study of calm', 'study of double-deduction'])
    expect(studyOf('calm', '7..8').runs).toHaveLength(2)
    expect(studyOf('double-deduction', '7..8').runs.map(({ seed }) => seed)).toEqual([7, 8])
  })

  it.each([
    ['one seed', ['--seeds', '5..5'], 'table of 5\n'],
    ['one variant', ['--seeds', '1..2', '--variant', 'retry'], 'table of 1\ntable of 2\n'],
  ])('%s: nothing to compare, so the tables stay', async (_, argv, tables) => {
    const { out } = await run(['calm', ...argv])
    expect(out).toBe(tables)
    expect(readdirSync(join(cwd, 'reports/calm')).filter((name) => name.startsWith('seeds-'))).toEqual([])
  })
})

describe('--json', () => {
  it('has the runs as ever, and the studies beside them', async () => {
    const { out } = await run(['calm', '--seeds', '1..3', '--json'])
    const document = JSON.parse(out)
    expect(document).toMatchObject({ schemaVersion: 1, verdict: 'FAIL', runs: [{ seed: 1 }, { seed: 2 }, { seed: 3 }] })
    expect(document.studies).toEqual([studyOf('calm', '1..3')])
  })

  it('has none where there is nothing to compare', async () => {
    const { out } = await run(['calm', '--seeds', '1..2', '--variant', 'retry', '--json'])
    expect(Object.keys(JSON.parse(out))).toEqual(['schemaVersion', 'verdict', 'runs'])
  })
})

describe('--reference', () => {
  it('chooses the variant that the others are compared with', async () => {
    await run(['calm', '--seeds', '1..2', '--reference', 'retry'])
    const { reference, comparisons } = studyOf('calm', '1..2')
    expect(reference).toBe('retry')
    expect(comparisons.map(({ variant }) => variant)).toContain('naive')
    expect(comparisons.map(({ variant }) => variant)).not.toContain('retry')
  })

  it.each([
    [['--seeds', '1..2', '--reference', 'retyr'], "unknown variant 'retyr'; did you mean 'retry'?"],
    [
      ['--seeds', '1..2', '--variant', 'naive', '--variant', 'timeout', '--reference', 'saga'],
      "unknown variant 'saga'",
    ],
    [['--reference', 'retry'], '--reference needs --seeds with two seeds at least'],
    [['--seeds', '4..4', '--reference', 'retry'], '--reference needs --seeds with two seeds at least'],
  ])('%j is one mistake', async (argv, mistake) => {
    const { code, err, out } = await run(['calm', ...argv])
    expect(code).toBe(64)
    expect(err).toContain(mistake)
    expect(
      err
        .trim()
        .split('\n')
        .filter((line) => line.includes('faultline:')),
    ).toHaveLength(1)
    expect(out).toBe('')
  })
})

describe('what goes wrong', () => {
  it('keeps the study of those seeds that were run before a signal', async () => {
    let io: FakeIo | undefined
    const lab = fakeLab({}, ({ seed }) => seed === 2 && io?.send('SIGINT'))
    const { code, out } = await run(['calm', '--seeds', '1..9'], lab, (made) => {
      io = made
    })
    expect(code).toBe(130)
    expect(out).toContain('study of calm')
    expect(studyOf('calm', '1..9').runs.map(({ seed }) => seed)).toEqual([1, 2])
  })

  it.each<[string, Partial<StudyLab>, string]>([
    ['a page that cannot be drawn', { renderHtml: () => Promise.reject(new Error('no page')) }, 'study.html: no page'],
    ['a chart that cannot be drawn', { renderPng: () => Promise.reject(new Error('no font')) }, 'no font'],
    [
      'a folder that cannot be made',
      {
        openFolder: () => {
          throw Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' })
        },
      },
      'cannot write the study of calm: the disk is full',
    ],
    [
      'ledgers that cannot be read',
      {
        orderEndsOf: () => {
          throw new Error('no such ledger')
        },
      },
      'cannot read how the orders of calm (seed 1) ended: no such ledger',
    ],
  ])('%s ends with 70 and one line that says so', async (_, changes, words) => {
    const { code, err } = await run(['calm', '--seeds', '1..2'], fakeLab(changes))
    expect(code).toBe(70)
    expect(err).toContain(words)
  })
})
