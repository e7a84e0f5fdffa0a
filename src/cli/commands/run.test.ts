import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type FakeIo, type FakeIoOptions, fakeIo } from '../../../test/support/fake-io.ts'
import { fakeStudyLab } from '../../../test/support/fake-study-lab.ts'
import type { Result, Verdict } from '../../core/result.ts'
import type { Lab, RunRequest } from '../lab.ts'
import { main } from '../main.ts'

let cwd: string
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'faultline-run-'))
})
afterEach(() => rmSync(cwd, { recursive: true, force: true }))

interface FakeLab extends Lab {
  readonly requests: RunRequest[]
}

/** A lab that runs nothing. @param verdicts of the first run, the second…; the last one for all that follow */
function fakeLab(
  verdicts: readonly Verdict[],
  changes: Partial<Lab> & { during?: (request: RunRequest) => void } = {},
): FakeLab {
  const requests: RunRequest[] = []
  return {
    requests,
    async runScenario(request) {
      const verdict = verdicts[Math.min(requests.length, verdicts.length - 1)] ?? 'PASS'
      requests.push(request)
      changes.during?.(request)
      const folder = join(request.outDir, request.scenario.name, String(request.seed))
      mkdirSync(folder, { recursive: true })
      return { folder, result: fakeResult(request, verdict) }
    },
    renderTable: (result, { width, color }) => `table of ${result.scenario} ${result.seed} ${width} ${color}\n`,
    renderHtml: async () => '<html></html>',
    renderPngs: async () => new Map([['latency.png', new Uint8Array([1, 2, 3])]]),
    renderJunit: (results) => `<testsuites tests="${results.length}"/>`,
    renderMarkdown: ({ scenario, seed }) => `summary of ${scenario} ${seed}\n`,
    annotationsOf: ({ scenario, seed }) => [`::notice::${scenario} ${seed}`],
    study: fakeStudyLab(),
    ...changes,
  }
}

function fakeResult({ scenario, seed, flags, signal }: RunRequest, verdict: Verdict): Result {
  return {
    schemaVersion: 1,
    scenario: scenario.name,
    title: scenario.title,
    about: scenario.about,
    seed,
    flags,
    mode: 'real',
    verdict,
    interrupted: signal.aborted ? String(signal.reason) : null,
    error: verdict === 'ERROR' ? 'bank does not start\n    at somewhere' : null,
    baseCurrency: 'USD',
    variants: [],
    configuration: scenario,
  }
}

async function run(
  argv: readonly string[],
  lab: Lab,
  options: Partial<FakeIoOptions> = {},
  prepare?: (io: FakeIo) => void,
) {
  const io = fakeIo({ cwd, ...options })
  prepare?.(io)
  const code = await main(['run', ...argv], io, () => Promise.resolve(lab))
  return { code, out: io.out(), err: io.err(), exits: io.exits }
}

describe('what is run', () => {
  it('is the first scenario with seed 42, into reports/, unless said otherwise', async () => {
    const lab = fakeLab(['PASS'])
    expect((await run([], lab)).code).toBe(0)
    expect(lab.requests).toMatchObject([
      { scenario: { name: 'schrodingers-warehouse' }, seed: 42, outDir: join(cwd, 'reports'), timeoutMs: null },
    ])
  })

  it('is every scenario with every seed, adjusted', async () => {
    const lab = fakeLab(['PASS'])
    await run(
      [
        'calm',
        'one-lost-answer',
        '--seeds',
        '3..4',
        '--variant',
        'retry',
        '--variant',
        'naive',
        '--orders',
        '7',
        '--rate',
        '2.5',
        '--timeout',
        '9s',
        '--out',
        'there',
      ],
      lab,
    )
    expect(lab.requests.map(({ scenario, seed }) => `${scenario.name} ${seed}`)).toEqual([
      'calm 3',
      'calm 4',
      'one-lost-answer 3',
      'one-lost-answer 4',
    ])
    const [{ scenario, timeoutMs, outDir }] = lab.requests as [RunRequest]
    expect(scenario.variants.map(({ name }) => name)).toEqual(['retry', 'naive'])
    expect(scenario.traffic).toMatchObject({ orders: 7, ratePerSecond: 2.5 })
    expect({ timeoutMs, outDir }).toEqual({ timeoutMs: 9_000, outDir: join(cwd, 'there') })
  })

  it('takes a scenario after --variant for a scenario', async () => {
    const lab = fakeLab(['PASS'])
    await run(['--variant', 'naive', 'calm'], lab)
    expect(lab.requests.map(({ scenario }) => scenario.name)).toEqual(['calm'])
  })
})

describe('the exit code is that of the worst verdict', () => {
  it.each<[Verdict[], number]>([
    [['PASS', 'PASS'], 0],
    [['PASS', 'FAIL'], 1],
    [['INCONCLUSIVE', 'PASS'], 2],
    [['INCONCLUSIVE', 'FAIL'], 1],
    [['FAIL', 'ERROR'], 70],
  ])('%j', async (verdicts, code) => {
    expect((await run(['calm', '--seeds', '1..2'], fakeLab(verdicts))).code).toBe(code)
  })
})

describe('what is printed', () => {
  it('is a table on stdout and where the report is on stderr', async () => {
    const { out, err } = await run(['calm'], fakeLab(['PASS']))
    expect(out).toBe('table of calm 42 120 false\n')
    expect(err).toBe('report: reports/calm/42/report.html\n')
  })

  it('is as wide and as colourful as the terminal', async () => {
    const terminal = { isTTY: true, columns: 77 }
    expect((await run(['calm'], fakeLab(['PASS']), terminal)).out).toContain('77 true')
    expect((await run(['calm', '--no-color'], fakeLab(['PASS']), terminal)).out).toContain('77 false')
    expect((await run(['calm'], fakeLab(['PASS']), { ...terminal, env: { NO_COLOR: '1' } })).out).toContain('77 false')
    expect((await run(['calm', '--color'], fakeLab(['PASS']))).out).toContain('120 true')
  })

  it('is one JSON document with --json: the result of one run, or all of them', async () => {
    const one = await run(['calm', '--json'], fakeLab(['FAIL']))
    expect(JSON.parse(one.out)).toMatchObject({ schemaVersion: 1, scenario: 'calm', seed: 42, verdict: 'FAIL' })
    const two = await run(['calm', '--json', '--seeds', '1..2'], fakeLab(['PASS', 'FAIL']))
    expect(JSON.parse(two.out)).toMatchObject({ schemaVersion: 1, verdict: 'FAIL', runs: [{ seed: 1 }, { seed: 2 }] })
  })

  it('is nothing on stderr with --quiet', async () => {
    const lab = fakeLab(['PASS'], {
      during: ({ onProgress }) =>
        onProgress({ phase: 'traffic', variant: 'naive', ordersDone: 1, orders: 2, strikes: 0 }),
    })
    expect(await run(['calm', '--quiet'], lab)).toMatchObject({ err: '', out: expect.stringContaining('table') })
  })

  it('says what failed in the lab, in one line', async () => {
    expect((await run(['calm'], fakeLab(['ERROR']))).err).toContain('the lab failed: bank does not start\n')
  })
})

describe('progress', () => {
  const during = ({ onProgress }: RunRequest) => {
    onProgress({ phase: 'starting', variant: null, ordersDone: 0, orders: 60, strikes: 0 })
    for (const ordersDone of [1, 30, 60])
      onProgress({ phase: 'traffic', variant: 'naive', ordersDone, orders: 60, strikes: 1 })
    onProgress({ phase: 'auditing', variant: 'naive', ordersDone: 60, orders: 60, strikes: 1 })
  }

  it('is a line for each phase where stderr is no terminal', async () => {
    const { err } = await run(['calm'], fakeLab(['PASS'], { during }))
    expect(err.split('\n').slice(0, 3)).toEqual([
      'calm (seed 42): starting the services',
      'calm (seed 42): naive: traffic',
      'calm (seed 42): naive: reading the ledgers',
    ])
  })

  it('is one line that is rewritten and then cleared in a terminal', async () => {
    const { err } = await run(['calm'], fakeLab(['PASS'], { during }), { isTTY: true, columns: 80 })
    expect(err).toContain('\r\u001b[2Kcalm (seed 42): naive: traffic, 30/60 orders, 1 strike')
    expect(err).toMatch(/\r\u001b\[2Kreport: .*\n$/)
    expect(err.split('\n')).toHaveLength(2)
  })

  it('never wraps', async () => {
    const { err } = await run(['calm'], fakeLab(['PASS'], { during }), { isTTY: true, columns: 20 })
    const [live = ''] = err.split('report:')
    for (const part of live.split('\r\u001b[2K')) expect(part.length).toBeLessThan(20)
  })

  it('is not rewritten in CI', async () => {
    const { err } = await run(['calm'], fakeLab(['PASS'], { during }), { isTTY: true, env: { CI: 'true' } })
    expect(err).not.toContain('\r')
  })
})

describe('the report', () => {
  it('is written whole into the folder of the run, beside nothing half-written', async () => {
    await run(['calm', '--junit', 'out/junit.xml', '--seeds', '1..2'], fakeLab(['PASS']))
    const folder = join(cwd, 'reports/calm/1')
    expect(readdirSync(folder).sort()).toEqual(['latency.png', 'report.html'])
    expect(readFileSync(join(folder, 'report.html'), 'utf8')).toBe('<html></html>')
    expect(readFileSync(join(cwd, 'out/junit.xml'), 'utf8')).toBe('<testsuites tests="2"/>')
  })

  it('that cannot be drawn ends with 70, after the table and the rest of the report', async () => {
    const renderPngs = () => Promise.reject(new Error('no PNG charts: no font'))
    const { code, out, err } = await run(['calm'], fakeLab(['PASS'], { renderPngs }))
    expect(code).toBe(70)
    expect(out).toContain('table')
    expect(err).toContain(
      `faultline: cannot write the charts into ${join(cwd, 'reports/calm/42')}: no PNG charts: no font\n`,
    )
    expect(existsSync(join(cwd, 'reports/calm/42/report.html'))).toBe(true)
  })

  it('says that the disk is full', async () => {
    const runScenario = () => Promise.reject(Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' }))
    const { code, err } = await run(['calm'], fakeLab(['PASS'], { runScenario }))
    expect(code).toBe(70)
    expect(err).toBe('faultline: calm (seed 42) could not be run: the disk is full\n')
  })

  it('needs a folder that can be made', async () => {
    writeFileSync(join(cwd, 'file'), '')
    const lab = fakeLab(['PASS'])
    const { code, err } = await run(['calm', '--out', 'file/reports'], lab)
    expect(code).toBe(64)
    expect(err).toContain(`cannot write into ${join(cwd, 'file/reports')}: part of the path is a file, not a folder`)
    expect(lab.requests).toEqual([])
  })
})

describe('signals', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('%s ends the run, keeps what was measured, starts no other and exits with %i', async (signal, code) => {
    let io: FakeIo | undefined
    const lab = fakeLab(['INCONCLUSIVE'], { during: () => io?.send(signal) })
    const ended = await run(['calm', '--seeds', '1..3'], lab, {}, (made) => {
      io = made
    })
    expect(ended.code).toBe(code)
    expect(lab.requests).toHaveLength(1)
    expect(lab.requests[0]?.signal.reason).toBe(`stopped by ${signal}`)
    expect(ended.out).toBe('line of seed 1\n')
    expect(ended.err).toContain('no study: it takes two seeds at least, and only seed 1 was run\n')
    expect(ended.err).toContain(`${signal}: stopping; what was measured is kept`)
    expect(ended.err).toContain(`cut short: stopped by ${signal}`)
    expect(existsSync(join(cwd, 'reports/calm/1/report.html'))).toBe(true)
    expect(ended.exits).toEqual([])
  })

  it('the second one exits at once', async () => {
    let io: FakeIo | undefined
    const lab = fakeLab(['INCONCLUSIVE'], {
      during() {
        io?.send('SIGINT')
        io?.send('SIGTERM')
      },
    })
    const { exits } = await run(['calm'], lab, {}, (made) => {
      io = made
    })
    expect(exits).toEqual([143])
  })

  it('are nobody’s business any more after the run', async () => {
    let io: FakeIo | undefined
    const { exits, err } = await run(['calm'], fakeLab(['PASS']), {}, (made) => {
      io = made
    })
    io?.send('SIGINT')
    expect(exits).toEqual([])
    expect(io?.err()).toBe(err)
  })
})
