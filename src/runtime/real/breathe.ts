const EVERY = 1_000

/** Lets the event loop turn once in a while during a long loop, so that a signal is heard. Await it at each step. */
export function breathe(): () => Promise<void> | undefined {
  let steps = 0
  return () => {
    steps += 1
    if (steps % EVERY !== 0) return undefined
    return new Promise((resolve) => setImmediate(resolve))
  }
}
