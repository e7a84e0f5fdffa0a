/** A variant's folder as a run leaves it, made by hand: ledgers, the traffic's record, and journals. */

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { JournalLine } from '../../src/core/event.ts'
import type { LedgerEntry } from '../../src/core/ledger.ts'
import type { Purchase, Told } from '../../src/core/purchase.ts'
import { sql } from '../../src/core/statement.ts'
import { SERVICES, type ServiceName } from '../../src/core/topology.ts'
import { openSqliteStore } from '../../src/runtime/real/store.ts'
import { openTrafficRecord } from '../../src/runtime/real/traffic-record.ts'
import { BOOK_TABLES, openBalance } from '../../src/services/books.ts'

export interface EvidenceFolder {
  readonly ledgers?: Partial<Record<ServiceName, readonly Partial<LedgerEntry>[]>>
  readonly balances?: Partial<Record<ServiceName, readonly (readonly [account: string, opening: number])[]>>
  readonly purchases?: readonly string[]
  readonly told?: readonly Partial<Told>[]
  /** Lines by file name; text is written as it is. */
  readonly journals?: Readonly<Record<string, readonly (Partial<JournalLine> | string)[]>>
}

const PURCHASE: Purchase = {
  purchase: 'p-1',
  kind: 'order',
  index: 0,
  intendedMs: 0,
  product: 'console',
  quantity: 1,
  amountCents: 50_000,
  account: 'ada',
  currency: 'USD',
}

const ENTRY = {
  atMs: 1_000,
  purchase: 'p-1',
  effect: 'deduct',
  kind: 'effect',
  account: 'console',
  amount: -1,
  unit: 'piece',
  key: 'k',
} as const

export function makeEvidenceFolder(folder: string, contents: EvidenceFolder): void {
  mkdirSync(join(folder, 'ledgers'), { recursive: true })
  mkdirSync(join(folder, 'journal'), { recursive: true })
  for (const service of SERVICES) {
    const store = openSqliteStore(join(folder, 'ledgers', `${service}.db`))
    const rows = (contents.ledgers?.[service] ?? []).map((entry, index) => ({ ...ENTRY, seq: index + 1, ...entry }))
    store.execute([
      ...BOOK_TABLES,
      ...(contents.balances?.[service] ?? []).map(([account, opening]) => openBalance(account, 'piece', opening)),
      ...rows.map(({ seq, atMs, purchase, effect, kind, account, amount, unit, key }) =>
        sql(
          'INSERT INTO ledger VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
          ...[seq, atMs, purchase, effect, kind, account, amount, unit, key],
        ),
      ),
    ])
    store.close()
  }
  const record = openTrafficRecord(join(folder, 'ledgers', 'traffic.db'))
  for (const [index, purchase] of (contents.purchases ?? []).entries())
    record.purchase({ ...PURCHASE, purchase, index })
  for (const told of contents.told ?? []) {
    record.told({ purchase: 'p-1', attempt: 1, atMs: 1, status: 'confirmed', reason: null, orderId: null, ...told })
  }
  record.close()
  for (const [name, lines] of Object.entries(contents.journals ?? {})) {
    const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n')
    writeFileSync(join(folder, 'journal', name), text)
  }
}
