import { closeSync, openSync, writeSync } from 'node:fs'
import type { Event } from '../../core/event.ts'
import { nowMs } from './clock.ts'

const FLUSH_AT_CHARACTERS = 64 * 1024

export interface Journal {
  record(event: Event): void
  /** Writes what is waiting, synchronously: called before a strike kills the process. */
  flush(): void
  close(): void
}

export interface JournalTime {
  nowMs(): number
  /** How long a line may wait; null: until there are many of them, or the journal is closed. */
  readonly flushEveryMs: number | null
}

const MACHINE_TIME: JournalTime = { nowMs, flushEveryMs: 50 }

/**
 * One incarnation's journal, a JSON object a line. Lines are written in batches; a process killed from outside loses at most
 * the last 50 ms of its story, never of its ledger.
 * @param onError told once when the disk takes no more
 */
export function openJournal(
  file: string,
  node: string,
  incarnation: number,
  onError: (error: Error) => void,
  { nowMs, flushEveryMs }: JournalTime = MACHINE_TIME,
): Journal {
  const descriptor = openSync(file, 'a')
  let waiting = ''
  let timer: NodeJS.Timeout | undefined
  let closed = false

  function flush(): void {
    clearTimeout(timer)
    timer = undefined
    if (waiting === '') return
    const text = waiting
    waiting = ''
    try {
      writeWhole(descriptor, text)
    } catch (error) {
      closed = true
      onError(error as Error)
    }
  }

  return {
    record(event) {
      if (closed) return
      waiting += `${JSON.stringify({ atMs: Math.round(nowMs() * 1_000) / 1_000, node, incarnation, ...event })}\n`
      if (waiting.length >= FLUSH_AT_CHARACTERS) flush()
      else if (flushEveryMs !== null) timer ??= setTimeout(flush, flushEveryMs).unref()
    },
    flush,
    close() {
      if (closed) return
      flush()
      closed = true
      closeSync(descriptor)
    },
  }
}

function writeWhole(descriptor: number, text: string): void {
  const bytes = Buffer.from(text)
  let written = 0
  while (written < bytes.length) written += writeSync(descriptor, bytes, written)
}
