import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type EvidenceFolder, makeEvidenceFolder } from '../../../test/support/evidence-folder.ts'
import { temporaryFolder } from '../../../test/support/temporary-folder.ts'
import type { JournalLine, WorkflowStep } from '../../core/event.ts'
import { SERVICES, type ServiceName } from '../../core/topology.ts'
import { balanceLine, entryLine } from '../life/ledger-lines.ts'
import { type Evidence, openEvidence } from './evidence.ts'
import { type Digests, expectPublished } from './ledger-agreement.ts'

const root = temporaryFolder('evidence')
let folders = 0

async function open(contents: EvidenceFolder): Promise<Evidence> {
  folders += 1
  const folder = join(root, String(folders))
  makeEvidenceFolder(folder, contents)
  const evidence = await openEvidence(folder)
  onTestFinished(() => evidence.close())
  return evidence
}

function strike(purchase: string, about: Partial<JournalLine> = {}): Partial<JournalLine> {
  return {
    atMs: 5,
    node: 'inventory',
    incarnation: 1,
    type: 'strike',
    gremlin: 'crash',
    kind: 'crash-after-commit',
    operation: 'do',
    effect: 'deduct',
    attempt: 1,
    fatal: true,
    takes: [],
    purchase,
    ...about,
  } as Partial<JournalLine>
}

function toss(struck: boolean, gremlin = 'crash'): Partial<JournalLine> {
  return { type: 'toss', gremlin, purchase: 'p-1', effect: 'deduct', operation: 'do', attempt: 1, struck }
}

describe('the purchases of a run', () => {
  it('come once each, with what was wanted, told and booked, in the order of their ids', async () => {
    const evidence = await open({
      purchases: ['p-10', 'p-2', 'p-1'],
      told: [
        { purchase: 'p-2', attempt: 2, status: 'confirmed', orderId: 'o-1' },
        { purchase: 'p-2', attempt: 1, status: 'left', reason: 'patience' },
      ],
      ledgers: {
        inventory: [{ purchase: 'p-2', amount: -1 }, { purchase: 'p-1' }, { purchase: 'p-2', amount: -2 }],
        bank: [{ purchase: 'p-2', account: 'ada' }],
      },
    })
    const all = [...evidence.purchases()]
    expect(all.map(({ id }) => id)).toEqual(['p-1', 'p-10', 'p-2'])
    const [first, , last] = all
    expect(first).toMatchObject({ asked: 0, told: [], wanted: { purchase: 'p-1', index: 2, amountCents: 50_000 } })
    expect(last?.told.map(({ attempt, status, orderId }) => [attempt, status, orderId])).toEqual([
      [1, 'left', null],
      [2, 'confirmed', 'o-1'],
    ])
    expect(last?.asked).toBe(2)
    expect(last?.rows.inventory.map(({ seq, amount }) => [seq, amount])).toEqual([
      [1, -1],
      [3, -2],
    ])
    expect(last?.rows.bank).toHaveLength(1)
    expect(Object.keys(last?.rows ?? {})).toEqual([...SERVICES])
  })

  it('include those that only a ledger or only an answer names', async () => {
    const evidence = await open({
      purchases: ['p-5'],
      told: [{ purchase: 'p-9' }],
      ledgers: { logging: [{ purchase: 'a-stranger' }], bank: [{ purchase: 'z-stranger' }] },
    })
    const all = [...evidence.purchases()]
    expect(all.map(({ id, wanted }) => [id, wanted !== undefined])).toEqual([
      ['a-stranger', false],
      ['p-5', true],
      ['p-9', false],
      ['z-stranger', false],
    ])
  })

  it('can be gone through twice', async () => {
    const evidence = await open({ purchases: ['p-1', 'p-2'] })
    expect([...evidence.purchases()]).toEqual([...evidence.purchases()])
  })

  it('are none where nothing happened', async () => {
    const evidence = await open({})
    expect([...evidence.purchases()]).toEqual([])
    expect([...evidence.strikes()]).toEqual([])
  })
})

describe('strikes', () => {
  it('belong to the purchase they struck and to those whose calls they took along', async () => {
    const takes = [
      { purchase: 'p-2', effect: 'charge' },
      { purchase: 'p-2', effect: 'deduct' },
      { purchase: 'p-3', effect: 'deduct' },
    ]
    const evidence = await open({
      purchases: ['p-1', 'p-2', 'p-3', 'p-4'],
      journals: {
        'inventory-1.ndjson': [toss(true), strike('p-1', { takes })],
        'payment-2.ndjson': [strike('p-2', { node: 'payment', incarnation: 2, atMs: 3 })],
      },
    })
    const struck = [...evidence.purchases()].map(({ id, strikes }) => [id, strikes.map(({ node }) => node)])
    expect(struck).toEqual([
      ['p-1', ['inventory']],
      // In the order in which they happened.
      ['p-2', ['payment', 'inventory']],
      ['p-3', ['inventory']],
      ['p-4', []],
    ])
    expect([...evidence.strikes()].map(({ atMs }) => atMs)).toEqual([3, 5])
    expect([...evidence.strikes()][1]).toMatchObject({ gremlin: 'crash', purchase: 'p-1', takes, fatal: true })
  })

  it('of windows and strangers belong to nobody, and hide nobody', async () => {
    const evidence = await open({
      purchases: ['p-1', 'p-2'],
      journals: {
        'inventory-1.ndjson': [strike(''), strike('a-stranger'), strike('p-15'), strike('p-2'), strike('zzz')],
      },
    })
    const struck = [...evidence.purchases()].map(({ id, strikes }) => [id, strikes.length])
    expect(struck).toEqual([
      ['p-1', 0],
      ['p-2', 1],
    ])
    expect([...evidence.strikes()]).toHaveLength(5)
  })

  it('are counted with the tosses by gremlin, over all journals', async () => {
    const evidence = await open({
      journals: {
        'inventory-1.ndjson': [toss(false), toss(true), strike('p-1'), toss(false, 'slow')],
        'inventory-2.ndjson': [toss(true)],
      },
    })
    expect(Object.fromEntries(evidence.coins)).toEqual({
      crash: { tossed: 3, strikes: 2 },
      slow: { tossed: 1, strikes: 0 },
    })
  })

  it('survive half a line at the end of a journal, and lines of other kinds', async () => {
    const evidence = await open({
      journals: {
        'inventory-1.ndjson': [{ type: 'started' }, toss(true), strike('p-1'), '{"type":"strike","gremlin":"cra'],
        'inventory-2.ndjson': [],
        'notes.txt': ['"type":"strike"'],
      },
    })
    expect([...evidence.strikes()]).toHaveLength(1)
  })
})

describe('what the journals add up to', () => {
  const about = { purchase: 'p-1', effect: 'deduct', operation: 'do', attempt: 1 } as const
  const sent = { type: 'sent', to: 'inventory', key: null, ...about } as const
  const heard = (status: number) =>
    ({ type: 'heard', ...about, from: 'inventory', status, reason: null, definite: true, afterMs: 2 }) as const
  const step = (what: WorkflowStep) =>
    ({ type: 'workflow', purchase: 'p-1', effect: 'order', what, detail: 'o-1' }) as const

  it('is nothing where nothing was journalled', async () => {
    const { counts } = await open({})
    expect(counts).toEqual({ messages: 0, compensations: 0, recoveries: 0, heuristics: 0 })
  })

  it('messages are what was sent and what came back, over all services', async () => {
    const { counts } = await open({
      journals: {
        'order-1.ndjson': [{ type: 'started' }, sent, heard(200), sent, heard(0), sent, heard(503)],
        'payment-2.ndjson': [sent, '{"atMs":1,"node":"payment","type":"heard","pur'],
      },
    })
    expect(counts.messages).toBe(6)
  })

  it('what buyers sent is none of it, nor is a text that looks like an event', async () => {
    const { counts } = await open({
      journals: {
        'traffic-1.ndjson': [sent, step('compensated')],
        'order-1.ndjson': [
          { type: 'answered', ...about, status: 409, reason: '"type":"sent"' },
          {
            type: 'order',
            order: 'o-1',
            state: 'refused',
            reason: '"type":"workflow"',
            purchase: 'p-1',
            effect: 'order',
          },
          { ...heard(0), reason: '"status":200,' },
        ],
      },
    })
    expect(counts).toEqual({ messages: 0, compensations: 0, recoveries: 0, heuristics: 0 })
  })

  it('of the steps of workflows: compensations, recoveries and heuristics', async () => {
    const { counts } = await open({
      journals: {
        'order-1.ndjson': [
          step('decided'),
          step('compensated'),
          step('compensated'),
          step('raised'),
          step('delivered'),
        ],
        'order-2.ndjson': [step('recovered'), step('recovered'), step('recovered'), step('answered')],
        'inventory-1.ndjson': [step('heuristic'), '{"type":"workflow","what":"recov'],
      },
    })
    expect(counts).toMatchObject({ compensations: 2, recoveries: 3, heuristics: 1 })
  })
})

describe('a ledger', () => {
  const contents: EvidenceFolder = {
    ledgers: { inventory: [{ amount: -1 }, { amount: -2, kind: 'tombstone' }] },
    balances: {
      inventory: [
        ['zebra', 5],
        ['console', 7],
      ],
    },
  }

  function publish(evidence: Evidence): Record<ServiceName, string> {
    const digests = SERVICES.map((service) => {
      const lines = [
        ...[...evidence.ledgerEntries(service)].map(entryLine),
        ...evidence.balances(service).map(balanceLine),
      ]
      return [service, createHash('sha256').update(lines.join('')).digest('hex')]
    })
    return Object.fromEntries(digests) as Record<ServiceName, string>
  }

  it('is read in its order, with its balances by account', async () => {
    const evidence = await open(contents)
    expect([...evidence.ledgerEntries('inventory')].map(({ seq, amount, kind }) => [seq, amount, kind])).toEqual([
      [1, -1, 'effect'],
      [2, -2, 'tombstone'],
    ])
    expect(evidence.balances('inventory')).toEqual([
      { account: 'console', unit: 'piece', opening: 7, balance: 7, held: 0 },
      { account: 'zebra', unit: 'piece', opening: 5, balance: 5, held: 0 },
    ])
  })

  it('must be what the service published', async () => {
    const evidence = await open(contents)
    const published = publish(evidence)
    const compare = (digests: Digests) => {
      const agreement = expectPublished('inventory', digests)
      for (const entry of evidence.ledgerEntries('inventory')) agreement.entry(entry)
      agreement.end(evidence.balances('inventory'))
    }
    compare(published)
    expect(() => compare({ ...published, inventory: published.bank })).toThrow(
      'the ledger that inventory published over HTTP is not the one in its file',
    )
  })
})

it('evidence that is missing is a failure, not an empty run', async () => {
  await expect(openEvidence(join(root, 'nothing'))).rejects.toThrow()
})
