/** Names, times and pieces of work in the sentences of a story. */

import type { Operation } from '../../core/call.ts'

/** Longer texts of others (a reason, a detail) are cut: a sentence has to end somewhere. */
const MOST_QUOTED = 120

const NAMES: Readonly<Record<string, string>> = {
  order: 'the order service',
  bank: 'the bank',
  traffic: 'the buyer',
}

/** `payment`, `the bank`, `the order service`. */
export function nameOf(node: string): string {
  return Object.hasOwn(NAMES, node) ? (NAMES[node] ?? node) : node
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** At the beginning of a sentence. */
export const NameOf = (node: string) => capital(nameOf(node))

/** Begins with a capital, unless it begins with a name such as `p-137`; ends with one full stop. */
export function sentence(text: string): string {
  const trimmed = /^[a-z]+(?![\w@+-])/.test(text) ? capital(text.trim()) : text.trim()
  return /[.!?]$/.test(trimmed) ? trimmed : `${trimmed}.`
}

/** `12.0 ms`, `1,500 ms`. */
export function duration(ms: number): string {
  if (Math.abs(ms) < 1_000) return `${ms.toFixed(1)} ms`
  return `${String(Math.round(ms)).replace(/\B(?=(\d{3})+$)/g, ',')} ms`
}

export function quoted(text: string): string {
  return text.length > MOST_QUOTED ? `${text.slice(0, MOST_QUOTED)}…` : text
}

const EFFECTS: Readonly<Record<string, string>> = {
  deduct: 'the deduction',
  charge: 'the charge',
  notify: 'the notification',
  history: 'the history entry',
  stock: 'the stock',
  quote: 'the exchange rate',
  order: 'the order',
}

/** `deduct` gives `the deduction`. */
export function effectName(effect: string): string {
  return Object.hasOwn(EFFECTS, effect) ? (EFFECTS[effect] ?? effect) : `'${quoted(effect)}'`
}

/** A piece of work as a thing: `the deduction`, `the vote on the deduction`. */
export function workName({ operation, effect }: { readonly operation: Operation; readonly effect: string }): string {
  const name = effectName(effect)
  switch (operation) {
    case 'do':
      return name
    case 'query':
      return `the question about ${name}`
    case 'place':
      return effect === 'order' ? 'the order' : `the request for ${name}`
    case 'undo':
      return `the undoing of ${name}`
    case 'prepare':
      return `the vote on ${name}`
    case 'commit':
      return `the commit of ${name}`
    case 'abort':
      return `the abort of ${name}`
    case 'inquire':
      return `the question what became of ${name}`
    default:
      // A journal of a later version may hold more.
      return `'${String(operation)}' of ${name}`
  }
}

const NUMBERS = ['no', 'one', 'two', 'three', 'four', 'five', 'six'] as const

/** Small numbers in words. */
export function numeral(many: number): string {
  return NUMBERS[many] ?? String(many)
}

/** `2nd`, `11th`. */
export function ordinal(many: number): string {
  const teens = many % 100 >= 11 && many % 100 <= 13
  return `${many}${teens ? 'th' : (['th', 'st', 'nd', 'rd'][many % 10] ?? 'th')}`
}

/** `attempt` 1 says nothing. */
export function tryOf(attempt: number): string {
  return attempt > 1 ? ` (try ${attempt})` : ''
}
