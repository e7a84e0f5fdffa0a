import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type FakeIoOptions, fakeIo } from '../../test/support/fake-io.ts'
import { EXIT_CODES } from './exit-codes.ts'
import type { Lab } from './lab.ts'
import { main } from './main.ts'
import { STARTER_FILE } from './starter-file.ts'

let cwd: string
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'faultline-cli-'))
})
afterEach(() => rmSync(cwd, { recursive: true, force: true }))

const noLab = (): Promise<Lab> => Promise.reject(new Error('this command needs no lab'))

async function faultline(argv: readonly string[], options: Partial<FakeIoOptions> = {}) {
  const io = fakeIo({ cwd, ...options })
  const code = await main(argv, io, noLab)
  return { code, out: io.out(), err: io.err() }
}

describe('help', () => {
  it('lists every command, examples and every exit code', async () => {
    const { code, out, err } = await faultline(['--help'])
    expect(code).toBe(0)
    for (const command of ['run', 'order', 'report', 'rejections', 'list', 'show', 'validate', 'init', 'completion']) {
      expect(out).toContain(`faultline ${command}`)
    }
    expect(out).toContain('Examples:')
    for (const { code: exit, about } of Object.values(EXIT_CODES)) expect(out).toContain(`${exit}  ${about}`)
    expect(err).toBe('')
  })

  it('of a command has its options', async () => {
    const { code, out } = await faultline(['run', '--help'])
    expect(code).toBe(0)
    for (const option of [
      'variant',
      'seed',
      'seeds',
      'orders',
      'rate',
      'out',
      'file',
      'timeout',
      'json',
      'junit',
      'reporter',
      'open',
      'quiet',
    ]) {
      expect(out).toContain(`--${option} `)
    }
  })

  it('knows the version', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
      version: string
    }
    expect(await faultline(['--version'])).toMatchObject({ code: 0, out: `${version}\n` })
  })
})

describe('wrong usage ends with 64 and says what was meant', () => {
  it.each<[string[], string]>([
    [[], 'a command is missing'],
    [['rnu'], "unknown command 'rnu'; did you mean 'run'?"],
    [['run', '--varient', 'naive'], "unknown option '--varient'; did you mean '--variant'?"],
    [['show', 'clam'], "unknown scenario 'clam'; did you mean 'calm'?"],
    [['run', 'calm', 'clam'], "unknown scenario 'clam'; did you mean 'calm'?"],
    [['run', 'found.yaml'], 'a file of scenarios is given with --file found.yaml'],
    [['run', 'calm', '--variant', 'naiv'], "calm: unknown variant 'naiv'; did you mean 'naive'?"],
    [['show'], 'not enough non-option arguments'],
    [['show', 'calm', 'extra'], "unknown command 'extra'"],
    [['run', '--seed'], 'not enough arguments following: seed'],
    [['run', '--seed', 'x'], "--seed must be a whole number, 0 or more, not 'x'"],
    [['run', '--seed', '1', '--seed', '2'], '--seed is given 2 times; give it once'],
    [['run', '--seed', '1', '--seeds', '1..2'], 'give --seed or --seeds, not both'],
    [['run', '--seeds', '5..1'], "--seeds must be a range such as 1..20, of at most 1000 seeds, not '5..1'"],
    [['run', '--orders', '0'], "--orders must be a whole number from 1 to 1000000, not '0'"],
    [['run', '--rate', 'fast'], "--rate must be orders per second, more than 0 and at most 100000, not 'fast'"],
    [
      ['run', '--timeout', 'soon'],
      "--timeout must be a duration such as 90s, 500ms or 5m, of at most a day, not 'soon'",
    ],
    [['run', '--reporter', 'html,mardown'], "--reporter: unknown reporter 'mardown'; did you mean 'markdown'?"],
    [['run', '--reporter', 'none,html'], '--reporter: give none alone, or leave it out'],
    [['run', '--reporter', ''], "--reporter: unknown reporter ''; choose one of html, png, junit"],
    [['run', '--reporter'], 'not enough arguments following: reporter'],
    [['run', '--open', '--reporter', 'json'], '--open needs the reporter html: it is what is opened'],
    [['report', '--reportr', 'html'], "unknown option '--reportr'; did you mean '--reporter'?"],
    [['report', '--reporter', 'pdf'], "--reporter: unknown reporter 'pdf'; choose one of html, png, junit"],
    [['report', '--open', '--reporter', 'none'], '--open needs the reporter html: it is what is opened'],
    [['report', '--out', 'a', '--out', 'b'], '--out is given 2 times; give it once'],
    [['report'], "there is no run 'latest', and none below"],
    [['report', 'calm', 'extra'], "unknown command 'extra'"],
    [['run', '--file', 'none.yaml'], 'cannot read none.yaml: there is no such file or folder'],
    [['run', '--file', '.'], 'cannot read .: it is a folder'],
    [['order', 'p-1'], 'there is no run'],
  ])('%j', async (argv, said) => {
    const { code, out, err } = await faultline(argv)
    expect(code).toBe(64)
    expect(out).toBe('')
    expect(err).toContain(said)
    for (const line of err.trimEnd().split('\n')) expect(line).toMatch(/^faultline: /)
  })

  it('with a line for each wrong value', async () => {
    const { code, err } = await faultline(['run', '--seed', 'x', '--orders', '0', '--rate', '0'])
    expect(code).toBe(64)
    expect(err.trimEnd().split('\n')).toHaveLength(3)
  })
})

describe('list and show', () => {
  it('give GitHub Actions no commands, whatever a scenario says of itself', async () => {
    const about = '::error::not mine\n        ::stop-commands::x\n      a::b'
    writeFileSync(join(cwd, 'own.yaml'), STARTER_FILE.replace('Say here what the class should watch for.', about))
    const shown = await faultline(['show', 'my-first', '--file', 'own.yaml'], { env: { GITHUB_ACTIONS: 'true' } })
    expect(shown.code).toBe(0)
    expect(shown.out).toContain(':\u200b:error::not mine')
    expect(shown.out).toContain('a::b')
    expect(shown.out).not.toMatch(/^\s*::/m)
    expect((await faultline(['show', 'my-first', '--file', 'own.yaml'])).out).toContain('\n  ::error::not mine')
  })

  it('list names and titles, as text and as JSON', async () => {
    const { code, out } = await faultline(['list'])
    expect(code).toBe(0)
    expect(out).toMatch(/^schrodingers-warehouse {2,}\S/)
    const { scenarios } = JSON.parse((await faultline(['list', '--json'])).out) as { scenarios: { name: string }[] }
    expect(scenarios.map(({ name }) => name)).toContain('calm')
  })

  it('show one scenario, as text and as JSON', async () => {
    expect((await faultline(['show', 'calm'])).out).toMatch(/^calm: /)
    expect(JSON.parse((await faultline(['show', 'calm', '--json'])).out)).toMatchObject({ name: 'calm', gremlins: [] })
  })

  it('prefer the scenario file of the working folder', async () => {
    await faultline(['init'])
    expect((await faultline(['list'])).out).toMatch(/^my-first {2}/)
  })
})

describe('validate', () => {
  it('says that a file has no mistakes', async () => {
    await faultline(['init', 'mine.yaml'])
    expect(await faultline(['validate', 'mine.yaml'])).toEqual({
      code: 0,
      out: 'mine.yaml: no mistakes (1 scenario, 2 variants)\n',
      err: '',
    })
  })

  it('prints every mistake with its place, and ends with 65', async () => {
    writeFileSync(join(cwd, 'bad.yaml'), 'version: 2\nscenarios: {}\nextra: 1\n')
    const { code, out } = await faultline(['validate', 'bad.yaml'])
    expect(code).toBe(65)
    expect(out.trimEnd().split('\n')).toEqual([
      "bad.yaml:1:10 version: must be '1', not 2",
      'bad.yaml:2:12 scenarios: must name at least one scenario',
      'bad.yaml:3:1 extra: unknown key; known here: version, variants, scenarios',
    ])
    const { mistakes } = JSON.parse((await faultline(['validate', 'bad.yaml', '--json'])).out) as {
      mistakes: unknown[]
    }
    expect(mistakes[0]).toEqual({
      file: 'bad.yaml',
      line: 1,
      column: 10,
      path: 'version',
      message: "must be '1', not 2",
    })
  })

  it('lets nothing in the file steer the terminal', async () => {
    writeFileSync(join(cwd, 'bad.yaml'), '"a\\e[2Jb": 1\n')
    expect((await faultline(['validate', 'bad.yaml'])).out).not.toContain('\u001b')
  })
})

describe('a bad scenario file', () => {
  it('ends any other command with 65 and every mistake on stderr', async () => {
    writeFileSync(join(cwd, 'bad.yaml'), 'version: 2\nscenarios: {}\n')
    for (const argv of [['run'], ['list'], ['show', 'calm']]) {
      const { code, out, err } = await faultline([...argv, '--file', 'bad.yaml'])
      expect(code).toBe(65)
      expect(out).toBe('')
      expect(err.trimEnd().split('\n')).toHaveLength(2)
    }
  })
})

describe('init', () => {
  it('writes a file that is without mistakes, and never overwrites one', async () => {
    const first = await faultline(['init', 'new/mine.yaml'])
    expect(first).toMatchObject({ code: 0, out: '' })
    const written = readFileSync(join(cwd, 'new/mine.yaml'), 'utf8')
    const second = await faultline(['init', 'new/mine.yaml'])
    expect(second.code).toBe(64)
    expect(second.err).toContain('new/mine.yaml is there already and is left as it is')
    expect(readFileSync(join(cwd, 'new/mine.yaml'), 'utf8')).toBe(written)
  })
})

describe('completion', () => {
  const complete = async (...typed: string[]) => {
    const { code, out } = await faultline(['--get-yargs-completions', ...typed])
    expect(code).toBe(0)
    return out.split('\n').filter((word) => word !== '')
  }

  it('prints a script', async () => {
    expect((await faultline(['completion'])).out).toContain('--get-yargs-completions')
  })

  it('completes commands, options, scenarios and variants', async () => {
    expect(await complete('faultline', '')).toEqual([
      'run',
      'dashboard',
      'up',
      'explore',
      'replay',
      'fidelity',
      'compare',
      'baseline',
      'order',
      'report',
      'rejections',
      'list',
      'show',
      'validate',
      'init',
      'doctor',
      'completion',
    ])
    expect(await complete('faultline', 'va')).toEqual(['validate'])
    expect(await complete('run', '--se')).toEqual(['--seed', '--seeds'])
    expect(await complete('faultline', 'run', 'ca')).toEqual(['calm'])
    expect(await complete('faultline', 'up', 'ca')).toEqual(['calm'])
    expect(await complete('faultline', 'dashboard', '--versus', 'retry+')).toEqual(['retry+key-as-taught', 'retry+key'])
    expect(await complete('faultline', 'show', 'one')).toEqual(['one-lost-answer'])
    expect(await complete('faultline', 'run', '--variant', 'retry+')).toEqual(['retry+key-as-taught', 'retry+key'])
    expect(await complete('faultline', 'run', '--seed', '')).toEqual([])
    expect(await complete('faultline', 'nonsense', '')).toEqual([])
    expect(await complete('faultline', 'run', '--reporter', 'm')).toEqual(['markdown'])
    expect(await complete('faultline', 'report', '--reporter', 'n')).toEqual(['none'])
    expect(await complete('faultline', 'report', '--')).toEqual(
      expect.arrayContaining(['--reporter', '--open', '--out']),
    )
    expect(await complete('faultline', 'report', 'cal')).toEqual(['calm'])
  })

  it('offers nothing from a file with mistakes', async () => {
    writeFileSync(join(cwd, 'scenarios.yaml'), 'version: 2')
    expect(await complete('faultline', 'run', '')).toEqual([])
  })
})

describe('stdout', () => {
  it('that cannot be written ends with 70 and one line', async () => {
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
    const { code, err } = await faultline(['list'], { stdoutError: full })
    expect(code).toBe(70)
    expect(err).toBe('faultline: cannot write to stdout: the disk is full\n')
  })
})
