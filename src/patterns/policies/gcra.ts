/** The generic cell rate algorithm, as virtual scheduling (ITU-T I.371): one number for each client. */

/** So many clients have a time of their own. Whoever comes when all places are taken shares one with all others like that. */
const MOST_CLIENTS = 10_000
const OTHERS = Symbol('others')

/** A millionth of a second: sums of fractions are not exact. */
const SLACK_MS = 0.001

export interface Limiter {
  /** 0: conforms. Otherwise after how many ms, in whole ones, it would; asking costs nothing. */
  admit(client: string, nowMs: number): number
  /** Clients that are remembered. */
  size(): number
}

/** @param burst calls that a client who was quiet may make at once */
export function createLimiter(ratePerSecond: number, burst: number): Limiter {
  const intervalMs = 1_000 / ratePerSecond
  const toleranceMs = (burst - 1) * intervalMs
  /** When each client's next call is due, if all came evenly. In the order of their last admission. */
  const dueMs = new Map<string | typeof OTHERS, number>()
  let originMs: number | undefined

  /** A client whose time has passed is like one that never came. Each is looked at once or stops the look. */
  function forgetThosePast(sinceMs: number): void {
    for (const [client, due] of dueMs) {
      if (due > sinceMs) return
      dueMs.delete(client)
    }
  }

  return {
    admit(client, nowMs) {
      // Small numbers have finer fractions than milliseconds since the epoch.
      originMs ??= nowMs
      const sinceMs = nowMs - originMs
      forgetThosePast(sinceMs)
      const name = dueMs.has(client) || dueMs.size < MOST_CLIENTS ? client : OTHERS
      const due = Math.max(dueMs.get(name) ?? 0, sinceMs)
      const waitMs = due - toleranceMs - sinceMs
      if (waitMs > SLACK_MS) return Math.ceil(waitMs)
      dueMs.delete(name)
      dueMs.set(name, due + intervalMs)
      return 0
    },
    size: () => dueMs.size,
  }
}
