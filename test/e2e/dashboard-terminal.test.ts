/** `faultline dashboard` as it is used: in a terminal, with keys, in windows of any size, and until the terminal is as it was. */

import { execFile } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { EXIT_CODES } from '../../src/cli/exit-codes.ts'
import type { Result } from '../../src/core/result.ts'
import { RESULT_FILE } from '../../src/core/run-folder.ts'
import { childrenOf } from '../support/processes.ts'
import {
  BEFORE,
  describeInTerminal,
  type InTerminal,
  openPseudoTerminal,
  type PseudoTerminal,
} from '../support/pseudo-terminal.ts'
import { ROOT, temporaryFolder } from '../support/runs.ts'
import { mountSmallDisk } from '../support/small-disk.ts'

const FAULTLINE = path.join(ROOT, 'bin', 'faultline.js')
const SMALL = { columns: 80, rows: 24 }
const LARGE = { columns: 120, rows: 36 }
const ESCAPE = '\u001b'
const CTRL_C = '\u0003'
const PASTED = `${ESCAPE}[200~bbb rq${ESCAPE}[201~`
/** Colours, bold and the like. */
const PAINT = /\u001b\[[\d;:]*m/

/** In the real world: the command, the seven services and the traffic. */
const FAMILY = 9

/** So many orders come that a run lasts as long as somebody looks at it; where it is to come to its end it is given fewer. */
const SHOP = `version: 1
variants:
  careful:
    summary: Tries again under one key, behind a breaker.
    workflow: { sequential: { stock: reserve } }
    participants: { keys: required, history: outbox }
    buyer: { key: per-purchase }
    edges:
      '*': [idempotency-key, retry: { maxAttempts: 10, baseDelayMs: 50, mostDelayMs: 400 }, timeout: { afterMs: 1000 }]
      order->payment: [idempotency-key, breaker, timeout: { afterMs: 1000 }]
  naive:
    summary: Asks once, without a key.
    workflow: { sequential: { stock: ask-then-deduct } }
scenarios:
  corner-shop:
    title: A shop at the corner
    products: { console: { priceCents: 50000, stock: 100000 } }
    accounts: { alice: { currency: USD, openingCents: 1000000000000 } }
    traffic: { orders: 20000, arrivals: paced, ratePerSecond: 20 }
    gremlins:
      - latency: { name: slow-payment, on: payment, probability: 0.2, fromMs: 20, toMs: 50 }
      - dropped-answer: { name: lost-answers, on: inventory, operations: [do], probability: 0.1 }
    variants: [careful, naive]
    expect:
      naive: { violated: [], allowed: [all-or-nothing, buyer-told-the-truth, history-complete, notified-exactly-once] }
`
const VIRTUAL = ['--virtual', '--variant', 'careful']
/** Its two seconds are soon over. */
const SOON_OVER = [...VIRTUAL, '--orders', '40', '--speed', '5']

interface How extends Pick<InTerminal, 'env' | 'piped'> {
  readonly size?: typeof SMALL
  readonly out?: string
}

async function dashboard(options: readonly string[], { size = SMALL, out, ...how }: How = {}) {
  const folder = temporaryFolder()
  const file = path.join(folder, 'shop.yaml')
  writeFileSync(file, SHOP)
  const reports = out ?? path.join(folder, 'out')
  const argv = [FAULTLINE, 'dashboard', '--file', file, '--out', reports, ...options]
  return { terminal: await openPseudoTerminal(argv, { ...size, ...how, folder }), reports }
}

/** In a terminal of its own, which is gone afterwards. */
async function inTerminal(
  options: readonly string[],
  how: How,
  work: (terminal: PseudoTerminal) => Promise<void>,
): Promise<void> {
  const { terminal } = await dashboard(options, how)
  try {
    await work(terminal)
  } finally {
    terminal.close()
  }
}

/** Ended with this code; all is as it was, what stood there stands there, and below it what the run has to say. */
async function expectRestored(terminal: PseudoTerminal, code: number, said: RegExp): Promise<void> {
  const ended = await terminal.ended()
  const lines = await terminal.normal()
  expect(ended.code, lines.join('\n')).toBe(code)
  expect(ended.before).toMatch(/\bicanon\b.*\becho\b/s)
  expect(ended.after).toBe(ended.before)
  const written = terminal.written()
  for (const [on, off] of [
    ['[?1049h', '[?1049l'],
    ['[?2004h', '[?2004l'],
    ['[?2026h', '[?2026l'],
    ['[?25l', '[?25h'],
  ] as const) {
    expect(written.lastIndexOf(`${ESCAPE}${on}`), on).toBeGreaterThan(-1)
    expect(written.lastIndexOf(`${ESCAPE}${off}`), off).toBeGreaterThan(written.lastIndexOf(`${ESCAPE}${on}`))
  }
  expect(await terminal.which()).toBe('normal')
  const above = lines.concat('').findIndex((line) => line !== BEFORE)
  expect(above, lines.join('\n')).toBeGreaterThanOrEqual(SMALL.rows)
  expect(lines.slice(above).join('\n')).toMatch(said)
  expect(lines.join('\n')).not.toMatch(/q end|Services +state/)
  expect(await terminal.scrolled(), 'lines that scrolled out of the screen').toBe(0)
  expect(await terminal.remains(), 'processes that are left').toEqual([])
}

const TABLE = /^A shop at the corner\ncorner-shop · seed 42 .*\n\nvariant +confirmed .*\n─+\ncareful +\d+ /

describeInTerminal('the dashboard in 80 columns and 24 rows', () => {
  let terminal: PseudoTerminal
  let reports: string
  beforeAll(async () => {
    ;({ terminal, reports } = await dashboard(VIRTUAL))
    await terminal.shows(/● traffic/)
  })
  afterAll(() => terminal?.close())

  it('shows what is run, how it goes, the services, what can be switched and what happened', async () => {
    const lines = await terminal.shows(/What happened ─+ v calls\n +\d+:\d\d /)
    expect(lines[0]).toMatch(/^faultline A shop at the corner +corner-shop · virtual world · seed 42$/)
    expect(lines[1]).toMatch(/^careful {2}● traffic \d+:\d\d +goodput \d+\.\d\/s {3}p50 .+ {2}p99 .+$/)
    expect(lines[2]).toBe('✓ nothing broken, nothing lost so far')
    expect(lines[3]).toMatch(/^orders +open +confirmed +pending +cancelled +refused +failed$/)
    expect(lines[4]).toMatch(/^\d+\/20,000 /)
    for (const service of ['order', 'payment', 'inventory', 'notification', 'bank', 'fx', 'logging'])
      expect(lines.filter((line) => line.startsWith(`● ${service} `))).toHaveLength(1)
    expect(lines.join('\n')).toMatch(/▸1 ◷ plan slow-payment +0\.2 .* │ a ● on {2}idempoten/)
    expect(lines[22]).toBe('1-2 gremlin  +- chance  a-d policy  space pause  s save  v view  ? help  q end')
    expect(lines[23]).toBe('')
    expect(terminal.written()).toMatch(PAINT)
    expect(await terminal.which()).toBe('alternate')
  })

  it.each([
    ['1', 'holds the first gremlin back', /▸1 ○ off {2}slow-payment/],
    ['1', 'lets it loose again', /▸1 ● on {3}slow-payment +0\.2 /],
    ['2', 'chooses the second and holds it back', /▸2 ○ off {2}lost-answers +0\.1 /],
    ['+', 'lets it loose, and stronger', /▸2 ● on {3}lost-answers +0\.2 /],
    ['-', 'weaker', /▸2 ● on {3}lost-answers +0\.1 /],
    [`${ESCAPE}[A`, 'stronger, too', /▸2 ● on {3}lost-answers +0\.2 /],
    [`${ESCAPE}[B`, 'weaker, too', /▸2 ● on {3}lost-answers +0\.1 /],
    [PASTED, 'is pasted by mistake and does nothing', /b ● on {2}retry/],
    ['b', 'takes a policy out', /b ○ off retry/],
    ['b', 'puts it back', /b ● on {2}retry/],
    ['w', 'has the next workflow', /w workflow 2pc\n(.*\n)*new orders go by 2pc\n/],
    [' ', 'keeps the buyers away', /○ traffic paused \d+:\d\d(.*\n)*traffic paused\n/],
    [' ', 'lets them come again', /● traffic \d+:\d\d(.*\n)*traffic goes on\n/],
    ['v', 'shows calls in the place of what happened', /Breakers and calls ─+\norder→payment +● closed/],
    ['\t', 'shows what happened again', /What happened ─+ v calls/],
    ['?', 'explains every key', /Keys ─+ \? or Esc: back\n {2}1-9 {2}(.*\n)+ {4}q {2}ends the run.*\n(.*\n)*latency /],
    [ESCAPE, 'leads back', /What happened/],
  ])('%j %s', async (key, _, pattern) => {
    terminal.press(key)
    await terminal.shows(pattern)
  })

  it('s saves what happened as a scenario file, which is right', async () => {
    terminal.press('s')
    await terminal.shows(/saved as /)
    const [file, ...others] = readdirSync(path.join(reports, 'saved'))
    expect([file, others]).toEqual(['corner-shop-saved-1.yaml', []])
    const saved = path.join(reports, 'saved', file!)
    const { stdout } = await promisify(execFile)(process.execPath, [FAULTLINE, 'validate', saved])
    expect(stdout).toContain('no mistakes')
    const text = readFileSync(saved, 'utf8')
    for (const change of [
      /gremlin: slow-payment/,
      /probability: 0\.2/,
      /policy: retry/,
      /workflow: \{ 2pc: /,
      /traffic: off/,
    ])
      expect(text).toMatch(change)
  })

  it('r begins again, as the scenario has it', async () => {
    terminal.press('r')
    await terminal.shows(/● traffic 0:0\d(.*\n)*.* w workflow sequential\n 1 ◷ plan slow-payment/)
    await terminal.shows(/restarted with the same seed/)
  })

  it('nothing has scrolled out of the screen so far', async () => {
    expect(await terminal.scrolled()).toBe(0)
  })

  it('is laid out anew in a window of any size, and says which size it needs', async () => {
    const large = await terminal.resize(LARGE, (text) => /Breakers and calls(.*\n)+.*r restart .*q end\n$/.test(text))
    expect(large.slice(-2)).toEqual([expect.stringMatching(/q end$/), ''])
    expect(large[0]).toMatch(/^faultline .{90,} seed 42$/)
    for (const [columns, rows] of [
      [79, 24],
      [80, 23],
      [40, 8],
    ] as const) {
      const sentence = `The dashboard needs a window of 80 columns and 24 rows. This one has ${columns} and ${rows}: please`
      const isSaid = (text: string) => text.replaceAll('\n', ' ').startsWith(sentence)
      const lines = await terminal.resize({ columns, rows }, isSaid)
      expect(lines.join('\n').trimEnd()).toMatch(/q ends the run\.$/)
    }
    const small = await terminal.resize(SMALL, (text) => /^faultline(.*\n)+.*q end\n$/.test(text))
    expect(small[1]).toMatch(/^careful {2}● traffic/)
  })

  it('q ends it in good order: cut short by hand, so it can say nothing', async () => {
    terminal.press('q')
    await expectRestored(terminal, EXIT_CODES.inconclusive.code, TABLE)
    const text = (await terminal.normal()).join('\n')
    expect(text.match(/^A shop at the corner$/gm), 'both runs have their table').toHaveLength(2)
    expect(text).toContain('Cut short: ended by hand')
    expect(text.replaceAll('\n', '')).toMatch(/report: \S+report\.htmlsaved: \S+corner-shop-saved-1\.yaml$/)
  })
})

describeInTerminal('the dashboard in 120 columns and 36 rows', () => {
  it('has two variants beside each other, and Ctrl-C ends it like q', async () => {
    await inTerminal([...VIRTUAL, '--versus', 'naive'], { size: LARGE }, async (terminal) => {
      const lines = await terminal.shows(/What happened: careful ─+ │ What happened: naive ─+\n +\d+:\d\d/)
      expect(lines[2]).toMatch(/^careful +● traffic \d+:\d\d │ naive +● traffic \d+:\d\d$/)
      expect(lines.join('\n')).toMatch(/Breakers and calls ─+ │ Breakers and calls ─+\n/)
      expect(lines.join('\n')).toMatch(/● payment .* │ ● payment /)
      expect(lines[34]).toMatch(/w workflow {2}space pause {2}r restart .* q end$/)
      expect(lines[35]).toBe('')
      expect(await terminal.scrolled()).toBe(0)
      terminal.press(CTRL_C)
      await expectRestored(terminal, EXIT_CODES.inconclusive.code, /careful +\d+ (.*\n)*naive +\d+ (.*\n)*Cut short/)
    })
  })

  it('ends at once at the second q, with all its processes', async () => {
    await inTerminal(['--variant', 'careful'], { size: LARGE }, async (terminal) => {
      await terminal.shows(/● traffic/)
      expect(terminal.family().length).toBeGreaterThanOrEqual(FAMILY)
      terminal.press('qq')
      await expectRestored(terminal, EXIT_CODES.interrupted.code, /^$/)
    })
  })
})

describeInTerminal('the dashboard, and how it ends', () => {
  it('shows the verdict when all is over, without a colour where NO_COLOR says so', async () => {
    await inTerminal(SOON_OVER, { env: { NO_COLOR: '1' } }, async (terminal) => {
      const lines = await terminal.shows(/^careful {2}over {3}PASS /m)
      expect(lines[4]).toMatch(/^40\/40 +0 +40 /)
      expect(lines.filter((line) => /^● \w+ +up /.test(line))).toHaveLength(7)
      terminal.press('q')
      await expectRestored(terminal, EXIT_CODES.pass.code, TABLE)
      expect(terminal.written()).not.toMatch(PAINT)
    })
  })

  it('is stopped by SIGTERM, without a colour where --no-color says so, and in ASCII where there is no more', async () => {
    await inTerminal([...VIRTUAL, '--no-color'], { env: { LC_ALL: 'C' } }, async (terminal) => {
      const lines = await terminal.shows(/\* traffic/)
      expect(lines.join('')).toMatch(/^[ -~]*$/)
      terminal.kill('SIGTERM')
      await expectRestored(terminal, EXIT_CODES.terminated.code, TABLE)
      expect((await terminal.normal()).join('\n')).toContain('Cut short: stopped by SIGTERM')
      expect(terminal.written()).not.toMatch(PAINT)
    })
  })

  it('fails when the disk is full, and says so where it can be read', async () => {
    const disk = mountSmallDisk(256 * 1024)
    if ('why' in disk) return void process.stdout.write(`not tested: ${disk.why}\n`)
    await inTerminal(VIRTUAL, { out: disk.folder }, async (terminal) => {
      await expectRestored(
        terminal,
        EXIT_CODES.labFailed.code,
        /no space (is )?left on|could not be run: the disk is full/,
      )
    })
  })

  it('shows real processes, and leaves none behind', async () => {
    await inTerminal(['--variant', 'careful', '--orders', '40'], {}, async (terminal) => {
      const lines = await terminal.shows(/● traffic/)
      expect(lines[0]).toMatch(/corner-shop · real processes · seed 42$/)
      expect(terminal.family().length).toBeGreaterThanOrEqual(FAMILY)
      await terminal.shows(/^careful {2}over {3}PASS /m)
      expect(await terminal.scrolled()).toBe(0)
      terminal.press('q')
      await expectRestored(terminal, EXIT_CODES.pass.code, TABLE)
    })
  })

  it('fails when what the run needs is killed, and leaves no process behind', async () => {
    await inTerminal(['--variant', 'careful'], {}, async (terminal) => {
      await terminal.shows(/● traffic/)
      expect(terminal.family().length).toBeGreaterThanOrEqual(FAMILY)
      const isTraffic = (pid: number) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').endsWith('\0traffic\0')
      const [traffic] = childrenOf(terminal.pid).filter(isTraffic)
      process.kill(traffic!, 'SIGKILL')
      await expectRestored(terminal, EXIT_CODES.labFailed.code, /the traffic's process died \(SIGKILL\)/)
    })
  })

  it('shows where a bug was that nobody caught, on a screen as it was', async () => {
    const planted = path.join(temporaryFolder(), 'planted.mjs')
    writeFileSync(planted, "process.on('SIGUSR2', () => { throw new Error('a planted bug') })\n")
    await inTerminal(['--variant', 'careful'], { env: { NODE_OPTIONS: `--import ${planted}` } }, async (terminal) => {
      await terminal.shows(/● traffic/)
      expect(terminal.family().length).toBeGreaterThanOrEqual(FAMILY)
      terminal.kill('SIGUSR2')
      await expectRestored(terminal, EXIT_CODES.labFailed.code, /Error: a planted bug\n +at /)
    })
  })

  it('ends with all its processes when the window is closed, and keeps what was measured', async () => {
    const { terminal, reports } = await dashboard(['--variant', 'careful'])
    onTestFinished(terminal.close)
    await terminal.shows(/● traffic/)
    terminal.hangUp()
    expect(await terminal.remains()).toEqual([])
    const result = JSON.parse(readFileSync(path.join(reports, 'latest', RESULT_FILE), 'utf8')) as Result
    expect(result).toMatchObject({ interrupted: 'stopped by SIGHUP', error: null, variants: [{ name: 'careful' }] })
  })
})

describeInTerminal('the dashboard without a screen', () => {
  it.each([
    ['where its output goes through a pipe', { piped: 'stdout' }],
    ['where all it says goes through a pipe', { piped: 'all' }],
    ['in CI', { env: { CI: 'true' } }],
  ] as const)('%s prints its table, and takes nothing of the terminal', async (_, how) => {
    await inTerminal(SOON_OVER, how, async (terminal) => {
      const { code, before, after } = await terminal.ended()
      const lines = await terminal.normal()
      expect([code, after], lines.join('\n')).toEqual([EXIT_CODES.pass.code, before])
      const text = lines.filter((line) => line !== BEFORE).join('\n')
      expect(text).toMatch(/^A shop at the corner\n(.*\n)+careful +40 (.*\n)+PASS/m)
      expect(terminal.written()).not.toMatch(/\u001b\[\?/)
      if ('piped' in how && how.piped === 'stdout') return
      if ('piped' in how) expect(terminal.written()).not.toContain(ESCAPE)
      const phases = ['starting', 'careful: traffic', 'careful: waiting for quiet', 'careful: reading the ledgers']
      const at = phases.map((phase) =>
        lines.findIndex((line) => line.startsWith('corner-shop: ') && line.includes(phase)),
      )
      expect(at.filter((line) => line >= 0)).toHaveLength(phases.length)
      expect(at).toEqual(at.toSorted((one, other) => one - other))
      expect(await terminal.remains()).toEqual([])
    })
  })
})
