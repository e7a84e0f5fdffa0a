/** Every journal of a variant, read once: its strikes go into a file of their own, the rest is counted. */

import { createReadStream } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import type { JournalCounts, JournalLine, WorkflowStep } from '../../core/event.ts'
import type { Strike } from '../../core/invariant.ts'

/** Tosses and strikes by the gremlin's name. */
export type Coins = ReadonlyMap<string, { readonly tossed: number; readonly strikes: number }>

interface JournalIndex {
  /** `strikes (id, at_ms, strike)`, and `struck (purchase, strike)` with the purchases that each struck or took along. */
  readonly db: DatabaseSync
  readonly coins: Coins
  readonly counts: JournalCounts
}

/** Reads the journals of the services in a variant's folder. What the traffic wrote is on record elsewhere. */
export async function indexJournals(folder: string): Promise<JournalIndex> {
  const strikes = openStrikes(join(folder, 'strikes.db'))
  const coins = countCoins()
  const counts = { messages: 0, compensations: 0, recoveries: 0, heuristics: 0 }
  const files = (await readdir(join(folder, 'journal'))).filter((name) => name.endsWith('.ndjson')).sort()
  for (const file of files) {
    if (file.startsWith('traffic-')) continue
    for await (const text of linesOf(join(folder, 'journal', file))) {
      const kind = kindOf(text)
      if (kind === 'message') counts.messages += 1
      if (kind !== 'story') continue
      const line = parseLine(text)
      if (line?.type === 'toss') coins.add(line.gremlin, line.struck)
      else if (line?.type === 'strike') strikes.add(line)
      else if (line?.type === 'workflow') countStep(counts, line.what)
    }
  }
  return { db: strikes.finish(), coins: coins.all, counts }
}

const TYPE = '"type":"'

/**
 * What a line is to the audit. A run of 100,000 orders has millions of lines, so that most are told apart without being parsed:
 * a quote inside a JSON string is escaped, and the first `"type":"` is the event's own.
 */
function kindOf(text: string): 'message' | 'story' | 'other' {
  const at = text.indexOf(TYPE) + TYPE.length
  if (at < TYPE.length) return 'other'
  const is = (type: string) => text.startsWith(type, at)
  if (is('sent"')) return 'message'
  // Status 0: nobody answered.
  if (is('heard"')) return text.includes('"status":', at) && !text.includes('"status":0,', at) ? 'message' : 'other'
  return is('toss"') || is('strike"') || is('workflow"') ? 'story' : 'other'
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
  db.exec(`PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; DROP TABLE IF EXISTS strikes; DROP TABLE IF EXISTS struck;
    CREATE TABLE strikes (id INTEGER PRIMARY KEY, at_ms REAL, strike TEXT);
    CREATE TABLE struck (purchase TEXT, strike INTEGER); BEGIN`)
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
      db.exec('COMMIT; CREATE INDEX struck_by_purchase ON struck (purchase, strike)')
      return db
    },
  }
}

async function* linesOf(file: string): AsyncGenerator<string> {
  yield* createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Number.POSITIVE_INFINITY })
}

/** A process killed from outside may leave half a line. */
function parseLine(text: string): JournalLine | undefined {
  try {
    return JSON.parse(text) as JournalLine
  } catch {
    return undefined
  }
}
