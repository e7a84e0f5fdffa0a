import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { makeEvidenceFolder } from '../../../test/support/evidence-folder.ts'
import { temporaryFolder } from '../../../test/support/temporary-folder.ts'
import type { CallWatch } from '../../core/dependency.ts'
import type { JournalLine } from '../../core/event.ts'
import { openEvidence } from './evidence.ts'
import { scanLines } from './journal-lines.ts'

const root = temporaryFolder('calls')
let folders = 0

/** What a reader is told, one after the other. */
async function told(journals: Readonly<Record<string, readonly (Partial<JournalLine> | string)[]>>) {
  folders += 1
  const folder = join(root, String(folders))
  makeEvidenceFolder(folder, { journals })
  const all: unknown[][] = []
  const watch: CallWatch = {
    begin: (...given) => all.push(['begin', ...given]),
    sent: (...given) => all.push(['sent', ...given]),
    heard: (...given) => all.push(['heard', ...given]),
    policy: ({ policy, edge, what, detail }) => all.push(['policy', policy, edge, what, detail]),
    end: (...given) => all.push(['end', ...given]),
  }
  const evidence = await openEvidence(folder, watch)
  evidence.close()
  return { all, counts: evidence.counts }
}

const stamp = (atMs: number, node = 'order') => ({ atMs, node, incarnation: 1 })
const about = { purchase: 'p-1', effect: 'charge', operation: 'do', attempt: 1 } as const
const heard = { type: 'heard', ...about, from: 'payment', definite: true } as const

describe('calls in the journals', () => {
  it('are told in their order, life after life, with the path that their node and the other make', async () => {
    const sent = { type: 'sent', ...about, to: 'payment', key: null } as const
    const { all } = await told({
      'order-10.ndjson': [{ ...stamp(1_000.5), ...sent }],
      'order-2.ndjson': [
        { ...stamp(10.125), ...sent },
        { ...stamp(12), ...heard, status: 200, reason: null, afterMs: 1.875 },
        { ...stamp(13), ...heard, status: 0, reason: 'reset', afterMs: 2e-7 },
        { ...stamp(14), type: 'stopped' },
      ],
      'payment-1.ndjson': [{ ...stamp(9, 'payment'), ...sent, to: 'bank' }],
    })
    expect(all).toEqual([
      ['begin', 'order'],
      ['sent', 'order→payment', 10.125],
      ['heard', 'order→payment', 12, { status: 200, reason: null, afterMs: 1.875 }],
      ['heard', 'order→payment', 13, { status: 0, reason: 'reset', afterMs: 2e-7 }],
      ['end', 'order', 14],
      ['begin', 'order'],
      ['sent', 'order→payment', 1_000.5],
      ['end', 'order', 1_000.5],
      ['begin', 'payment'],
      ['sent', 'payment→bank', 9],
      ['end', 'payment', 9],
    ])
  })

  it('come with policies, whose paths are no ASCII', async () => {
    const line = { type: 'policy', policy: 'breaker', edge: 'order→payment', what: 'opened', detail: 'too → many “x”' }
    const { all } = await told({
      'order-1.ndjson': [{ ...stamp(1), ...line, purchase: 'p-1', effect: 'x' } as JournalLine],
    })
    expect(all[1]).toEqual(['policy', 'breaker', 'order→payment', 'opened', 'too → many “x”'])
  })

  it('at the door are what the order service receives and answers; a participant in doubt passes unseen', async () => {
    const received = { type: 'received', ...about, key: null } as const
    const { all, counts } = await told({
      'order-1.ndjson': [
        { ...stamp(1), ...received, operation: 'place' },
        { ...stamp(2), ...received, operation: 'inquire' },
        { ...stamp(3), type: 'answered', ...about, operation: 'place', status: 429, reason: 'too-many' },
        { ...stamp(4), type: 'answered', ...about, operation: 'inquire', status: 200, reason: null },
      ],
      'payment-1.ndjson': [{ ...stamp(5, 'payment'), ...received }],
    })
    expect(all.filter(([what]) => what === 'sent' || what === 'heard')).toEqual([
      ['sent', 'door', 1],
      ['heard', 'door', 3, { status: 429, reason: 'too-many', afterMs: null }],
    ])
    expect(counts.messages).toBe(0)
  })

  it('are not made up from what a text only looks like', async () => {
    const { all } = await told({
      'order-1.ndjson': [
        { ...stamp(1), ...heard, status: 503, reason: 'server-error: "status":200,"from":"bank"', afterMs: 3 },
        {
          ...stamp(2),
          type: 'order',
          purchase: 'p',
          effect: 'order',
          order: 'o',
          state: '"type":"sent"',
          reason: null,
        },
      ],
    })
    expect(all.slice(1, -1)).toEqual([
      ['heard', 'order→payment', 1, { status: 503, reason: 'server-error: \\', afterMs: 3 }],
    ])
  })

  it('of a killed process may be torn anywhere', async () => {
    const whole = JSON.stringify({ ...stamp(7), ...heard, status: 200, reason: null, afterMs: 2 })
    const torn = Array.from({ length: whole.length }, (_, length) => [
      `order-${length + 1}.ndjson`,
      [{ ...stamp(5), type: 'started' as const }, whole.slice(0, length)],
    ])
    const { all } = await told(Object.fromEntries(torn))
    expect(all.filter(([what]) => what === 'begin')).toHaveLength(whole.length)
    const answers = all.filter(([what]) => what === 'heard')
    expect(answers.length).toBeLessThan(whole.length / 2)
    for (const [, edge, atMs] of answers) expect([edge?.toString().startsWith('order→'), atMs]).toEqual([true, 7])
  })
})

describe('lines of a file', () => {
  it('are whole, however they lie in the blocks', async () => {
    const folder = join(root, 'lines')
    mkdirSync(folder, { recursive: true })
    const file = join(folder, 'order-1.ndjson')
    const lines = Array.from({ length: 400 }, (_, at) => `${at} → ${'é'.repeat((at * 7_919) % 3_000)}`)
    lines.splice(100, 0, 'x'.repeat(300_000))
    writeFileSync(file, lines.join('\n'))
    const found: string[] = []
    await scanLines(file, (block, from, to) => void found.push(block.decode(from, to)))
    expect(found).toEqual(lines)
  })
})
