/** Where the nodes of a world keep what they write: in the run's folder, or in memory alone (`memory-keeping.ts`). */

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { ServiceName } from '../../core/topology.ts'
import { type Journal, openJournal } from '../real/journal.ts'
import { openTrafficRecord, type TrafficRecord } from '../real/traffic-record.ts'
import { type MemoryStore, makeFileStore, makeMemoryStore } from './memory-store.ts'

export interface JournalOwner {
  /** Service, or `traffic`. */
  readonly node: string
  readonly incarnation: number
  nowMs(): number
  /** Told when the journal cannot be written. */
  fail(error: Error): void
}

export interface Keeping {
  /** A new, empty one. */
  store(service: ServiceName): MemoryStore
  journal(owner: JournalOwner): Journal
  record(): TrafficRecord
  /** Called once, when nobody writes any more. */
  end(): void
}

/** Stores of more orders than this are files from the beginning: slower, and memory stays as it is. */
const MOST_IN_MEMORY = 20_000

/** As in the real world: ledgers as SQLite files, and a journal for each life. @param orders how many are to be expected */
export function keepInFolder(folder: string, orders = 0): Keeping {
  const ledgerFile = (name: string) => join(folder, 'ledgers', `${name}.db`)
  const stores = new Map<ServiceName, MemoryStore>()
  mkdirSync(join(folder, 'ledgers'), { recursive: true })
  mkdirSync(join(folder, 'journal'), { recursive: true })
  return {
    store(service) {
      const store = orders > MOST_IN_MEMORY ? makeFileStore(ledgerFile(service)) : makeMemoryStore()
      stores.set(service, store)
      return store
    },
    journal({ node, incarnation, nowMs, fail }) {
      const file = join(folder, 'journal', `${node}-${incarnation}.ndjson`)
      return openJournal(file, node, incarnation, fail, { nowMs, flushEveryMs: null })
    },
    record: () => openTrafficRecord(ledgerFile('traffic'), null),
    end() {
      for (const [service, store] of stores) {
        store.saveAs(ledgerFile(service))
        store.close()
      }
    },
  }
}
