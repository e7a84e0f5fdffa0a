import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeEvidenceFolder } from '../../../test/support/evidence-folder.ts'
import { fakeIo } from '../../../test/support/fake-io.ts'
import type { JournalLine } from '../../core/event.ts'
import { csvLine } from '../csv.ts'
import { main } from '../main.ts'
import { countReasons } from '../show-refusals.ts'

const START_MS = 1_800_000_000_000
let cwd: string
let run: string

beforeAll(() => {
  cwd = realpathSync(mkdtempSync(join(tmpdir(), 'faultline-rejections-')))
  run = join(cwd, 'reports/storm/first')
  makeEvidenceFolder(join(run, 'breaker'), { purchases: ['p-1', 'p-2', 'p-3'], journals: JOURNALS })
  makeEvidenceFolder(join(run, 'naive'), { purchases: ['p-1'], journals: { 'order-1.ndjson': [ASKED] } })
  const variants = [{ name: 'breaker' }, { name: 'naive' }]
  writeFileSync(join(run, 'result.json'), JSON.stringify({ variants }))
})
afterAll(() => rmSync(cwd, { recursive: true, force: true }))

const ASKED: Partial<JournalLine> = {
  atMs: START_MS,
  node: 'traffic',
  incarnation: 1,
  type: 'asked',
  purchase: 'p-1',
  effect: 'order',
  attempt: 1,
  key: null,
}

function said(afterMs: number, more: Partial<JournalLine> = {}): Partial<JournalLine> {
  return {
    atMs: START_MS + afterMs,
    node: 'order',
    incarnation: 1,
    type: 'policy',
    policy: 'breaker',
    edge: 'order→payment',
    what: 'refused',
    detail: 'try again in 312 ms',
    amount: 312,
    purchase: 'p-1',
    effect: 'charge',
    ...more,
  } as Partial<JournalLine>
}

const JOURNALS = {
  'traffic-1.ndjson': [ASKED],
  'order-1.ndjson': [
    said(10.25),
    said(11, { what: 'opened' } as Partial<JournalLine>),
    said(30, { purchase: 'p-2', policy: 'bulkhead', detail: 'order: full', amount: undefined } as Partial<JournalLine>),
  ],
  'order-2.ndjson': [
    said(40, {
      incarnation: 2,
      what: 'budget-exhausted',
      policy: 'retry',
      detail: 'timeout',
      amount: undefined,
    } as Partial<JournalLine>),
    '{"atMs":1800000000041,"type":"policy","what":"refused","po',
  ],
  'payment-1.ndjson': [
    said(20, { node: 'payment', edge: 'payment→bank', purchase: 'p-9', detail: '=HYPERLINK("x"), "y"' }),
  ],
}

async function rejections(...argv: string[]) {
  const io = fakeIo({ cwd })
  const code = await main(['rejections', ...argv], io, () => Promise.reject(new Error('no lab is needed')))
  return { code, out: io.out(), err: io.err() }
}

describe('the table', () => {
  it('has every refusal in the order of time, over services and lives, and then the reasons', async () => {
    const { code, out, err } = await rejections('storm/first')
    expect([code, err]).toEqual([0, ''])
    const [header = '', ...rows] = out.split('\n')
    expect(header.split(/ {2,}/)).toEqual([
      'variant',
      'at ms',
      'service',
      'edge',
      'policy',
      'what',
      'purchase',
      'client',
      'effect',
      'reason',
      'retry after ms',
    ])
    expect(rows.slice(0, 4).map((row) => row.split(/ {2,}/).join('|'))).toEqual([
      'breaker|10.3|order|order→payment|breaker|refused|p-1|ada|charge|try again in 312 ms|312',
      'breaker|20.0|payment|payment→bank|breaker|refused|p-9|-|charge|=HYPERLINK("x"), "y"|312',
      'breaker|30.0|order|order→payment|bulkhead|refused|p-2|ada|charge|order: full|-',
      'breaker|40.0|order|order→payment|retry|budget-exhausted|p-1|ada|charge|timeout|-',
    ])
    expect(rows.slice(4)).toEqual([
      '',
      '4 calls refused:',
      '  breaker: try again in … ms 1',
      '  breaker: =HYPERLINK("x"), "y" 1',
      '  bulkhead: full 1',
      '  retry: the budget is exhausted 1',
      '',
    ])
  })

  it('can be of some policies, some variants, and so many rows; all are counted', async () => {
    const { out } = await rejections('storm/first', '--policy', 'breaker', '--limit', '1')
    expect(out.split('\n').filter((line) => line.startsWith('breaker '))).toHaveLength(1)
    expect(out).toContain('2 calls refused, the first 1 shown:')
    const two = await rejections('storm/first', '--policy', 'retry', '--policy', 'bulkhead')
    expect(two.out).toContain('2 calls refused:')
  })

  it('says plainly that nobody was refused', async () => {
    expect((await rejections('storm/first', '--variant', 'naive')).out).toBe(`no call was refused in ${run}\n`)
    const none = await rejections('storm/first', '--policy', 'hedge')
    expect(none.out).toBe(`no call was refused by hedge in ${run}\n`)
  })

  it('keeps its columns beyond the rows that it measured', async () => {
    const many = Array.from({ length: 450 }, (_, at) => said(at, { purchase: `p-${at}` }))
    makeEvidenceFolder(join(cwd, 'reports/many/first/v'), { journals: { 'order-1.ndjson': many } })
    const lines = (await rejections('many/first')).out.split('\n').slice(0, 451)
    expect(new Set(lines.slice(1).map((line) => line.indexOf('order→payment'))).size).toBe(1)
    expect(lines[450]).toContain('p-449')
  })

  it('lets nothing in a journal steer the terminal', async () => {
    const evil = said(1, { policy: 'a\u001b[2J', detail: '\u009b', edge: 'x\u0007' } as Partial<JournalLine>)
    makeEvidenceFolder(join(cwd, 'reports/evil/first/v'), { journals: { 'order-1.ndjson': [evil] } })
    for (const as of [[], ['--csv']])
      expect((await rejections('evil/first', ...as)).out.replaceAll('\r\n', '\n')).not.toMatch(
        /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/,
      )
  })
})

describe('as data', () => {
  it('JSON is one object a line, and the reasons are said beside it', async () => {
    const { out, err } = await rejections('storm/first', '--json')
    const rows = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(rows[0]).toEqual({
      variant: 'breaker',
      atMs: 10.25,
      service: 'order',
      edge: 'order→payment',
      policy: 'breaker',
      what: 'refused',
      purchase: 'p-1',
      client: 'ada',
      effect: 'charge',
      reason: 'try again in 312 ms',
      retryAfterMs: 312,
    })
    expect(rows[2]).toMatchObject({ retryAfterMs: null, policy: 'bulkhead' })
    expect(err).toContain('4 calls refused:')
  })

  it('CSV has a header and quotes what needs it; no cell is a formula', async () => {
    const { out } = await rejections('storm/first', '--csv')
    const lines = out.split('\r\n')
    expect(lines[0]).toBe('variant,atMs,service,edge,policy,what,purchase,client,effect,reason,retryAfterMs')
    expect(lines[2]).toBe(
      'breaker,20,payment,payment→bank,breaker,refused,p-9,,charge,"\'=HYPERLINK(""x""), ""y""",312',
    )
    expect(lines).toHaveLength(6)
    const empty = await rejections('storm/first', '--csv', '--variant', 'naive')
    expect(empty.out.split('\r\n')).toHaveLength(2)
    expect(empty.err).toBe(`no call was refused in ${run}\n`)
  })

  it.each([
    ['=1+1', "'=1+1"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@sum', "'@sum"],
    [' =1', "' =1"],
    [-1.5, '-1.5'],
    [null, ''],
    ['a"b', '"a""b"'],
    ['a,b', '"a,b"'],
    ['a-b', 'a-b'],
  ])('a cell %j is written %s', (cell, text) => {
    expect(csvLine([cell])).toBe(`${text}\r\n`)
  })
})

describe('when it happened', () => {
  it('is after the traffic’s start, or else after the first line', async () => {
    const later = { ...ASKED, atMs: START_MS + 500 }
    const lines = { 'order-1.ndjson': [{ ...ASKED, node: 'order', atMs: START_MS + 90 }, said(100)] }
    makeEvidenceFolder(join(cwd, 'reports/a/first/v'), {
      purchases: ['p-1'],
      journals: { ...lines, 'traffic-1.ndjson': [later] },
    })
    makeEvidenceFolder(join(cwd, 'reports/b/first/v'), { journals: lines })
    expect(JSON.parse((await rejections('a/first', '--json')).out)).toMatchObject({ atMs: -400 })
    expect(JSON.parse((await rejections('b/first', '--json')).out)).toMatchObject({ atMs: 10, client: '' })
  })

  it('needs no ledgers', async () => {
    const journals = join(cwd, 'reports/c/first/v/journal')
    mkdirSync(journals, { recursive: true })
    writeFileSync(join(journals, 'order-1.ndjson'), JSON.stringify(said(7)))
    expect(JSON.parse((await rejections('c/first', '--json')).out)).toMatchObject({ atMs: 0, client: '' })
  })
})

describe('wrong usage', () => {
  it.each([
    [['--limit', '0'], "--limit must be a whole number, 1 or more, not '0'"],
    [['--limit', '3', '--limit', '4'], '--limit is given 2 times'],
    [['--csv', '--json'], '--csv and --json exclude each other'],
    [['--variant', 'brake'], "unknown variant 'brake'"],
    [['nowhere'], "there is no run 'nowhere'"],
  ])('%j is said', async (argv, words) => {
    const { code, err, out } = await rejections(...(argv[0] === 'nowhere' ? [] : ['storm/first']), ...argv)
    expect([code, out]).toEqual([64, ''])
    expect(err).toContain(words)
  })
})

it('reasons beyond what anybody can read are counted together', () => {
  const reasons = countReasons()
  const letters = 'abcdefghijklmnopqrstuvwxyz'
  for (const a of letters) for (const b of letters) reasons.add({ policy: 'x', what: 'refused', reason: a + b })
  expect(reasons.total()).toBe(676)
  expect(reasons.lines()).toHaveLength(101)
  expect(reasons.lines()[0]).toBe('x: other reasons 576')
})
