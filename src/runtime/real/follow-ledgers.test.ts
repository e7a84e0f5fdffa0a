import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it, onTestFinished } from 'vitest'
import { makeEvidenceFolder } from '../../../test/support/evidence-folder.ts'
import { openBank, rowOf, TABLES } from '../../../test/support/growing-ledger.ts'
import { temporaryFolder } from '../../../test/support/temporary-folder.ts'
import type { Purchase } from '../../core/purchase.ts'
import { followLedgers } from './follow-ledgers.ts'
import { openTrafficRecord } from './traffic-record.ts'

const root = temporaryFolder('follow-ledgers')
/** Seven ledgers, and two in the traffic's record. */
const ALL = 9

const PURCHASE: Purchase = {
  ...{ purchase: 'p-1', kind: 'order', index: 0, intendedMs: 0, product: 'console', quantity: 1 },
  ...{ amountCents: 50_000, account: 'ada', currency: 'USD' },
}

function follow(folder = mkdtempSync(join(root, 'run-'))) {
  const seen: string[] = []
  const follower = followLedgers(folder, {
    entry: (service, { seq, purchase }) => seen.push(`${service} ${seq} ${purchase}`),
    wanted: ({ purchase }) => seen.push(`wanted ${purchase}`),
    told: ({ purchase, status }) => seen.push(`told ${purchase} ${status}`),
  })
  onTestFinished(() => follower.close())
  mkdirSync(join(folder, 'ledgers'), { recursive: true })
  return { folder, follower, seen: () => seen.splice(0) }
}

/** Files that are closed have no write-ahead log any more. */
function putBackInUse(folder: string): void {
  for (const name of readdirSync(join(folder, 'ledgers'))) {
    const db = new DatabaseSync(join(folder, 'ledgers', name))
    db.exec('PRAGMA journal_mode = WAL')
    db.close()
  }
}

describe('a follower of ledgers', () => {
  it('passes over what is not there yet, has no tables, or is no ledger, until it is one', () => {
    const { folder, follower, seen } = follow()
    expect(follower.poll()).toEqual({ rows: 0, behind: false, skipped: ALL })
    writeFileSync(join(folder, 'ledgers', 'fx.db'), 'this is no ledger, however long it may be')
    const bank = openBank(folder)
    expect(follower.poll()).toEqual({ rows: 0, behind: false, skipped: ALL })
    bank.execute([...TABLES, rowOf('p-1')])
    expect(follower.poll()).toEqual({ rows: 1, behind: false, skipped: ALL - 1 })
    expect(seen()).toEqual(['bank 1 p-1'])
  })

  it('passes on what is committed while others write, and each row once', async () => {
    const { folder, follower, seen } = follow()
    const bank = openBank(folder)
    bank.execute([...TABLES, rowOf('p-1')])
    follower.poll()
    await bank.transaction(function* () {
      yield rowOf('p-2')
      expect(follower.poll().rows).toBe(0)
      yield rowOf('p-3')
    })
    follower.poll()
    expect(seen()).toEqual(['bank 1 p-1', 'bank 2 p-2', 'bank 3 p-3'])
    expect(follower.poll().rows).toBe(0)
  })

  it('reads what buyers wanted and were told', () => {
    const { folder, follower, seen } = follow()
    const record = openTrafficRecord(join(folder, 'ledgers', 'traffic.db'))
    onTestFinished(() => record.close())
    expect(follower.poll().skipped).toBe(ALL - 2)
    record.purchase(PURCHASE)
    record.told({ purchase: 'p-1', attempt: 1, atMs: 5, status: 'refused', reason: null, orderId: null })
    record.close()
    follower.poll()
    expect(seen()).toEqual(['wanted p-1', 'told p-1 refused'])
  })

  it('reads no more than its share in one poll, and says that it is behind', () => {
    const { folder, follower, seen } = follow()
    const bank = openBank(folder)
    bank.execute(TABLES)
    bank.rows('BEGIN')
    for (let count = 0; count < 2_500; count++) bank.execute([rowOf(`p-${count}`)])
    bank.rows('COMMIT')
    expect(follower.poll()).toMatchObject({ rows: 2_000, behind: true })
    expect(follower.poll()).toMatchObject({ rows: 500, behind: false })
    expect(seen().at(-1)).toBe('bank 2500 p-2499')
  })

  it('gives all that is on record of one purchase, or nothing while a file is missing', () => {
    const { folder, follower } = follow()
    expect(follower.recordOf('p-1')).toBeUndefined()
    makeEvidenceFolder(folder, {
      ledgers: { bank: [{ purchase: 'p-1' }, { purchase: 'p-2' }, { purchase: 'p-1' }] },
      purchases: ['p-1'],
      told: [{ status: 'confirmed' }],
    })
    putBackInUse(folder)
    const found = follower.recordOf('p-1')
    expect(found?.rows.bank.map(({ seq }) => seq)).toEqual([1, 3])
    expect(found?.rows.order).toEqual([])
    expect(found).toMatchObject({ wanted: { purchase: 'p-1' }, told: [{ status: 'confirmed' }] })
    expect(follower.recordOf('p-9')).toMatchObject({ wanted: undefined, told: [] })
  })

  it('keeps no writer from closing its file, nor from writing on', () => {
    const { folder, follower } = follow()
    const bank = openBank(folder)
    bank.execute([...TABLES, rowOf('p-1')])
    follower.poll()
    bank.close()
    follower.poll()
    const again = openBank(folder)
    again.execute([rowOf('p-2')])
    expect(follower.poll().rows).toBe(1)
  })
})
