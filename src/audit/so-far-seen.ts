/** Which purchases have been judged and forgotten, in a bit or two each. */

/** Purchases with names of their own, which take more than a bit; of more than these nobody knows that they were there. */
const MOST_NAMED = 100_000
/** Numbers beyond this are taken for names: a ledger may hold any text. */
const MOST_NUMBER = 10_000_000

function numberOf(purchase: string): number | undefined {
  const number = /^p-([1-9]\d{0,7})$/.exec(purchase)?.[1]
  return number === undefined || Number(number) > MOST_NUMBER ? undefined : Number(number)
}

export function rememberSeen() {
  let bits = new Uint8Array(1_024)
  const named = new Set<string>()
  return {
    add(purchase: string): void {
      const number = numberOf(purchase)
      if (number === undefined) {
        if (named.size < MOST_NAMED) named.add(purchase)
        return
      }
      const at = number >> 3
      if (at >= bits.length) {
        const wider = new Uint8Array(2 * at)
        wider.set(bits)
        bits = wider
      }
      bits[at] = (bits[at] ?? 0) | (1 << (number & 7))
    },
    has(purchase: string): boolean {
      const number = numberOf(purchase)
      if (number === undefined) return named.has(purchase)
      return ((bits[number >> 3] ?? 0) & (1 << (number & 7))) !== 0
    },
    delete(purchase: string): void {
      const number = numberOf(purchase)
      if (number === undefined) named.delete(purchase)
      else if (number >> 3 < bits.length) bits[number >> 3] = (bits[number >> 3] ?? 0) & ~(1 << (number & 7))
    },
  }
}
