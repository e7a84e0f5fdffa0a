/** Whether the ledger that a service publishes over HTTP is the one in its file. */

import { createHash, type Hash } from 'node:crypto'
import { request } from 'undici'
import { SERVICES, type ServiceName } from '../../core/topology.ts'
import { balanceLine, entryLine } from '../life/ledger-lines.ts'
import type { Evidence } from './evidence.ts'
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

/** Throws `LabError` when a file disagrees with what was published. */
export function requireAgreement(published: Digests, evidence: Evidence): void {
  for (const service of SERVICES) {
    const hash: Hash = createHash('sha256')
    for (const entry of evidence.ledgerEntries(service)) hash.update(entryLine(entry))
    for (const balance of evidence.balances(service)) hash.update(balanceLine(balance))
    if (hash.digest('hex') !== published[service]) {
      throw new LabError(`the ledger that ${service} published over HTTP is not the one in its file`)
    }
  }
}
