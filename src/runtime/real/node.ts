/** One life of a service: its `Env`, its handler, its journal and its store, made from what the composition root chose. */

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Env } from '../../core/env.ts'
import { machineClock } from './clock.ts'
import { openJournal } from './journal.ts'
import { balanceLine, entryLine, toBalance, toEntry } from './ledger-lines.ts'
import { type LifeState, type NodeParts, type Process, reportUnlessOver } from './life-state.ts'
import type { NodeSetup, PolicySwitched } from './messages.ts'
import { makeEnv } from './node-env.ts'
import { makeHandler } from './node-handler.ts'
import type { ServerParts } from './server.ts'
import { Fenced, openSqliteStore, type SqliteStore } from './store.ts'

export interface Life {
  readonly parts: ServerParts
  /** Begins recovery; called when the node listens and knows the others. */
  begin(): void
  /** Called when the traffic has started; `healed` ends every window. */
  openWindows(healed: AbortSignal): void
  /** Switches a policy of this service, where it has it. */
  turn(switched: PolicySwitched): void
  look(): { inFlight: number; background: number; strikes: number }
  end(): void
}

export function live(setup: NodeSetup, parts: NodeParts, host: Process): Life {
  mkdirSync(join(setup.folder, 'ledgers'), { recursive: true })
  mkdirSync(join(setup.folder, 'journal'), { recursive: true })
  const store = openSqliteStore(join(setup.folder, 'ledgers', `${setup.service}.db`))
  if (setup.fresh) store.execute(parts.service.tables(parts.setup))
  const file = join(setup.folder, 'journal', `${setup.service}-${setup.incarnation}.ndjson`)
  const journal = openJournal(file, setup.service, setup.incarnation, (error) => host.fail(error))
  const state: LifeState = {
    setup,
    store,
    journal,
    host,
    lifetime: new AbortController(),
    clock: machineClock(),
    inFlight: new Map(),
    background: 0,
    reaching: true,
    strikes: 0,
  }
  const env = makeEnv(state, parts)
  const running = parts.service.start(env, parts.setup)
  const handle = makeHandler(state, running, parts, env)
  journal.record({ type: 'started' })
  return {
    parts: {
      service: setup.service,
      incarnation: setup.incarnation,
      handle,
      ledger: () => ledgerLines(store),
    },
    begin: () => running.recover(),
    openWindows(healed) {
      parts.windows(env, healed).catch((error: Error) => reportUnlessOver(state, error))
    },
    turn: (switched) => turnSwitches(parts, switched, env),
    look: () => ({ inFlight: state.inFlight.size, background: state.background, strikes: state.strikes }),
    end() {
      const over = new Fenced()
      state.lifetime.abort(over)
      state.clock.end(over)
      journal.record({ type: 'stopped' })
      journal.close()
      store.close()
    },
  }
}

/** No purchase is about it. */
const SWITCHING = { purchase: 'switch', effect: 'switch' } as const

function turnSwitches({ switches }: NodeParts, { policy, edge, on }: PolicySwitched, env: Env): void {
  for (const each of switches) {
    if (each.policy !== policy || (edge !== null && each.edge !== edge)) continue
    each.turn(on)
    const said = { what: 'switched', detail: on ? 'on' : 'off', amount: on ? 1 : 0 } as const
    env.record({ type: 'policy', policy, edge: each.edge, ...SWITCHING, ...said })
  }
}

const PAGE = 500

/** The ledger as NDJSON, read in pages: other requests go on between two of them. */
function* ledgerLines(store: SqliteStore): Generator<string> {
  for (let after = 0; ; ) {
    const entries = store.rows('SELECT * FROM ledger WHERE seq > ? ORDER BY seq LIMIT ?', after, PAGE).map(toEntry)
    if (entries.length === 0) break
    yield entries.map(entryLine).join('')
    after = entries.at(-1)?.seq ?? after
  }
  const balances = store.rows('SELECT * FROM balances ORDER BY account').map(toBalance)
  yield balances.map(balanceLine).join('')
}
