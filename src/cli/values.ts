/** Values of options, as typed; every mistake is one line. */

import { MOST_ORDERS, MOST_RATE_PER_SECOND } from '../scenarios/file/limits.ts'

import type { VirtualNetwork } from '../scenarios/open-virtually.ts'

/** What yargs gives for an option: more than one value when it is repeated. */
export type Typed = string | readonly string[] | undefined

/** Collects the mistakes of a command's options. */
export interface Reader {
  /** One value, read by `read`, which says undefined for one that cannot be. */
  one<T>(option: string, typed: Typed, rule: string, read: (text: string) => T | undefined): T | undefined
  readonly mistakes: readonly string[]
}

export function readOptions(): Reader {
  const mistakes: string[] = []
  return {
    mistakes,
    one(option, typed, rule, read) {
      if (typed === undefined) return undefined
      if (typeof typed !== 'string') {
        mistakes.push(`--${option} is given ${typed.length} times; give it once`)
        return undefined
      }
      const value = read(typed)
      if (value === undefined) mistakes.push(`--${option} must be ${rule}, not '${typed}'`)
      return value
    },
  }
}

export const FILE_RULE = 'a file'
export const FOLDER_RULE = 'a folder'
export function readNonEmpty(text: string): string | undefined {
  return text || undefined
}

export const NETWORK_RULE = "'fast', which it is when nothing is said, or 'wire', as in --virtual=wire"
export function readNetwork(text: string): VirtualNetwork | undefined {
  return text === 'fast' || text === 'wire' ? text : undefined
}

const MOST_SEEDS = 1_000

function readWhole(text: string): number | undefined {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN
  return Number.isSafeInteger(value) ? value : undefined
}

export const SEED_RULE = 'a whole number, 0 or more'
export const readSeed = readWhole

export const SEEDS_RULE = `a range such as 1..20, of at most ${MOST_SEEDS} seeds`

/** `1..20` gives the numbers from 1 to 20. */
export function readSeeds(text: string): number[] | undefined {
  const [, from, to] = /^(\d+)\.\.(\d+)$/.exec(text) ?? []
  const first = readWhole(from ?? '')
  const last = readWhole(to ?? '')
  if (first === undefined || last === undefined || last < first || last - first >= MOST_SEEDS) return undefined
  return Array.from({ length: last - first + 1 }, (_, index) => first + index)
}

export const SEEDS_TO_TRY_RULE = 'how many seeds to try, such as 1000, or a range such as 5001..10000'

/** `100` gives those from 1 to 100. */
export function readSeedsToTry(text: string): { from: number; to: number } | undefined {
  const [, first, last] = /^(?:(\d+)\.\.)?(\d+)$/.exec(text) ?? []
  const from = first === undefined ? 1 : readWhole(first)
  const to = readWhole(last ?? '')
  return from === undefined || to === undefined || to < from ? undefined : { from, to }
}

const MOST_WORKERS = 256
export const WORKERS_RULE = `how many threads, from 1 to ${MOST_WORKERS}`
export function readWorkers(text: string): number | undefined {
  const workers = readWhole(text)
  return workers !== undefined && workers >= 1 && workers <= MOST_WORKERS ? workers : undefined
}

export const ORDERS_RULE = `a whole number from 1 to ${MOST_ORDERS}`
export function readOrders(text: string): number | undefined {
  const orders = readWhole(text)
  return orders !== undefined && orders >= 1 && orders <= MOST_ORDERS ? orders : undefined
}

export const ROWS_RULE = 'a whole number, 1 or more'
export function readRows(text: string): number | undefined {
  const rows = readWhole(text)
  return rows !== undefined && rows >= 1 ? rows : undefined
}

export const RATE_RULE = `orders per second, more than 0 and at most ${MOST_RATE_PER_SECOND}`
export function readRate(text: string): number | undefined {
  const rate = /^\d{1,9}(\.\d{1,9})?$/.test(text) ? Number(text) : Number.NaN
  return rate > 0 && rate <= MOST_RATE_PER_SECOND ? rate : undefined
}

export const DURATION_RULE = 'a duration such as 90s, 500ms or 5m, of at most a day'
const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }

/** Milliseconds; a number without a unit is in seconds. */
export function readDurationMs(text: string): number | undefined {
  const [, amount, unit = 's'] = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h)?$/.exec(text) ?? []
  const ms = Math.round(Number(amount) * (UNITS_MS[unit] ?? Number.NaN))
  return ms >= 1 && ms <= 86_400_000 ? ms : undefined
}
