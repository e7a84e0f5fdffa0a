/** Luck for libraries that ask for none of ours: a sequence of each kind for each world, the same for the same seed. */

import { keyedDraw } from '../../core/draw.ts'

const LIBRARIES = 'libraries'
const TWO_POW_32 = 2 ** 32
const BYTES_PER_DRAW = 4

export interface ByteLuck {
  /** As `Math.random`. */
  random(): number
  fill(bytes: Uint8Array): void
}

export function byteLuck(seed: number | string = LIBRARIES): ByteLuck {
  const draw = keyedDraw(seed)
  let randoms = 0
  let words = 0
  return {
    random() {
      randoms += 1
      return draw('random', LIBRARIES, '', '', randoms)
    },
    fill(bytes) {
      for (let at = 0; at < bytes.length; at += BYTES_PER_DRAW) {
        words += 1
        let word = Math.floor(draw('bytes', LIBRARIES, '', '', words) * TWO_POW_32)
        const end = Math.min(at + BYTES_PER_DRAW, bytes.length)
        for (let n = at; n < end; n++) {
          bytes[n] = word
          word >>>= 8
        }
      }
    },
  }
}
