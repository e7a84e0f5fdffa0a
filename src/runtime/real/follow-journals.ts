/** Reads the journals of a running variant while they are written. */

import { closeSync, openSync, readdirSync, readSync } from 'node:fs'
import { join } from 'node:path'
import type { JournalLine } from '../../core/event.ts'
import { JOURNAL_FOLDER } from '../../core/run-folder.ts'

const CHUNK_BYTES = 64 * 1024
/** So much is read of one file in one poll; what is left has its turn in the next. */
const MOST_BYTES_A_POLL = 8 * CHUNK_BYTES
/** A crash can take a thousand calls along. A line that is longer than this is none of ours, and is counted as broken. */
const MOST_LINE_BYTES = 4 * 1024 * 1024
/** A life that has a successor and says nothing for so many polls has said all. */
const POLLS_TO_THE_END = 20
const NEWLINE = 10

export interface JournalPoll {
  /** Lines that were passed on. */
  readonly lines: number
  /** Some file had more than was read: a bound was reached, and another poll would find lines at once. */
  readonly behind: boolean
}

export interface JournalFollower {
  /** Passes on what was written since the last poll, each file's lines in their order. Reads synchronously and within bounds. */
  poll(): JournalPoll
  /** Lines that could not be read. */
  broken(): number
  close(): void
}

interface Followed {
  readonly node: string
  readonly incarnation: number
  readonly descriptor: number
  readonly lines: ReturnType<typeof splitLines>
  idlePolls: number
}

/** @param folder of the variant; as long as it has no journals there is nothing to read */
export function followJournals(folder: string, onLine: (line: JournalLine) => void): JournalFollower {
  const journals = join(folder, JOURNAL_FOLDER)
  /** By file name; null: has said all. */
  const files = new Map<string, Followed | null>()
  let broken = 0
  let lines = 0

  function tell(text: string | undefined): void {
    const line = text === undefined ? undefined : toLine(text)
    if (line) {
      lines++
      onLine(line)
    } else broken++
  }

  /** New lives have files of their own. */
  function openNew(): void {
    for (const name of namesIn(journals)) {
      const [, node, life] = /^(.+)-(\d+)\.ndjson$/.exec(name) ?? []
      if (node === undefined || files.has(name)) continue
      const descriptor = openSync(join(journals, name), 'r')
      files.set(name, { node, incarnation: Number(life), descriptor, lines: splitLines(tell), idlePolls: 0 })
    }
  }

  return {
    poll() {
      lines = 0
      openNew()
      let behind = false
      for (const file of inOrder(files)) if (readOn(file)) behind = true
      closeEnded(files)
      return { lines, behind }
    },
    broken: () => broken,
    close() {
      for (const file of files.values()) if (file) closeSync(file.descriptor)
      files.clear()
    },
  }
}

/** Only one poll is at work at a time, and it keeps nothing of it. */
const chunk = Buffer.allocUnsafe(CHUNK_BYTES)

/** @returns whether there is more than one poll reads */
function readOn(file: Followed): boolean {
  for (let total = 0; total < MOST_BYTES_A_POLL; ) {
    const count = readSync(file.descriptor, chunk, 0, CHUNK_BYTES, null)
    total += count
    file.lines.add(chunk.subarray(0, count))
    file.idlePolls = total === 0 ? file.idlePolls + 1 : 0
    if (count < CHUNK_BYTES) return false
  }
  return true
}

/** Puts lines together from what was read; the beginning of one waits for its end. @param tell undefined: a line was too long */
function splitLines(tell: (text: string | undefined) => void) {
  let rest = Buffer.alloc(0)
  /** What comes of a line that was too long is passed over. */
  let skipping = false

  function finish(end: Buffer): void {
    const whole = rest.length > 0 ? Buffer.concat([rest, end]) : end
    rest = Buffer.alloc(0)
    if (!skipping && whole.length > 0) tell(whole.toString('utf8'))
    skipping = false
  }

  return {
    add(bytes: Buffer): void {
      let from = 0
      for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, from)) {
        finish(bytes.subarray(from, end))
        from = end + 1
      }
      if (skipping || from === bytes.length) return
      rest = Buffer.concat([rest, bytes.subarray(from)])
      if (rest.length <= MOST_LINE_BYTES) return
      rest = Buffer.alloc(0)
      skipping = true
      tell(undefined)
    },
  }
}

/** A run may have hundreds of lives: those that are over need no open file. */
function closeEnded(files: Map<string, Followed | null>): void {
  for (const [name, file] of files) {
    if (!file || file.idlePolls < POLLS_TO_THE_END) continue
    const hasSuccessor = [...files.values()].some(
      (other) => other !== null && other.node === file.node && other.incarnation > file.incarnation,
    )
    if (!hasSuccessor) continue
    closeSync(file.descriptor)
    files.set(name, null)
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

/** Each node's lives in their order. */
function inOrder(files: ReadonlyMap<string, Followed | null>): Followed[] {
  return [...files.values()].filter((file) => file !== null).sort((a, b) => a.incarnation - b.incarnation)
}

/** Undefined where it is no line of a journal. */
function toLine(text: string): JournalLine | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  return isLine(value) ? value : undefined
}

/** Only what every line has; the rest is what our own services write. */
function isLine(value: unknown): value is JournalLine {
  if (typeof value !== 'object' || value === null) return false
  const { atMs, node, incarnation, type } = value as Partial<Record<keyof JournalLine, unknown>>
  return (
    typeof atMs === 'number' && typeof node === 'string' && typeof incarnation === 'number' && typeof type === 'string'
  )
}
