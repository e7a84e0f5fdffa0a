/** A quiz in a terminal: its questions, and what came out. */

import type { AskedQuestion, QuizAnswer, Revealed, Score } from '../core/quiz.ts'
import type { Stories } from '../core/story.ts'
import { plain } from '../scenarios/file/plain.ts'
import { pointsOf, storyOf } from '../scenarios/quiz-reveal.ts'
import { showGroup } from './show-story.ts'

const HINTS: Readonly<Record<AskedQuestion['kind'], string>> = {
  count: 'a whole number',
  money: 'an amount',
  percent: 'per cent, from 0 to 100',
  'yes-no': 'yes or no',
  variant: 'a name, or its number',
}

export interface QuizPlace {
  readonly number: number
  readonly of: number
}

/** Safe to print; ends with a line break. */
export function showQuestion({ text, kind, choices, currency }: AskedQuestion, { number, of }: QuizPlace): string {
  const hint = kind === 'money' ? `an amount in ${currency}` : HINTS[kind]
  const listed = kind === 'variant' ? choices.map((choice, index) => `  ${index + 1}  ${choice}`) : []
  const lines = ['', `Question ${number} of ${of}: ${text}`, ...listed, `  (${hint}; empty: skip)`]
  return `${lines.map(plain).join('\n')}\n`
}

function showAnswer(answer: QuizAnswer, { kind, currency }: AskedQuestion): string {
  if (typeof answer === 'string') return answer
  if (kind === 'money') return `${(answer / 100).toFixed(2)} ${currency}`
  return kind === 'percent' ? `${answer} %` : String(answer)
}

const WORDS: Readonly<Record<Score, string>> = {
  right: 'right',
  close: 'close',
  wrong: 'wrong',
  skipped: 'skipped',
  unknown: 'not counted',
}

/** Each question with what was said, what came out and why, then the points. Safe to print; ends with a line break. */
export function showRevealed(revealed: readonly Revealed[], stories: Stories | null): string {
  const told = new Set<object>()
  const blocks = revealed.map((each, index) => {
    const matching = storyOf(each, stories)
    const again = matching !== null && told.has(matching.group)
    if (matching) told.add(matching.group)
    const story = matching === null ? '' : again ? 'The same story.' : storyText(matching.group, matching.variant)
    const lines = [`${index + 1}. ${each.asked.text}`, `   ${WORDS[each.score]}: ${verdictOf(each)}`]
    return `${lines.map(plain).join('\n')}\n${story === '' ? '' : `${indent(story)}\n`}`
  })
  const { points, of } = pointsOf(revealed)
  return `\n${blocks.join('\n')}\nScore: ${points} of ${of} points\n`
}

function verdictOf({ asked, said, truth }: Revealed): string {
  const was = truth.map((each) => showAnswer(each, asked)).join(' or ')
  const guess = said === null ? '' : showAnswer(said, asked)
  if (truth.length === 0) return 'the run says nothing of it'
  return said === null ? `it is ${was}` : `you said ${guess}, it is ${was}`
}

function storyText(group: Parameters<typeof showGroup>[0], variant: string): string {
  return `Why, under ${plain(variant)}: ${showGroup(group).trimEnd()}`
}

function indent(text: string): string {
  return text
    .split('\n')
    .map((line) => `   ${line}`)
    .join('\n')
}
