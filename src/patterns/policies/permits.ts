import { CallError } from '../../core/call.ts'
import type { Env } from '../../core/env.ts'
import type { PolicyWord } from '../../core/event.ts'
import type { Layer } from '../../core/layer.ts'

export interface PoolOptions {
  /** Calls at once. */
  readonly permits: number
  /** Calls that may wait for a permit. */
  readonly queue: number
  readonly mostWaitMs: number
}

/** Why a call was turned away. */
type Refused = 'full' | 'waited too long'

type Tell = (what: PolicyWord, detail: string, amount?: number) => void

/** Permits, and a line of calls that wait for one: first come, first served. */
export interface Pool {
  readonly options: PoolOptions
  /** A permit in hand (undefined), or why there is none. Rejects with the signal's reason when aborted while it waits. */
  enter(env: Env, signal: AbortSignal, deadlineAtMs: number, tell: Tell): Promise<Refused | undefined>
  /** Gives the permit to whoever has waited longest, or back. */
  leave(): void
}

/** What a call that waits is told: the permit is yours. */
type Grant = () => void

export function createPool(options: PoolOptions): Pool {
  /** While somebody waits it is 0: a permit goes from hand to hand, so no newcomer can overtake. */
  let free = options.permits
  const line = new Set<Grant>()

  function leave(): void {
    const [grant] = line
    if (grant) grant()
    else free += 1
  }

  /** True when a permit was given in time. */
  async function standInLine({ clock }: Env, signal: AbortSignal, mostMs: number, tell: Tell): Promise<boolean> {
    let granted = false
    const alarm = new AbortController()
    const grant = () => {
      granted = true
      line.delete(grant)
      alarm.abort()
    }
    // Gone at once: whoever gave up must neither hold a place nor be given a permit.
    const giveUp = () => {
      line.delete(grant)
      alarm.abort(signal.reason)
    }
    line.add(grant)
    signal.addEventListener('abort', giveUp, { once: true })
    tell('queued', 'in line', line.size)
    try {
      await clock.sleep(mostMs, alarm.signal)
    } catch (error) {
      if (!granted) throw error
    } finally {
      signal.removeEventListener('abort', giveUp)
      line.delete(grant)
    }
    return granted
  }

  return {
    options,
    leave,
    async enter(env, signal, deadlineAtMs, tell) {
      if (free > 0) {
        free -= 1
        return
      }
      if (line.size >= options.queue) return 'full'
      const sinceMs = env.clock.nowMs()
      const waited = (how: string) => tell('waited', how, Math.round(env.clock.nowMs() - sinceMs))
      const mostMs = Math.min(options.mostWaitMs, deadlineAtMs - sinceMs)
      const granted = await standInLine(env, signal, mostMs, tell).catch((error: unknown) => {
        waited('gave up')
        throw error
      })
      // Between the permit and this line the caller may have gone, or the deadline.
      const late = signal.aborted || env.clock.nowMs() >= deadlineAtMs
      if (granted && late) leave()
      waited(signal.aborted ? 'gave up' : granted && !late ? 'a permit' : 'waited too long')
      signal.throwIfAborted()
      return granted && !late ? undefined : 'waited too long'
    },
  }
}

/** A layer that needs a permit of the pool for each call, and holds it until the call has settled. */
export function layerWithin(pool: Pool, policy: string, edge: string, compartment: (env: Env) => string): Layer {
  return (next, env) => {
    const where = compartment(env)
    return async (request, signal) => {
      signal.throwIfAborted()
      const { purchase, effect, deadlineAtMs = Number.POSITIVE_INFINITY } = request
      const tell: Tell = (what, how, amount) => {
        const figure = amount === undefined ? {} : { amount }
        env.record({ type: 'policy', policy, edge, what, detail: `${where}: ${how}`, purchase, effect, ...figure })
      }
      const refused = await pool.enter(env, signal, deadlineAtMs, tell)
      if (refused) {
        tell('refused', refused)
        throw new CallError('bulkhead-full', `${where}: ${refused}`)
      }
      try {
        return await next(request, signal)
      } finally {
        pool.leave()
      }
    }
  }
}
