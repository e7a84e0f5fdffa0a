/** Hand-made runs for the audit's tests: purchases in a line or two, ledgers numbered as services number them. */

import type { PurchaseRecord } from '../../src/audit/audit.ts'
import { classifyPurchase } from '../../src/audit/classify.ts'
import type { JournalCounts } from '../../src/core/event.ts'
import type { Invariant, PurchaseFacts, RunFacts, Strike, Violation } from '../../src/core/invariant.ts'
import type { Balance, EntryKind, LedgerEntry } from '../../src/core/ledger.ts'
import { convertCents } from '../../src/core/money.ts'
import type { Purchase, Told } from '../../src/core/purchase.ts'
import { ORDERS_ONLY } from '../../src/core/purchase.ts'
import type { Expectation, Scenario } from '../../src/core/scenario.ts'
import { SERVICES, type ServiceName } from '../../src/core/topology.ts'

export const START_MS = 1_000_000
const PRICE_CENTS = 50_000
const OPENING_CENTS = 100_000_000
const STOCK = 1_000

export const NO_EXPECTATION: Expectation = { holds: [], violated: [], allowed: [], bounds: [] }
export const NO_JOURNAL: JournalCounts = { messages: 0, compensations: 0, recoveries: 0, heuristics: 0 }

export function buildScenario(changes: Partial<Scenario> = {}): Scenario {
  return {
    name: 'test',
    title: 'Test',
    about: 'A scenario for tests',
    baseCurrency: 'USD',
    products: [
      { name: 'console', priceCents: PRICE_CENTS, stock: STOCK, weight: 1 },
      { name: 'game', priceCents: 6_000, stock: STOCK, weight: 1 },
    ],
    accounts: [
      { name: 'ada', currency: 'USD', openingCents: OPENING_CENTS, weight: 1 },
      { name: 'eve', currency: 'EUR', openingCents: OPENING_CENTS, weight: 1 },
    ],
    ratesMicro: { EUR: 920_000 },
    traffic: {
      orders: 100,
      arrivals: 'paced',
      ratePerSecond: 100,
      shape: { kind: 'constant' },
      mostUnits: 2,
      mix: ORDERS_ONLY,
    },
    buyers: { patienceMs: 1_000, refreshes: 1, pauseMs: 0 },
    deadlineMs: 5_000,
    restartAfterMs: 100,
    quietWithinMs: 1_000,
    capacity: {},
    focus: { fromMs: 0, toMs: null },
    switches: [],
    gremlins: [],
    variants: [],
    expectations: {},
    ...changes,
  }
}

function buildWanted(id: string, changes: Partial<Purchase> = {}): Purchase {
  const quantity = changes.quantity ?? 1
  const index = Number(id.replace(/\D/g, ''))
  return {
    purchase: id,
    kind: 'order',
    index,
    intendedMs: index * 10,
    product: 'console',
    quantity,
    amountCents: quantity * PRICE_CENTS,
    account: 'ada',
    currency: 'USD',
    ...changes,
  }
}

export function buildStrike(purchase: string, changes: Partial<Strike> = {}): Strike {
  return {
    gremlin: 'dropped',
    kind: 'dropped-answer',
    node: 'inventory',
    incarnation: 1,
    atMs: START_MS,
    purchase,
    effect: 'deduct',
    attempt: 1,
    fatal: false,
    takes: [],
    ...changes,
  }
}

/** Cents in the buyer's currency. */
function dueCents(wanted: Purchase, scenario: Scenario): number {
  return convertCents(wanted.amountCents, scenario.ratesMicro[wanted.currency] ?? 1_000_000)
}

/** One purchase under construction. Every method adds rows to the run's ledgers, in the order of the calls. */
export interface PurchaseBuilder {
  accept(orderId?: string): PurchaseBuilder
  finish(state: EntryKind, orderId?: string): PurchaseBuilder
  charge(key?: string, cents?: number): PurchaseBuilder
  refund(key?: string, cents?: number): PurchaseBuilder
  deduct(units?: number, key?: string): PurchaseBuilder
  restock(units?: number, key?: string): PurchaseBuilder
  notify(): PurchaseBuilder
  history(): PurchaseBuilder
  tell(status: string, more?: Partial<Told>): PurchaseBuilder
  strike(changes?: Partial<Strike>): PurchaseBuilder
  ask(times: number): PurchaseBuilder
  row(service: ServiceName, row: Partial<LedgerEntry>): PurchaseBuilder
  /** Everything as it should be. */
  confirm(): PurchaseBuilder
}

interface Draft {
  readonly id: string
  readonly wanted: Purchase | undefined
  asked: number
  readonly told: Told[]
  readonly strikes: Strike[]
}

export interface RunBuilder {
  readonly scenario: Scenario
  purchase(id: string, changes?: Partial<Purchase>): PurchaseBuilder
  /** In the ledgers, but never made by the traffic. */
  stranger(id: string): PurchaseBuilder
  /** Applied to the balances as they should be. */
  publish(service: ServiceName, change: (balances: Balance[]) => Balance[]): void
  /** Applied to a ledger as it would be. */
  tamper(service: ServiceName, change: (entries: LedgerEntry[]) => LedgerEntry[]): void
  arrived(count: number): void
  facts(): RunFacts
  ledger(service: ServiceName): LedgerEntry[]
  records(): PurchaseRecord[]
  classified(): PurchaseFacts[]
  strikes(): Strike[]
}

function rowsByService(ledger: (service: ServiceName) => LedgerEntry[], id: string): PurchaseRecord['rows'] {
  const own = (service: ServiceName) => ledger(service).filter((entry) => entry.purchase === id)
  return Object.fromEntries(SERVICES.map((service) => [service, own(service)])) as unknown as PurchaseRecord['rows']
}

export function buildRun(changes: Partial<Scenario> = {}): RunBuilder {
  const scenario = buildScenario(changes)
  const ledgers = Object.fromEntries(SERVICES.map((service) => [service, []])) as unknown as Record<
    ServiceName,
    LedgerEntry[]
  >
  const published = new Map<ServiceName, (balances: Balance[]) => Balance[]>()
  const tampered = new Map<ServiceName, (entries: LedgerEntry[]) => LedgerEntry[]>()
  const drafts: Draft[] = []
  let arrivedCount: number | undefined

  function add(service: ServiceName, purchase: string, row: Partial<LedgerEntry>): void {
    const seq = ledgers[service].length + 1
    const defaults = {
      seq,
      atMs: START_MS + seq,
      purchase,
      effect: 'order',
      kind: 'effect',
      account: 'a',
      amount: 1,
      unit: 'order',
      key: purchase,
    } as const
    ledgers[service].push({ ...defaults, ...row })
  }

  function ledger(service: ServiceName): LedgerEntry[] {
    return (tampered.get(service) ?? ((entries) => entries))([...ledgers[service]])
  }

  function moved(service: ServiceName, account: string): number {
    const own = ledgers[service].filter(
      (row) => row.account === account && (row.kind === 'effect' || row.kind === 'reversal'),
    )
    return own.reduce((sum, row) => sum + row.amount, 0)
  }

  function held(service: ServiceName, account: string): number {
    const own = ledgers[service].filter((row) => row.account === account)
    return own.reduce((sum, { kind, amount }) => {
      if (kind !== 'hold' && kind !== 'release') return sum
      return sum + (kind === 'hold' ? amount : -amount)
    }, 0)
  }

  function balancesOf(service: ServiceName): Balance[] {
    const balance = (account: string, unit: string, opening: number): Balance => ({
      account,
      unit,
      opening,
      balance: opening + moved(service, account),
      held: held(service, account),
    })
    if (service === 'inventory') return scenario.products.map(({ name, stock }) => balance(name, 'piece', stock))
    if (service !== 'bank') return []
    const currencies = [...new Set([scenario.baseCurrency, ...scenario.accounts.map(({ currency }) => currency)])]
    const buyers = scenario.accounts.map(({ name, currency, openingCents }) => balance(name, currency, openingCents))
    return [...buyers, ...currencies.map((currency) => balance(`merchant-${currency}`, currency, 0))]
  }

  function begin(id: string, wanted: Purchase | undefined): PurchaseBuilder {
    const draft: Draft = { id, wanted, asked: wanted ? 1 : 0, told: [], strikes: [] }
    drafts.push(draft)
    const basis = wanted ?? buildWanted(id)
    const order = `o-${id}`

    function transfer(kind: EntryKind, key: string, cents: number): void {
      const common = { effect: 'charge', kind, unit: basis.currency, key }
      add('bank', id, { ...common, account: basis.account, amount: -cents })
      add('bank', id, { ...common, account: `merchant-${basis.currency}`, amount: cents })
    }
    const builder: PurchaseBuilder = {
      accept(orderId = order) {
        add('order', id, { kind: 'accepted', account: orderId, key: orderId })
        return builder
      },
      finish(kind, orderId = order) {
        add('order', id, { kind, account: orderId, key: orderId })
        return builder
      },
      charge(key = `${id}/charge`, cents = dueCents(basis, scenario)) {
        transfer('effect', key, cents)
        return builder
      },
      refund(key = `${id}/charge`, cents = dueCents(basis, scenario)) {
        transfer('reversal', key, -cents)
        return builder
      },
      deduct(units = basis.quantity, key = `${id}/deduct`) {
        return builder.row('inventory', {
          effect: 'deduct',
          account: basis.product,
          amount: -units,
          unit: 'piece',
          key,
        })
      },
      restock(units = basis.quantity, key = `${id}/deduct`) {
        return builder.row('inventory', {
          effect: 'deduct',
          kind: 'reversal',
          account: basis.product,
          amount: units,
          unit: 'piece',
          key,
        })
      },
      notify: () => builder.row('notification', { effect: 'notify', account: 'sent', unit: 'message' }),
      history: () => builder.row('logging', { effect: 'history', account: 'history', unit: 'entry' }),
      tell(status, more = {}) {
        const atMs = START_MS + basis.intendedMs + 50
        draft.told.push({ purchase: id, attempt: 1, atMs, status, reason: null, orderId: null, ...more })
        return builder
      },
      strike(more) {
        draft.strikes.push(buildStrike(id, more))
        return builder
      },
      ask(times) {
        draft.asked = times
        return builder
      },
      row(service, row) {
        add(service, id, row)
        return builder
      },
      confirm() {
        builder.accept().deduct().charge().history().finish('confirmed').notify()
        return builder.tell('confirmed', { orderId: order })
      },
    }
    return builder
  }

  const self: RunBuilder = {
    scenario,
    purchase: (id, more) => begin(id, buildWanted(id, more)),
    stranger: (id) => begin(id, undefined),
    publish: (service, change) => void published.set(service, change),
    tamper: (service, change) => void tampered.set(service, change),
    arrived: (count) => {
      arrivedCount = count
    },
    ledger,
    facts() {
      const same = (balances: Balance[]) => balances
      const balances = SERVICES.map((service) => [service, (published.get(service) ?? same)(balancesOf(service))])
      return {
        scenario,
        arrivedCount: arrivedCount ?? drafts.filter(({ wanted }) => wanted).length,
        balances: Object.fromEntries(balances) as RunFacts['balances'],
      }
    },
    records: () => drafts.map((draft) => ({ ...draft, rows: rowsByService(ledger, draft.id) })),
    classified: () => self.records().map((record) => ({ ...record, class: classifyPurchase(record.rows.order) })),
    strikes: () => drafts.flatMap((draft) => draft.strikes),
  }
  return self
}

/** Shows a run to one invariant, as the audit does. */
export function check(invariant: Invariant, run: RunBuilder): { violations: Violation[]; subjects: number } {
  const begun = invariant.begin(run.facts())
  const violations: Violation[] = []
  for (const service of SERVICES) {
    for (const entry of run.ledger(service)) violations.push(...(begun.entry?.(service, entry) ?? []))
  }
  for (const facts of run.classified()) violations.push(...(begun.purchase?.(facts) ?? []))
  violations.push(...(begun.end?.() ?? []))
  return { violations, subjects: begun.subjects() }
}
