/**
 * Functions of Node's modules that tell time, wait or draw, for libraries that import them. Stand-ins are put in their place while a
 * world is open: a module that has imported one by its name keeps it, and asks each time whose turn it is.
 *
 * Names that ES modules have imported are told only by `syncBuiltinESMExports`, which goes through all of Node. So it is called once:
 * when no world is open any more the modules have their own functions back, and those names keep stand-ins that do what the own do.
 */

import nodeCrypto, * as importedCrypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import nodeProcess, * as importedProcess from 'node:process'
import nodeTimers, * as importedTimers from 'node:timers'
import nodePromises, * as importedPromises from 'node:timers/promises'
import { EPOCH_MS } from './clock.ts'
import { hrtime, hrtimeBigint } from './clocks.ts'
import { type AnyFunction, standIn, worldTurns } from './inside.ts'
import * as promised from './promised-timers.ts'
import * as random from './random-bytes.ts'
import { virtualTimers } from './timers.ts'

/** One property of something that all share. */
interface Place {
  readonly owner: object
  readonly name: string
  /** What stands there while a world is open. */
  readonly held: PropertyDescriptor
  /** Where ES modules see it, if they do. */
  readonly imported: object | undefined
}

const PLACES: readonly Place[] = [
  ...placesIn(nodeTimers, importedTimers, virtualTimers),
  ...placesIn(nodePromises, importedPromises, {
    setTimeout: promised.promisedTimeout,
    setImmediate: promised.promisedImmediate,
    setInterval: promised.promisedInterval,
  }),
  ...placesIn(nodePromises.scheduler, undefined, { wait: promised.wait, yield: promised.yieldTurn }),
  ...placesIn(AbortSignal, undefined, { timeout: promised.signalAfter }),
  ...placesIn(nodeProcess.hrtime, undefined, { bigint: hrtimeBigint }),
  ...placesIn(nodeProcess, importedProcess, { hrtime }),
  ...placesIn(nodeCrypto, importedCrypto, {
    randomBytes: random.randomBytes,
    randomFill: random.randomFill,
    randomFillSync: random.randomFillSync,
    randomInt: random.randomInt,
    randomUUID: random.randomUUID,
  }),
  // `getRandomValues` of node:crypto asks these.
  ...placesIn(globalThis.crypto, undefined, { getRandomValues: random.getRandomValues, randomUUID: random.randomUUID }),
  timeOrigin(),
]

type Named = Readonly<Record<string, AnyFunction>>

function placesIn(owner: object, imported: object | undefined, virtual: Named): Place[] {
  return Object.entries(virtual).map(([name, function_]) => {
    const value = standIn(Reflect.get(owner, name), function_)
    const enumerable = Object.prototype.propertyIsEnumerable.call(owner, name)
    return { owner, name, imported, held: { value, enumerable, configurable: true, writable: true } }
  })
}

/** No function, and read together with `performance.now`. */
function timeOrigin(): Place {
  const machineOriginMs = performance.timeOrigin
  const get = () => (worldTurns() ? EPOCH_MS : machineOriginMs)
  return { owner: performance, name: 'timeOrigin', imported: undefined, held: { get, configurable: true } }
}

let worlds = 0
let before: readonly (PropertyDescriptor | undefined)[] = []

/** Called by each world once, before it turns. */
export function holdBuiltins(): void {
  worlds += 1
  if (worlds > 1) return
  before = PLACES.map(({ owner, name }) => Object.getOwnPropertyDescriptor(owner, name))
  for (const { owner, name, held } of PLACES) Object.defineProperty(owner, name, held)
  if (!PLACES.every(isImported)) syncBuiltinESMExports()
}

/** Called by each world once, when it turns no more. */
export function releaseBuiltins(): void {
  worlds -= 1
  if (worlds > 0) return
  for (const [nth, place] of PLACES.entries()) putBack(place, before[nth])
}

function isImported({ name, held, imported }: Place): boolean {
  return imported === undefined || Reflect.get(imported, name) === held.value
}

function putBack({ owner, name, held }: Place, was: PropertyDescriptor | undefined): void {
  const { value, get } = Object.getOwnPropertyDescriptor(owner, name) ?? {}
  // What somebody else has put there meanwhile is theirs.
  if (value !== held.value || get !== held.get) return
  if (was) Object.defineProperty(owner, name, was)
  else Reflect.deleteProperty(owner, name)
}

/** The same functions as globals. */
export function globalTimers(): readonly (readonly [name: string, value: unknown])[] {
  return PLACES.flatMap(({ owner, name, held }) => (owner === nodeTimers ? [[name, held.value] as const] : []))
}
