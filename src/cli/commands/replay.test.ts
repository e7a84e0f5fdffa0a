/** `replay` on the command line, in the virtual world. */

import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { fakeIo } from '../../../test/support/fake-io.ts'
import { expecting, gremlin, smallScenario, VARIANTS } from '../../../test/support/scenarios.ts'
import { temporaryFolder } from '../../../test/support/temporary-folder.ts'
import type { Replay } from '../../core/replay.ts'
import type { Scenario } from '../../core/scenario.ts'
import { writeScenario } from '../../scenarios/file/write.ts'
import { runScenario } from '../../scenarios/run.ts'
import type { Lab } from '../lab.ts'
import { main } from '../main.ts'

const cwd = temporaryFolder('replay')
const reports = join(cwd, 'reports')

const scenario = smallScenario({
  name: 'struck',
  gremlins: [
    gremlin('crash-after-commit', 'inventory', { probability: 0.1 }),
    gremlin('dropped-answer', 'payment', { probability: 0.3 }),
    gremlin('outage', 'bank', { operations: [], fromMs: 100, toMs: 200 }),
  ],
  variants: [VARIANTS.retry, VARIANTS.key],
  expectations: { retry: expecting(['charged-at-most-once', 'deducted-at-most-once']) },
})

/** Draws nothing. */
const lab = { renderHtml: async () => '<html></html>', renderPngs: async () => new Map() } as Partial<Lab> as Lab

async function record(recording: Scenario): Promise<string> {
  const { result, folder } = await runScenario({
    scenario: recording,
    seed: 5,
    mode: 'virtual',
    flags: ['--virtual'],
    outDir: reports,
    timeoutMs: null,
    signal: new AbortController().signal,
    onProgress: () => undefined,
  })
  expect(result.error).toBeNull()
  return folder
}

let copies = 0
/** The recorded run once more on the disk, to be harmed. */
function copyOfRun(): string {
  copies += 1
  const folder = join(cwd, 'copies', String(copies))
  cpSync(recorded, folder, { recursive: true })
  return folder
}

async function replay(...argv: string[]) {
  const io = fakeIo({ cwd })
  const code = await main(['replay', ...argv, '--quiet'], io, async () => lab)
  return { code, out: io.out(), err: io.err() }
}

async function replayed(...argv: string[]): Promise<Replay & { readonly code: number }> {
  const { code, out, err } = await replay(...argv, '--json')
  expect(err).toBe('')
  return { code, ...(JSON.parse(out) as Replay) }
}

let recorded: string
beforeAll(async () => {
  recorded = await record(scenario)
}, 30_000)

describe('a virtual run', () => {
  it('is bit for bit the same again, and the table says so', async () => {
    const { code, out, err } = await replay(recorded)
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toMatch(/retry\+key +\d+ of \d+ +40 of 40 +0 +PASS/)
    expect(out).toMatch(/(\d+) of \1 strikes hit, same outcome for 80 of 80 orders\./)
    expect(out).toContain('Bit for bit the same')
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80)
  })

  it('leaves a run like any other, whose result is the same to the byte, and replay.json beside it', async () => {
    await replay(recorded)
    const fresh = join(reports, 'latest')
    expect(readFileSync(join(fresh, 'result.json'), 'utf8')).toBe(readFileSync(join(recorded, 'result.json'), 'utf8'))
    expect(existsSync(join(fresh, 'report.html'))).toBe(true)
    const document = JSON.parse(readFileSync(join(fresh, 'replay.json'), 'utf8')) as Replay
    expect(document).toMatchObject({
      schemaVersion: 1,
      scenario: 'struck',
      seed: 5,
      mode: 'virtual',
      faithfulness: 'same',
    })
    expect(document.variants.map(({ strikes }) => strikes.due)).toEqual(
      document.variants.map(({ strikes }) => strikes.hit),
    )
    expect(document.variants[0]?.strikes.due).toBeGreaterThan(5)
    // Of crashes, lost answers and the outage, each at its own.
    const again = await replayed('latest')
    expect(again).toMatchObject({ code: 0, faithfulness: 'same' })
  })

  it('can be had again with one of its variants, found by the name of its scenario', async () => {
    const { code, variants } = await replayed('struck', '--variant', 'retry+key')
    expect(code).toBe(0)
    expect(variants.map(({ name, bytes }) => [name, bytes?.differing])).toEqual([['retry+key', []]])
  })
})

it('of a run without strikes says that none was recorded', async () => {
  const { out, code } = await replay(await record({ ...scenario, name: 'calm', gremlins: [], expectations: {} }))
  expect(out).toContain('No strike was recorded, so none was forced, same outcome for 80 of 80 orders.')
  expect(out).toContain('Bit for bit the same')
  expect(out).not.toContain('0 of 0')
  expect(code).toBe(0)
})

describe('a replay that differs', () => {
  it('in a byte is an error of the lab, but for another version', async () => {
    const other = copyOfRun()
    const journal = join(other, 'retry/journal/bank-1.ndjson')
    writeFileSync(journal, readFileSync(journal, 'utf8').replace('"started"', '"stopped"'))
    const { code, out } = await replay(other, '--variant', 'retry')
    expect(code).toBe(70)
    expect(out).toContain('retry: files that differ (1):\n  bank-1.ndjson\n')
    expect(out.replaceAll('\n', ' ')).toContain(
      'This is an error of the lab, unless its code or the recording was changed in between.',
    )

    const environment = join(other, 'environment.json')
    writeFileSync(environment, readFileSync(environment, 'utf8').replace(/"faultline": ".*"/, '"faultline": "0.0.1"'))
    const older = await replay(other, '--variant', 'retry')
    expect(older.code).toBe(0)
    expect(older.out.replaceAll('\n', ' ')).toContain('it was recorded by Faultline 0.0.1')
  })

  it('says which strikes did not come', async () => {
    const other = copyOfRun()
    const journal = join(other, 'retry+key/journal/payment-1.ndjson')
    const lost = '{"gremlin":"dropped-answer@payment","operation":"do","purchase":"p-7","effect":"charge","attempt":9}'
    const text = readFileSync(journal, 'utf8')
    const strike = text.split('\n').find((line) => line.includes('"type":"strike"')) as string
    const moved = JSON.stringify({ ...JSON.parse(strike), ...JSON.parse(lost) })
    writeFileSync(journal, text.replace(strike, moved))
    const { code, out } = await replay(other, '--variant', 'retry+key')
    expect(code).toBe(70)
    expect(out).toContain('dropped-answer@payment: p-7, do charge, attempt 9')
    const { variants } = await replayed(other, '--variant', 'retry+key')
    expect(variants[0]?.strikes).toMatchObject({ due: expect.any(Number), besides: 0 })
    // What was not forced was not struck, so that later tries of it may not have come either.
    expect(variants[0]?.strikes.missed.length).toBeGreaterThanOrEqual(1)
  })
})

describe('a scenario file with strikes', () => {
  const strike = {
    gremlin: 'dropped-answer@payment',
    purchase: 'p-3',
    operation: 'do',
    effect: 'charge',
    attempt: 1,
  } as const
  const found = (changes: Partial<Scenario> = {}): Scenario => ({
    ...scenario,
    seed: 9,
    strikes: [strike],
    variants: [VARIANTS.retry],
    ...changes,
  })
  const file = (...scenarios: Scenario[]) => {
    writeFileSync(join(cwd, 'found.yaml'), scenarios.map((each) => writeScenario(each)).join(''))
    return 'found.yaml'
  }

  it('is run with its seed and its strikes, and nothing else is compared', async () => {
    const expectations = { retry: expecting(['charged-at-most-once']) }
    const { code, ...document } = await replayed(file(found({ expectations })))
    expect(document).toMatchObject({
      seed: 9,
      mode: 'virtual',
      recorded: { what: 'file', name: 'found.yaml', mode: null },
    })
    expect(document.variants).toMatchObject([{ strikes: { due: 1, hit: 1 }, ends: null, bytes: null }])
    expect(document.variants[0]?.violations).toEqual([{ invariant: 'charged-at-most-once', before: null, now: 1 }])
    expect(code).toBe(0)
  })

  it('ends with 1 where a strike cannot come', async () => {
    const never = { ...strike, attempt: 7 }
    const { code, variants } = await replayed(file(found({ strikes: [strike, never], expectations: {} })))
    expect(code).toBe(1)
    expect(variants[0]?.strikes.missed).toEqual([{ ...never, on: 'payment' }])
  })

  it('in which nobody strikes says so', async () => {
    const { code, out } = await replay(file(found({ strikes: [], expectations: {} })))
    expect(out).toContain('The file decides no strike for what was run, so none was forced.')
    expect(out).toMatch(/retry +none due/)
    expect(out).not.toContain('0 of 0')
    expect(code).toBe(0)
  })

  it('must say strikes', async () => {
    const { strikes: _, ...calm } = found()
    expect(await replay(file(calm))).toMatchObject({
      code: 64,
      err: expect.stringContaining('no scenario with strikes'),
    })
    expect((await replay('missing.yaml')).code).toBe(64)
  })
})

describe('what cannot be replayed', () => {
  const broken = async (harm: (folder: string) => void) => {
    const folder = copyOfRun()
    harm(folder)
    const { code, err } = await replay(folder)
    return { code, err: err.replaceAll(folder, '<run>') }
  }
  const result = (harm: (document: Record<string, unknown>) => void) => (folder: string) => {
    const path = join(folder, 'result.json')
    const document = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>
    harm(document)
    writeFileSync(path, JSON.stringify(document))
  }

  it.each<[string, (folder: string) => void, RegExp]>([
    [
      'has no result',
      (folder) => rmSync(join(folder, 'result.json')),
      /has no result\.json: that run goes on, or was killed/,
    ],
    ['has half a result', (folder) => writeFileSync(join(folder, 'result.json'), '{"a"'), /result\.json is broken/],
    [
      'is of another schema',
      result((document) => Object.assign(document, { schemaVersion: 9 })),
      /not of this version.*schemaVersion/,
    ],
    [
      'is of a scenario without what there is now',
      result(({ configuration }) => Reflect.deleteProperty(configuration as Scenario, 'focus')),
      /the scenario in .* is not of this version of Faultline: configuration\.focus/,
    ],
    [
      'names a gremlin that is gone',
      result(({ configuration }) =>
        Object.assign((configuration as Scenario).gremlins[0] as object, { gremlin: 'poltergeist' }),
      ),
      /there is no gremlin 'poltergeist'/,
    ],
    [
      'names a scenario that is a path',
      result(({ configuration }) => Object.assign(configuration as Scenario, { name: '../../outside' })),
      /not of this version of Faultline: configuration\.name: must be/,
    ],
    [
      'was cut short',
      result((document) => Object.assign(document, { interrupted: 'stopped' })),
      /did not go to its end: stopped/,
    ],
    [
      'has no journals',
      (folder) => rmSync(join(folder, 'retry/journal'), { recursive: true }),
      /journals of 'retry' are missing/,
    ],
    [
      'lost a journal',
      (folder) => {
        const journals = join(folder, 'retry/journal')
        for (const name of readdirSync(journals)) if (name.startsWith('payment')) rmSync(join(journals, name))
      },
      /journals of 'retry' are not whole: result\.json tells of \d+ strikes, they of \d+/,
    ],
    [
      'has a broken journal',
      (folder) => {
        const journal = join(folder, 'retry/journal/bank-1.ndjson')
        writeFileSync(journal, readFileSync(journal, 'utf8').replace('\n', '\n{"atMs":1,"no\n'))
      },
      /bank-1\.ndjson is broken: line 2 is no JSON/,
    ],
    [
      'has a strike of nobody',
      (folder) => {
        const journal = join(folder, 'retry/journal/payment-1.ndjson')
        writeFileSync(journal, readFileSync(journal, 'utf8').replace(/("type":"strike".*?)"gremlin":"[^"]*",/, '$1'))
      },
      /payment-1\.ndjson is broken: line \d+ is no JSON, or no whole strike/,
    ],
    ['has no ledger', (folder) => rmSync(join(folder, 'retry/ledgers/order.db')), /cannot read .*order\.db/],
    [
      'has a broken ledger',
      (folder) => writeFileSync(join(folder, 'retry/ledgers/order.db'), 'x'.repeat(5_000)),
      /order\.db/,
    ],
  ])('a run that %s: one clear line', async (_, harm, message) => {
    const { code, err } = await broken(harm)
    expect(code).toBe(64)
    expect(err).toMatch(message)
    expect(err.trimEnd().split('\n')).toHaveLength(1)
  })

  it('a variant that the run does not have, both worlds at once, a run that is not there', async () => {
    expect(await replay(recorded, '--variant', 'retri')).toMatchObject({
      code: 64,
      err: expect.stringContaining("'retry'"),
    })
    expect(await replay(recorded, '--real', '--virtual')).toMatchObject({
      code: 64,
      err: expect.stringContaining('not both'),
    })
    expect(await replay('nowhere')).toMatchObject({
      code: 64,
      err: expect.stringContaining("there is no run 'nowhere'"),
    })
  })
})
