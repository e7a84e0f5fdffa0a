import { join } from 'node:path'
import type { ServiceName } from '../../core/topology.ts'
import { readTail } from './read-tail.ts'

/**
 * When a gremlin's strike killed this life of a service, by its journal: a fatal strike is written before it kills, and each
 * life has a journal of its own. Undefined: it died of something else.
 */
export function readKilledAtMs(folder: string, service: ServiceName, incarnation: number): number | undefined {
  const tail = readTail(join(folder, 'journal', `${service}-${incarnation}.ndjson`))
  // The first line of a tail may lack its beginning, and the last one its end.
  const line = tail.split('\n').findLast((text) => /^\{.*"fatal":true.*\}$/.test(text))
  return line === undefined ? undefined : (JSON.parse(line) as { atMs: number }).atMs
}
