/** Runs a piece of work when it is its turn; gives what the work gives. */
export type TakeTurn = <T>(work: () => Promise<T>) => Promise<T>

/** At most `most` pieces of work at once, first come, first served. The line is as long as its users let it get. */
export function takeTurns(most: number): TakeTurn {
  const line: (() => void)[] = []
  let busy = 0
  return async (work) => {
    if (busy === most) await new Promise<void>((resolve) => line.push(resolve))
    else busy += 1
    try {
      return await work()
    } finally {
      // Whoever is next takes this place over, so that nobody slips in between.
      const next = line.shift()
      if (next) next()
      else busy -= 1
    }
  }
}
