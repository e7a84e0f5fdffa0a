/** The clocks that libraries read, in the world that turns. */

import { EPOCH_MS } from './clock.ts'
import { here, worldTurns } from './inside.ts'
import { MICROS_PER_MS } from './kernel.ts'

const MICROS_PER_SECOND = 1_000_000
const NANOS_PER_MICRO = 1_000
const NANOS_PER_SECOND = 1_000_000_000

const machineDate = Date
const machineHrtime = process.hrtime

export function millisHere(): number {
  return here().kernel().nowMicros() / MICROS_PER_MS
}

const dateNow = (): number => (worldTurns() ? Math.floor(EPOCH_MS + millisHere()) : machineDate.now())

/** One for all worlds, so that what it makes is always a `Date`, and whoever keeps it sees the time of the world that turns. */
export const virtualDate: DateConstructor = new Proxy(machineDate, {
  construct: (target, args, made) => Reflect.construct(target, args.length === 0 ? [dateNow()] : args, made),
  apply: (target) => new target(dateNow()).toString(),
  get: (target, name) => (name === 'now' ? dateNow : Reflect.get(target, name)),
})

/** @param since what it said before */
export function hrtime(since?: readonly [number, number]): [number, number] {
  // Node says what is wrong with it.
  if (since !== undefined && !(Array.isArray(since) && since.length === 2)) return machineHrtime(since as never)
  const micros = here().kernel().nowMicros()
  const [fromSeconds, fromNanos] = since ?? [0, 0]
  const seconds = Math.floor(micros / MICROS_PER_SECOND) - fromSeconds
  const nanos = (micros % MICROS_PER_SECOND) * NANOS_PER_MICRO - fromNanos
  return nanos < 0 ? [seconds - 1, nanos + NANOS_PER_SECOND] : [seconds, nanos]
}

export function hrtimeBigint(): bigint {
  return BigInt(here().kernel().nowMicros()) * BigInt(NANOS_PER_MICRO)
}
