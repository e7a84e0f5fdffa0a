/** Questions of a scenario as they are put to people, and what people may answer. */

import {
  type AnswerKind,
  type AskedQuestion,
  isContest,
  NO_VARIANT,
  type Placeholder,
  type QuizAnswer,
  type QuizQuestion,
  type QuizTopic,
} from '../core/quiz.ts'
import type { Scenario } from '../core/scenario.ts'
import { unknownName } from './file/nearest.ts'
import { plain } from './file/plain.ts'

/** What the scenario asks, safe to print; empty: nothing. */
export function questionsOf(scenario: Scenario): readonly AskedQuestion[] {
  return (scenario.quiz ?? []).map((question) => ({
    question,
    text: plain(fillIn(question.ask, scenario)),
    kind: kindOf(question.of),
    choices: choicesOf(question, scenario),
    currency: scenario.baseCurrency,
  }))
}

function fillIn(ask: string, { traffic, variants, products, baseCurrency, buyers }: Scenario): string {
  const figures: Readonly<Record<Placeholder, number | string>> = {
    orders: traffic.exactly?.length ?? traffic.orders,
    variants: variants.length,
    stock: products.reduce((sum, { stock }) => sum + stock, 0),
    currency: baseCurrency,
    patience: `${buyers.patienceMs / 1_000} s`,
  }
  return ask.replaceAll(/\{([^{}]*)\}/g, (whole, name: string) => {
    return Object.hasOwn(figures, name) ? String(figures[name as Placeholder]) : whole
  })
}

function kindOf(topic: QuizTopic): AnswerKind {
  if (isContest(topic)) return 'variant'
  if (topic.metric === 'passes') return 'yes-no'
  if (topic.metric === 'money-lost') return 'money'
  return topic.metric === 'good-percent' ? 'percent' : 'count'
}

/** All may be equally good, but never equally fast: then there is somebody to name. */
function choicesOf({ of: topic }: QuizQuestion, { variants }: Scenario): readonly string[] {
  if (topic.metric === 'passes') return ['yes', 'no']
  if (!isContest(topic)) return []
  const names = topic.among.length > 0 ? topic.among : variants.map(({ name }) => name)
  return topic.metric === 'fastest' ? names : [...names, NO_VARIANT]
}

export type Parsed =
  | { readonly ok: true; readonly answer: QuizAnswer }
  /** `why`: in one line, safe to print. */
  | { readonly ok: false; readonly why: string }

/** What was typed, as an answer to the question. A choice may be given by its name or its number, counted from 1. */
export function parseAnswer({ kind, choices, currency }: AskedQuestion, typed: string): Parsed {
  const text = typed.trim()
  switch (kind) {
    case 'count':
      return parseFigure(text, /^\d{1,9}$/, 1, 'a whole number, such as 12')
    case 'percent':
      return parseFigure(
        text.replace(/ ?%$/, ''),
        /^(?:100|\d{1,2})$/,
        1,
        'a number of per cent from 0 to 100, such as 80',
      )
    case 'money':
      return parseFigure(
        text.replace(new RegExp(` ?${currency}$`, 'i'), ''),
        /^\d{1,9}(?:\.\d{1,2})?$/,
        100,
        `an amount in ${currency}, such as 1500 or 79.90`,
      )
    case 'yes-no':
      return parseChoice(text, choices, { y: 'yes', n: 'no' })
    case 'variant':
      return parseChoice(text, choices, {})
  }
}

function parseFigure(text: string, form: RegExp, factor: number, wanted: string): Parsed {
  if (!form.test(text)) return { ok: false, why: `the answer is ${wanted}` }
  return { ok: true, answer: Math.round(Number(text) * factor) }
}

function parseChoice(text: string, choices: readonly string[], short: Readonly<Record<string, string>>): Parsed {
  const word = text.toLowerCase()
  const byName = choices.find((choice) => choice.toLowerCase() === word)
  const byShort = Object.hasOwn(short, word) ? short[word] : undefined
  const byNumber = /^\d{1,2}$/.test(text) ? choices[Number(text) - 1] : undefined
  const answer = byName ?? byShort ?? byNumber
  if (answer !== undefined) return { ok: true, answer }
  return { ok: false, why: plain(unknownName('answer', text, choices)) }
}
