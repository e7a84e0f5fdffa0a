/** Keeps in memory what an audit needs, and writes nothing: for thousands of runs of which only the verdict matters. */

import { type Decision, decisionOf } from '../../core/decision.ts'
import type { Row } from '../../core/env.ts'
import type { Event, EventStamp, JournalCounts, WorkflowStep } from '../../core/event.ts'
import type { PurchaseFacts, Strike } from '../../core/invariant.ts'
import type { LedgerEntry } from '../../core/ledger.ts'
import type { Purchase, Told } from '../../core/purchase.ts'
import { SERVICES, type ServiceName } from '../../core/topology.ts'
import { toBalance, toEntry } from '../life/ledger-lines.ts'
import type { Evidence } from '../real/evidence.ts'
import type { Journal } from '../real/journal.ts'
import type { JournalOwner, Keeping } from './keeping.ts'
import type { MemoryStore } from './memory-store.ts'

export interface MemoryKeeping extends Keeping {
  /** What there is to audit; to be asked when the world has ended. */
  evidence(): Evidence
  /** Every coin that came up, in the order in which they did. */
  strikes(): readonly Decision[]
}

export interface MemoryKeepingOptions {
  makeStore(): MemoryStore
  /** Told of every coin as it falls. */
  onToss?(decision: Decision, struck: boolean): void
}

export function keepInMemory({ makeStore, onToss }: MemoryKeepingOptions): MemoryKeeping {
  const stores = new Map<ServiceName, MemoryStore>()
  const purchases: Purchase[] = []
  const told: Told[] = []
  const index = openIndex(onToss)
  return {
    store(service) {
      const store = makeStore()
      stores.set(service, store)
      return store
    },
    journal: (owner) => index.journal(owner),
    record: () => ({
      purchase: (purchase) => void purchases.push(purchase),
      told: (answer) => void told.push(answer),
      close() {},
    }),
    end() {},
    strikes: () => index.decisions,
    evidence() {
      const rowsOf = (service: ServiceName, text: string): Row[] => stores.get(service)?.open().rows(text) ?? []
      const entries = new Map(SERVICES.map((service) => [service, rowsOf(service, LEDGER).map(toEntry)]))
      return {
        ledgerEntries: (service) => entries.get(service) ?? [],
        balances: (service) => rowsOf(service, 'SELECT * FROM balances ORDER BY account').map(toBalance),
        strikes: () => index.strikes,
        coins: index.coins,
        counts: index.counts,
        purchases: () => gather({ entries, purchases, told, strikes: index.strikes }),
        close() {
          for (const store of stores.values()) store.close()
        },
      }
    },
  }
}

const LEDGER = 'SELECT * FROM ledger ORDER BY seq'

/** What journals add up to, added up while they are told. */
function openIndex(onToss: MemoryKeepingOptions['onToss']) {
  const strikes: Strike[] = []
  const decisions: Decision[] = []
  const coins = new Map<string, { tossed: number; strikes: number }>()
  const counts = { messages: 0, compensations: 0, recoveries: 0, heuristics: 0 } satisfies JournalCounts

  function toss(event: Event & { readonly type: 'toss' }): void {
    const coin = coins.get(event.gremlin) ?? { tossed: 0, strikes: 0 }
    coins.set(event.gremlin, coin)
    coin.tossed += 1
    if (event.struck) coin.strikes += 1
    onToss?.(decisionOf(event), event.struck)
  }

  return {
    strikes,
    decisions,
    coins,
    counts,
    journal({ node, incarnation, nowMs }: JournalOwner): Journal {
      let closed = false
      return {
        record(event) {
          if (closed) return
          switch (event.type) {
            case 'sent':
              counts.messages += 1
              return
            case 'heard':
              if (event.status !== 0) counts.messages += 1
              return
            case 'toss':
              return toss(event)
            case 'strike':
              decisions.push(decisionOf(event))
              strikes.push(toStrike(event, { atMs: Math.round(nowMs() * 1_000) / 1_000, node, incarnation }))
              return
            case 'workflow':
              return countStep(counts, event.what)
          }
        },
        flush() {},
        close() {
          closed = true
        },
      }
    },
  }
}

function toStrike(event: Event & { readonly type: 'strike' }, stamp: EventStamp): Strike {
  const { gremlin, kind, purchase, effect, attempt, fatal, takes } = event
  return { ...stamp, gremlin, kind, purchase, effect, attempt, fatal, takes }
}

function countStep(counts: { -readonly [key in keyof JournalCounts]: number }, what: WorkflowStep): void {
  if (what === 'compensated') counts.compensations += 1
  if (what === 'recovered') counts.recoveries += 1
  if (what === 'heuristic') counts.heuristics += 1
}

interface Kept {
  readonly entries: ReadonlyMap<ServiceName, readonly LedgerEntry[]>
  readonly purchases: readonly Purchase[]
  readonly told: readonly Told[]
  readonly strikes: readonly Strike[]
}

interface Gathered {
  wanted: Purchase | undefined
  readonly told: Told[]
  readonly rows: Record<ServiceName, LedgerEntry[]>
  readonly strikes: Strike[]
}

/** Everything by purchase, in the order of their ids. */
function* gather({ entries, purchases, told, strikes }: Kept): Generator<Omit<PurchaseFacts, 'class'>> {
  const all = new Map<string, Gathered>()
  function of(purchase: string): Gathered {
    let found = all.get(purchase)
    if (!found) {
      const rows = Object.fromEntries(SERVICES.map((service) => [service, []]))
      found = { wanted: undefined, told: [], rows: rows as unknown as Gathered['rows'], strikes: [] }
      all.set(purchase, found)
    }
    return found
  }
  for (const purchase of purchases) of(purchase.purchase).wanted = purchase
  for (const answer of told) of(answer.purchase).told.push(answer)
  for (const [service, rows] of entries) for (const row of rows) of(row.purchase).rows[service].push(row)
  for (const strike of strikes) {
    const struck = new Set([strike.purchase, ...strike.takes.map((call) => call.purchase)])
    // Strikes of windows, and on calls of nobody's purchase, belong to no purchase.
    for (const purchase of struck) all.get(purchase)?.strikes.push(strike)
  }
  for (const id of [...all.keys()].sort()) {
    const { told: answers, ...gathered } = all.get(id) as Gathered
    answers.sort((a, b) => a.attempt - b.attempt)
    yield { id, ...gathered, asked: answers.length, told: answers }
  }
}
