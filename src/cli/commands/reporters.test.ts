/** `run --reporter`, `--open`, and what is told to GitHub Actions, with a lab that runs nothing. */

import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { exampleResult } from '../../../test/support/example-result.ts'
import { exampleOutcomes, exampleStories } from '../../../test/support/example-stories.ts'
import { type FakeIoOptions, fakeIo } from '../../../test/support/fake-io.ts'
import { fakeStudyLab } from '../../../test/support/fake-study-lab.ts'
import { temporaryFolder } from '../../../test/support/temporary-folder.ts'
import type { ReportedRun } from '../../core/details.ts'
import type { Lab } from '../lab.ts'
import { main } from '../main.ts'
import { openerOf } from '../open-file.ts'

const cwd = temporaryFolder('reporters')
beforeEach(() => {
  for (const name of readdirSync(cwd)) rmSync(join(cwd, name), { recursive: true, force: true })
})

/** What the reporters were given. */
interface Told {
  junit: (readonly ReportedRun[])[]
  markdown: ReportedRun[]
}

function fakeLab(told: Told = { junit: [], markdown: [] }, changes: Partial<Lab> = {}): Lab {
  return {
    async runScenario({ outDir, scenario, seed, flags }) {
      const folder = join(outDir, scenario.name, String(seed))
      mkdirSync(folder, { recursive: true })
      const result = { ...exampleResult(), scenario: scenario.name, seed, flags, verdict: 'PASS' as const }
      writeFileSync(join(folder, 'result.json'), JSON.stringify(result))
      writeFileSync(join(folder, 'stories.json'), JSON.stringify(exampleStories()))
      writeFileSync(join(folder, 'outcomes.json'), JSON.stringify(exampleOutcomes(2)))
      return { folder, result }
    },
    renderTable: ({ seed }) => `table of ${seed}`,
    renderHtml: async () => '<html></html>',
    renderPngs: async () => new Map([['latency.png', new Uint8Array([1])]]),
    renderJunit: (runs) => {
      told.junit.push(runs)
      return `<testsuites tests="${runs.length}"/>`
    },
    renderMarkdown: (result, details) => {
      told.markdown.push({ result, details })
      return `summary of ${result.scenario} ${result.seed}\n`
    },
    annotationsOf: ({ seed }) => [`::error::of ${seed}`, `::notice::of ${seed}`],
    study: fakeStudyLab(),
    ...changes,
  }
}

async function run(argv: readonly string[], lab = fakeLab(), options: Partial<FakeIoOptions> = {}) {
  const io = fakeIo({ cwd, ...options })
  const code = await main(['run', ...argv], io, () => Promise.resolve(lab))
  return { code, out: io.out(), err: io.err() }
}

const DOCUMENTS = ['outcomes.json', 'result.json', 'stories.json']
const writtenBeside = (seed = 42) =>
  readdirSync(join(cwd, 'reports/calm', String(seed))).filter((name) => !DOCUMENTS.includes(name))

describe('--reporter', () => {
  it.each<[string[], string[]]>([
    [[], ['latency.png', 'report.html']],
    [['html,png,junit,markdown,json'], ['junit.xml', 'latency.png', 'report.html', 'summary.md']],
    [
      ['junit', 'markdown', 'junit'],
      ['junit.xml', 'summary.md'],
    ],
    [['html, markdown'], ['report.html', 'summary.md']],
    [['json'], []],
    [['none'], []],
  ])('%j writes %j, and the result always', async (given, files) => {
    const { code, err } = await run(['calm', ...given.flatMap((each) => ['--reporter', each])])
    expect({ code, files: writtenBeside().sort() }).toEqual({ code: 0, files })
    const said = files.includes('report.html')
      ? 'report: reports/calm/42/report.html'
      : '(report|result): reports/calm/42'
    expect(err).toMatch(new RegExp(`^${said}.*\n$`))
    expect(err.length).toBeLessThanOrEqual(81)
  })

  it('gives junit and markdown the stories and outcomes of the run', async () => {
    const told: Told = { junit: [], markdown: [] }
    await run(['calm', '--reporter', 'junit,markdown'], fakeLab(told))
    const details = { stories: exampleStories(), outcomes: exampleOutcomes(2) }
    expect(told.markdown).toMatchObject([{ details }])
    expect(told.junit).toMatchObject([[{ details }]])
  })

  it('writes each run of a study, and of the study what was asked for', async () => {
    await run(['calm', '--seeds', '1..2', '--reporter', 'junit'])
    expect(writtenBeside(1)).toEqual(['junit.xml'])
    expect(writtenBeside(2)).toEqual(['junit.xml'])
    expect(readdirSync(join(cwd, 'reports/calm/seeds-1..2'))).toEqual(['study.json'])
  })

  it('that fails keeps no other from writing', async () => {
    const renderMarkdown = () => {
      throw new Error('no words')
    }
    const { code, err } = await run(
      ['calm', '--reporter', 'html,markdown,junit'],
      fakeLab(undefined, { renderMarkdown }),
    )
    expect(code).toBe(70)
    expect(err).toBe(`faultline: cannot write ${join(cwd, 'reports/calm/42/summary.md')}: no words\n`)
    expect(writtenBeside().sort()).toEqual(['junit.xml', 'report.html'])
  })
})

describe('--junit', () => {
  it('is one file of all runs, with their stories in words', async () => {
    const told: Told = { junit: [], markdown: [] }
    await run(['calm', '--seeds', '1..2', '--junit', 'all.xml', '--reporter', 'none'], fakeLab(told))
    expect(readFileSync(join(cwd, 'all.xml'), 'utf8')).toBe('<testsuites tests="2"/>')
    const [runs = []] = told.junit
    expect(runs.map(({ result }) => result.seed)).toEqual([1, 2])
    const groups = runs.flatMap(({ details }) => details.stories?.variants ?? []).flatMap((each) => each.groups)
    const proofs = exampleStories().variants.flatMap((each) => each.groups.map(({ story }) => story.proof))
    expect(groups.map(({ story }) => story.proof)).toEqual([...proofs, ...proofs])
    expect(groups.flatMap(({ story, prevention }) => [story.diagram, prevention?.diagram ?? null])).toEqual(
      groups.flatMap(() => [null, null]),
    )
  })
})

describe('the list of runs', () => {
  it('is written after each run, with the study', async () => {
    await run(['calm', '--seeds', '1..2'])
    const page = readFileSync(join(cwd, 'reports/index.html'), 'utf8')
    for (const path of ['calm/1/report.html', 'calm/2/report.html']) expect(page).toContain(path)
  })
})

describe('GitHub Actions', () => {
  const file = join(cwd, 'step.md')

  it('is annotated on stderr, and only there', async () => {
    const { out, err } = await run(['calm', '--json', '--quiet'], fakeLab(), { env: { GITHUB_ACTIONS: 'true' } })
    expect(err).toBe('::error::of 42\n::notice::of 42\n')
    expect(JSON.parse(out)).toMatchObject({ seed: 42 })
    expect((await run(['calm'])).err).not.toContain('::')
    expect((await run(['calm'], fakeLab(), { env: { GITHUB_ACTIONS: 'false' } })).err).not.toContain('::')
  })

  it('is annotated a hundred times by one command', async () => {
    const annotationsOf = () => Array.from({ length: 30 }, () => '::warning::x')
    const env = { GITHUB_ACTIONS: 'true' }
    const { err } = await run(
      ['calm', '--seeds', '1..5', '--reporter', 'none'],
      fakeLab(undefined, { annotationsOf }),
      {
        env,
      },
    )
    expect(err.match(/^::warning::x$/gm)).toHaveLength(100)
  })

  it('has a summary for each run behind what is there', async () => {
    writeFileSync(file, 'before\n')
    await run(['calm', '--seeds', '1..2', '--reporter', 'none'], fakeLab(), { env: { GITHUB_STEP_SUMMARY: file } })
    expect(readFileSync(file, 'utf8')).toBe('before\n\nsummary of calm 1\n\nsummary of calm 2\n')
  })

  it('has a summary of 1 MiB at most, which says that it is full', async () => {
    const renderMarkdown = () => 'x'.repeat(400_000)
    const lab = fakeLab(undefined, { renderMarkdown })
    const argv = ['calm', '--seeds', '1..4', '--reporter', 'none']
    expect((await run(argv, lab, { env: { GITHUB_STEP_SUMMARY: file } })).code).toBe(0)
    const text = readFileSync(file, 'utf8')
    expect(text.length).toBeLessThan(2 ** 20)
    expect(text.match(/x{400000}/g)).toHaveLength(2)
    expect(text.endsWith('The summaries of further runs are left out: this page is full.\n')).toBe(true)
    expect(text.match(/left out/g)).toHaveLength(1)
  })

  it('has no summary where it cannot be written, which is said', async () => {
    const env = { GITHUB_STEP_SUMMARY: join(cwd, 'nowhere/step.md') }
    const { code, err } = await run(['calm'], fakeLab(), { env })
    expect(code).toBe(70)
    expect(err).toContain(`cannot write the step's summary ${env.GITHUB_STEP_SUMMARY}: there is no such file or folder`)
  })
})

describe('--open', () => {
  /** An opener that keeps what it was given. */
  function opener(): { env: Record<string, string>; opened: () => Promise<string> } {
    const [bin, told] = [join(cwd, 'bin'), join(cwd, 'told')]
    mkdirSync(bin)
    const program = join(bin, openerOf(process.platform))
    writeFileSync(program, `#!/bin/sh\nprintf %s "$1" > '${told}.half'\nmv '${told}.half' '${told}'\n`)
    chmodSync(program, 0o755)
    const opened = async () => {
      await vi.waitFor(() => expect(existsSync(told)).toBe(true), 20_000)
      return readFileSync(told, 'utf8')
    }
    return { env: { PATH: `${bin}:/bin:/usr/bin` }, opened }
  }

  it.each([
    [['calm'], 'reports/calm/42/report.html'],
    [['calm', '--seeds', '1..2'], 'reports/calm/seeds-1..2/study.html'],
    [['calm', 'one-lost-answer'], 'reports/index.html'],
  ])('of %j shows %s', async (argv, shown) => {
    const { env, opened } = opener()
    expect((await run([...argv, '--open'], fakeLab(), { env })).code).toBe(0)
    expect(await opened()).toBe(join(cwd, shown))
  })

  it('never changes how the command ends', async () => {
    const env = { PATH: join(cwd, 'empty') }
    const { code, err } = await run(['calm', '--open'], fakeLab(), { env })
    expect(code).toBe(0)
    expect(err).toContain(`cannot open the report: this machine has no ${openerOf(process.platform)}; open `)
  })
})
