/** What every child process does with its parent. */

import { describeFailure } from './describe-failure.ts'
import type { FromChild, ToChild } from './messages.ts'

/** Obeys the parent's messages one after the other, and ends with it. */
export function obeyInOrder(obey: (message: ToChild) => Promise<void>): void {
  let previous = Promise.resolve()
  process.on('message', (message) => {
    previous = previous
      .then(() => obey(message as ToChild))
      .catch((error: unknown) => say({ type: 'broken', message: describeFailure(error) }))
  })
  // Whoever stops every process there is, stops us as well; but the parent decides what becomes of its children.
  process.on('SIGINT', () => {})
  process.on('SIGTERM', () => {})
  process.on('SIGHUP', () => {})
  // A parent that was killed can stop nobody; its end of the channel closing is the sign.
  process.on('disconnect', () => process.exit(0))
  process.on('uncaughtException', endBroken)
  process.on('unhandledRejection', endBroken)
}

/** Tells the parent why, and ends. */
export function endBroken(error: unknown): void {
  process.send?.({ type: 'broken', message: describeFailure(error) } satisfies FromChild, () => process.exit(1))
}

/** Says it to the parent, or to nobody when it is gone. */
export function say(message: FromChild): void {
  if (process.connected) process.send?.(message, () => {})
}
