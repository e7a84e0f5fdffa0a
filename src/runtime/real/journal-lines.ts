/** Reads a journal in blocks. It has millions of lines, and most are looked at without a string being made of them. */

import { closeSync, openSync, readSync } from 'node:fs'

/** Small enough for its text to lie among the young objects, which are cheap to throw away. */
const BLOCK_BYTES = 64 * 1024
/** So many are read at a time before others have their turn. Waiting for each takes longer than reading it. */
const BLOCKS_AT_ONCE = 16
const NEWLINE = 10

/** Whole lines of a journal. */
export interface Block {
  /** One character for each byte: what is not ASCII is not readable in it, but stands where it stands in the file. */
  readonly text: string
  /** A part of it as it was written. */
  decode(from: number, to: number): string
}

/** Shows every line to `visit`, as a place in a block; the last one may be torn. */
export async function scanLines(file: string, visit: (block: Block, from: number, to: number) => void): Promise<void> {
  const descriptor = openSync(file, 'r')
  try {
    await scan(descriptor, visit)
  } finally {
    closeSync(descriptor)
  }
}

async function scan(descriptor: number, visit: (block: Block, from: number, to: number) => void): Promise<void> {
  let buffer = Buffer.allocUnsafe(BLOCK_BYTES)
  let held = 0
  for (let blocks = 1; ; blocks++) {
    // A line that is longer than a block: a crash can take thousands of calls along.
    if (held === buffer.length) buffer = Buffer.concat([buffer], 2 * held)
    const bytesRead = readSync(descriptor, buffer, held, buffer.length - held, null)
    if (bytesRead === 0) break
    const filled = held + bytesRead
    const end = buffer.lastIndexOf(NEWLINE, filled - 1) + 1
    if (end > 0) visitBlock(buffer, end, visit)
    buffer.copyWithin(0, end, filled)
    held = filled - end
    if (blocks % BLOCKS_AT_ONCE === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  if (held > 0) visitBlock(buffer, held, visit)
}

function visitBlock(buffer: Buffer, end: number, visit: (block: Block, from: number, to: number) => void): void {
  const text = buffer.toString('latin1', 0, end)
  const block: Block = { text, decode: (from, to) => buffer.toString('utf8', from, to) }
  for (let from = 0; from < end; ) {
    const newline = text.indexOf('\n', from)
    const to = newline < 0 ? end : newline
    if (to > from) visit(block, from, to)
    from = to + 1
  }
}

/**
 * Where the value of a field begins that stands between `from` and `to`; negative: nowhere. A quote inside a JSON string is escaped,
 * so that no text can look like a field.
 * @param name with its quotes and colon, and the opening quote of a text: `"to":"`
 */
export function valueAt(text: string, name: string, from: number, to: number): number {
  const at = text.indexOf(name, from)
  return at < 0 || at >= to ? -1 : at + name.length
}

/** The text that begins here and holds no escaped quote: names and words do not. */
export function wordAt(text: string, at: number, to: number): string {
  const end = text.indexOf('"', at)
  return text.slice(at, end < 0 || end > to ? to : end)
}

/** The number that begins here; NaN where there is none. */
export function numberAt(text: string, at: number, to: number): number {
  let end = at
  while (end < to && text[end] !== ',' && text[end] !== '}') end++
  return end === at ? Number.NaN : Number(text.slice(at, end))
}
