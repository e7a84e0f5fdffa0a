/** Begins a life of a service, in either world, from what the composition root chose and what the world gives. */

import {
  type Change,
  changeInWords,
  isGremlinChange,
  isPolicyChange,
  isWorkflowChange,
  type PolicyChange,
} from '../../core/change.ts'
import type { Clock, Env } from '../../core/env.ts'
import type { Journal } from '../real/journal.ts'
import type { LifeSetup } from '../real/messages.ts'
import type { ServerParts } from '../real/server.ts'
import type { SqliteStore } from '../real/store.ts'
import { makeEnv } from './env.ts'
import { Fenced } from './fenced.ts'
import { makeHandler } from './handler.ts'
import { balanceLine, entryLine, toBalance, toEntry } from './ledger-lines.ts'
import { type Host, type LifeState, type NodeParts, reportUnlessOver } from './life-state.ts'

export interface Life {
  readonly parts: ServerParts
  /** Begins recovery; called when the node listens and knows the others. */
  begin(): void
  /** Called when the traffic has started; `healed` ends every window. */
  openWindows(healed: AbortSignal): void
  /** Makes a change, where it concerns this service. */
  change(change: Change): void
  look(): { inFlight: number; background: number; strikes: number }
  end(): void
}

/** What a world gives to a life. Store and journal are this life's own, and closed at its end. */
export interface Means {
  readonly host: Host
  readonly store: SqliteStore
  readonly journal: Journal
  readonly clock: Clock
}

export function beginLife(setup: LifeSetup, parts: NodeParts, { host, store, journal, clock }: Means): Life {
  const state: LifeState = {
    setup,
    store,
    journal,
    host,
    lifetime: new AbortController(),
    clock,
    inFlight: new Map(),
    background: 0,
    points: new Map(),
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
    change(change) {
      if (isPolicyChange(change)) return turnSwitches(parts, change, env)
      if (isGremlinChange(change)) {
        if (!parts.changeGremlin(change)) return
        // Somebody may wait now where nobody did.
        state.points.clear()
      } else if (!isWorkflowChange(change) || !parts.changeWorkflow(change.workflow)) return
      env.record({
        type: 'changed',
        what: isGremlinChange(change) ? change.gremlin : 'workflow',
        detail: changeInWords(change),
      })
    },
    look: () => ({ inFlight: state.inFlight.size, background: state.background, strikes: state.strikes }),
    end() {
      state.lifetime.abort(new Fenced())
      journal.record({ type: 'stopped' })
      journal.close()
      store.close()
    },
  }
}

/** No purchase is about it. */
const SWITCHING = { purchase: 'switch', effect: 'switch' } as const

function turnSwitches({ switches }: NodeParts, { policy, edge, on }: PolicyChange, env: Env): void {
  for (const each of switches) {
    if (each.policy !== policy || (edge !== null && each.edge !== edge)) continue
    each.turn(on)
    const said = { what: 'switched', detail: on ? 'on' : 'off', amount: on ? 1 : 0 } as const
    env.record({ type: 'policy', policy, edge: each.edge, ...SWITCHING, ...said })
  }
}

const PAGE = 500

/** The ledger as NDJSON, read in pages: other requests go on between two of them. */
export function* ledgerLines(store: SqliteStore): Generator<string> {
  for (let after = 0; ; ) {
    const entries = store.rows('SELECT * FROM ledger WHERE seq > ? ORDER BY seq LIMIT ?', after, PAGE).map(toEntry)
    if (entries.length === 0) break
    yield entries.map(entryLine).join('')
    after = entries.at(-1)?.seq ?? after
  }
  const balances = store.rows('SELECT * FROM balances ORDER BY account').map(toBalance)
  yield balances.map(balanceLine).join('')
}
