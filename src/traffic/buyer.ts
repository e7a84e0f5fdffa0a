/** Buyers: they ask, wait, lose patience, and ask again. */

import type { Clock } from '../core/env.ts'
import type { Event } from '../core/event.ts'
import type { BuyerOptions } from '../core/pattern.ts'
import type { Purchase, Told } from '../core/purchase.ts'
import type { Buyers } from '../core/scenario.ts'
import { shareWaits, type Waits } from './patience.ts'

/** One request of a buyer, to be sent to the order service. */
export interface Ask {
  readonly purchase: Purchase
  /** 1 for the first request, 2 for the first time the buyer asks again. */
  readonly attempt: number
  /** The Idempotency-Key to send; null: none. */
  readonly key: string | null
}

/** What the order service said; `status` as in core's `Told`. */
export interface Answer {
  readonly status: string
  readonly reason: string | null
  readonly orderId: string | null
}

/**
 * Sends one request and resolves with what became of it, a lost connection included (`no-answer`). Rejects only once the
 * signal is aborted: then the buyer has left and nobody listens any more. Any other rejection is a bug.
 */
export type AskOrder = (request: Ask, signal: AbortSignal) => Promise<Answer>

export interface ShopOptions {
  readonly buyers: Buyers
  readonly buyer: BuyerOptions
  readonly clock: Clock
  readonly ask: AskOrder
  told(told: Told): void
  /** Given the journal's `asked`, `told` and `left`. */
  record(event: Event): void
}

/** Where buyers shop: holds what they share. */
export interface Shop {
  /** One buyer, from the first request until it has a final answer or gives up. Rejects with a bug of `ask`, or of a sink. */
  shop(purchase: Purchase): Promise<void>
  /** Everybody leaves now, told `left` with the reason `interrupted`, and nobody asks again. */
  close(): void
}

/** While the first attempt runs, ask for its answer at most this often, whatever the scenario's pause. */
export const LEAST_POLL_PAUSE_MS = 10

const OUT_OF_PATIENCE: Answer = { status: 'left', reason: null, orderId: null }
const INTERRUPTED: Answer = { status: 'left', reason: 'interrupted', orderId: null }

function keyFor(mode: BuyerOptions['key'], purchase: string, attempt: number): string | null {
  if (mode === 'none') return null
  return mode === 'per-purchase' ? purchase : `${purchase}/${attempt}`
}

/**
 * How buyers behave:
 * - Patience runs out (`left`) or the connection ends (`no-answer`): pause, ask again, at most `refreshes` times.
 * - `in-progress` (409) says that the answer is being made. Asking for it again costs no refresh, since nothing was lost, but
 *   it must begin within the time that a buyer stays who never hears anything: every patience and every pause, added up.
 * - Anything else ends the shopping, whatever they came for. Who was told `cancelled` or `failed` does not try again unasked.
 */
export function openShop(options: ShopOptions): Shop {
  const { buyers, buyer, clock } = options
  const patience = shareWaits(clock, buyers.patienceMs)
  const pauses = shareWaits(clock, buyers.pauseMs)
  const polls = shareWaits(clock, Math.max(buyers.pauseMs, LEAST_POLL_PAUSE_MS))
  const longestStayMs = buyers.patienceMs * (buyers.refreshes + 1) + buyers.pauseMs * buyers.refreshes
  let closed = false

  /** One request and its answer, or `left`. By hand rather than by `Promise.race`: this is the driver's hot path. */
  function askOnce(request: Ask): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const leave = new AbortController()
      const wait = patience.begin(() => {
        resolve(closed ? INTERRUPTED : OUT_OF_PATIENCE)
        leave.abort()
      })
      options.ask(request, leave.signal).then(
        (answer) => {
          patience.callOff(wait)
          resolve(answer)
        },
        (error) => {
          patience.callOff(wait)
          reject(error)
        },
      )
    })
  }

  function hear({ purchase, kind: effect }: Purchase, attempt: number, answer: Answer): void {
    const { status, reason, orderId } = answer
    options.told({ purchase, attempt, atMs: clock.nowMs(), status, reason, orderId })
    if (status === 'left') options.record({ type: 'left', purchase, effect, attempt })
    else options.record({ type: 'told', purchase, effect, attempt, status, reason })
  }

  const rest = (waits: Waits): Promise<void> => new Promise((resolve) => void waits.begin(resolve))

  async function shop(purchase: Purchase): Promise<void> {
    const stayUntilMs = clock.nowMs() + longestStayMs
    let refreshesLeft = buyers.refreshes
    for (let attempt = 1; !closed; attempt++) {
      const key = keyFor(buyer.key, purchase.purchase, attempt)
      options.record({ type: 'asked', purchase: purchase.purchase, effect: purchase.kind, attempt, key })
      const answer = await askOnce({ purchase, attempt, key })
      hear(purchase, attempt, answer)
      const lost = answer.status === 'left' || answer.status === 'no-answer'
      if (!lost && answer.status !== 'in-progress') return
      if (lost ? refreshesLeft === 0 : clock.nowMs() + polls.lengthMs > stayUntilMs) return
      if (lost) refreshesLeft--
      if (!closed) await rest(lost ? pauses : polls)
    }
  }

  return {
    shop,
    close() {
      closed = true
      for (const waits of [patience, pauses, polls]) waits.endAll()
    },
  }
}
