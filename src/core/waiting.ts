/** Who waits in line for a permit, from what the policies say. */

import type { JournalLine } from './event.ts'

export type PolicyLine = JournalLine & { readonly type: 'policy' }

/**
 * Who waits in line. A call that is refused may have waited before, or may never have got in.
 *
 * @param most beyond so many nobody is counted
 */
export function countWaiting(most = Number.POSITIVE_INFINITY) {
  const waiting = new Map<string, number>()
  let length = 0
  const keyOf = ({ policy, purchase, effect }: PolicyLine) => `${policy}\n${purchase}\n${effect}`
  return {
    length: () => length,
    join(line: PolicyLine): void {
      if (length >= most) return
      const key = keyOf(line)
      waiting.set(key, (waiting.get(key) ?? 0) + 1)
      length++
    },
    leave(line: PolicyLine): void {
      const key = keyOf(line)
      const count = waiting.get(key) ?? 0
      if (count === 0) return
      if (count === 1) waiting.delete(key)
      else waiting.set(key, count - 1)
      length--
    },
    clear(): void {
      waiting.clear()
      length = 0
    },
  }
}
