/** Every answer that is not the wanted one: a word for programs and sentences for people. */

import type { Socket } from 'node:net'
import { ChangeRefused } from '../core/live.ts'
import { MOST_REASON_LENGTH, MOST_REASONS } from './limits.ts'

const WORDS = {
  400: 'malformed',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not_found',
  408: 'too_slow',
  409: 'refused',
  413: 'too_large',
  414: 'too_large',
  415: 'unknown_type',
  417: 'malformed',
  429: 'too_many_listeners',
  431: 'too_large',
  500: 'internal',
} as const
export type RefusalStatus = keyof typeof WORDS

export interface RefusalBody {
  readonly error: (typeof WORDS)[RefusalStatus]
  readonly reasons: readonly string[]
}

/** Nothing was done, and this is why. */
export class Refused extends Error {
  readonly status: RefusalStatus
  readonly reasons: readonly string[]

  constructor(status: RefusalStatus, reasons: readonly string[]) {
    super(reasons.join('; '))
    this.status = status
    this.reasons = reasons
  }
}

export function refusalBody(status: RefusalStatus, reasons: readonly string[]): RefusalBody {
  const cut = reasons.slice(0, MOST_REASONS).map(shorten)
  const more = reasons.length - cut.length
  return { error: WORDS[status], reasons: more > 0 ? [...cut, `and ${more} more`] : cut }
}

function shorten(reason: string): string {
  return reason.length <= MOST_REASON_LENGTH ? reason : `${reason.slice(0, MOST_REASON_LENGTH - 1)}…`
}

/** What the thrown error says over HTTP. Whatever has no status of its own is a bug. */
export function refusalOf(error: Error & { statusCode?: number }): { status: RefusalStatus; body: RefusalBody } {
  const status = statusOf(error)
  const reasons = error instanceof Refused || error instanceof ChangeRefused ? error.reasons : [error.message]
  return { status, body: refusalBody(status, reasons) }
}

function statusOf(error: Error & { statusCode?: number }): RefusalStatus {
  if (error instanceof Refused) return error.status
  if (error instanceof ChangeRefused) return 409
  const status = error.statusCode ?? 500
  if (Object.hasOwn(WORDS, status)) return status as RefusalStatus
  return status < 500 ? 400 : 500
}

/** For what never became a request: garbage, headers without end, a client that does not go on. */
export function refuseSocket(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const [status, line, reason]: [RefusalStatus, string, string] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? [431, 'Request Header Fields Too Large', 'the headers are too large']
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? [408, 'Request Timeout', 'the request did not arrive in time']
        : [400, 'Bad Request', 'this is not HTTP']
  const text = JSON.stringify(refusalBody(status, [reason]))
  const head = `HTTP/1.1 ${status} ${line}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(text)}\r\n`
  socket.end(`${head}Connection: close\r\n\r\n${text}`, () => socket.destroy())
}
