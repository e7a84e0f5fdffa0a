/** Single purchases out of a variant's files, once it is audited. */

import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Row } from '../../core/env.ts'
import type { PurchaseFacts, Strike } from '../../core/invariant.ts'
import type { Purchase } from '../../core/purchase.ts'
import { SERVICES } from '../../core/topology.ts'
import { mergePurchases, toPurchase, toStrike } from './evidence.ts'

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

/** Of each kind, the last ones before a purchase was through. */
const MOST_OTHER_STRIKES = 100
/** Windows strike nobody's purchase; they are few, and may have begun long before. */
const OTHER_STRIKES = [
  "json_extract(strike, '$.purchase') = ''",
  "json_extract(strike, '$.fatal') AND json_extract(strike, '$.purchase') <> ''",
]

/**
 * Strikes by which a purchase may have found a service away, although they are about somebody else: windows, and crashes. By time.
 * @param folder of the variant
 */
export function lookUpOtherStrikes(folder: string, purchase: string, untilMs: number): readonly Strike[] {
  const db = new DatabaseSync(join(folder, 'strikes.db'), { readOnly: true })
  try {
    const found = OTHER_STRIKES.flatMap((kind) => {
      const last = db.prepare(
        `SELECT strike FROM strikes WHERE at_ms <= ? AND ${kind} ORDER BY at_ms DESC, id DESC LIMIT ?`,
      )
      return (last.all(untilMs, MOST_OTHER_STRIKES) as Row[]).map(toStrike)
    })
    const isAbout = ({ purchase: struck, takes }: Strike) =>
      struck === purchase || takes.some((taken) => taken.purchase === purchase)
    return found.filter((strike) => !isAbout(strike)).sort((a, b) => a.atMs - b.atMs)
  } finally {
    db.close()
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
