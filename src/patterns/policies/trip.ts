/**
 * When a breaker trips. Told of each completed call of one closed period, in the order of completion, whether it failed; says
 * whether the breaker is to open now. Neutral calls are never told. A new one is made whenever the breaker closes, so that a
 * closed period starts with clean statistics.
 */
export type Trip = (failed: boolean) => boolean

/** Trips when `failures` completed calls in a row have failed. Reached is enough: the fifth failure trips at 5. */
export function tripOnConsecutiveFailures(failures: number): Trip {
  let inARow = 0
  return (failed) => {
    inARow = failed ? inARow + 1 : 0
    return inARow >= failures
  }
}
