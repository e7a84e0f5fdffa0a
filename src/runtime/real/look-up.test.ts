import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { makeEvidenceFolder } from '../../../test/support/evidence-folder.ts'
import { temporaryFolder } from '../../../test/support/temporary-folder.ts'
import type { JournalLine } from '../../core/event.ts'
import { openEvidence } from './evidence.ts'
import { readExcerpts } from './journal-excerpts.ts'
import { lookUpOtherStrikes, lookUpPurchases, lookUpWanted } from './look-up.ts'

const folder = temporaryFolder('look-up')
const about = (purchase: string, atMs: number, more: object = {}) =>
  ({ atMs, node: 'bank', incarnation: 1, type: 'received', purchase, effect: 'charge', ...more }) as JournalLine
const strike = (purchase: string, atMs: number, takes: readonly string[] = []) =>
  about(purchase, atMs, {
    type: 'strike',
    gremlin: 'crash@bank',
    kind: 'crash-after-commit',
    fatal: true,
    attempt: 1,
    takes: takes.map((taken) => ({ purchase: taken, effect: 'charge' })),
  })
const started = (incarnation: number, atMs: number) => ({ atMs, node: 'bank', incarnation, type: 'started' }) as const
const window = (atMs: number) => ({ ...strike('', atMs), kind: 'outage', effect: '', fatal: false }) as JournalLine
const told = (purchase: string, atMs: number) => about(purchase, atMs, { node: 'traffic', type: 'told' })

makeEvidenceFolder(folder, {
  purchases: ['p-1', 'p-2', 'p-3'],
  told: [{ purchase: 'p-2' }, { purchase: 'p-3' }],
  ledgers: { bank: [{ purchase: 'p-1' }, { purchase: 'p-2' }, { purchase: 'p-2' }, { purchase: 'a-stranger' }] },
  journals: {
    'bank-1.ndjson': [
      started(1, 0),
      about('p-1', 5),
      about('p-2', 6, { reason: 'a text with "purchase":"p-1" in it' }),
      strike('p-3', 7, ['p-2', 'p-2']),
      '{"atMs":8,"type":"received","purchase":"p-2"',
    ],
    'bank-2.ndjson': [started(2, 20), window(20), about('p-2', 21, { incarnation: 2 })],
    'traffic-1.ndjson': [told('p-2', 30), told('p-1', 4)],
  },
})
// It makes the file of the strikes, as the audit does.
const evidence = await openEvidence(folder)
const all = new Map([...evidence.purchases()].map((record) => [record.id, record]))
evidence.close()

describe('purchases by id', () => {
  it('are those of the evidence, strikes included', () => {
    const found = lookUpPurchases(folder, ['p-2', 'p-3'])
    expect([...found.keys()]).toEqual(['p-2', 'p-3'])
    for (const id of found.keys()) expect(found.get(id)).toEqual(all.get(id))
    expect(found.get('p-2')?.strikes).toHaveLength(1)
    expect(found.get('p-2')?.rows.bank).toHaveLength(2)
  })

  it('include who is known to a ledger only, and nobody else', () => {
    const found = lookUpPurchases(folder, ['a-stranger', 'p-99', "p-1' OR 1"])
    expect([...found.keys()]).toEqual(['a-stranger'])
  })

  it('are found by their place, too', () => {
    const wanted = lookUpWanted(folder, [2, 0, 7])
    expect([...wanted].map(([place, { purchase }]) => [place, purchase]).sort()).toEqual([
      [0, 'p-1'],
      [2, 'p-3'],
    ])
  })
})

describe('strikes about others', () => {
  const others = (purchase: string, untilMs: number) =>
    lookUpOtherStrikes(folder, purchase, untilMs).map(({ kind, atMs }) => `${kind} ${atMs}`)

  it('are crashes and windows until then, by time', () => {
    expect(others('p-1', 30)).toEqual(['crash-after-commit 7', 'outage 20'])
    expect(others('p-1', 19)).toEqual(['crash-after-commit 7'])
  })

  it('are none that struck the purchase, or took it along', () => {
    expect(others('p-2', 30)).toEqual(['outage 20'])
    expect(others('p-3', 30)).toEqual(['outage 20'])
  })
})

describe('lines about purchases', () => {
  const excerpts = (...ids: string[]) => readExcerpts(join(folder, 'journal'), new Set(ids))
  const times = (lines: readonly JournalLine[] | undefined) => lines?.map(({ type, atMs }) => `${type} ${atMs}`)

  it('are all of theirs, from every file, in the order of time', async () => {
    const found = await excerpts('p-1', 'p-99')
    expect([...found.keys()]).toEqual(['p-1'])
    expect(times(found.get('p-1'))).toEqual(['told 4', 'received 5'])
  })

  it('are also strikes that took a call along, once, and the start of the life after', async () => {
    const found = await excerpts('p-2')
    expect(times(found.get('p-2'))).toEqual(['received 6', 'strike 7', 'started 20', 'received 21', 'told 30'])
  })

  it('may belong to several', async () => {
    const found = await excerpts('p-2', 'p-3')
    expect(times(found.get('p-3'))).toEqual(['strike 7', 'started 20'])
    expect(found.get('p-2')).toHaveLength(5)
  })

  it('are bounded, in each file by itself', async () => {
    const long = temporaryFolder('long-journals')
    makeEvidenceFolder(long, {
      journals: {
        'bank-1.ndjson': Array.from({ length: 5_000 }, (_, n) => about('p-1', n)),
        'traffic-1.ndjson': [told('p-1', 9_000)],
      },
    })
    const lines = (await readExcerpts(join(long, 'journal'), new Set(['p-1']))).get('p-1')
    expect(lines).toHaveLength(501)
    expect(lines?.at(-1)?.type).toBe('told')
  })
})
