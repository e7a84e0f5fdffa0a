/** Money between currencies. All amounts are integer cents; a rate is the foreign cents for one base cent, times 1,000,000. */

const MICRO = 1_000_000

/** @returns cents of the foreign currency, rounded half up. */
export function convertCents(amountCents: number, rateMicro: number): number {
  return Math.round((amountCents * rateMicro) / MICRO)
}

/** The rate of a currency; the base currency's is 1,000,000 even where it is not listed. Undefined: no such rate. */
export function rateMicroOf(
  rates: { readonly baseCurrency: string; readonly ratesMicro: Readonly<Record<string, number>> },
  currency: string,
): number | undefined {
  return currency === rates.baseCurrency ? MICRO : rates.ratesMicro[currency]
}
