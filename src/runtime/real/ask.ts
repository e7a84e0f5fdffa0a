import { type AskBuyer, askOver } from '../life/buyers.ts'
import { nowMs } from './clock.ts'
import { connectPoster } from './post.ts'
import { carryOver } from './wire.ts'

/** A buyer's connections are many: an open loop must not wait for one. */
const CONNECTIONS = 1_024

/** Buyers' requests over HTTP, all at the order service: `POST /orders`, or the path of their kind. */
export function connectBuyers(port: number): { readonly ask: AskBuyer; close(): Promise<void> } {
  const poster = connectPoster(port, CONNECTIONS)
  const carry = carryOver(poster, nowMs)
  return {
    ask: askOver(({ purchase: { purchase, kind: effect }, attempt, key }, body, signal) =>
      carry({ operation: 'place', purchase, effect, attempt, body, ...(key === null ? {} : { key }) }, signal),
    ),
    close: () => poster.close(),
  }
}
