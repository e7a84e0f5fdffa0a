/**
 * Keyed luck: each random decision is a pure function of the seed and of what it is about, never of the order in which
 * decisions are made. Strings are folded with a multiply-rotate round and finished with the 64-bit-style double finaliser of
 * MurmurHash3 (A. Appleby, public domain, 2011), in two 32-bit lanes.
 */

import type { Draw } from './env.ts'

const TWO_POW_53 = 2 ** 53

/** Folds a string's UTF-16 units into a 32-bit lane. */
function fold(lane: number, text: string): number {
  let h = lane
  for (let i = 0; i < text.length; i++) {
    h = Math.imul(h ^ text.charCodeAt(i), 0x5bd1e995)
    h ^= h >>> 15
  }
  // A separator, so that ('ab', 'c') and ('a', 'bc') differ.
  return Math.imul(h ^ 0x1f, 0x5bd1e995)
}

function finish(lane: number): number {
  let h = lane
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/** The seed, purpose and service seldom change: their folded lane is kept. Bounded, in case a foreign service invents names. */
const MOST_PREFIXES = 1_000

/** Keyed draws of one run. @param seed any integer or text */
export function keyedDraw(seed: number | string): Draw {
  const root = fold(0x9747b28c, String(seed))
  const prefixes = new Map<string, Map<string, number>>()

  function prefixLane(purpose: string, service: string): number {
    let services = prefixes.get(purpose)
    if (!services) {
      if (prefixes.size >= MOST_PREFIXES) prefixes.clear()
      services = new Map()
      prefixes.set(purpose, services)
    }
    let lane = services.get(service)
    if (lane === undefined) {
      if (services.size >= MOST_PREFIXES) services.clear()
      lane = fold(fold(root, purpose), service)
      services.set(service, lane)
    }
    return lane
  }

  return (purpose, service, purchase, effect, attempt) => {
    const lane = Math.imul(fold(fold(prefixLane(purpose, service), purchase), effect) ^ attempt, 0x27d4eb2d)
    const high = finish(lane)
    const low = finish(lane ^ 0x6a09e667)
    return ((high >>> 5) * 0x4000000 + (low >>> 6)) / TWO_POW_53
  }
}
