import { createHash } from 'node:crypto'
import { request } from 'undici'
import { SERVICES, type ServiceName } from '../../core/topology.ts'
import { LabError } from './lab-error.ts'
import type { Digests } from './ledger-agreement.ts'
import type { Ports } from './messages.ts'

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
