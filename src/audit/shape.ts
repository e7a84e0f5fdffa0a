/** What violations have in common: their sentence without names and figures, and what struck. */

import type { Strike, Violation } from '../core/invariant.ts'
import type { Scenario } from '../core/scenario.ts'
import { listed } from './format.ts'

/** A sentence, or a name, that is longer says no more about its shape. */
const MOST_CHARACTERS = 400
/** Stands for whatever was named or counted. */
const SOMETHING = '#'
const NO_STRIKE = 'no strike on its path'

/** Words that a figure is counted in, which are one word whatever the figure. */
const COUNTED = /# (unit|time|charge|deduction|order|purchase|refund|notification|piece|entry)\b/g

/** Writes shapes of violations of one scenario, whose products and accounts are names to be left out. */
export function shapesOf({
  products,
  accounts,
}: Pick<Scenario, 'products' | 'accounts'>): (violation: Violation) => string {
  const names = [...products, ...accounts].map(({ name }) => name)
  const withoutNames = withoutWords(names)
  return ({ sentence, strikes }) => {
    const said = withoutFigures(withoutNames(sentence.slice(0, MOST_CHARACTERS)))
    return `${said}; ${struckBy(strikes)}`.slice(0, MOST_CHARACTERS)
  }
}

function withoutWords(words: readonly string[]): (sentence: string) => string {
  if (words.length === 0) return (sentence) => sentence
  // The longest first: a name may begin with another.
  const escaped = [...words].sort((a, b) => b.length - a.length).map((word) => word.replace(/[^\w\s-]/g, '\\$&'))
  const any = new RegExp(`(?<![\\w-])(?:${escaped.join('|')})(?![\\w-])`, 'g')
  return (sentence) => sentence.replace(any, SOMETHING)
}

function withoutFigures(sentence: string): string {
  return (
    sentence
      // A foreign service may call its keys and orders anything.
      .replace(/\b(key|order) (?=\S*[\d#:/])[^\s,;]+/g, `$1 ${SOMETHING}`)
      .replace(/\b[A-Z]{3} -?\d+(?:\.\d+)?/g, SOMETHING)
      .replace(/[\w.:/-]*\d[\w:/-]*(?:\.\d+)?/g, SOMETHING)
      .replace(COUNTED, (_, word: string) => (word === 'entry' ? '# entries' : `# ${word}s`))
      .replace(/# orders was\b/g, '# orders were')
      // A list, however long.
      .replace(/#(?:(?:, | and )#)+/g, '# and #')
  )
}

/** `after dropped-answer on bank (charge) and latency on order`: the kinds of strikes, each once. */
export function struckBy(strikes: readonly Strike[]): string {
  const kinds = new Set(
    strikes.map(({ kind, node, effect }) => {
      const what = `${kind} on ${node}`
      return effect === '' ? what : `${what} (${withoutFigures(effect)})`
    }),
  )
  return kinds.size === 0 ? NO_STRIKE : `after ${listed([...kinds].sort())}`
}
