/** A recording that was changed by hand: one line with place, reason and remedy, before anything is started. */

import { cpSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { beforeAll, describe, expect, it } from 'vitest'
import { fakeIo } from '../../../test/support/fake-io.ts'
import { expecting, gremlin, smallScenario, VARIANTS } from '../../../test/support/scenarios.ts'
import { temporaryFolder } from '../../../test/support/temporary-folder.ts'
import { runScenario } from '../../scenarios/run.ts'
import type { Lab } from '../lab.ts'
import { main } from '../main.ts'

const cwd = temporaryFolder('replay-harmed')
const lab = { renderHtml: async () => '<html></html>', renderPngs: async () => new Map() } as Partial<Lab> as Lab

let recorded: string
beforeAll(async () => {
  const scenario = smallScenario({
    name: 'struck',
    traffic: { orders: 10 },
    gremlins: [
      gremlin('dropped-answer', 'payment', { probability: 0.5 }),
      gremlin('crash', 'order', { operations: [], at: ['between-steps'], probability: 0.1 }),
    ],
    variants: [VARIANTS.retry],
    expectations: { retry: expecting(['charged-at-most-once']) },
  })
  const { result, folder } = await runScenario({
    ...{ scenario, seed: 5, mode: 'virtual', flags: ['--virtual'], outDir: join(cwd, 'reports'), timeoutMs: null },
    signal: new AbortController().signal,
    onProgress: () => undefined,
  })
  expect(result.error).toBeNull()
  recorded = folder
}, 30_000)

let copies = 0
async function replayOf(harm: (folder: string) => void) {
  copies += 1
  const folder = join(cwd, 'copies', String(copies))
  cpSync(recorded, folder, { recursive: true })
  harm(folder)
  const io = fakeIo({ cwd })
  const code = await main(['replay', folder, '--quiet'], io, async () => lab)
  return { code, err: io.err().replaceAll(folder, '<run>') }
}

type Path = readonly (string | number)[]
const GONE = Symbol('gone')

/** Changes what stands at `path` in the result. */
const result =
  (path: Path, value: unknown) =>
  (folder: string): void => {
    const file = join(folder, 'result.json')
    const document = JSON.parse(readFileSync(file, 'utf8'))
    const around = path.slice(0, -1).reduce((here, key) => here[key], document)
    const last = path.at(-1) as string
    if (value === GONE) delete around[last]
    else around[last] = value
    writeFileSync(file, JSON.stringify(document))
  }
const configuration = (path: Path, value: unknown) => result(['configuration', ...path], value)
const journal = (folder: string, name = 'payment') => join(folder, 'retry/journal', `${name}-1.ndjson`)

/** Changes the first strike in payment's journal. */
const strike =
  (changes: object) =>
  (folder: string): void => {
    const text = readFileSync(journal(folder), 'utf8')
    const line = text.split('\n').find((each) => each.includes('"type":"strike"')) as string
    writeFileSync(journal(folder), text.replace(line, JSON.stringify({ ...JSON.parse(line), ...changes })))
  }

async function expectOneLine(harm: (folder: string) => void, message: string): Promise<void> {
  const { code, err } = await replayOf(harm)
  expect(err).toContain(message)
  expect(err.trimEnd().split('\n')).toHaveLength(1)
  expect(code).toBe(64)
}

it('is replayed as it is where nothing was changed', async () => {
  expect(await replayOf(() => undefined)).toEqual({ code: 0, err: '' })
})

describe('its result', () => {
  it.each<[string, Path, unknown, string]>([
    ['lacks a field', ['flags'], GONE, 'flags: is missing'],
    ['lacks its scenario', ['configuration'], GONE, 'configuration: is missing'],
    ['lacks a figure of a variant', ['variants', 0, 'latencyMs'], GONE, 'variants[0].latencyMs: is missing'],
    ['has a text for a number', ['seed'], '5', "seed: must be a number, not the text '5'"],
    ['has a seed that is none', ['seed'], -1, 'seed: must be at least 0'],
    ['has a list for a mapping', ['variants', 0, 'restarts'], [], 'variants[0].restarts: must be a mapping'],
    ['has a variant that the scenario has not', ['variants', 0, 'name'], 'retri', "did you mean 'retry'?"],
    ['is no mapping in its variants', ['variants', 0], 7, 'variants[0]: must be a mapping'],
  ])('%s', async (_, path, value, message) => {
    await expectOneLine(result(path, value), message)
    const { err } = await replayOf(result(path, value))
    expect(err).toContain('<run>/result.json')
    expect(err).toContain('mend it there, or run the scenario again')
  })

  it('has a variant twice', async () => {
    const [variant] = JSON.parse(readFileSync(join(recorded, 'result.json'), 'utf8')).variants
    await expectOneLine(result(['variants'], [variant, variant]), "variants[1].name: 'retry' is there twice")
  })

  it.each(['', '[]', 'null', '{"schemaVersion": 1, '])('is %j', async (text) => {
    await expectOneLine((folder) => writeFileSync(join(folder, 'result.json'), text), '<run>/result.json is ')
  })
})

describe('its scenario', () => {
  const POLICY = ['variants', 0, 'edges', 'order→payment', 0]
  it.each<[Path, unknown, string]>([
    [['traffic', 'orders'], 1e9, 'configuration.traffic.orders: must be at most 1000000'],
    [['traffic', 'orders'], 2.5, 'configuration.traffic.orders: must be a whole number'],
    [['traffic', 'ratePerSecond'], 1e6, 'configuration.traffic.ratePerSecond: must be at most 100000'],
    [['traffic', 'ratePerSecond'], 0, 'configuration.traffic.ratePerSecond: must be more than 0'],
    [['traffic', 'mostUnits'], GONE, 'configuration.traffic.mostUnits: is missing'],
    [['traffic', 'mix', 'stock'], GONE, 'configuration.traffic.mix.stock: is missing'],
    [
      ['traffic', 'shape'],
      { kind: 'ramp', toPerSecond: 1e9 },
      'configuration.traffic.shape.toPerSecond: must be at most',
    ],
    [['traffic', 'shape'], { kind: 'waves' }, 'configuration.traffic.shape.kind: '],
    [['traffic', 'exactly'], [{ purchase: 'p-11', atMs: 0 }], 'exactly[0].purchase: there are only 10 orders'],
    [['buyers', 'patienceMs'], 0, 'configuration.buyers.patienceMs: must be at least 1'],
    [['buyers', 'refreshes'], 1e6, 'configuration.buyers.refreshes: must be at most 100'],
    [['deadlineMs'], 1e12, 'configuration.deadlineMs: must be at most 3600000'],
    [['quietWithinMs'], 'long', 'configuration.quietWithinMs: must be a number'],
    [['capacity'], { bank: { concurrency: 0, serviceTimeMs: 0, queue: 1 } }, 'capacity.bank.concurrency: must be at'],
    [['capacity'], { bank: { concurrency: 1 } }, 'configuration.capacity.bank.serviceTimeMs: is missing'],
    [['products', 0, 'stock'], 1e15, 'configuration.products[0].stock: must be at most 1000000000'],
    [['products', 0, 'weight'], 0, 'configuration.products: at least one must have a weight above 0'],
    [['accounts', 1, 'currency'], 'GBP', 'configuration.accounts[1]: there is no rate for GBP'],
    [['accounts', 1, 'name'], 'alice', "configuration.accounts[1].name: 'alice' is there twice"],
    [['gremlins', 0, 'gremlin'], 'poltergeist', "configuration.gremlins[0]: there is no gremlin 'poltergeist'"],
    [['gremlins', 0, 'on'], 'bakery', 'configuration.gremlins[0].on: unknown value'],
    [['gremlins', 0, 'options'], { wild: true }, 'configuration.gremlins[0].options.wild: unknown key'],
    [['gremlins', 0, 'probability'], 2, 'configuration.gremlins[0].probability: must be at most 1'],
    [['gremlins', 1, 'at'], [], 'configuration.gremlins[1].at: must say where crash@order waits'],
    [[...POLICY, 'policy'], 'prayer', "order→payment[0]: there is no policy 'prayer'"],
    [[...POLICY, 'options', 'maxAttempts'], 1e9, 'order→payment[0].options.maxAttempts: must be at most'],
    [['variants', 0, 'edges', 'payment→fx'], GONE, 'configuration.variants[0].edges.payment→fx: is missing'],
    [['variants', 0, 'workflow', 'workflow'], 'hope', "workflow: there is no workflow 'hope'"],
    [['variants', 0, 'participants', 'keys'], 'required', 'participants with keys: required refuse what comes without'],
    [['variants', 0, 'participants', 'holds'], 'lost', 'configuration.variants[0].participants.holds: unknown value'],
    [['switches'], [{ atMs: 1, policy: 'prayer', edge: null, on: true }], "unknown policy 'prayer'"],
    [['expectations', 'other'], { holds: [], violated: [], allowed: [], bounds: [] }, "unknown variant 'other'"],
    [['expectations', 'retry', 'violated'], ['peace'], 'configuration.expectations.retry.violated[0]: unknown value'],
    [['strikes'], [{ gremlin: 'ghost', purchase: '', operation: 'do', effect: '', attempt: 1 }], "gremlin 'ghost'"],
    [['seed'], 0.5, 'configuration.seed: must be a whole number'],
  ])('at %j: %j', async (path, value, message) => {
    await expectOneLine(configuration(path, value), message)
  })
})

describe('its journals', () => {
  it.each<[string, object, string]>([
    ['an unknown gremlin', { gremlin: 'ghost' }, "the scenario has no gremlin 'ghost'"],
    ['a gremlin of elsewhere', { gremlin: 'crash@order', at: 'between-steps' }, 'crash@order is on order, and this is'],
    ['a purchase beyond the traffic', { purchase: 'p-11' }, "the traffic has no purchase 'p-11'"],
    ['no purchase', { purchase: 'order-1' }, "the traffic has no purchase 'order-1'"],
    ['an unknown operation', { operation: 'sing' }, "there is no operation 'sing'"],
    ['half an attempt', { attempt: 0.5 }, 'the attempt must be a whole number from 1, not 0.5'],
    ['a moment at which nobody waits', { at: 'after-vote' }, "does not wait at 'after-vote'"],
  ])('have a strike with %s', async (_, changes, message) => {
    await expectOneLine(strike(changes), message)
    const { err } = await replayOf(strike(changes))
    expect(err).toMatch(/<run>\/retry\/journal\/payment-1\.ndjson, line \d+, /)
  })

  it.each<[string, (folder: string) => void, string]>([
    ['of a service are empty', (folder) => truncateSync(journal(folder, 'fx')), 'fx-1.ndjson is empty; put'],
    [
      'of the traffic are empty',
      (folder) => truncateSync(journal(folder, 'traffic')),
      'traffic-1.ndjson is empty; put',
    ],
    ['of a service are gone', (folder) => rmSync(journal(folder, 'fx')), 'fx-1.ndjson is missing; put'],
    ['are cut', (folder) => truncateSync(journal(folder, 'fx'), 20), 'fx-1.ndjson is cut in its last line; put'],
    [
      'are gone with their variant',
      (folder) => rmSync(join(folder, 'retry'), { recursive: true }),
      "'retry' are missing",
    ],
    [
      'are a file',
      (folder) => {
        rmSync(join(folder, 'retry/journal'), { recursive: true })
        writeFileSync(join(folder, 'retry/journal'), '')
      },
      'cannot read the run in <run>: ENOTDIR',
    ],
    [
      'are folders',
      (folder) => {
        rmSync(journal(folder, 'bank'))
        mkdirSync(journal(folder, 'bank'))
      },
      'cannot read the run in <run>: EISDIR',
    ],
  ])('%s', async (_, harm, message) => {
    await expectOneLine(harm, message)
  })
})

describe('its ledgers', () => {
  it.each([
    ['purchases', 'DROP TABLE purchases'],
    ['what was told', 'ALTER TABLE told DROP COLUMN attempt'],
  ])('have not %s', async (_, harm) => {
    const change = (folder: string) => {
      const traffic = new DatabaseSync(join(folder, 'retry/ledgers/traffic.db'))
      traffic.exec(harm)
      traffic.close()
    }
    await expectOneLine(change, 'the ledgers in <run>/retry are broken')
  })
})
