/** Limits that the scenario file and the command line share. */

export const MOST_ORDERS = 1_000_000
export const MOST_RATE_PER_SECOND = 100_000
