import { type Dispatcher, Pool } from 'undici'
import { NoAnswer } from '../life/no-answer.ts'

/** A call that takes longer than this is given up by the wire itself, whatever the policies say. */
const WIRE_LIMIT_MS = 30_000
/** Calls that may wait for, or hold, a connection to one service. */
const MOST_CALLS = 20_000
const CONNECTIONS = 256
const MOST_ANSWER_BYTES = 256 * 1024

export interface HttpAnswer {
  readonly status: number
  readonly text: string
  /** The header Retry-After. */
  readonly retryAfter?: string
}

export interface Poster {
  post(path: string, headers: Record<string, string>, body: string, signal: AbortSignal): Promise<HttpAnswer>
  close(): Promise<void>
}

/**
 * POSTs JSON to one service over kept connections. Rejects with nothing but `NoAnswer`.
 *
 * @param more where connections come from, if not from the network
 */
export function connectPoster(
  port: number,
  connections = CONNECTIONS,
  more: Pick<Pool.Options, 'factory'> = {},
): Poster {
  const pool = new Pool(`http://127.0.0.1:${port}`, {
    ...more,
    connections,
    pipelining: 1,
    headersTimeout: WIRE_LIMIT_MS,
    bodyTimeout: WIRE_LIMIT_MS,
    keepAliveTimeout: 60_000,
  })
  let calls = 0
  return {
    async post(path, headers, body, signal) {
      if (signal.aborted) throw new NoAnswer('aborted', 'given up before it was sent')
      if (calls >= MOST_CALLS) throw new NoAnswer('full', `more than ${MOST_CALLS} calls are waiting for port ${port}`)
      calls += 1
      try {
        return await dispatch(pool, path, headers, body, signal)
      } finally {
        calls -= 1
      }
    },
    async close() {
      await pool.destroy()
    },
  }
}

function dispatch(
  pool: Pool,
  path: string,
  headers: Record<string, string>,
  body: string,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | undefined
    let status = 0
    let again: { readonly retryAfter?: string } = {}
    let size = 0
    const chunks: Buffer[] = []
    function abort(): void {
      const error = new NoAnswer('aborted', 'given up by the caller')
      reject(error)
      controller?.abort(error)
    }
    signal.addEventListener('abort', abort, { once: true })
    pool.dispatch(
      { path, method: 'POST', headers, body },
      {
        onRequestStart(given) {
          controller = given
          // Thrown, it ends the call alone. Aborted, it would end a good connection as well.
          if (signal.aborted) throw new NoAnswer('aborted', 'given up by the caller')
        },
        onResponseStart(_controller, statusCode, { 'retry-after': retryAfter }) {
          status = statusCode
          if (typeof retryAfter === 'string') again = { retryAfter }
        },
        onResponseData(given, chunk) {
          chunks.push(chunk)
          size += chunk.length
          if (size > MOST_ANSWER_BYTES) given.abort(new Error('the answer is too long'))
        },
        onResponseEnd() {
          signal.removeEventListener('abort', abort)
          const text = (chunks.length === 1 ? chunks[0] : Buffer.concat(chunks))?.toString('utf8') ?? ''
          resolve({ status, text, ...again })
        },
        onResponseError(_controller, error) {
          signal.removeEventListener('abort', abort)
          reject(toNoAnswer(error))
        },
      },
    )
  })
}

function toNoAnswer(error: Error & { code?: string }): NoAnswer {
  if (error instanceof NoAnswer) return error
  const { code = '' } = error
  if (code === 'ECONNREFUSED' || code === 'UND_ERR_CONNECT_TIMEOUT') return new NoAnswer('refused', code)
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT') return new NoAnswer('timeout', code)
  return new NoAnswer('reset', code || error.message)
}
