/** Server-sent events: what is sent, to how many, and what becomes of those who do not read. */

import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { newLines } from '../src/control/new-lines.ts'
import { readEvents, type StreamEvent } from '../src/control/read-events.ts'
import { type ControlServer, serveControl } from '../src/control/server.ts'
import type { FeedLine, Snapshot } from '../src/core/live.ts'
import {
  BEARER,
  type FakeLiveControl,
  fakeLiveControl,
  fakeOptions,
  feedLine,
  TOKEN,
} from './support/fake-live-control.ts'

let control: FakeLiveControl
let server: ControlServer
beforeEach(async () => {
  control = fakeLiveControl()
  server = await serveControl(control, fakeOptions())
})
afterEach(() => server.close())

interface Listening {
  next(): Promise<StreamEvent | undefined>
  stop(): void
}

async function listenTo(query = ''): Promise<Listening> {
  const abort = new AbortController()
  const response = await fetch(`${server.address}/events${query}`, { headers: BEARER, signal: abort.signal })
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream'])
  const events = readEvents(response.body as unknown as AsyncIterable<Uint8Array>, 1_000_000)
  return {
    async next() {
      return (await events.next()).value as StreamEvent | undefined
    },
    stop: () => abort.abort(),
  }
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 5))
}

const captionOf = (event: StreamEvent | undefined) => (JSON.parse(event?.data ?? '') as Snapshot).caption
const statusOfOneMore = async () => {
  const abort = new AbortController()
  const { status } = await fetch(`${server.address}/events`, { headers: BEARER, signal: abort.signal })
  abort.abort()
  return status
}

describe('a listener', () => {
  it('has the snapshot at once, then feed and snapshots as they come, at most four a second', async () => {
    const listening = await listenTo()
    expect(await listening.next()).toEqual({ event: 'snapshot', data: JSON.stringify(control.snapshot()) })
    const begin = performance.now()
    const old = control.snapshot().variants[0]?.feed ?? []
    for (let n = 1; n <= 20; n++) {
      control.show({ caption: `${n}` }, { feed: [...old, ...Array.from({ length: n }, (_, i) => feedLine(1_000 + i))] })
    }
    const heard: StreamEvent[] = []
    while (heard.filter(({ event }) => event === 'snapshot').length < 2) heard.push((await listening.next())!)
    expect(performance.now() - begin).toBeGreaterThan(240)
    // The first of the twenty at once, the last one a quarter of a second later, and no line is lost between them.
    expect(heard.map(({ event }) => event)).toEqual(['feed', 'snapshot', ...Array(19).fill('feed'), 'snapshot'])
    expect(heard.filter(({ event }) => event === 'snapshot').map(captionOf)).toEqual(['1', '20'])
    const lines = heard.filter(({ event }) => event === 'feed').map(({ data }) => JSON.parse(data))
    expect(lines).toEqual(Array.from({ length: 20 }, (_, i) => ({ variant: 'retry+key', ...feedLine(1_000 + i) })))
    listening.stop()
    await until(() => control.watchers() === 0)
  })

  it('may want one kind only', async () => {
    const [feed, snapshots] = await Promise.all([listenTo('?only=feed'), listenTo('?only=snapshot')])
    expect((await snapshots.next())?.event).toBe('snapshot')
    control.show({ caption: 'more' }, { feed: [feedLine(1)] })
    expect((await feed.next())?.event).toBe('feed')
    expect(captionOf(await snapshots.next())).toBe('more')
  })

  it('is told when the server ends, and the server does not wait for it', async () => {
    const listening = await listenTo()
    await listening.next()
    // With time standing still nobody is cut off for being late.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    await server.close()
    expect(await listening.next()).toEqual({ event: 'end', data: '{"reason":"the server ends"}' })
    expect(await listening.next()).toBeUndefined()
    expect(control.watchers()).toBe(0)
  })

  it('is one of sixteen', async () => {
    const all = await Promise.all(Array.from({ length: 16 }, () => listenTo()))
    expect(control.watchers()).toBe(1)
    expect(await statusOfOneMore()).toBe(429)
    all[0]?.stop()
    await until(async () => (await statusOfOneMore()) === 200)
    for (const each of all) each.stop()
    await until(() => control.watchers() === 0)
  })

  it('is dropped when it does not read, and the others do not notice', async () => {
    const slow: Socket = connect(Number(new URL(server.address).port), '127.0.0.1')
    await once(slow, 'connect')
    slow.write(
      `GET /events HTTP/1.1\r\nHost: ${new URL(server.address).host}\r\nAuthorization: Bearer ${TOKEN}\r\n\r\n`,
    )
    await once(slow, 'readable')
    slow.pause()
    let dropped = false
    slow.on('close', () => {
      dropped = true
    })
    slow.on('error', () => undefined)
    const quick = await listenTo('?only=snapshot')
    await quick.next()
    // What the system itself keeps for a connection comes on top of what the server lets wait.
    const huge = 'x'.repeat(900_000)
    for (let n = 0; n < 30 && !dropped; n++) {
      control.show({ caption: `${n}`, notice: huge })
      expect(captionOf(await quick.next())).toBe(`${n}`)
      // A paused socket sees its end only when it tries.
      slow.write(' ')
    }
    await until(() => dropped)
    quick.stop()
    await until(() => control.watchers() === 0)
  })
})

describe('new lines of a feed', () => {
  const lines = (...at: number[]): FeedLine[] => at.map((atMs) => feedLine(atMs))
  it.each([
    ['at first', [], [1, 2], [1, 2]],
    ['when it grows', [1, 2], [1, 2, 3], [3]],
    ['when it moves on', [1, 2, 3], [2, 3, 4], [4]],
    ['when nothing happened', [1, 2], [1, 2], []],
    ['when all have gone by', [1, 2], [5, 6], [5, 6]],
    ['after a restart', [1, 2, 3], [1], [1]],
    ['when it is empty again', [1, 2], [], []],
  ])('%s', (_, before, after, expected) => {
    expect(newLines(lines(...before), lines(...after))).toEqual(lines(...expected))
  })
})

describe('events out of bytes', () => {
  async function read(chunks: (string | Uint8Array)[], most = 100): Promise<StreamEvent[]> {
    async function* stream() {
      for (const chunk of chunks) yield typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk
    }
    const found: StreamEvent[] = []
    for await (const event of readEvents(stream(), most)) found.push(event)
    return found
  }

  it('are read as the standard says', async () => {
    const text =
      '\u{feff}: comment\n\nevent: a\ndata: 1\r\ndata:  2\rdata\nid: 3\nretry: 4\n\nevent: b\n\ndata:{"ä":"→"}\n\ndata: cut'
    const expected = [
      { event: 'a', data: '1\n 2\n' },
      { event: 'message', data: '{"ä":"→"}' },
    ]
    expect(await read([text])).toEqual(expected)
    // However the bytes are cut, within a letter or between CR and LF.
    expect(await read(Array.from(new TextEncoder().encode(text), (byte) => Uint8Array.of(byte)))).toEqual(expected)
  })

  it('have a bound', async () => {
    await expect(read(['data: ', 'x'.repeat(60), 'x'.repeat(60)])).rejects.toThrow('a line has more than 100')
    await expect(read(Array(30).fill('data: 1\n'))).rejects.toThrow('an event has more than 100')
    expect(await read(Array(30).fill('data: 1\n\n'))).toHaveLength(30)
  })
})
