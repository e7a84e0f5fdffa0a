/** One life of a service in a process: its store and its journal are files, its clock is the machine's. */

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { beginLife, type Life } from '../life/begin.ts'
import { Fenced } from '../life/fenced.ts'
import type { Host, NodeParts } from '../life/life-state.ts'
import { machineClock } from './clock.ts'
import { openJournal } from './journal.ts'
import type { NodeSetup } from './messages.ts'
import { openSqliteStore } from './store.ts'

export function live(setup: NodeSetup, parts: NodeParts, host: Host): Life {
  mkdirSync(join(setup.folder, 'ledgers'), { recursive: true })
  mkdirSync(join(setup.folder, 'journal'), { recursive: true })
  const store = openSqliteStore(join(setup.folder, 'ledgers', `${setup.service}.db`))
  if (setup.fresh) store.execute(parts.service.tables(parts.setup))
  const file = join(setup.folder, 'journal', `${setup.service}-${setup.incarnation}.ndjson`)
  const journal = openJournal(file, setup.service, setup.incarnation, (error) => host.fail(error))
  const clock = machineClock()
  const life = beginLife(setup, parts, { host, store, journal, clock })
  return {
    ...life,
    end() {
      clock.end(new Fenced())
      life.end()
    },
  }
}
