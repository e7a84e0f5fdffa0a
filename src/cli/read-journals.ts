/** Reads one purchase out of journals that may be far larger than memory. */

import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import type { JournalLine } from '../core/event.ts'
import { nearest } from '../scenarios/file/nearest.ts'
import { Failure, reasonOf } from './failure.ts'

/** One purchase in one variant, in the order of time. */
export interface Story {
  readonly purchase: string
  readonly lines: readonly JournalLine[]
  /** Whether there were more lines than `MOST_LINES`. */
  readonly cut: boolean
  /** What might have been meant, where no line is about the id. */
  readonly hint: string
}

/** More is no story. */
const MOST_LINES = 20_000
/** Purchases remembered for a hint. */
const MOST_REMEMBERED = 50_000

/** @param id a purchase, or an order's id, whose purchase is then told */
export async function findStory(journals: readonly string[], id: string): Promise<Story> {
  const first = await collect(journals, id)
  if (first.lines.length > 0 || first.purchaseOfOrder === undefined) return first
  return collect(journals, first.purchaseOfOrder)
}

async function collect(
  journals: readonly string[],
  id: string,
): Promise<Story & { purchaseOfOrder: string | undefined }> {
  const quoted = JSON.stringify(id)
  const lines: JournalLine[] = []
  const seen = new Set<string>()
  let purchaseOfOrder: string | undefined
  let cut = false
  for (const file of journals) {
    for await (const text of linesOf(file)) {
      // Most lines are about somebody else: parse only those that name the id at all.
      if (!text.includes(quoted)) {
        const purchase = /"purchase":"([^"\\]*)"/.exec(text)?.[1]
        if (purchase && seen.size < MOST_REMEMBERED) seen.add(purchase)
        continue
      }
      const line = parseLine(text)
      if (!line) continue
      if (line.type === 'order' && line.order === id) purchaseOfOrder ??= line.purchase
      if (!isAbout(line, id)) continue
      if (lines.length < MOST_LINES) lines.push(line)
      else cut = true
    }
  }
  // Stable: lines of one file that have the same time stay in the order in which they were written.
  lines.sort((a, b) => a.atMs - b.atMs)
  return { purchase: id, lines, cut, hint: lines.length > 0 ? '' : hintFor(id, seen), purchaseOfOrder }
}

async function* linesOf(file: string): AsyncGenerator<string> {
  const input = createReadStream(file, 'utf8')
  try {
    yield* createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })
  } catch (error) {
    throw new Failure('labFailed', `cannot read ${file}: ${reasonOf(error)}`)
  } finally {
    input.destroy()
  }
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

/** Also a crash that takes the purchase's call along while it strikes another's. */
function isAbout(line: JournalLine, id: string): boolean {
  if ('purchase' in line && line.purchase === id) return true
  return line.type === 'strike' && line.takes.some(({ purchase }) => purchase === id)
}

function hintFor(id: string, seen: ReadonlySet<string>): string {
  if (seen.size === 0) return 'the journals are empty'
  const numbers = [...seen].flatMap((name) => /^p-(\d+)$/.exec(name)?.[1] ?? []).map(Number)
  const range = numbers.length > 0 ? `its purchases go from p-${least(numbers)} to p-${most(numbers)}` : ''
  const near = seen.has(`p-${id}`) ? `p-${id}` : nearest(id, [...seen].slice(0, 1_000))
  return [near === undefined ? '' : `did you mean '${near}'?`, range].filter((part) => part !== '').join(' ')
}

const least = (numbers: readonly number[]) => numbers.reduce((a, b) => Math.min(a, b))
const most = (numbers: readonly number[]) => numbers.reduce((a, b) => Math.max(a, b))
