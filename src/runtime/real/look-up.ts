/** Single purchases out of a variant's files, once it is audited. */

import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Row } from '../../core/env.ts'
import type { PurchaseFacts } from '../../core/invariant.ts'
import type { Purchase } from '../../core/purchase.ts'
import { SERVICES } from '../../core/topology.ts'
import { mergePurchases, toPurchase } from './evidence.ts'

/**
 * All that ledgers, traffic and strikes know of these purchases, by id; one that nobody knows is missing.
 * @param folder of the variant
 */
export function lookUpPurchases(folder: string, ids: readonly string[]): Map<string, Omit<PurchaseFacts, 'class'>> {
  const opened: DatabaseSync[] = []
  const open = (file: string) => {
    const db = new DatabaseSync(join(folder, file), { readOnly: true })
    opened.push(db)
    return db
  }
  try {
    const ledgers = new Map(SERVICES.map((service) => [service, open(join('ledgers', `${service}.db`))]))
    const records = mergePurchases(ledgers, open(join('ledgers', 'traffic.db')), open('strikes.db'), ids)
    return new Map([...records].map((record) => [record.id, record]))
  } finally {
    for (const db of opened) db.close()
  }
}

/**
 * What buyers wanted who have these places in the traffic, from 0; who never came is missing.
 * @param folder of the variant
 */
export function lookUpWanted(folder: string, places: readonly number[]): Map<number, Purchase> {
  const db = new DatabaseSync(join(folder, 'ledgers', 'traffic.db'), { readOnly: true })
  try {
    const wanted = db.prepare('SELECT * FROM purchases WHERE n IN (SELECT value FROM json_each(?))')
    const rows = wanted.all(JSON.stringify(places)) as Row[]
    return new Map(rows.map((row) => [Number(row.n), toPurchase(row)]))
  } finally {
    db.close()
  }
}
