/**
 * Between its vote and the decision a participant is in doubt: it holds, and asks its coordinator until it is told. It never
 * decides alone. Where holds are reservations that expire (a heuristic decision, as X/Open XA calls it) it does not ask but lets
 * go by itself, and may end differently from everybody else.
 */

import { CallError, Refusal, type Reply, type Request } from '../core/call.ts'
import type { Env, Row } from '../core/env.ts'
import type { Edge } from '../core/topology.ts'
import { claimOf, preparedAfter } from './claims.ts'

/** The decision comes unasked as a rule: asking earlier would be messages for nothing. */
export const INQUIRE_AFTER_MS = 1_000
const FIRST_PAUSE_MS = 250
const MOST_PAUSE_MS = 2_000
/** So long at most until the loop looks again: it has to end soon after the last claim found its end. */
const MOST_SLEEP_MS = 250
const LEAST_SLEEP_MS = 10
const BATCH = 50

export interface DoubtParts {
  /** Whom to ask. */
  readonly coordinator: Edge
  /** Not null: abort after this long, instead of asking. */
  readonly reservationMs: number | null
  /** Commits or aborts a claim exactly as if the coordinator had sent the request. */
  settle(request: Request): Promise<Reply>
}

export interface Doubts {
  /** Begins to care for what is prepared, until nothing is. Call it after the commit of each vote, and on recovery. */
  watch(): void
}

interface InDoubt {
  readonly key: string
  readonly purchase: string
  readonly effect: string
  readonly votedAtMs: number
}

/** A claim that was asked about in vain: when to ask again, and how long after the time before. */
interface Again {
  readonly atMs: number
  readonly pauseMs: number
}

export function watchDoubts(env: Env, parts: DoubtParts): Doubts {
  const patienceMs = parts.reservationMs ?? INQUIRE_AFTER_MS
  let again = new Map<string, Again>()
  let watching = false
  let more = false

  const dueAtMs = ({ key, votedAtMs }: InDoubt) => again.get(key)?.atMs ?? votedAtMs + patienceMs

  async function resolve(claim: InDoubt): Promise<void> {
    const settled = await (parts.reservationMs === null ? inquire(env, parts, claim) : expire(env, parts, claim))
    if (settled) return void again.delete(claim.key)
    const lastPauseMs = again.get(claim.key)?.pauseMs
    const pauseMs = lastPauseMs === undefined ? FIRST_PAUSE_MS : Math.min(lastPauseMs * 2, MOST_PAUSE_MS)
    again.set(claim.key, { atMs: env.clock.nowMs() + pauseMs, pauseMs })
  }

  /** Goes once through everything that has waited long enough, oldest first. Gives how many it saw, and when the next one is due. */
  async function lookThrough(): Promise<{ readonly seen: number; readonly nextAtMs: number }> {
    const asked = new Map<string, Again>()
    let nextAtMs = Number.POSITIVE_INFINITY
    let seen = 0
    let last: InDoubt | undefined
    for (;;) {
      const page = (await env.store.transaction(() => preparedAfter(BATCH, last?.votedAtMs, last?.key))).map(toInDoubt)
      seen += page.length
      await Promise.all(page.filter((claim) => dueAtMs(claim) <= env.clock.nowMs()).map(resolve))
      for (const claim of page) {
        nextAtMs = Math.min(nextAtMs, dueAtMs(claim))
        const pause = again.get(claim.key)
        if (pause) asked.set(claim.key, pause)
      }
      last = page.at(-1)
      // Whatever comes after one that is too young is younger still.
      if (!last || page.length < BATCH || last.votedAtMs + patienceMs > env.clock.nowMs()) break
    }
    // Those that others settled are forgotten.
    again = asked
    return { seen, nextAtMs }
  }

  async function watchAll(): Promise<void> {
    for (;;) {
      more = false
      const { seen, nextAtMs } = await lookThrough()
      if (seen === 0) {
        if (more) continue
        // Here and not later: whoever votes after this look must begin another loop.
        watching = false
        return
      }
      const sleepMs = Math.min(nextAtMs - env.clock.nowMs(), MOST_SLEEP_MS)
      await env.clock.sleep(Math.max(sleepMs, LEAST_SLEEP_MS))
    }
  }

  return {
    watch() {
      more = true
      if (watching) return
      watching = true
      env.background('in doubt', watchAll)
    },
  }
}

/** True when the claim has its end; false: to be asked about again. */
async function inquire(env: Env, parts: DoubtParts, claim: InDoubt): Promise<boolean> {
  const { key, purchase, effect } = claim
  try {
    await env.point('while-recovering', { operation: 'inquire', purchase, effect })
    const { body } = await env.call(parts.coordinator, { operation: 'inquire', purchase, effect, key, body: {} })
    if (body.decision !== 'commit' && body.decision !== 'abort') return false
    if (await isInDoubt(env, key)) await parts.settle(asIfSent(env, body.decision, claim))
    return true
  } catch (error) {
    return unlessBug(error)
  }
}

/** True when the claim has its end; false: to be tried again. A COMMIT that came first is a `Refusal` here. */
async function expire(env: Env, parts: DoubtParts, claim: InDoubt): Promise<boolean> {
  const { key, purchase, effect } = claim
  try {
    await parts.settle(asIfSent(env, 'abort', claim))
    const detail = `${key} was let go after ${parts.reservationMs} ms without a decision`
    env.record({ type: 'workflow', what: 'heuristic', purchase, effect, detail })
    return true
  } catch (error) {
    return unlessBug(error)
  }
}

/** Nobody could be asked, or somebody else is at this claim: it stays in doubt. */
function unlessBug(error: unknown): false {
  if (error instanceof CallError || error instanceof Refusal) return false
  throw error
}

/** The coordinator may have been heard in the meantime. */
async function isInDoubt(env: Env, key: string): Promise<boolean> {
  const claim = await env.store.transaction(() => claimOf(key))
  return claim?.state === 'prepared'
}

/** Counts an attempt of its own, so that a gremlin that struck this work once does not strike it for ever. */
function asIfSent(env: Env, operation: 'commit' | 'abort', { key, purchase, effect }: InDoubt): Request {
  const attempt = env.attempt(purchase, `${operation}:${effect}`)
  return { operation, purchase, effect, attempt, key, body: {} }
}

function toInDoubt(row: Row): InDoubt {
  return {
    key: String(row.key),
    purchase: String(row.purchase),
    effect: String(row.effect),
    votedAtMs: Number(row.at_ms),
  }
}
