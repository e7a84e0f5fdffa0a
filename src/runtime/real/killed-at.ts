/** When a gremlin killed a service, and when the service may be heard of again. */

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

/**
 * When the next life may listen: from the strike on it is away for as long as the scenario says, since that its process has gone is
 * heard some 10 ms later. Where no strike is known, or its clock is ahead, from when it was heard.
 */
export function backAtMs(struckAtMs: number | undefined, heardAtMs: number, restartAfterMs: number): number {
  return Math.min(struckAtMs ?? heardAtMs, heardAtMs) + restartAfterMs
}
