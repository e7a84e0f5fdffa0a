/** Listens to the events of a control API, over as many connections as it takes. */

import { setTimeout as pause } from 'node:timers/promises'
import type { Dispatcher } from 'undici'
import type { FeedLine, Snapshot } from '../core/live.ts'
import { MOST_EVENT_CHARS, MOST_RECONNECTS, RECONNECT_PAUSES_MS } from './limits.ts'
import { readEvents, type StreamEvent } from './read-events.ts'

interface Heard {
  snapshot(snapshot: Snapshot): void
  feed?(line: FeedLine & { readonly variant: string }): void
  lost?(why: string): void
  ended?(why: string): void
}

/** Why nothing more will come however often it is tried. */
class Over extends Error {}

/**
 * A connection that is lost, or cannot be had, is tried again after 250 ms, 500 ms, 1 s, and from then on 2 s. It ends when the server
 * says so, when it answers anything but 200 or 429, and after ten tries in a row that brought no event.
 *
 * What a watcher throws is thrown on.
 */
export async function listen(
  open: () => Promise<Dispatcher.ResponseData>,
  heard: Heard,
  signal: AbortSignal,
): Promise<void> {
  for (let failed = 0; !signal.aborted; ) {
    const { why, over, events } = await listenOnce(open, heard, signal)
    if (signal.aborted) return
    failed = events > 0 ? 1 : failed + 1
    if (over || failed > MOST_RECONNECTS) {
      heard.ended?.(why)
      return
    }
    heard.lost?.(why)
    const pauseMs = RECONNECT_PAUSES_MS[Math.min(failed, RECONNECT_PAUSES_MS.length) - 1]
    // Stopped meanwhile: the loop sees it.
    await pause(pauseMs, undefined, { signal }).catch(() => undefined)
  }
}

interface Outcome {
  readonly why: string
  readonly over: boolean
  readonly events: number
}

async function listenOnce(
  open: () => Promise<Dispatcher.ResponseData>,
  heard: Heard,
  signal: AbortSignal,
): Promise<Outcome> {
  let events = 0
  const stream = connect(open)
  try {
    for (;;) {
      // Only the connection's own failures are failures of the connection: what a watcher throws is not caught here.
      const next = await stream.next().catch((error: Error) => error)
      if (next instanceof Error) return { why: next.message, over: next instanceof Over, events }
      if (next.done) return { why: 'the connection has ended', over: false, events }
      if (signal.aborted) return { why: 'stopped', over: true, events }
      events += 1
      const over = hand(next.value, heard)
      if (over !== undefined) return { why: over, over: true, events }
    }
  } finally {
    await stream.return(undefined)
  }
}

async function* connect(open: () => Promise<Dispatcher.ResponseData>): AsyncGenerator<Told> {
  const { statusCode, body } = await open()
  if (statusCode === 200) {
    for await (const event of readEvents(body, MOST_EVENT_CHARS)) yield parse(event)
    return
  }
  await body.dump()
  const why = `answered ${statusCode}`
  // Too many listen at the moment: one of them may go.
  throw statusCode === 429 ? new Error(why) : new Over(why)
}

interface Told {
  readonly event: string
  readonly value: unknown
}

function parse({ event, data }: StreamEvent): Told {
  try {
    return { event, value: JSON.parse(data) }
  } catch (error) {
    if (error instanceof SyntaxError) throw new Over('what it sends is not JSON')
    throw error
  }
}

/** @returns why nothing more comes; undefined: more does */
function hand({ event, value }: Told, heard: Heard): string | undefined {
  if (event === 'end') return 'the run has ended'
  if (event === 'feed') heard.feed?.(value as FeedLine & { variant: string })
  if (event !== 'snapshot') return undefined
  const snapshot = value as Snapshot
  if (snapshot?.schemaVersion !== 1) return 'what it sends is no snapshot of version 1'
  heard.snapshot(snapshot)
  return undefined
}
