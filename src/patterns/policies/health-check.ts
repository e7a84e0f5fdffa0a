import { z } from 'zod'
import { type Call, CallError } from '../../core/call.ts'
import type { Env } from '../../core/env.ts'
import type { PolicyWord } from '../../core/event.ts'
import type { Policy } from '../../core/pattern.ts'
import { boardOf, type OpenPeriod, type TellState } from './breaker-board.ts'

const options = z.strictObject({
  /** From the end of one probe to the start of the next. */
  everyMs: z.number().positive().default(1_000),
  /** How long a probe may take. */
  withinMs: z.number().positive().default(500),
  /** So many probes in a row that went well end the open period. */
  wellAfter: z.int().min(1).max(1_000).default(3),
  /** Counted from the opening: failing probes keep the breaker open no longer than this. */
  mostMs: z.number().positive().default(120_000),
})
type Options = z.output<typeof options>

/** Probes belong to no purchase. */
const ABOUT = { purchase: 'health-check', effect: 'health' } as const

/**
 * Stands behind our breaker, on the same edge. While the breaker is open it asks the dependency how it is. Enough good answers in
 * a row let trials begin at once; a failing probe keeps the breaker open until the next one is due, up to `mostMs`. So the open
 * period ends when the dependency is well, not when a clock says so. Trials decide all the same: a probe is not a customer.
 *
 * opossum's own health check runs for ever, healthy or not, and opens the circuit at a single probe that failed.
 */
export const healthCheck: Policy<Options> = {
  name: 'health-check',
  summary: 'Asks an ill dependency how it is while the breaker is open, and shortens or lengthens that time.',
  scope: 'edge',
  options,
  create(timing, site) {
    const board = boardOf(site)
    return (next, env) => {
      let probes = 0
      const probe = () => {
        probes += 1
        return isWell(next, env, timing.withinMs, probes)
      }
      const tell = (policy: 'breaker' | 'health-check', what: PolicyWord, detail: string, amount?: number) =>
        env.record({
          ...{ type: 'policy', policy, edge: site.edge, what, detail, ...ABOUT },
          ...(amount === undefined ? {} : { amount }),
        })
      board.opened = (period) => env.background('health-check', () => watch(period, timing, env, probe, tell))
      return async (request, signal) => {
        signal.throwIfAborted()
        return next(request, signal)
      }
    }
  },
}

type Tell = (policy: 'breaker' | 'health-check', what: PolicyWord, detail: string, amount?: number) => void

/** Ends with the open period, or when there is nothing left to shorten or to lengthen. Sleeps end with the life, by throwing. */
async function watch(
  period: OpenPeriod,
  { everyMs, withinMs, wellAfter, mostMs }: Options,
  env: Env,
  probe: () => Promise<string>,
  tell: Tell,
): Promise<void> {
  const mostUntilMs = period.sinceMs + mostMs
  for (let inARow = 0; ; ) {
    await env.clock.sleep(everyMs)
    if (!period.isOpen() || env.clock.nowMs() >= Math.max(period.untilMs, mostUntilMs)) return
    const answer = await probe()
    if (!period.isOpen()) return
    const nowMs = env.clock.nowMs()
    const well = answer === WELL
    tell('health-check', 'probed', answer, well ? 1 : 0)
    inARow = well ? inARow + 1 : 0
    if (inARow >= wellAfter) {
      const tellState: TellState = (what, detail, amount) => tell('breaker', what, detail, amount)
      return period.halfOpen(nowMs, `${inARow} probes in a row went well`, tellState)
    }
    period.holdUntil(well ? period.untilMs : Math.min(mostUntilMs, nowMs + everyMs + withinMs))
  }
}

const WELL = 'well'

/** `well`, or the reason why not. Throws bugs, and what a sleep throws when the life is over. */
async function isWell(next: Call, env: Env, withinMs: number, attempt: number): Promise<string> {
  const probing = new AbortController()
  const answered = new AbortController()
  const tooLate = new CallError('timeout', `no answer to a probe in ${withinMs} ms`)
  const inTime = env.clock.sleep(withinMs, answered.signal).then(() => Promise.reject(tooLate))
  const asked = next({ operation: 'query', ...ABOUT, attempt, body: {} }, probing.signal)
  try {
    await Promise.race([asked, inTime])
    return WELL
  } catch (error) {
    if (!(error instanceof CallError)) throw error
    return error.reason
  } finally {
    answered.abort(tooLate)
    probing.abort(tooLate)
  }
}
