/** A signal of a call's own, which its caller's signal aborts as well. */

export interface LinkedAbort {
  readonly signal: AbortSignal
  abort(reason: unknown): void
  /** The call has settled: the caller's signal has nothing to tell it any more. */
  unlink(): void
}

/**
 * Makes signals that follow their caller's. Most calls have the same caller's signal, that of the node's life, so there is one
 * listener for each caller's signal and not for each call: adding and removing one costs more than the rest of a timeout.
 */
export function linkAborts(): (outer: AbortSignal) => LinkedAbort {
  const followersOf = new WeakMap<AbortSignal, Set<AbortController>>()

  function follow(outer: AbortSignal): Set<AbortController> {
    const followers = new Set<AbortController>()
    followersOf.set(outer, followers)
    outer.addEventListener(
      'abort',
      () => {
        for (const follower of followers) follower.abort(outer.reason)
        followers.clear()
      },
      { once: true },
    )
    return followers
  }

  return (outer) => {
    const calling = new AbortController()
    const followers = followersOf.get(outer) ?? follow(outer)
    followers.add(calling)
    return {
      signal: calling.signal,
      abort: (reason) => calling.abort(reason),
      unlink: () => followers.delete(calling),
    }
  }
}
