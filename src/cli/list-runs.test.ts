/** The list of runs in the folder of the reports, whatever lies there. */

import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { exampleResult } from '../../test/support/example-result.ts'
import { temporaryFolder } from '../../test/support/temporary-folder.ts'
import { MOST_LISTED_RUNS } from '../report/run-list.ts'
import { updateRunList } from './list-runs.ts'

const root = temporaryFolder('list-runs')
const out = join(root, 'reports')
beforeEach(() => {
  rmSync(out, { recursive: true, force: true })
  mkdirSync(out, { recursive: true })
})

/** A run that began at a second after midnight. */
function store(second: number, changes: Readonly<Record<string, unknown>> = {}, scenario = 'calm'): string {
  const time = new Date(Date.UTC(2026, 10, 21) + 1_000 * second).toISOString().replaceAll(/[:.]/g, '-').replace('Z', '')
  const folder = join(out, scenario, `${time}-seed-${second}`)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'result.json'), JSON.stringify({ ...exampleResult(), scenario, seed: second, ...changes }))
  return folder
}

function list(): { page: string; said: string[]; seeds: number[] } {
  const said: string[] = []
  expect(updateRunList(out, (line) => said.push(line))).toEqual([])
  const page = readFileSync(join(out, 'index.html'), 'utf8')
  const seeds = [...page.matchAll(/<span class="soft">seed (\d+), /g)].map(([, seed]) => Number(seed))
  return { page, said, seeds }
}

describe('the list of runs', () => {
  it('has the newest first, of all scenarios', () => {
    for (const [second, scenario] of [
      [5, 'calm'],
      [9, 'partition'],
      [7, 'calm'],
    ] as const)
      store(second, {}, scenario)
    expect(list().seeds).toEqual([9, 7, 5])
  })

  it('goes by the time at which a run began, and by that of a folder that was renamed', () => {
    const first = store(1)
    store(2)
    const later = new Date('2030-01-01')
    utimesSync(first, later, later)
    mkdirSync(join(out, 'calm/mine'))
    writeFileSync(join(out, 'calm/mine/result.json'), JSON.stringify({ ...exampleResult(), seed: 77 }))
    utimesSync(join(out, 'calm/mine'), later, later)
    expect(list().seeds).toEqual([77, 2, 1])
  })

  it('links to reports that are there, and to studies', () => {
    writeFileSync(join(store(1), 'report.html'), '')
    store(2)
    const study = join(out, 'calm/2026-11-21T00-00-09-000-seeds-1..2')
    mkdirSync(study)
    const { scenario, title, mode, verdict } = exampleResult()
    const facts = { schemaVersion: 1, scenario, title, mode, verdict, seeds: { first: 1, last: 2 }, runs: [] }
    writeFileSync(join(study, 'study.json'), JSON.stringify({ ...facts, reference: 'naive', comparisons: [] }))
    writeFileSync(join(study, 'study.html'), '')
    const { page } = list()
    expect(page.match(/href="[^"]*\.html"/g)).toEqual([
      'href="calm/2026-11-21T00-00-09-000-seeds-1..2/study.html"',
      'href="calm/2026-11-21T00-00-01-000-seed-1/report.html"',
    ])
  })

  it('names what cannot be read, and is written all the same', () => {
    store(1)
    store(2, { schemaVersion: 9 })
    store(3, { variants: [{}] })
    writeFileSync(join(store(4), 'result.json'), '{"half')
    const going = store(5)
    rmSync(join(going, 'result.json'))
    mkdirSync(join(going, 'naive/journal'), { recursive: true })
    mkdirSync(join(out, 'calm/2026-11-21T00-00-06-000-explored'))
    mkdirSync(join(store(7), '../2026-11-21T00-00-08-000-seed-8/result.json'), { recursive: true })
    writeFileSync(join(out, 'a-file'), '')
    writeFileSync(join(out, 'calm/another'), '')
    symlinkSync('calm', join(out, 'latest'))
    const { page, seeds } = list()
    expect(seeds).toEqual([7, 1])
    const [, unreadable = ''] = page.split('Not listed')
    expect(unreadable).toContain('seed-2</code> has a result.json that has schemaVersion 9')
    expect(unreadable).toContain(
      'seed-3</code> has a result.json that is not of this version of Faultline: variants[0]',
    )
    expect(unreadable).toContain('seed-4</code> has a result.json that cannot be read: ')
    expect(unreadable).toContain('seed-5</code> has no result.json: it goes on, or was killed')
    expect(unreadable).toContain('seed-8</code> has a result.json that cannot be read: it is a folder')
    expect(unreadable).not.toContain('explored')
  })

  it('has so many runs at most, and says how many folders are older', () => {
    for (let second = 1; second <= 7; second++) store(second)
    expect(updateRunList(out, () => undefined, 4)).toEqual([])
    const page = readFileSync(join(out, 'index.html'), 'utf8')
    expect(page).toContain('The newest: 4 runs; 3 older folders not listed')
    expect([...page.matchAll(/seed (\d), /g)].map(([, seed]) => Number(seed))).toEqual([7, 6, 5, 4])
    expect(MOST_LISTED_RUNS).toBe(500)
  })

  it('reads a result once, and again when it has changed', () => {
    const file = join(store(1), 'result.json')
    const then = new Date('2026-11-21T00:00:01Z')
    utimesSync(file, then, then)
    list()
    const { size } = statSync(file)
    writeFileSync(file, 'x'.repeat(size))
    utimesSync(file, then, then)
    expect(list().seeds).toEqual([1])
    writeFileSync(file, 'x')
    expect(list().seeds).toEqual([])
  })

  it.each(['{', '{"schemaVersion":1,"folders":{"calm/x":{"run":3}}}', '[]'])(
    'does not trust what it kept: %s',
    (kept) => {
      store(1)
      writeFileSync(join(out, '.faultline-runs.json'), kept)
      expect(list().seeds).toEqual([1])
    },
  )

  it('leaves nothing half-written beside it', () => {
    store(1)
    list()
    expect(readdirSync(out).sort()).toEqual(['.faultline-runs.json', 'calm', 'index.html'])
  })
})

describe('a page of somebody else', () => {
  it('stays as it is, which is said', () => {
    store(1)
    writeFileSync(join(out, 'index.html'), '<title>my shop</title>')
    const { page, said } = list()
    expect(page).toBe('<title>my shop</title>')
    expect(said).toEqual([`${join(out, 'index.html')} is not a list of runs, and stays as it is`])
    expect(existsSync(join(out, '.faultline-runs.json'))).toBe(false)
  })
})

describe('a list that cannot be written', () => {
  it('is said in one line', () => {
    store(1)
    mkdirSync(join(out, '.faultline-runs.json'))
    const failures = updateRunList(out, () => undefined)
    expect(failures).toEqual([`cannot write ${join(out, '.faultline-runs.json')}: it is a folder`])
  })
})
