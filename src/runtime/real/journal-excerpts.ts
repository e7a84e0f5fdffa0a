/** The journal's lines about some purchases of a variant. Every file is read once, and most lines are not parsed. */

import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { JournalLine } from '../../core/event.ts'
import { type Block, scanLines, wordAt } from './journal-lines.ts'

/** Kept of one purchase out of one file, so that one service that goes on and on leaves room for the others. */
const MOST_IN_FILE = 500
/** Kept of one purchase in all, in the order of time. */
const MOST_LINES = 2_000

const PURCHASE = '"purchase":"'

/**
 * By purchase, each in the order of time; those that no line is about are missing. A strike that takes a call of a purchase along is
 * about it, too; and so is the start of the next life of a service that such a strike has killed.
 *
 * @param folder with the journals
 */
export async function readExcerpts(
  folder: string,
  purchases: ReadonlySet<string>,
): Promise<Map<string, readonly JournalLine[]>> {
  const kept = new Map<string, JournalLine[]>()
  const starts = new Map<string, JournalLine>()
  const names = (await readdir(folder)).filter((name) => name.endsWith('.ndjson')).sort()
  for (const name of names) {
    const inFile = new Map<string, JournalLine[]>()
    let first = true
    await scanLines(join(folder, name), (block, from, to) => {
      if (first) noteStart(starts, name, block, from, to)
      first = false
      for (const purchase of wantedIn(block.text, from, to, purchases)) keep(inFile, purchase, block, from, to)
    })
    for (const [purchase, lines] of inFile) kept.set(purchase, [...(kept.get(purchase) ?? []), ...lines])
  }
  return new Map([...kept].map(([purchase, lines]) => [purchase, inTime([...lines, ...livesAfter(lines, starts)])]))
}

/** The wanted purchases that the line names, each once. A quote within a text is escaped, so that no text looks like a field. */
function wantedIn(text: string, from: number, to: number, purchases: ReadonlySet<string>): readonly string[] {
  let found: string[] | undefined
  for (let at = text.indexOf(PURCHASE, from); at >= 0 && at < to; at = text.indexOf(PURCHASE, at + PURCHASE.length)) {
    const purchase = wordAt(text, at + PURCHASE.length, to)
    if (!purchases.has(purchase) || found?.includes(purchase)) continue
    found = [...(found ?? []), purchase]
  }
  return found ?? NOBODY
}

const NOBODY: readonly string[] = []

function keep(lines: Map<string, JournalLine[]>, purchase: string, block: Block, from: number, to: number): void {
  const known = lines.get(purchase) ?? []
  if (known.length >= MOST_IN_FILE) return
  const line = parseLine(block.decode(from, to))
  if (!line) return
  known.push(line)
  lines.set(purchase, known)
}

/** A journal begins with the start of its life. Lives are few beside lines. */
function noteStart(starts: Map<string, JournalLine>, name: string, block: Block, from: number, to: number): void {
  const line = parseLine(block.decode(from, to))
  if (line?.type === 'started') starts.set(name, line)
}

function livesAfter(lines: readonly JournalLine[], starts: ReadonlyMap<string, JournalLine>): JournalLine[] {
  return lines.flatMap((line) => {
    if (line.type !== 'strike' || !line.fatal) return []
    return starts.get(`${line.node}-${line.incarnation + 1}.ndjson`) ?? []
  })
}

/** Stable: what one service wrote at one time stays in the order in which it was written. */
function inTime(lines: JournalLine[]): readonly JournalLine[] {
  return lines.sort((a, b) => a.atMs - b.atMs).slice(0, MOST_LINES)
}

/** Undefined for a line that a killed process wrote only half of. */
function parseLine(text: string): JournalLine | undefined {
  try {
    const line = JSON.parse(text) as Partial<JournalLine> | null
    return typeof line?.atMs === 'number' && typeof line.type === 'string' ? (line as JournalLine) : undefined
  } catch {
    return undefined
  }
}
