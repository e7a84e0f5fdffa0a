/**
 * Who may ask at all. A page in the browser of the same machine must not: it could reach 127.0.0.1 under a name of its own that
 * resolves there (DNS rebinding). So the Host header must be the server's own, and what carries an Origin comes from a page.
 */

import type { IncomingHttpHeaders } from 'node:http'
import { Refused } from './refused.ts'
import { bringsToken } from './token.ts'

const OPEN_PATH = '/health'

export interface Guarded {
  readonly method?: string | undefined
  readonly url?: string | undefined
  readonly headers: IncomingHttpHeaders
}

/** @throws Refused unless the request may be looked at any further */
export function guard({ method, url, headers }: Guarded, token: string, port: number): void {
  const own = [`127.0.0.1:${port}`, `localhost:${port}`]
  if (headers.origin !== undefined) throw new Refused(403, ['a web page may not ask: the request carries an Origin'])
  if (!own.includes(headers.host?.toLowerCase() ?? ''))
    throw new Refused(403, [`the Host header must be ${own.join(' or ')}`])
  if (method === 'GET' && url?.replace(/\?.*$/s, '') === OPEN_PATH) return
  if (!bringsToken(headers.authorization, token))
    throw new Refused(401, [
      "send the header 'Authorization: Bearer <token>' with the token that was printed at the start",
    ])
}
