/** The one place that turns figures into text, so that terminal, HTML, PNG and JUnit print the same ones. */

/** What stands where nothing was measured. */
export const NOT_MEASURED = '–'

const WHOLE = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })
const ONE_DIGIT = new Intl.NumberFormat('en-US', { minimumFractionDigits: 1, maximumFractionDigits: 1 })
const CENTS = { minimumFractionDigits: 2, maximumFractionDigits: 2 }
const moneyFormats = new Map<string, Intl.NumberFormat | null>()

/** Intl knows every code of three letters; a scenario may call its money otherwise. */
function moneyFormat(currency: string): Intl.NumberFormat | null {
  const known = moneyFormats.get(currency)
  if (known !== undefined) return known
  const format = /^[A-Za-z]{3}$/.test(currency)
    ? new Intl.NumberFormat('en-US', { style: 'currency', currency, ...CENTS })
    : null
  moneyFormats.set(currency, format)
  return format
}

/** `1150000, 'USD'` gives `$11,500.00`. Cents are hundredths in every currency of the lab. */
export function formatMoney(cents: number, currency: string): string {
  const amount = cents === 0 ? 0 : cents / 100
  return moneyFormat(currency)?.format(amount) ?? `${amount.toLocaleString('en-US', CENTS)} ${currency}`
}

/** `1150049, 'USD'` gives `$11,500`: for figures whose cents are noise. */
export function formatWholeMoney(cents: number, currency: string): string {
  return formatMoney(Math.round(cents / 100) * 100, currency).replace('.00', '')
}

/** How a chart's axis prints amounts of this currency. */
export function moneyAxisFormat(currency: string): Record<string, string | number> {
  return moneyFormat(currency)
    ? { style: 'currency', currency, maximumFractionDigits: 2, minimumFractionDigits: 0 }
    : {}
}

/** `1234` gives `1,234`. */
export function formatCount(count: number): string {
  return WHOLE.format(count === 0 ? 0 : count)
}

/** Milliseconds without their unit: one decimal below 10, none above; a dash where nothing was measured. */
export function formatMsFigure(ms: number | null): string {
  if (ms === null) return NOT_MEASURED
  return Math.abs(ms) < 9.95 ? ONE_DIGIT.format(ms) : WHOLE.format(ms)
}

/** `412.3` gives `412 ms`. */
export function formatMs(ms: number | null): string {
  return ms === null ? NOT_MEASURED : `${formatMsFigure(ms)} ms`
}

/** Events per second, one decimal, without the unit. */
export function formatRate(perSecond: number): string {
  return ONE_DIGIT.format(perSecond === 0 ? 0 : perSecond)
}

/** How many of something an order took, one decimal; a dash where no order arrived. */
export function formatPerOrder(count: number | null): string {
  return count === null ? NOT_MEASURED : ONE_DIGIT.format(count)
}

/** `12500` milliseconds give `12.5 s`. */
export function formatSeconds(ms: number): string {
  return `${Number.isInteger(ms / 1000) ? WHOLE.format(ms / 1000) : ONE_DIGIT.format(ms / 1000)} s`
}

/** A share between 0 and 1 as percent with one decimal. */
export function formatShare(share: number): string {
  return `${ONE_DIGIT.format(share * 100)} %`
}

/** `1, 'strike'` gives `1 strike`, `2, 'strike'` gives `2 strikes`. */
export function formatCounted(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`
}

/** An amount of a ledger row: signed, in its unit. */
export function formatAmount(amount: number, unit: string): string {
  const sign = amount > 0 ? '+' : amount < 0 ? '−' : ''
  const size = Math.abs(amount)
  if (/^[A-Z]{3}$/.test(unit)) return `${sign}${formatMoney(size, unit)}`
  if (unit === 'micro') return `${sign}${size / 1_000_000}`
  return `${sign}${formatCounted(size, unit, unit.endsWith('y') ? `${unit.slice(0, -1)}ies` : `${unit}s`)}`
}
