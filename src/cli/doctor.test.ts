import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fakeMachine, GIB } from '../../test/support/fake-machine.ts'
import { painter } from '../report/terminal/paint.ts'
import { CHECKS, examine, isGoodEnough, renderExamined } from './doctor.ts'
import { FIRST_PORT, LAST_PORT, type Machine, type Severity } from './doctor-machine.ts'
import { NODE_MAJOR, PORTS_NEEDED } from './doctor-needs.ts'

const MIB = 1024 ** 2
const opened = { opened: PORTS_NEEDED, busy: 0, fault: null, answered: true }
const terminal = (columns: number, rows: number, colorBits = 24) => ({
  terminal: () => ({ columns, rows, colorBits }),
})

async function find(name: string, lacks: Partial<Machine>, env: Readonly<Record<string, string>> = {}) {
  const examined = await examine(fakeMachine(lacks, env), 'reports')
  const other = examined.filter((each) => each.name !== name && each.severity !== 'fine')
  return { found: examined.find((each) => each.name === name)!, others: other.map((each) => each.name) }
}

describe('a good machine', () => {
  it('is fine in every check, and nothing is to do', async () => {
    const examined = await examine(fakeMachine(), 'reports')
    expect(examined.map(({ name }) => name)).toEqual(CHECKS.map(({ name }) => name))
    expect(examined.filter(({ severity, todo }) => severity !== 'fine' || todo !== null)).toEqual([])
    expect(isGoodEnough(examined)).toBe(true)
  })

  it('may be a pipe, a container, a package or a Windows', async () => {
    const pipe = { terminal: () => null, mostOpenFiles: () => null, disk: () => ({ freeBytes: null, fault: null }) }
    const package_ = { checkout: async () => null, findChromium: () => null, platform: 'win32' }
    const examined = await examine(fakeMachine({ ...pipe, ...package_ }, { LANG: '' }), 'reports')
    expect(examined.filter(({ severity }) => severity !== 'fine')).toEqual([])
  })
})

describe('what is lacking is found, alone, with what to do', () => {
  it.each<[string, Severity, string, Partial<Machine>, Record<string, string>?]>([
    ['node', 'does-not-work', '24 or newer is needed', { node: () => ({ version: '22.1.0', bundled: false }) }],
    ['cores', 'works-but', 'one core', { cores: () => 1 }],
    [
      'memory',
      'does-not-work',
      'too little for nine processes',
      { memory: () => ({ totalBytes: 512 * MIB, availableBytes: 512 * MIB }) },
    ],
    ['memory', 'works-but', 'slow down', { memory: () => ({ totalBytes: 8 * GIB, availableBytes: 900 * MIB }) }],
    [
      'ports',
      'does-not-work',
      `3 of ${PORTS_NEEDED} ports could be opened between 20000 and 31999 on 127.0.0.1: 97 ports were taken`,
      { openPorts: async () => ({ ...opened, opened: 3, busy: 97 }) },
    ],
    [
      'ports',
      'does-not-work',
      'permission denied',
      { openPorts: async () => ({ opened: 0, busy: 0, fault: 'permission denied', answered: false }) },
    ],
    [
      'ports',
      'does-not-work',
      'do not answer: no answer in 5000 ms',
      { openPorts: async () => ({ ...opened, answered: false, fault: 'no answer in 5000 ms' }) },
    ],
    ['ports', 'works-but', '20 of 28 ports tried', { openPorts: async () => ({ ...opened, busy: 20 }) }],
    ['proxy', 'works-but', 'http_proxy set', {}, { http_proxy: 'http://proxy:1' }],
    ['proxy', 'works-but', 'ALL_PROXY set', {}, { ALL_PROXY: 'http://proxy:1', NO_PROXY: 'example.org' }],
    ['proxy', 'works-but', 'http_proxy set', {}, { http_proxy: 'x', NO_PROXY: '127.0.0.1', no_proxy: 'localhost' }],
    [
      'disk',
      'does-not-work',
      'cannot write into reports: read-only',
      { disk: () => ({ freeBytes: GIB, fault: 'read-only' }) },
    ],
    ['disk', 'does-not-work', '50 MiB are free', { disk: () => ({ freeBytes: 50 * MIB, fault: null }) }],
    ['disk', 'works-but', '500 MiB are free', { disk: () => ({ freeBytes: 500 * MIB, fault: null }) }],
    ['open files', 'does-not-work', 'at most 64', { mostOpenFiles: () => 64 }],
    ['open files', 'works-but', 'at most 256', { mostOpenFiles: () => 256 }],
    ['terminal', 'works-but', '79x40: too small for the dashboard', terminal(79, 40)],
    ['terminal', 'works-but', '120x23: too small', terminal(120, 23)],
    ['colours', 'works-but', 'TERM=dumb', {}, { TERM: 'dumb' }],
    ['colours', 'works-but', 'says that it has none', terminal(120, 36, 1)],
    ['letters', 'works-but', 'LANG=C', {}, { LANG: 'C' }],
    ['letters', 'works-but', 'LC_ALL=POSIX', {}, { LC_ALL: 'POSIX' }],
    ['letters', 'works-but', 'no locale is set', {}, { LANG: '' }],
    [
      'packages',
      'works-but',
      'not what package-lock.json asks for',
      { checkout: async () => ({ installed: false, built: true }) },
    ],
    ['build', 'works-but', 'older than the sources', { checkout: async () => ({ installed: true, built: false }) }],
    ['charts', 'works-but', 'no PNG charts: no library', { draw: async () => ({ fault: 'no library' }) }],
    ['charts', 'works-but', 'there is no font', { draw: async () => ({ fonts: 0 }) }],
    ['chromium', 'works-but', 'left out', { findChromium: () => null }],
    ['clock', 'works-but', 'set by -3600000 ms', { clockStepMs: () => -3_600_000.4 }],
  ])('%s: %s: %s', async (name, severity, says, lacks, env) => {
    const { found, others } = await find(name, lacks, env)
    expect(found).toMatchObject({ severity, says: expect.stringContaining(says), todo: expect.stringMatching(/\w/) })
    expect(others).toEqual([])
    expect(isGoodEnough([found])).toBe(severity !== 'does-not-work')
  })

  it('and a check that cannot look says so, while the others tell', async () => {
    const { found, others } = await find('charts', { draw: () => Promise.reject(new Error('no child\nat x')) })
    expect(found).toMatchObject({ severity: 'works-but', says: 'could not be looked at: no child' })
    expect(others).toEqual([])
  })
})

describe('fine, and said', () => {
  it.each<[string, string, Partial<Machine>, Record<string, string>?]>([
    ['terminal', '120x36 shows more', terminal(80, 24)],
    ['colours', 'NO_COLOR is set', terminal(120, 36, 1), { NO_COLOR: '1' }],
    ['proxy', 'excepted', {}, { http_proxy: 'x', NO_PROXY: 'example.org, 127.0.0.1' }],
    ['proxy', 'excepted', {}, { HTTP_PROXY: 'x', no_proxy: '*' }],
    ['letters', 'LC_ALL=C.utf8', {}, { LC_ALL: 'C.utf8', LANG: 'C' }],
  ])('%s: %s', async (name, says, lacks, env) => {
    expect((await find(name, lacks, env)).found).toMatchObject({
      severity: 'fine',
      says: expect.stringContaining(says),
    })
  })

  it('tells no password of a proxy', async () => {
    const examined = await examine(fakeMachine({}, { http_proxy: 'http://me:secret@proxy' }), 'reports')
    expect(JSON.stringify(examined)).not.toContain('secret')
  })

  it('is looked at after the others: the clock', async () => {
    let drawn = false
    const draw = async () => {
      await new Promise(setImmediate)
      drawn = true
      return { fonts: 1 }
    }
    const seen: boolean[] = []
    await examine(fakeMachine({ draw, clockStepMs: () => seen.push(drawn) }), 'reports')
    expect(seen).toEqual([true])
  })
})

describe('the page in the terminal', () => {
  const lines = async (machine: Machine, width: number, color = false) =>
    renderExamined(await examine(machine, 'reports'), width, painter(color)).split('\n')

  it('has a line for each check, and one for all', async () => {
    const shown = await lines(fakeMachine(), 120)
    expect(shown).toHaveLength(CHECKS.length + 3)
    expect(shown[0]).toBe('fine           node        Node 24.21.0, the one in node_modules')
    expect(shown.slice(-3)).toEqual(['', 'All that a run needs works.', ''])
  })

  it('says below what is to do, and counts', async () => {
    const lacks = { cores: () => 1, mostOpenFiles: () => 64, node: () => ({ version: '20.0.0', bundled: false }) }
    const shown = await lines(fakeMachine(lacks), 120)
    expect(shown).toContain('                           to do: run with --virtual, or give a virtual machine two cores')
    expect(shown.at(-2)).toBe('2 things that a run needs do not work; 1 thing could be better.')
  })

  it('fits into 80 columns', async () => {
    const lacks = {
      cores: () => 1,
      terminal: () => ({ columns: 70, rows: 20, colorBits: 1 }),
      draw: async () => ({ fonts: 0 }),
    }
    for (const line of await lines(fakeMachine(lacks, { http_proxy: 'x', LANG: '' }), 80)) {
      expect(line.length).toBeLessThanOrEqual(80)
    }
  })

  it('lets nothing from outside steer the terminal', async () => {
    const shown = await lines(fakeMachine({}, { LANG: 'C\u001b[2J' }), 120)
    expect(shown.join('\n')).not.toContain('\u001b')
    expect((await lines(fakeMachine(), 120, true)).join('\n')).toContain('\u001b[32mfine')
  })
})

it('asks for the same Node and the same ports as those who use them', () => {
  const text = (...file: string[]) => readFileSync(join(import.meta.dirname, '..', '..', ...file), 'utf8')
  expect(text('bin', 'faultline.js')).toContain(`NODE_MAJOR = ${NODE_MAJOR}\n`)
  const grouped = (port: number) => String(port).replace(/(\d{3})$/, '_$1')
  expect(text('src', 'runtime', 'real', 'listen.ts')).toContain(`FIRST_PORT = ${grouped(FIRST_PORT)}\n`)
  expect(text('src', 'runtime', 'real', 'listen.ts')).toContain(`LAST_PORT = ${grouped(LAST_PORT)}\n`)
})
