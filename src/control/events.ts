/** Snapshots and what just happened as server-sent events, to a few listeners, none of whom can make the others wait. */

import type { ServerResponse } from 'node:http'
import type { FeedLine, LiveControl, Snapshot } from '../core/live.ts'
import { HEARTBEAT_MS, MOST_LISTENERS, MOST_WAITING_BYTES, SNAPSHOT_EVERY_MS } from './limits.ts'
import { newLines } from './new-lines.ts'
import { Refused } from './refused.ts'

export type Only = 'snapshot' | 'feed' | undefined

export interface Events {
  /** Sends what is known, and from then on what comes. @throws Refused when there are too many already */
  add(response: ServerResponse, only: Only): void
  count(): number
  /** Tells all of them that nothing more comes. */
  close(): void
}

interface Listener {
  readonly response: ServerResponse
  readonly only: Only
}

interface Sent {
  readonly snapshot: string
  readonly feed: string
}

const HEADERS = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-store',
  // Nothing on the way may keep events together.
  'x-accel-buffering': 'no',
}
const HEARTBEAT = ': still here\n\n'
const END = 'event: end\ndata: {"reason":"the server ends"}\n\n'

export function makeEvents(control: LiveControl): Events {
  const listeners = new Set<Listener>()
  let source: Source | undefined
  let heartbeat: NodeJS.Timeout | undefined
  let closed = false

  function write(listener: Listener, text: string): void {
    const { response } = listener
    if (text === '') return
    if (!response.destroyed && response.writableLength + text.length <= MOST_WAITING_BYTES) {
      response.write(text)
      return
    }
    // Memory that somebody else decides about: a listener that does not read is not waited for.
    remove(listener)
    response.destroy()
  }

  const send = (listener: Listener, { snapshot, feed }: Sent) =>
    write(listener, (listener.only === 'snapshot' ? '' : feed) + (listener.only === 'feed' ? '' : snapshot))

  function begin(): Source {
    heartbeat = setInterval(() => {
      for (const listener of listeners) write(listener, HEARTBEAT)
    }, HEARTBEAT_MS).unref()
    return follow(control, (sent) => {
      for (const listener of listeners) send(listener, sent)
    })
  }

  function remove(listener: Listener): void {
    if (!listeners.delete(listener) || listeners.size > 0) return
    clearInterval(heartbeat)
    source?.stop()
    source = undefined
  }

  return {
    add(response, only) {
      if (listeners.size >= MOST_LISTENERS) throw new Refused(429, [`there are ${MOST_LISTENERS} listeners already`])
      const listener = { response, only }
      // Before anything is written: what has gone meanwhile must not stay in the list.
      response.on('close', () => remove(listener))
      response.writeHead(200, HEADERS)
      if (closed) {
        response.end(END)
        return
      }
      listeners.add(listener)
      source ??= begin()
      // Even with nothing to say at once: the client then knows that it is heard.
      write(listener, HEARTBEAT)
      send(listener, { snapshot: source.latest(), feed: '' })
    },
    count: () => listeners.size,
    close() {
      closed = true
      for (const listener of [...listeners]) {
        remove(listener)
        listener.response.end(END)
      }
    },
  }
}

interface Source {
  /** The latest snapshot, as an event. */
  latest(): string
  stop(): void
}

/** Each snapshot is written as text once, for all who listen, and at most four times a second however often there is a new one. */
function follow(control: LiveControl, send: (sent: Sent) => void): Source {
  let before = control.snapshot()
  let text = snapshotEvent(before)
  let next: Snapshot | undefined
  let pause: NodeJS.Timeout | undefined

  function sendNext(): void {
    pause = undefined
    if (!next) return
    const feed = feedEvents(before, next)
    before = next
    next = undefined
    text = snapshotEvent(before)
    pause = setTimeout(sendNext, SNAPSHOT_EVERY_MS).unref()
    send({ snapshot: text, feed })
  }

  const unwatch = control.watch((snapshot) => {
    next = snapshot
    if (!pause) sendNext()
  })
  return {
    latest: () => text,
    stop() {
      unwatch()
      clearTimeout(pause)
    },
  }
}

function snapshotEvent(snapshot: Snapshot): string {
  return `event: snapshot\ndata: ${JSON.stringify(snapshot)}\n\n`
}

function feedEvents(before: Snapshot, after: Snapshot): string {
  return after.variants
    .filter(({ ghost }) => !ghost)
    .flatMap(({ name, feed }) => {
      const known = before.variants.find((each) => each.name === name && !each.ghost)?.feed ?? []
      return newLines(known, feed).map((line) => feedEvent(name, line))
    })
    .join('')
}

function feedEvent(variant: string, { atMs, kind, text }: FeedLine): string {
  return `event: feed\ndata: ${JSON.stringify({ variant, atMs, kind, text })}\n\n`
}
