/** Everybody who is shopping at the moment: lets buyers in, counts them, and sends them away. */

import type { PurchaseId } from '../core/call.ts'
import type { Clock } from '../core/env.ts'
import type { Event } from '../core/event.ts'
import type { BuyerOptions } from '../core/pattern.ts'
import type { Purchase, Told } from '../core/purchase.ts'
import type { Scenario } from '../core/scenario.ts'
import { type AskOrder, openShop } from './buyer.ts'
import { drawPurchases, type MixScenario } from './mix.ts'

/** Where the traffic's records go; called once per record, in order. To batch them is the sink's business. */
export interface TrafficSink {
  purchase(purchase: Purchase): void
  told(told: Told): void
  record(event: Event): void
  /** A buyer has gone for good; for progress. */
  gone?(purchase: PurchaseId): void
}

export interface CrowdOptions {
  readonly scenario: MixScenario & Pick<Scenario, 'buyers'>
  readonly seed: number | string
  readonly buyer: BuyerOptions
  readonly clock: Clock
  readonly ask: AskOrder
  readonly sink: TrafficSink
  /** Buyers at once; who comes beyond that is turned away, and both counted and recorded. Default 20,000. */
  readonly mostAtOnce?: number
  /** Aborted to interrupt the traffic: nobody comes any more, and who is there leaves. */
  readonly signal?: AbortSignal
}

export interface Crowd {
  /**
   * The next buyer comes, meaning to ask at `intendedMs`. Resolves when it has gone; never rejects.
   * @param index whose place in the traffic it has; as many as came before, unless not all of the plan come
   */
  enter(intendedMs: number, index?: number): Promise<void>
  /** How many came: counted here, apart from the records, so that an audit can hold one against the other. */
  arrived(): number
  /** Aborted once nobody may come any more: interrupted, or a bug turned up. */
  readonly closing: AbortSignal
  interrupted(): boolean
  /** A bug turned up: the shop closes, and `empty` will throw it. */
  fail(error: unknown): void
  /** Resolves when the last buyer has gone; rejects with the first bug that turned up on the way. */
  empty(): Promise<void>
}

const MOST_AT_ONCE = 20_000

export function gatherCrowd(options: CrowdOptions): Crowd {
  const { scenario, sink, clock, signal, mostAtOnce = MOST_AT_ONCE } = options
  const purchaseAt = drawPurchases(scenario, options.seed)
  const shop = openShop({
    buyers: scenario.buyers,
    buyer: options.buyer,
    clock,
    ask: options.ask,
    told: (told) => sink.told(told),
    record: (event) => sink.record(event),
  })
  const closing = new AbortController()
  let arrived = 0
  let atOnce = 0
  let interrupted = false
  let bug: { readonly error: unknown } | undefined
  let whenEmpty: (() => void) | undefined

  function close(): void {
    closing.abort()
    shop.close()
  }
  function interrupt(): void {
    interrupted = true
    close()
  }
  if (signal?.aborted) interrupt()
  else signal?.addEventListener('abort', interrupt, { once: true })

  function fail(error: unknown): void {
    bug ??= { error }
    close()
  }

  function turnAway({ purchase, kind: effect }: Purchase): void {
    const said = { purchase, attempt: 1, status: 'no-answer', reason: 'traffic-limit' }
    sink.told({ ...said, atMs: clock.nowMs(), orderId: null })
    sink.record({ ...said, type: 'told', effect })
  }

  async function visit(purchase: Purchase): Promise<void> {
    const full = atOnce >= mostAtOnce
    atOnce++
    try {
      sink.purchase(purchase)
      if (full) turnAway(purchase)
      else await shop.shop(purchase)
      sink.gone?.(purchase.purchase)
    } catch (error) {
      fail(error)
    }
    if (--atOnce === 0) whenEmpty?.()
  }

  return {
    closing: closing.signal,
    arrived: () => arrived,
    interrupted: () => interrupted,
    enter(intendedMs, index = arrived) {
      arrived += 1
      return visit(purchaseAt(index, intendedMs))
    },
    fail,
    async empty() {
      if (atOnce > 0) await new Promise<void>((resolve) => (whenEmpty = resolve))
      signal?.removeEventListener('abort', interrupt)
      // A timer that outlives the last buyer would keep a process, or a virtual world, waiting.
      shop.close()
      if (bug) throw bug.error
    },
  }
}
