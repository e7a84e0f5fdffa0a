/** Every journal of a variant, read once: its strikes go into a file of their own, the rest is counted. */

import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { CallWatch } from '../../core/dependency.ts'
import type { JournalCounts, JournalLine, WorkflowStep } from '../../core/event.ts'
import type { Strike } from '../../core/invariant.ts'
import { readCalls } from './journal-calls.ts'
import { scanLines } from './journal-lines.ts'

/** Tosses and strikes by the gremlin's name. */
export type Coins = ReadonlyMap<string, { readonly tossed: number; readonly strikes: number }>

interface JournalIndex {
  /** `strikes (id, at_ms, strike)`, and `struck (purchase, strike)` with the purchases that each struck or took along. */
  readonly db: DatabaseSync
  readonly coins: Coins
  readonly counts: JournalCounts
}

/**
 * Reads the journals of the services in a variant's folder. What the traffic wrote is on record elsewhere.
 * @param calls is told of every call and policy
 */
export async function indexJournals(folder: string, calls: CallWatch = NOBODY): Promise<JournalIndex> {
  const strikes = openStrikes(join(folder, 'strikes.db'))
  const coins = countCoins()
  const counts = { messages: 0, compensations: 0, recoveries: 0, heuristics: 0 }
  for (const { file, node } of await journalsIn(join(folder, 'journal'))) {
    const reader = readCalls(node, calls, () => {
      counts.messages += 1
    })
    calls.begin(node)
    await scanLines(file, (block, from, to) => {
      if (!reader.read(block, from, to)) return
      const line = parseLine(block.decode(from, to))
      if (line?.type === 'toss') coins.add(line.gremlin, line.struck)
      else if (line?.type === 'strike') strikes.add(line)
      else if (line?.type === 'workflow') countStep(counts, line.what)
      else if (line?.type === 'policy') calls.policy(line)
    })
    const lastAtMs = reader.lastAtMs()
    if (lastAtMs !== undefined) calls.end(node, lastAtMs)
  }
  return { db: strikes.finish(), coins: coins.all, counts }
}

const NOBODY: CallWatch = {
  begin() {},
  sent() {},
  heard() {},
  policy() {},
  end() {},
}

/** Journals of services, each service's lives in their order. */
export async function journalsIn(folder: string): Promise<{ readonly file: string; readonly node: string }[]> {
  const found = (await readdir(folder)).flatMap((name) => {
    const [, node = '', life = ''] = /^(.+)-(\d+)\.ndjson$/.exec(name) ?? []
    return node === '' || node === 'traffic' ? [] : [{ file: join(folder, name), node, life: Number(life) }]
  })
  return found.sort((a, b) => (a.node === b.node ? a.life - b.life : a.node < b.node ? -1 : 1))
}

function countStep(counts: { -readonly [key in keyof JournalCounts]: number }, what: WorkflowStep): void {
  if (what === 'compensated') counts.compensations += 1
  if (what === 'recovered') counts.recoveries += 1
  if (what === 'heuristic') counts.heuristics += 1
}

function countCoins() {
  const all = new Map<string, { tossed: number; strikes: number }>()
  return {
    all,
    add(gremlin: string, struck: boolean): void {
      const coin = all.get(gremlin) ?? { tossed: 0, strikes: 0 }
      coin.tossed += 1
      if (struck) coin.strikes += 1
      all.set(gremlin, coin)
    },
  }
}

function openStrikes(file: string) {
  const db = new DatabaseSync(file)
  db.exec(`PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN;
    DROP TABLE IF EXISTS strikes; DROP TABLE IF EXISTS struck;
    CREATE TABLE strikes (id INTEGER PRIMARY KEY, at_ms REAL, strike TEXT);
    CREATE TABLE struck (purchase TEXT, strike INTEGER)`)
  const addStrike = db.prepare('INSERT INTO strikes (at_ms, strike) VALUES (?, ?)')
  const addStruck = db.prepare('INSERT INTO struck VALUES (?, ?)')
  return {
    add(line: JournalLine & { type: 'strike' }): void {
      const { atMs, node, incarnation, gremlin, kind, purchase, effect, attempt, fatal, takes } = line
      const strike: Strike = { atMs, node, incarnation, gremlin, kind, purchase, effect, attempt, fatal, takes }
      const { lastInsertRowid } = addStrike.run(atMs, JSON.stringify(strike))
      for (const struck of new Set([purchase, ...takes.map((call) => call.purchase)]))
        addStruck.run(struck, lastInsertRowid)
    },
    finish(): DatabaseSync {
      db.exec('CREATE INDEX struck_by_purchase ON struck (purchase, strike); COMMIT')
      return db
    },
  }
}

/** A process killed from outside may leave half a line. */
function parseLine(text: string): JournalLine | undefined {
  try {
    return JSON.parse(text) as JournalLine
  } catch {
    return undefined
  }
}
