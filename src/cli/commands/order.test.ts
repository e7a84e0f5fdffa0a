import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fakeIo } from '../../../test/support/fake-io.ts'
import type { Event, JournalLine } from '../../core/event.ts'
import { main } from '../main.ts'
import { tell } from '../timeline.ts'

const START_MS = 1_800_000_000_000
let cwd: string
let run: string

beforeEach(() => {
  cwd = realpathSync(mkdtempSync(join(tmpdir(), 'faultline-order-')))
  run = join(cwd, 'reports/calm/first')
  writeRun(run, ['naive', 'retry+key'])
})
afterEach(() => rmSync(cwd, { recursive: true, force: true }))

function line(afterMs: number, node: string, event: Event, incarnation = 1): JournalLine {
  return { atMs: START_MS + afterMs, node, incarnation, ...event }
}

const about = (purchase: string, effect: string) => ({ purchase, effect })

/** A crash over p-2 that takes p-1's call along, and p-1's second try after the restart. */
const JOURNALS: Readonly<Record<string, readonly JournalLine[]>> = {
  'traffic-1': [
    line(0, 'traffic', { type: 'asked', ...about('p-1', 'order'), attempt: 1, key: null }),
    line(1, 'traffic', { type: 'asked', ...about('p-2', 'order'), attempt: 1, key: null }),
    line(500, 'traffic', { type: 'told', ...about('p-1', 'order'), attempt: 1, status: 'confirmed', reason: null }),
    line(501, 'traffic', { type: 'asked', ...about('p-11', 'order'), attempt: 1, key: null }),
  ],
  'order-1': [
    line(2, 'order', { type: 'order', ...about('p-1', 'order'), order: 'o-7', state: 'accepted', reason: null }),
    line(3, 'order', {
      type: 'sent',
      ...about('p-1', 'deduct'),
      to: 'inventory',
      operation: 'do',
      attempt: 1,
      key: null,
    }),
  ],
  'inventory-1': [
    line(4, 'inventory', { type: 'received', ...about('p-1', 'deduct'), operation: 'do', attempt: 1, key: null }),
    line(5, 'inventory', {
      type: 'strike',
      ...about('p-2', 'deduct'),
      gremlin: 'crash-after-commit@inventory',
      kind: 'crash-after-commit',
      operation: 'do',
      attempt: 1,
      fatal: true,
      takes: [about('p-1', 'deduct')],
    }),
  ],
  'inventory-2': [
    line(400, 'inventory', { type: 'received', ...about('p-1', 'deduct'), operation: 'do', attempt: 2, key: 'k' }, 2),
  ],
}

function writeRun(folder: string, variants: readonly string[]): void {
  for (const variant of variants) {
    const journals = join(folder, variant, 'journal')
    mkdirSync(journals, { recursive: true })
    for (const [name, lines] of Object.entries(JOURNALS)) {
      // The last line of a killed process may be torn.
      const text = `${lines.map((each) => JSON.stringify(each)).join('\n')}\n{"atMs":1,"purchase":"p-1","ty`
      writeFileSync(join(journals, `${name}.ndjson`), text)
    }
  }
  writeFileSync(join(folder, 'result.json'), JSON.stringify({ variants: variants.map((name) => ({ name })) }))
}

async function order(...argv: string[]) {
  const io = fakeIo({ cwd })
  const code = await main(['order', ...argv], io, () => Promise.reject(new Error('no lab is needed')))
  return { code, out: io.out(), err: io.err() }
}

describe('a purchase’s story', () => {
  it('is a timeline for each variant, in the order of time, in plain words', async () => {
    const { code, out } = await order('p-1', 'calm/first')
    expect(code).toBe(0)
    const [naive = '', other = ''] = out.split('\n\n')
    expect(naive.split('\n')).toEqual([
      'naive: p-1',
      '      +0.0 ms  traffic      the buyer asks for it',
      '      +2.0 ms  order        order o-7 is accepted',
      "      +3.0 ms  order        asks inventory to do 'deduct'",
      "      +4.0 ms  inventory#1  is asked to do 'deduct'",
      "      +5.0 ms  inventory#1  crash-after-commit@inventory KILLS the service over p-2's do 'deduct', and takes 'deduct' of p-1 along",
      "    +400.0 ms  inventory#2  is asked to do 'deduct' (try 2) [key k]",
      "    +500.0 ms  traffic      the buyer is told 'confirmed'",
    ])
    expect(other).toMatch(/^retry\+key: p-1\n/)
  })

  it('can be asked for by an order’s id', async () => {
    expect(await order('o-7', 'calm/first')).toEqual(await order('p-1', 'calm/first'))
  })

  it('can be of some variants only, and as JSON lines', async () => {
    const { out } = await order('p-1', run, '--variant', 'retry+key', '--json')
    const lines = out
      .trimEnd()
      .split('\n')
      .map((each) => JSON.parse(each) as { variant: string; type: string })
    expect(lines).toHaveLength(7)
    expect(new Set(lines.map(({ variant }) => variant))).toEqual(new Set(['retry+key']))
    expect(lines[0]).toEqual({ variant: 'retry+key', ...JOURNALS['traffic-1']?.[0] })
  })

  it('lets nothing in a journal steer the terminal', async () => {
    const evil = line(1, 'a\u001b[2J', {
      type: 'order',
      ...about('p-9', 'order'),
      order: 'o\u009b',
      state: '\u0007',
      reason: null,
    })
    writeFileSync(join(run, 'naive/journal/evil-1.ndjson'), `${JSON.stringify(evil)}\n`)
    expect((await order('p-9', run)).out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/)
  })
})

describe('why it broke what it broke', () => {
  const group = (purchases: readonly string[]) => ({
    invariant: 'charged-at-most-once',
    shape: '# was charged # times; no strike on its path',
    count: purchases.length,
    purchases,
    story: {
      purchase: purchases[0],
      title: `${purchases[0]} was charged twice`,
      proof: [{ role: 'therefore', sentence: 'It paid twice.', cites: [] }],
      diagram: null,
    },
    prevention: null,
  })
  const tell = (purchases: readonly string[]) => {
    const variants = [{ variant: 'naive', groups: [group(purchases)], untold: 0 }]
    const stories = { schemaVersion: 1, scenario: 'calm', seed: 1, mode: 'real', variants }
    writeFileSync(join(run, 'stories.json'), JSON.stringify(stories))
  }

  it('follows the timeline of the variant, and no other', async () => {
    tell(['p-1'])
    const [, naive = '', other = ''] = (await order('o-7', run)).out.split(/^(?=p-1 was|retry)/m)
    expect(naive).toContain('p-1 was charged twice (charged-at-most-once')
    expect(naive).toContain('  therefore  It paid twice.')
    expect(other).toMatch(/^retry\+key: p-1\n/)
    expect(other).not.toContain('charged')
  })

  it('is told of another purchase of the group, and said to be', async () => {
    tell(['p-2', 'p-1'])
    expect((await order('p-1', run)).out).toContain('Told of p-2')
  })

  it('is left out of JSON lines', async () => {
    tell(['p-1'])
    expect((await order('p-1', run, '--json')).out).not.toContain('charged')
  })

  it('cannot be told from a file that is none of ours', async () => {
    for (const text of ['{', '{"schemaVersion":2}', '[]']) {
      writeFileSync(join(run, 'stories.json'), text)
      const { code, err } = await order('p-1', run)
      expect(code, text).toBe(64)
      expect(err, text).toContain('stories.json')
    }
  })
})

describe('what cannot be found', () => {
  it('is a purchase: says which there are', async () => {
    const { code, err } = await order('p-3', run)
    expect(code).toBe(64)
    expect(err).toContain(`no journal in ${run} knows 'p-3'; did you mean 'p-`)
    expect(err).toContain('its purchases go from p-1 to p-11')
  })

  it('is a purchase without its letter', async () => {
    expect((await order('11', run)).err).toContain("did you mean 'p-11'?")
  })

  it('is a variant: says the nearest', async () => {
    const { code, err } = await order('p-1', run, '--variant', 'retry+kex')
    expect(code).toBe(64)
    expect(err).toContain("unknown variant 'retry+kex'; did you mean 'retry+key'?")
  })

  it('is a run: says the newest', async () => {
    const { code, err } = await order('p-1', 'calm/zzz')
    expect(code).toBe(64)
    expect(err).toContain("there is no run 'calm/zzz'; the newest below")
    expect(err).toContain("'calm/first'")
  })
})

describe('the run', () => {
  it('is the latest when nothing is said: by the link, or else the newest', async () => {
    const second = join(cwd, 'reports/other/second')
    writeRun(second, ['timeout'])
    utimesSync(second, 2_000_000_000, 2_000_000_000)
    expect((await order('p-1')).out).toMatch(/^timeout: p-1/)
    symlinkSync(run, join(cwd, 'reports/latest'))
    expect((await order('p-1')).out).toMatch(/^naive: p-1/)
    expect((await order('p-1', 'latest')).out).toMatch(/^naive: p-1/)
  })

  it('may be below another folder', async () => {
    expect((await order('p-1', 'first', '--out', 'reports/calm')).code).toBe(0)
  })

  it('may have been killed before it had a result', async () => {
    rmSync(join(run, 'result.json'))
    expect((await order('p-1', run)).out).toMatch(/^naive: p-1/)
  })
})

describe('every kind of event is told', () => {
  const common = about('p-1', 'charge')
  it.each<[Event, string]>([
    [{ type: 'asked', ...common, attempt: 2, key: 'k' }, 'the buyer asks for it (try 2) [key k]'],
    [
      { type: 'told', ...common, attempt: 1, status: 'refused', reason: 'insufficient_stock' },
      "the buyer is told 'refused' (insufficient_stock)",
    ],
    [{ type: 'left', ...common, attempt: 1 }, 'the buyer has waited long enough and leaves'],
    [
      { type: 'order', ...common, order: 'o-1', state: 'cancelled', reason: 'timeout' },
      'order o-1 is cancelled (timeout)',
    ],
    [{ type: 'received', ...common, operation: 'do', attempt: 1, key: null }, "is asked to do 'charge'"],
    [{ type: 'committed', ...common, operation: 'do' }, "has committed: do 'charge'"],
    [{ type: 'answered', ...common, operation: 'do', status: 200, reason: null }, "answers 200 to: do 'charge'"],
    [
      { type: 'answered', ...common, operation: 'do', status: 0, reason: 'gremlin' },
      "ends the connection without an answer to: do 'charge' (gremlin)",
    ],
    [
      {
        type: 'heard',
        ...common,
        from: 'payment',
        operation: 'do',
        attempt: 1,
        status: 200,
        reason: null,
        definite: true,
        afterMs: 3,
      },
      "hears 200 from payment about do 'charge', after 3.0 ms",
    ],
    [
      {
        type: 'heard',
        ...common,
        from: 'payment',
        operation: 'do',
        attempt: 2,
        status: 0,
        reason: 'reset',
        definite: false,
        afterMs: 3,
      },
      "hears 'reset' from payment about do 'charge', after 3.0 ms (try 2): perhaps it happened",
    ],
    [
      {
        type: 'heard',
        ...common,
        from: 'payment',
        operation: 'do',
        attempt: 1,
        status: 0,
        reason: 'connection-refused',
        definite: true,
        afterMs: 3,
      },
      "hears 'connection-refused' from payment about do 'charge', after 3.0 ms: it certainly did not happen",
    ],
    [
      { type: 'toss', ...common, gremlin: 'g', operation: 'do', attempt: 1, struck: false },
      "g tosses its coin over do 'charge': nothing",
    ],
    [
      {
        type: 'strike',
        ...common,
        gremlin: 'g',
        kind: 'k',
        operation: 'do',
        attempt: 1,
        fatal: true,
        takes: [about('p-2', 'x')],
      },
      "g KILLS the service at do 'charge', with 1 other call in flight",
    ],
    [
      { type: 'policy', ...common, policy: 'retry', edge: 'order→payment', what: 'retry', detail: 'reset' },
      'retry on order→payment: retry (reset)',
    ],
    [
      { type: 'background', name: 'notify o-1', state: 'failed', detail: 'reset' },
      "background work 'notify o-1' failed (reset)",
    ],
    [{ type: 'started' }, 'started'],
  ])('%j', (event, words) => {
    expect(tell(line(0, 'order', event), 'p-1')).toBe(words)
  })

  it('also one of a later version', () => {
    expect(
      tell({ ...line(0, 'order', { type: 'started' }), type: 'rolled-back' } as unknown as JournalLine, 'p-1'),
    ).toBe('rolled-back')
  })
})
