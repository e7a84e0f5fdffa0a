/** Reads which orders of a variant were confirmed from the files that it left, in memory of two bits an order. */

import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Row } from '../../core/env.ts'
import type { OrderEnds } from '../../core/order-ends.ts'

function setBit(bits: Uint8Array, index: number): void {
  const at = index >> 3
  bits[at] = (bits[at] ?? 0) | (1 << (index & 7))
}

/**
 * Confirmed as the audit has it: the order ledger has a row that says so. Both files are read in the order of their purchases, which are
 * ASCII, so that SQLite and JavaScript agree about it.
 * @param folder of the variant
 */
export function readOrderEnds(folder: string): OrderEnds {
  const open = (name: string) => new DatabaseSync(join(folder, 'ledgers', `${name}.db`), { readOnly: true })
  const [traffic, order] = [open('traffic'), open('order')]
  try {
    const [count] = traffic.prepare('SELECT coalesce(max(n) + 1, 0) AS places FROM purchases').all() as Row[]
    const bytes = Math.ceil(Number(count?.places ?? 0) / 8)
    const ends = { arrived: new Uint8Array(bytes), confirmed: new Uint8Array(bytes) }
    const rows = order
      .prepare(`SELECT DISTINCT purchase FROM ledger WHERE kind = 'confirmed' ORDER BY purchase`)
      .iterate() as IterableIterator<Row>
    let head = rows.next()
    const asked = traffic.prepare(`SELECT purchase, n FROM purchases WHERE kind = 'order' ORDER BY purchase`).iterate()
    for (const row of asked as Iterable<Row>) {
      const purchase = String(row.purchase)
      // A ledger may name purchases that the traffic never made.
      while (!head.done && String(head.value.purchase) < purchase) head = rows.next()
      setBit(ends.arrived, Number(row.n))
      if (!head.done && head.value.purchase === purchase) setBit(ends.confirmed, Number(row.n))
    }
    return ends
  } finally {
    traffic.close()
    order.close()
  }
}
