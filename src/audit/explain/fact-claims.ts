/** What the rows of a violation say, service by service. */

import type { Claim } from '../../core/story.ts'
import { fact, ofRows } from './claims.ts'
import type { Reading } from './reading.ts'
import { ledgerText } from './rows.ts'
import { quoted } from './words.ts'

/** What a story says that has no strike. */
export const UNSTRUCK = 'No gremlin struck this purchase before that: none was needed'

/** The rows that disagree, one claim for each service. */
export function factsOf(reading: Pick<Reading, 'at' | 'violation'>): Claim[] {
  const services = [...new Set(reading.violation.rows.map(({ service }) => service))]
  return services.map((service) => {
    const rows = reading.violation.rows.filter((row) => row.service === service).map(({ entry }) => entry)
    const text = service === 'order' ? orderRows(rows) : ledgerText(reading, service, rows)
    return fact(text, ...ofRows(service, rows))
  })
}

function orderRows(rows: readonly { readonly account: string; readonly kind: string; readonly seq: number }[]): string {
  const states = rows.slice(0, 6).map(({ account, kind, seq }) => `${quoted(account)} as ${kind} (entry ${seq})`)
  return `The order service's ledger has ${states.join(', ')}${rows.length > 6 ? ' and more' : ''}`
}
