/** A shop with one workflow, for tests of workflows: what it is asked and which moments it passes, and crashes that callers hear of. */

import { CallError, type Operation, type Reply, type Request } from '../../src/core/call.ts'
import type { Event } from '../../src/core/event.ts'
import type { Workflow } from '../../src/core/pattern.ts'
import type { Point } from '../../src/core/point.ts'
import { calleeOf, EDGES, type Edge, type ServiceName } from '../../src/core/topology.ts'
import { WORKFLOWS } from '../../src/patterns/workflows/catalogue.ts'
import { type Bend, never, openShop, type Shop, type ShopOptions } from './shop.ts'

const PRICE_CENTS = 50_000

export interface Asked {
  readonly edge: Edge
  readonly operation: Operation
  readonly effect: string
  readonly key: string
}

export interface OrderShop extends Shop {
  /** Every call that one service made of another, in order. */
  readonly asked: Asked[]
  /** Every moment that the order service passed, beside those of all requests. */
  readonly passed: { readonly point: Point; readonly about: string }[]
  /** What stands between callers and callees, until it is put back. */
  between(how: (edge: Edge, request: Request) => Bend | undefined): void
  /** Every call over this edge, or only those of one operation, goes this way. */
  spoil(edge: Edge, operation: Operation, how: Bend): void
  heal(): void
  /** Kills and restarts a service; whoever waits for its answer hears that the connection ended. */
  kill(service: ServiceName): void
  /** The order service dies the next time it passes this moment. */
  crashAt(point: Point): void
  /** The buyer's request. Undefined: no answer yet. */
  place(about?: { purchase?: string; key?: string | null; quantity?: number }): Promise<Reply | undefined>
  /** `order→inventory do deduct`, of calls from order to the participants. */
  steps(): string[]
  /** What the order service recorded of its workflows, over all its lives. */
  workflowEvents(): string[]
}

const PARTICIPANTS: readonly Edge[] = ['order→inventory', 'order→payment']

interface OrderShopOptions extends ShopOptions {
  /** Its options. */
  readonly workflow?: object
  /** Instead of the one of that name. */
  readonly chosen?: Workflow
}

export function openOrderShop(name: string, { workflow = {}, ...options }: OrderShopOptions = {}) {
  const { chosen = WORKFLOWS[name] as Workflow } = options
  const asked: Asked[] = []
  const passed: OrderShop['passed'] = []
  const events: Event[] = []
  const deadly = new Set<Point>()
  const deaths = new Map(EDGES.map((edge) => [calleeOf(edge), aDeath()]))
  let spoilt: (edge: Edge, request: Request) => Bend | undefined = () => undefined

  const shop = openShop({
    ...options,
    workflowTables: chosen.tables,
    createWorkflow(env) {
      const record: typeof env.record = (event) => void (event.type === 'workflow' && events.push(event))
      return chosen.create(chosen.options.parse(workflow), { ...env, record })
    },
    async point(point, about, service) {
      if (service === 'order' && point !== 'before-work' && point !== 'after-commit') {
        passed.push({ point, about: `${about.operation} ${about.effect}` })
      }
      if (service === 'order' && deadly.delete(point)) {
        kill('order')
        return never()
      }
      await options.point?.(point, about, service)
    },
  })

  function kill(service: ServiceName): void {
    shop.restart(service)
    const death = deaths.get(service)
    deaths.set(service, aDeath())
    death?.reject(new CallError('reset'))
  }

  for (const edge of EDGES) {
    shop.bend(edge, (reach, request) => {
      const { operation, effect, key = '' } = request
      asked.push({ edge, operation, effect, key })
      const death = deaths.get(calleeOf(edge)) as PromiseWithResolvers<never>
      const reaching = () => Promise.race([reach(), death.promise])
      return spoilt(edge, request)?.(reaching, request) ?? reaching()
    })
  }

  async function place(
    { purchase = 'p-1', key = 'buyer-1', quantity = 1 } = {} as Parameters<OrderShop['place']>[0] & {},
  ) {
    const body = { product: 'console', quantity, account: 'ada' }
    const keyed = key === null ? {} : { key }
    const answer = shop.ask('order', { operation: 'place', effect: 'order', purchase, body, ...keyed })
    // A bug is thrown; an order service that has died says nothing.
    return Promise.race([answer, shop.advance(0).then(() => undefined)])
  }

  const between: OrderShop['between'] = (how) => {
    spoilt = how
  }
  return {
    ...shop,
    asked,
    passed,
    between,
    spoil(edge, operation, how) {
      const before = spoilt
      between((over, request) => (over === edge && request.operation === operation ? how : before(over, request)))
    },
    heal: () => between(() => undefined),
    kill,
    crashAt: (point) => void deadly.add(point),
    place,
    steps: () =>
      asked
        .filter(({ edge }) => PARTICIPANTS.includes(edge))
        .map(({ edge, operation, effect }) => `${edge} ${operation} ${effect}`),
    workflowEvents: () => events.map((event) => (event.type === 'workflow' ? `${event.what} ${event.effect}` : '')),
  } satisfies OrderShop
}

function aDeath(): PromiseWithResolvers<never> {
  const death = Promise.withResolvers<never>()
  // Most services live as long as the test.
  death.promise.catch(() => undefined)
  return death
}

/** What has become of an order, from the ledgers: its end, and what it took from the shelf and from the account. */
export interface End {
  readonly state: string
  readonly pieces: number
  readonly paid: number
  readonly booked: number
}

export async function endOf(shop: Shop, purchase = 'p-1'): Promise<End> {
  const own = async (service: ServiceName) => (await shop.ledger(service)).filter((row) => row.purchase === purchase)
  const sum = (rows: Awaited<ReturnType<typeof own>>) =>
    rows.filter(({ kind }) => kind === 'effect' || kind === 'reversal').reduce((total, { amount }) => total + amount, 0)
  const bank = (await own('bank')).filter(({ account }) => account === 'ada')
  return {
    state: (await own('order')).map(({ kind }) => kind).join(' '),
    pieces: 0 - sum(await own('inventory')),
    paid: (0 - sum(bank)) / PRICE_CENTS,
    booked: sum(await own('payment')) / PRICE_CENTS,
  }
}

export const CONFIRMED: End = { state: 'accepted confirmed', pieces: 1, paid: 1, booked: 1 }
export const CANCELLED: End = { state: 'accepted cancelled', pieces: 0, paid: 0, booked: 0 }
export const REFUSED: End = { state: 'accepted refused', pieces: 0, paid: 0, booked: 0 }

/** What the participants still lock, over all accounts. */
export async function lockedIn(shop: Shop): Promise<number> {
  const balances = await Promise.all((['inventory', 'bank'] as const).map(shop.balances))
  return balances.flat().reduce((total, { held }) => total + held, 0)
}

/** Effects per key: nothing may ever happen twice, undone or not. */
export async function mostEffectsOfOneKey(shop: Shop): Promise<number> {
  const rows = (await Promise.all((['inventory', 'payment', 'bank'] as const).map(shop.ledger))).flat()
  const counts = new Map<string, number>()
  for (const { kind, key, account } of rows) {
    const what = `${key} ${account}`
    if (kind === 'effect') counts.set(what, (counts.get(what) ?? 0) + 1)
  }
  return Math.max(0, ...counts.values())
}
