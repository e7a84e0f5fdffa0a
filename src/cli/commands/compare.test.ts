import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { exampleResult } from '../../../test/support/example-result.ts'
import { fakeIo } from '../../../test/support/fake-io.ts'
import type { Result, VariantResult } from '../../core/result.ts'
import { measuredOf } from '../../report/compare/metrics.ts'
import { main } from '../main.ts'

let cwd: string
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'faultline-compare-'))
})
afterEach(() => rmSync(cwd, { recursive: true, force: true }))

const FIRST = '2026-11-20T10-00-00-000-seed-42'
const SECOND = '2026-11-21T10-00-00-000-seed-42'

function resultOf(changes: Partial<Result> = {}, variant: Partial<VariantResult> = {}): Result {
  const example = exampleResult()
  const variants = example.variants.map((each) => ({ ...each, ...variant }))
  return { ...example, scenario: 'calm', mode: 'virtual', seed: 42, variants, ...changes }
}

function keep(run: string, result: unknown, file = 'result.json', scenario = 'calm'): string {
  const folder = join(cwd, 'reports', scenario, run)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, file), typeof result === 'string' ? result : JSON.stringify(result))
  return folder
}

function study(run: string, seeds: readonly number[], p99: (seed: number) => number): string {
  const results = seeds.map((seed) =>
    resultOf({ seed }, { verdict: 'PASS', latencyMs: { p50: 5, p90: 8, p99: p99(seed), max: 900 } }),
  )
  return keep(run, { schemaVersion: 1, measured: measuredOf(results, null) }, 'study.json')
}

async function faultline(...argv: readonly string[]) {
  const io = fakeIo({ cwd })
  const code = await main(argv, io)
  return { code, out: io.out(), err: io.err() }
}

const slower = { latencyMs: { p50: 5, p90: 8, p99: 2_000, max: 9_000 } }
const faster = { latencyMs: { p50: 5, p90: 8, p99: 1_000, max: 9_000 } }

describe('compare', () => {
  it('finds no change between a run and itself', async () => {
    keep(FIRST, resultOf())
    const { code, out } = await faultline('compare', 'latest', `calm/${FIRST}`, '--fail-on-regression')
    expect(out).toContain('No change.')
    expect(out.trimEnd().split('\n').at(-1)).toBe('No regression.')
    expect(code).toBe(0)
  })

  it('fails on a regression only where it is asked to', async () => {
    keep(FIRST, resultOf({}, faster))
    keep(SECOND, resultOf({}, slower))
    const runs = [`calm/${FIRST}`, `calm/${SECOND}`]
    expect((await faultline('compare', ...runs)).code).toBe(0)
    expect(await faultline('compare', ...runs, '--fail-on-regression')).toMatchObject({
      code: 1,
      out: expect.stringContaining('REGRESSION'),
    })
    expect((await faultline('compare', ...runs, '--fail-on-regression', '--tolerance', '100%')).code).toBe(0)
    expect((await faultline('compare', ...runs.reverse(), '--fail-on-regression')).code).toBe(0)
  })

  it('takes a scenario for its newest run, and the newest of all for latest', async () => {
    keep(FIRST, resultOf({}, faster))
    keep(SECOND, resultOf({}, slower))
    const { out } = await faultline('compare', `calm/${FIRST}`, 'calm')
    expect(out).toContain(`now: calm/${SECOND}`)
    expect((await faultline('compare', `calm/${FIRST}`, 'latest')).out).toBe(out)
  })

  it('weighs studies seed by seed', async () => {
    const seeds = Array.from({ length: 10 }, (_, at) => at + 1)
    study('2026-11-20T10-00-00-000-seeds-1..10', seeds, (seed) => 100 + 30 * Math.sin(seed))
    study('2026-11-21T10-00-00-000-seeds-1..10', seeds, (seed) => 120 + 30 * Math.sin(seed) + Math.cos(7 * seed))
    const runs = readdirSync(join(cwd, 'reports/calm')).map((run) => `calm/${run}`)
    const { code, out } = await faultline('compare', ...runs, '--fail-on-regression')
    expect(out.replaceAll(/\s+/g, ' ')).toContain('paired over 10 seeds: this is a change, not noise. A regression.')
    expect(code).toBe(1)
  })

  it('looks for other real runs of the seed to tell noise by', async () => {
    const real = (p99: number) => resultOf({ mode: 'real' }, { latencyMs: { p50: 5, p90: 8, p99, max: 900 } })
    for (const [day, p99] of [100, 160, 120, 140].entries()) keep(`2026-11-1${day}T10-00-00-000-seed-42`, real(p99))
    keep(FIRST, real(110))
    keep(SECOND, real(150))
    const document = JSON.parse((await faultline('compare', `calm/${FIRST}`, 'latest', '--json')).out)
    const p99 = document.variants[0].metrics.find((each: { metric: string }) => each.metric === 'p99')
    expect(p99).toMatchObject({ method: 'beside', shows: 'noise', runs: { others: 4 } })
  })

  it('prints one document, or Markdown', async () => {
    keep(FIRST, resultOf({}, faster))
    keep(SECOND, resultOf({}, slower))
    const { out } = await faultline('compare', `calm/${FIRST}`, 'latest', '--json')
    expect(JSON.parse(out)).toMatchObject({ schemaVersion: 1, scenario: 'calm', before: { seeds: [42] } })
    const markdown = await faultline('compare', `calm/${FIRST}`, 'latest', '--markdown')
    expect(markdown.out).toContain('| p99 ms | 1,000 | 2,000 | +1,000 | – | REGRESSION |')
  })
})

describe('what cannot be compared', () => {
  it.each<[string, readonly string[], RegExp]>([
    ['one run', ['calm'], /needs two runs, the earlier one first, or --baseline <name>; 1 is given/],
    ['three runs', ['a', 'b', 'c'], /3 are given/],
    ['two runs beside a baseline', ['a', 'b', '--baseline', 'main'], /one run at most; 2 are given/],
    ['a tolerance that is none', ['calm', 'calm', '--tolerance', '5x'], /--tolerance must be a share such as 5%/],
    ['a path for a baseline', ['--baseline', '../x'], /--baseline must be a name of 1 to 64/],
    ['two forms', ['calm', 'calm', '--json', '--markdown'], /give --json or --markdown, not both/],
    ['no run', ['gone', 'calm'], new RegExp(`there is no run 'gone'; the newest below .*reports: calm/${FIRST}`)],
    ['neither run nor baseline', ['gone', '--baseline', 'main'], /no run 'gone'(?:.|\n)*there is no baseline 'main'/],
    ['no baseline', ['--baseline', 'main'], /there is no baseline 'main', and none in .*'faultline baseline save main/],
  ])('%s', async (_, argv, message) => {
    keep(FIRST, resultOf())
    const { code, out, err } = await faultline('compare', ...argv)
    expect(err).toMatch(message)
    expect({ code, out }).toEqual({ code: 64, out: '' })
  })

  it('every mistake is said at once', async () => {
    keep(FIRST, '{')
    keep(SECOND, resultOf({ mode: 'dreamt' as never }))
    keep('2026-11-22T10-00-00-000-seeds-1..2', { schemaVersion: 1 }, 'study.json')
    mkdirSync(join(cwd, 'reports/calm/empty'))
    const { err } = await faultline('compare', `calm/${FIRST}`, `calm/${SECOND}`)
    expect(err).toMatch(/calm\/2026-11-20\S*\/result.json is broken: it is no JSON; mend it there, or run/)
    expect(err).toMatch(/calm\/2026-11-21\S*\/result.json is not of this version of Faultline: mode/)
    const others = await faultline('compare', 'latest', 'calm/empty')
    expect(others.err).toMatch(/study.json has no figures of single seeds: .*; run the scenario again/)
    expect(others.err).toMatch(/calm\/empty has neither result.json nor study.json/)
  })

  it('scenarios and variants must have something in common', async () => {
    keep(FIRST, resultOf())
    keep(SECOND, resultOf({ variants: [] }))
    keep(SECOND, resultOf({ scenario: 'stormy' }), 'result.json', 'stormy')
    expect((await faultline('compare', `calm/${FIRST}`, `calm/${SECOND}`)).err).toMatch(
      /no variant in common.*has none/,
    )
    expect((await faultline('compare', `calm/${FIRST}`, 'stormy')).err).toMatch(
      /is of 'calm' and .* of 'stormy'; compare runs of one scenario/,
    )
  })
})

describe('baselines', () => {
  const file = () => join(cwd, 'reports/baselines/main/calm.json')

  it('keep the figures of a run under a name', async () => {
    keep(FIRST, resultOf({}, faster))
    expect(await faultline('baseline', 'save', 'main')).toMatchObject({ code: 0, out: `${file()}\n` })
    const kept = JSON.parse(readFileSync(file(), 'utf8'))
    expect(kept).toMatchObject({ schemaVersion: 1, baseline: 'main', from: `calm/${FIRST}` })
    expect(JSON.stringify(kept)).not.toContain(cwd)
    expect(readdirSync(join(cwd, 'reports/baselines/main'))).toEqual(['calm.json'])
    expect((await faultline('baseline', 'list')).out).toMatch(/^main {2}calm {2}virtual, seed 42, saved 2/)

    rmSync(join(cwd, 'reports/calm'), { recursive: true })
    keep(SECOND, resultOf({}, slower))
    const { code, out } = await faultline('compare', '--baseline', 'main', '--fail-on-regression')
    expect(out).toContain(`before: baseline 'main' (calm/${FIRST})`)
    expect(code).toBe(1)
    expect((await faultline('compare', file(), 'latest')).out).toContain("before: baseline 'main'")
  })

  it('are there with their names where another one is asked for', async () => {
    keep(FIRST, resultOf())
    await faultline('baseline', 'save', 'main')
    expect((await faultline('compare', '--baseline', 'mian')).err).toMatch(/did you mean 'main'\? \(in .*: main\)/)
    keep(SECOND, resultOf({ scenario: 'stormy' }), 'result.json', 'stormy')
    expect((await faultline('compare', '--baseline', 'main')).err).toContain(
      "baseline 'main' has no scenario 'stormy'; it has calm",
    )
  })

  it.each([
    ['{', /is broken: it is no JSON; save the baseline again/],
    ['{"schemaVersion":2}', /has schemaVersion 2, and this version of Faultline knows 1 only; save the baseline again/],
    ['{"schemaVersion":1}', /is not of this version of Faultline: baseline/],
  ])('that are broken say so: %s', async (text, message) => {
    keep(FIRST, resultOf())
    await faultline('baseline', 'save', 'main')
    writeFileSync(file(), text)
    expect(await faultline('compare', '--baseline', 'main')).toMatchObject({
      code: 64,
      err: expect.stringMatching(message),
    })
  })

  it('are removed with what they keep, and nothing else', async () => {
    keep(FIRST, resultOf())
    await faultline('baseline', 'save', 'main')
    writeFileSync(join(cwd, 'reports/baselines/main/mine.txt'), 'mine')
    expect((await faultline('baseline', 'remove', 'main')).code).toBe(0)
    expect(readdirSync(join(cwd, 'reports/baselines/main'))).toEqual(['mine.txt'])
    expect((await faultline('baseline', 'remove', 'other')).err).toContain("unknown baseline 'other'")
  })

  it.each<[string, readonly string[], RegExp]>([
    ['no name', ['save'], /'baseline save' needs the name of a baseline/],
    ['a path', ['save', '../x'], /a baseline must have a name of 1 to 64 .*, not '..\/x'/],
    ['a name for a list', ['list', 'main'], /takes no name/],
    ['another word', ['keep', 'main'], /choices/i],
  ])('%s is a mistake', async (_, argv, message) => {
    keep(FIRST, resultOf())
    expect(await faultline('baseline', ...argv)).toMatchObject({ code: 64, err: expect.stringMatching(message) })
    expect(existsSync(join(cwd, 'reports/baselines'))).toBe(false)
  })

  it('are not made of a run that was cut short, nor of a name that leads elsewhere', async () => {
    keep(FIRST, resultOf({ interrupted: 'stopped by SIGINT' }))
    expect((await faultline('baseline', 'save', 'main')).err).toMatch(/did not come to its end \(stopped by SIGINT\)/)
    keep(FIRST, resultOf({ scenario: '../../x' }))
    expect((await faultline('baseline', 'save', 'main')).err).toMatch(/scenario: must be 1 to 60 of a-z/)
    expect(existsSync(join(cwd, 'reports/baselines'))).toBe(false)
  })
})
