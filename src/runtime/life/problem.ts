import type { Reply } from '../../core/call.ts'

/** RFC 9457. `reason` is the stable word that programs go by. */
export function problem(status: number, reason: string, detail: string): Reply {
  const title = status >= 500 ? 'Failed' : 'Refused'
  return { status, body: { type: 'about:blank', title, status, reason, detail } }
}
