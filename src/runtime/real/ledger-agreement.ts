/** Whether the ledger that a service publishes over HTTP is the one in its file. */

import { createHash } from 'node:crypto'
import { request } from 'undici'
import type { Balance, LedgerEntry } from '../../core/ledger.ts'
import { SERVICES, type ServiceName } from '../../core/topology.ts'
import { balanceLine, entryLine } from '../life/ledger-lines.ts'
import { LabError } from './lab-error.ts'
import type { Ports } from './messages.ts'

export type Digests = Readonly<Record<ServiceName, string>>

const ANSWER_WITHIN_MS = 60_000

/** Digests of all ledgers as the services publish them. Streams: a ledger may be large. */
export async function digestPublished(ports: Ports): Promise<Digests> {
  const digests: [ServiceName, string][] = []
  for (const service of SERVICES) {
    const hash = createHash('sha256')
    const { body, statusCode } = await request(`http://127.0.0.1:${ports[service]}/ledger`, {
      bodyTimeout: ANSWER_WITHIN_MS,
    })
    for await (const chunk of body) hash.update(chunk as Buffer)
    if (statusCode !== 200) throw new LabError(`${service} did not publish its ledger: status ${statusCode}`)
    digests.push([service, hash.digest('hex')])
  }
  return Object.fromEntries(digests) as Record<ServiceName, string>
}

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
