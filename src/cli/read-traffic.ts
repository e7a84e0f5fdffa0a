/** What the traffic's record says of a run whose refusals are to be told. */

import { createReadStream, existsSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { Failure, reasonOf } from './failure.ts'

export interface Buyers {
  /** The account that a purchase is paid from; empty where it is not on record. */
  accountOf(purchase: string): string
  /** When the traffic meant to begin; undefined: not on record. */
  readonly startMs: number | undefined
  close(): void
}

const NOBODY: Buyers = { accountOf: () => '', startMs: undefined, close() {} }

/** @param journals the files of one variant; its ledgers lie beside them */
export async function openBuyers(journals: readonly string[]): Promise<Buyers> {
  const [any] = journals
  if (any === undefined) return NOBODY
  const file = join(dirname(dirname(any)), 'ledgers', 'traffic.db')
  if (!existsSync(file)) return NOBODY
  let db: DatabaseSync | undefined
  try {
    db = new DatabaseSync(file, { readOnly: true })
    const find = db.prepare('SELECT account, intended_ms FROM purchases WHERE purchase = ?')
    const traffic = journals.find((journal) => basename(journal).startsWith('traffic-'))
    const startMs = traffic === undefined ? undefined : startOf(await firstAsked(traffic), find)
    return { accountOf: (purchase) => String(find.get(purchase)?.account ?? ''), startMs, close: () => db?.close() }
  } catch (error) {
    db?.close()
    throw new Failure('labFailed', `cannot read ${file}: ${reasonOf(error)}`)
  }
}

interface Asked {
  readonly atMs: number
  readonly purchase: string
}

/** The first buyer came at the time that the plan says, but for the traffic's own delay. */
function startOf(asked: Asked | undefined, find: StatementSync): number | undefined {
  const intendedMs = asked && find.get(asked.purchase)?.intended_ms
  return asked && typeof intendedMs === 'number' ? asked.atMs - intendedMs : undefined
}

async function firstAsked(file: string): Promise<Asked | undefined> {
  const input = createReadStream(file, 'utf8')
  try {
    for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      const [, atMs, purchase] = /^{"atMs":([\d.]+),.*"type":"asked","purchase":"([^"\\]*)"/.exec(text) ?? []
      if (atMs !== undefined && purchase !== undefined) return { atMs: Number(atMs), purchase }
    }
    return undefined
  } finally {
    input.destroy()
  }
}

/** When the first line of any journal was written; undefined: there is none. */
export async function firstLineMs(journals: readonly string[]): Promise<number | undefined> {
  const times: number[] = []
  for (const file of journals) {
    const input = createReadStream(file, { encoding: 'utf8', end: 200 })
    for await (const text of input) {
      const atMs = /"atMs":([\d.]+)/.exec(String(text))?.[1]
      if (atMs !== undefined) times.push(Number(atMs))
      break
    }
  }
  return times.length === 0 ? undefined : times.reduce((a, b) => Math.min(a, b))
}
