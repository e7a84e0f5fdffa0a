/** What docs/ci/ tells people to copy is a workflow, and Faultline knows every command in it. */

import { copyFileSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { EXIT_CODES } from '../src/cli/exit-codes.ts'
import { main } from '../src/cli/main.ts'
import { REPORT_FILES } from '../src/cli/reporters.ts'
import { fakeIo } from './support/fake-io.ts'
import { temporaryFolder } from './support/temporary-folder.ts'

const ROOT = path.dirname(import.meta.dirname)
const textOf = (name: string) => readFileSync(path.join(ROOT, 'docs', 'ci', name), 'utf8')
const WORKFLOW = textOf('github-actions.yml')
const PAGE = textOf('README.md')
const folder = temporaryFolder('ci-documents')
copyFileSync(path.join(ROOT, 'scenarios.yaml'), path.join(folder, 'scenarios.yaml'))

interface Step {
  readonly name?: string
  readonly uses?: string
  readonly run?: string
  readonly if?: string
  readonly with?: Readonly<Record<string, unknown>>
}
interface Job {
  readonly 'runs-on': string
  readonly 'timeout-minutes': number
  readonly steps: readonly Step[]
  readonly needs?: string
}

/** Command lines as they stand, one a line. */
function commandsIn(text: string): string[][] {
  return [...text.matchAll(/npx faultline (run .*)$/gm)].map(([, line = '']) => line.trim().split(' '))
}

const REACHED = 'everything was understood'

/** Everything wrong with a command is found before the lab is loaded, which is where it ends here. */
async function understood(argv: readonly string[]): Promise<string> {
  const io = fakeIo({ cwd: folder })
  await main(argv, io, () => Promise.reject(new Error(REACHED)))
  return io.err()
}

describe('the workflow', () => {
  const { jobs, permissions } = parse(WORKFLOW) as { jobs: Record<string, Job>; permissions: Record<string, string> }
  const steps = jobs.run?.steps ?? []

  it('is YAML that runs Faultline on Node 24 and keeps the report whatever comes of it', () => {
    expect(Object.keys(jobs)).toEqual(['run', 'publish'])
    expect(steps.find(({ uses }) => uses?.startsWith('actions/setup-node@'))?.with?.['node-version']).toBe(24)
    expect(steps.map(({ run }) => run)).toEqual(expect.arrayContaining(['npm ci']))
    const kept = steps.find(({ uses }) => uses?.startsWith('actions/upload-artifact@'))
    expect(kept?.if).toContain('!cancelled()')
    expect(kept?.with?.path).toBe('reports\n!reports/latest\n')
    expect(jobs.publish?.needs).toBe('run')
  })

  it('may write no more than it must, and uses only what GitHub itself gives out', () => {
    expect(permissions).toEqual({ contents: 'read' })
    const used = Object.values(jobs).flatMap((job) => job.steps.flatMap(({ uses }) => uses ?? []))
    expect(used.filter((name) => !/^actions\/[a-z-]+@v\d+$/.test(name))).toEqual([])
    // Text of a pull request must not become part of a script.
    for (const { run = '' } of steps) expect(run).not.toContain('${{')
  })

  it('leaves Faultline the time to end by itself', () => {
    const [minutes] = /(?<=--timeout )\d+(?=m)/.exec(WORKFLOW) ?? []
    expect(Number(minutes)).toBeLessThan(jobs.run?.['timeout-minutes'] ?? 0)
  })

  it('comments with a file that its command writes', () => {
    expect(commandsIn(WORKFLOW)[0]?.join(' ')).toMatch(/--reporter \S*markdown\S* --out reports /)
    expect(WORKFLOW).toContain(`--body-file reports/latest/${REPORT_FILES.markdown}`)
  })
})

describe('the commands', () => {
  it('are there, and the page shows that of the workflow', () => {
    expect(commandsIn(WORKFLOW)).toHaveLength(1)
    expect(commandsIn(PAGE).length).toBeGreaterThan(3)
    expect(PAGE).toContain(`npx faultline ${commandsIn(WORKFLOW)[0]?.join(' ')}\n`)
  })

  it.each([...commandsIn(WORKFLOW), ...commandsIn(PAGE)].map((argv) => [argv.join(' '), argv] as const))(
    'faultline %s',
    async (_, argv) => expect(await understood(argv)).toContain(REACHED),
  )

  it.each(['run --virtually', 'run --reporter xunit', 'run no-such-scenario', 'runn', 'run --timeout soon'])(
    'faultline %s would be noticed',
    async (line) => expect(await understood(line.split(' '))).not.toContain(REACHED),
  )
})

describe('the page', () => {
  it('has every exit code', () => {
    const [, table = ''] = PAGE.split('| code |')
    const codes = [...table.matchAll(/^\| ([\d, ]+) \|/gm)].flatMap(([, list = '']) => list.split(', ').map(Number))
    expect(codes).toEqual(Object.values(EXIT_CODES).map(({ code }) => code))
  })

  it('has YAML for GitLab whose command is known', () => {
    const [, yaml = ''] = /```yaml\n([\s\S]*?)```/.exec(PAGE) ?? []
    const { faultline } = parse(yaml) as { faultline: { script: string[]; artifacts: { reports: { junit: string } } } }
    expect(faultline.script[1]).toContain(`--junit ${faultline.artifacts.reports.junit}`)
    expect(faultline.script[1]).toMatch(/^npx faultline run /)
  })
})
