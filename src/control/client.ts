/** The other end of the control API: what the dashboard is made of. */

import { Agent, type Dispatcher } from 'undici'
import type { Change } from '../core/change.ts'
import { ChangeRefused, type FeedLine, type Snapshot } from '../core/live.ts'
import { ANSWER_WITHIN_MS, MOST_ANSWER_BYTES, MOST_LISTENERS, SILENT_AT_MOST_MS } from './limits.ts'
import { listen } from './listen.ts'

export interface Watcher {
  snapshot(snapshot: Snapshot): void
  feed?(line: FeedLine & { readonly variant: string }): void
  /** The connection is lost, and is tried again; nothing has been missed that a snapshot does not have. */
  lost?(why: string): void
  /** Nothing more comes. Not called when the watcher stops by itself. */
  ended?(why: string): void
}

export interface ControlClient {
  state(): Promise<Snapshot>
  /** @returns stops watching */
  watch(watcher: Watcher): () => void
  /** @throws ChangeRefused when nothing was changed, with the reasons */
  change(changes: readonly Change[], ttlMs?: number): Promise<void>
  reset(): Promise<void>
  /** The script plays no further. */
  takeOver(): Promise<void>
  restart(): Promise<void>
  /** @returns the file */
  save(): Promise<string>
  end(): Promise<void>
  /** Lets go of all connections, and ends what watches. */
  close(): Promise<void>
}

/** An answer that says no, and is not about a change. */
class ControlFailed extends Error {
  readonly status: number

  constructor(status: number, reasons: readonly string[]) {
    super(reasons.join('; '))
    this.status = status
  }
}

const ADDRESS = /^http:\/\/(?:127\.0\.0\.1|localhost):\d{1,5}\/?$/

/** @param address as the server says it: on this machine, since the token goes there */
export function connectControl(address: string, token: string): ControlClient {
  if (!ADDRESS.test(address))
    throw new Error(`${JSON.stringify(address)} is no address of a control API: http://127.0.0.1:<port>`)
  const origin = address.replace(/\/$/, '')
  const agent = new Agent({
    connections: MOST_LISTENERS,
    headersTimeout: ANSWER_WITHIN_MS,
    bodyTimeout: SILENT_AT_MOST_MS,
  })
  const stops = new Set<() => void>()
  const request = (method: Dispatcher.HttpMethod, path: string, body?: unknown, signal?: AbortSignal) =>
    agent.request({
      origin,
      path,
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    })
  const ask = async (method: Dispatcher.HttpMethod, path: string, body?: unknown) =>
    readAnswer(await request(method, path, body))

  return {
    async state() {
      return (await ask('GET', '/state')) as unknown as Snapshot
    },
    watch(watcher) {
      const cancel = new AbortController()
      const stop = () => {
        stops.delete(stop)
        cancel.abort()
      }
      stops.add(stop)
      void listen(() => request('GET', '/events', undefined, cancel.signal), watcher, cancel.signal).finally(() =>
        stops.delete(stop),
      )
      return stop
    },
    async change(changes, ttlMs) {
      await ask('POST', '/changes', ttlMs === undefined ? { changes } : { changes, ttlMs })
    },
    async reset() {
      await ask('POST', '/reset')
    },
    async takeOver() {
      await ask('POST', '/take-over')
    },
    async restart() {
      await ask('POST', '/restart')
    },
    async save() {
      return String((await ask('POST', '/save')).file)
    },
    async end() {
      await ask('POST', '/end')
    },
    async close() {
      for (const stop of [...stops]) stop()
      await agent.close()
    },
  }
}

async function readAnswer({ statusCode, body }: Dispatcher.ResponseData): Promise<Record<string, unknown>> {
  const parts: Buffer[] = []
  let bytes = 0
  for await (const part of body as AsyncIterable<Buffer>) {
    bytes += part.length
    if (bytes > MOST_ANSWER_BYTES) throw new ControlFailed(statusCode, ['the answer is too large'])
    parts.push(part)
  }
  const answer = parseObject(Buffer.concat(parts).toString('utf8'))
  if (!answer) throw new ControlFailed(statusCode, [`the answer (${statusCode}) is no JSON object`])
  if (statusCode < 300) return answer
  const reasons = Array.isArray(answer.reasons) ? answer.reasons.map(String) : [`answered ${statusCode}`]
  throw statusCode === 400 || statusCode === 409 ? new ChangeRefused(reasons) : new ControlFailed(statusCode, reasons)
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
