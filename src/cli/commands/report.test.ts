/** `report`: a stored run rendered again, and what is said where that cannot be. */

import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { exampleResult } from '../../../test/support/example-result.ts'
import { exampleOutcomes, exampleStories } from '../../../test/support/example-stories.ts'
import { type FakeIoOptions, fakeIo } from '../../../test/support/fake-io.ts'
import { fakeStudyLab } from '../../../test/support/fake-study-lab.ts'
import { temporaryFolder } from '../../../test/support/temporary-folder.ts'
import type { Details } from '../../core/details.ts'
import type { Lab } from '../lab.ts'
import { main } from '../main.ts'

const cwd = temporaryFolder('report')
const NAME = '2026-11-21T08-01-44-191-seed-42'
const folder = join(cwd, 'reports/one-lost-answer', NAME)

function store(documents: Readonly<Record<string, unknown>>, at = folder): void {
  mkdirSync(at, { recursive: true })
  for (const [name, found] of Object.entries(documents))
    writeFileSync(join(at, name), typeof found === 'string' ? found : JSON.stringify(found))
}

beforeEach(() => {
  rmSync(join(cwd, 'reports'), { recursive: true, force: true })
  store({ 'result.json': exampleResult() })
})

interface Drawn {
  html: string[]
  details: Details[]
}

function fakeLab(drawn: Drawn = { html: [], details: [] }, changes: Partial<Lab> = {}): Lab {
  return {
    runScenario: () => Promise.reject(new Error('nothing may be run')),
    renderTable: ({ scenario, seed }) => `table of ${scenario} ${seed}\n`,
    renderHtml: async (from) => {
      drawn.html.push(from)
      return '<html></html>'
    },
    renderPngs: async () => new Map([['latency.png', new Uint8Array([1])]]),
    renderJunit: (runs) => {
      drawn.details.push(...runs.map(({ details }) => details))
      return '<testsuites/>'
    },
    renderMarkdown: (_, details) => {
      drawn.details.push(details)
      return '# summary\n'
    },
    annotationsOf: () => ['::error::never here'],
    study: fakeStudyLab(),
    ...changes,
  }
}

async function report(argv: readonly string[] = [], lab = fakeLab(), options: Partial<FakeIoOptions> = {}) {
  const io = fakeIo({ cwd, ...options })
  const code = await main(['report', ...argv], io, () => Promise.resolve(lab))
  return { code, out: io.out(), err: io.err() }
}

describe('a stored run', () => {
  it('is rendered into its folder, and the table printed', async () => {
    const drawn = { html: [], details: [] }
    const { scenario, seed } = exampleResult()
    expect(await report([`one-lost-answer/${NAME}`], fakeLab(drawn))).toEqual({
      code: 0,
      out: `table of ${scenario} ${seed}\n`,
      err: `report: reports/one-lost-answer/${NAME}/report.html\n`,
    })
    expect(drawn.html).toEqual([folder])
    expect(readdirSync(folder).sort()).toEqual(['latency.png', 'report.html', 'result.json'])
  })

  it.each(['latest', 'one-lost-answer', folder])('is found as %s', async (run) => {
    symlinkSync(join('one-lost-answer', NAME), join(cwd, 'reports/latest'))
    expect((await report([run])).code).toBe(0)
    expect(existsSync(join(folder, 'report.html'))).toBe(true)
  })

  it('is the newest by the time at which it began, whichever was rendered last', async () => {
    const older = join(cwd, 'reports/one-lost-answer/2026-11-20T08-01-44-191-seed-42')
    store({ 'result.json': exampleResult() }, older)
    await report([older])
    const later = new Date('2030-01-01')
    utimesSync(older, later, later)
    const drawn = { html: [], details: [] }
    await report(['one-lost-answer'], fakeLab(drawn))
    expect(drawn.html).toEqual([folder])
  })

  it('has the files of the reporters that are asked for, with its stories and outcomes', async () => {
    const drawn: Drawn = { html: [], details: [] }
    const [stories, outcomes] = [exampleStories(), exampleOutcomes(5)]
    store({ 'stories.json': stories, 'outcomes.json': outcomes })
    const { err } = await report(['--reporter', 'junit,markdown', '--reporter', 'json'], fakeLab(drawn))
    expect(readdirSync(folder).sort()).toEqual([
      'junit.xml',
      'outcomes.json',
      'result.json',
      'stories.json',
      'summary.md',
    ])
    expect(drawn).toEqual({
      html: [],
      details: [
        { stories, outcomes },
        { stories, outcomes },
      ],
    })
    expect(err).toMatch(/^report: \S+seed-42\n$/)
  })

  it('names what else is there as far as the line has room', async () => {
    const { err } = await report(['--reporter', 'html,junit,markdown'], fakeLab(), { columns: 120, isTTY: true })
    expect(err).toBe(`report: reports/one-lost-answer/${NAME}/report.html (and junit.xml, summary.md)\n`)
    const { err: narrow } = await report(['--reporter', 'html,junit,markdown'])
    expect(narrow).toBe(`report: reports/one-lost-answer/${NAME}/report.html\n`)
    expect(narrow.length).toBeLessThanOrEqual(81)
  })

  it('is rendered without what older runs do not have', async () => {
    const drawn: Drawn = { html: [], details: [] }
    await report(['--reporter', 'markdown'], fakeLab(drawn))
    expect(drawn.details).toEqual([{ stories: null, outcomes: null }])
  })

  it('is printed with --json, and nothing is said with --quiet', async () => {
    const { out, err } = await report(['--json', '--quiet', '--reporter', 'none'])
    expect(JSON.parse(out)).toEqual(JSON.parse(JSON.stringify(exampleResult())))
    expect(err).toBe('')
    expect(readdirSync(folder)).toEqual(['result.json'])
  })

  it('ends with 0 whatever its verdict: only rendering was asked for', async () => {
    for (const verdict of ['FAIL', 'INCONCLUSIVE', 'ERROR'] as const) {
      store({ 'result.json': { ...exampleResult(), verdict } })
      expect((await report()).code).toBe(0)
    }
  })

  it('is no run in CI: it is not annotated again', async () => {
    const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: join(cwd, 'step.md') }
    expect((await report([], fakeLab(), { env })).err).not.toContain('::')
    expect(existsSync(join(cwd, 'step.md'))).toBe(false)
  })

  it('that cannot be drawn ends with 70, after what could be', async () => {
    const renderHtml = () => Promise.reject(new Error('no page'))
    const { code, err } = await report([], fakeLab(undefined, { renderHtml }))
    expect(code).toBe(70)
    expect(err).toBe(`faultline: cannot write ${join(folder, 'report.html')}: no page\n`)
    expect(existsSync(join(folder, 'latency.png'))).toBe(true)
  })

  it('is in the list of runs, which is written again', async () => {
    await report()
    expect(readFileSync(join(cwd, 'reports/index.html'), 'utf8')).toContain(`${NAME}/report.html`)
  })

  it('that lies elsewhere leaves no list beside it', async () => {
    const elsewhere = join(cwd, 'elsewhere/a/b')
    store({ 'result.json': exampleResult() }, elsewhere)
    await report([elsewhere])
    expect(existsSync(join(elsewhere, 'report.html'))).toBe(true)
    expect(existsSync(join(cwd, 'elsewhere/index.html'))).toBe(false)
  })
})

/** A document in which one thing is another, or missing. */
function changed(document: object, path: string, value?: unknown): unknown {
  const whole = JSON.parse(JSON.stringify(document)) as Record<string, unknown>
  const keys = path.split('.')
  const last = keys.pop()!
  const holder = keys.reduce((at, key) => at[key] as Record<string, unknown>, whole)
  if (value === undefined) delete holder[last]
  else holder[last] = value
  return whole
}

describe('what cannot be rendered is said in one line: which file, why, and what to do', () => {
  it.each<[string, unknown, string]>([
    ['no JSON', '{"schemaVersion": 1,', 'result.json is broken: it is no JSON; mend it there, or run'],
    ['an empty file', '', 'result.json is broken: it is no JSON'],
    ['a list', [], 'result.json is not the result of a run of Faultline: it has no schemaVersion'],
    ['nothing', 'null', 'result.json is not the result of a run of Faultline: it has no schemaVersion'],
    ['something of others', { name: 'x' }, 'result.json is not the result of a run of Faultline'],
    [
      'another version',
      { ...exampleResult(), schemaVersion: 7 },
      'result.json has schemaVersion 7, and this version of Faultline knows 1 only; use what made it, or',
    ],
    ['a text for a number', changed(exampleResult(), 'seed', 'x'), "seed: must be a number, not the text 'x'"],
    ['no variants', changed(exampleResult(), 'variants'), 'variants: is missing; give a list'],
    ['a broken series', changed(exampleResult(), 'variants.0.series.p50', 3), 'variants[0].series.p50: must be a list'],
    ['a broken sample', changed(exampleResult(), 'variants.0.invariants.0.samples', [{}]), 'samples[0].sentence'],
    ['a broken dependency', changed(exampleResult(), 'variants.0.dependencies', [{}]), 'variants[0].dependencies[0].'],
    ['no traffic', changed(exampleResult(), 'configuration.traffic'), 'has a scenario of another version of Faultline'],
  ])('%s', async (_, document, said) => {
    store({ 'result.json': document })
    const { code, out, err } = await report()
    expect({ code, out }).toEqual({ code: 64, out: '' })
    expect(err).toContain(said)
    expect(err).toMatch(
      /^faultline: \S+result\.json .*; (mend it there|use what made it), or run the scenario again\n$/,
    )
    expect(readdirSync(folder)).toEqual(['result.json'])
  })

  it('a run that goes on', async () => {
    rmSync(join(folder, 'result.json'))
    mkdirSync(join(folder, 'naive/journal'), { recursive: true })
    const { code, err } = await report()
    expect(code).toBe(64)
    expect(err).toContain('has no result.json: that run goes on, or was killed; only one that ended has a report')
  })

  it('a folder where the result should be', async () => {
    rmSync(join(folder, 'result.json'))
    mkdirSync(join(folder, 'result.json'))
    expect((await report()).err).toMatch(/^faultline: cannot read \S+result\.json: it is a folder; /)
  })

  it.each<[string, unknown, string]>([
    ['stories.json', '{', 'stories.json is broken: it is no JSON; remove stories.json for a report without it'],
    ['stories.json', { schemaVersion: 2 }, 'has schemaVersion 2'],
    ['stories.json', { ...exampleStories(), variants: [{ variant: 'a', untold: 0 }] }, 'variants[0].groups'],
    ['outcomes.json', { ...exampleOutcomes(3), variants: ['a'] }, 'rows[0].cells must have 1 of them'],
    ['outcomes.json', { ...exampleOutcomes(3), rows: {} }, 'rows: must be a list'],
  ])('%s with %j', async (name, document, said) => {
    store({ [name]: document })
    const { code, err } = await report()
    expect(code).toBe(64)
    expect(err).toContain(said)
    expect(err.trimEnd().split('\n')).toHaveLength(1)
  })

  it('a story that cites nothing known', async () => {
    const at = exampleStories().variants.findIndex(({ groups }) => groups.length > 0)
    const cites = [{ source: 'rumour' }]
    const stories = changed(exampleStories(), `variants.${at}.groups.0.story.proof.0.cites`, cites)
    store({ 'stories.json': stories })
    expect((await report()).err).toContain(
      `stories.json is not of this version of Faultline: variants[${at}].groups[0]`,
    )
  })

  it('lets nothing in it steer the terminal', async () => {
    store({ 'result.json': { ...exampleResult(), mode: '\u001b[2Jreal' } })
    const { err } = await report()
    expect(err).toContain('mode: ')
    expect(err).not.toContain('\u001b')
  })
})
