/** Whether the ledger that a service publishes over HTTP is the one in its file. */

import { createHash } from 'node:crypto'
import type { Balance, LedgerEntry } from '../../core/ledger.ts'
import type { ServiceName } from '../../core/topology.ts'
import { balanceLine, entryLine } from '../life/ledger-lines.ts'
import { LabError } from './lab-error.ts'

/** Of each ledger as its service publishes it. */
export type Digests = Readonly<Record<ServiceName, string>>

/** Hears a service's ledger as it is read from its file, which an audit does anyway. */
export interface Agreement {
  entry(entry: LedgerEntry): void
  /** @throws LabError when the file disagrees with what was published */
  end(balances: readonly Balance[]): void
}

export function expectPublished(service: ServiceName, published: Digests): Agreement {
  const hash = createHash('sha256')
  return {
    entry: (entry) => void hash.update(entryLine(entry)),
    end(balances) {
      for (const balance of balances) hash.update(balanceLine(balance))
      if (hash.digest('hex') === published[service]) return
      throw new LabError(`the ledger that ${service} published over HTTP is not the one in its file`)
    },
  }
}
