/** What `--quiz` is asked to do. Everything that can be wrong with it is found before anything is started. */

import type { Options } from 'yargs'
import type { AskedQuestion, QuizAnswer } from '../core/quiz.ts'
import type { Scenario } from '../core/scenario.ts'
import { parseAnswer, questionsOf } from '../scenarios/quiz.ts'
import { Failure } from './failure.ts'
import type { Typed } from './values.ts'

export const QUIZ_OPTIONS: Readonly<Record<'quiz' | 'answers' | 'player', Options>> = {
  quiz: {
    describe: "Ask the scenario's questions first, and reveal the answers afterwards",
    type: 'boolean',
    default: false,
  },
  answers: {
    describe: 'With --quiz: the answers, such as 3,naive,yes, instead of asking; an empty one skips its question',
    type: 'string',
    requiresArg: true,
  },
  player: { describe: 'With --quiz: whose answers they are, for the scores', type: 'string', requiresArg: true },
}

export interface QuizArguments {
  readonly quiz?: boolean
  readonly answers?: Typed
  readonly player?: Typed
}

export interface QuizPlan {
  /** At least one. */
  readonly questions: readonly AskedQuestion[]
  /** One for each question, null where it is skipped; null as a whole: to be asked in the terminal. */
  readonly answers: readonly (QuizAnswer | null)[] | null
  /** Questions about what this run leaves out. */
  readonly leftOut: readonly string[]
  readonly player: string | null
}

export interface QuizSubject {
  /** As the file has it, and as it is run. */
  readonly whole: Scenario
  readonly adjusted: Scenario
  /** How many runs there will be. */
  readonly runs: number
  /** Whether people can be asked. */
  readonly terminal: boolean
}

const LONGEST_PLAYER = 40
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/

/** Null: nothing is asked. Throws `Failure` (64) with a line for each mistake. */
export function readQuizPlan(given: QuizArguments, subject: QuizSubject): QuizPlan | null {
  const { quiz = false, answers, player } = given
  if (!quiz) {
    const without = (['answers', 'player'] as const).filter((option) => given[option] !== undefined)
    if (without.length > 0) throw new Failure('usage', ...without.map((option) => `--${option} needs --quiz`))
    return null
  }
  const mistakes = [...twice('answers', answers), ...twice('player', player), ...mistakesIn(subject, answers)]
  const name = typeof player === 'string' ? player.trim() : null
  if (name !== null && (name === '' || name.length > LONGEST_PLAYER || CONTROL.test(name)))
    mistakes.push(`--player must be a name of 1 to ${LONGEST_PLAYER} characters`)
  const questions = questionsOf(subject.adjusted)
  const read = typeof answers === 'string' ? readAnswers(questions, answers) : { answers: null, mistakes: [] }
  if (mistakes.length === 0) mistakes.push(...read.mistakes)
  if (mistakes.length > 0) throw new Failure('usage', ...mistakes)
  const asked = new Set(questions.map(({ question }) => question.ask))
  const leftOut = questionsOf(subject.whole).filter(({ question }) => !asked.has(question.ask))
  return { questions, answers: read.answers, leftOut: leftOut.map(({ text }) => text), player: name }
}

function twice(option: string, typed: Typed): string[] {
  if (typed === undefined || typeof typed === 'string') return []
  return [`--${option} is given ${typed.length} times; give it once`]
}

function mistakesIn({ whole, adjusted, runs, terminal }: QuizSubject, answers: Typed): string[] {
  if (runs > 1) return ['--quiz asks about one run: give one scenario and one seed']
  if (!whole.quiz) return [`${whole.name} has no questions; give it a 'quiz', or run another scenario`]
  if (!adjusted.quiz) return [`every question of ${whole.name} is about what this run leaves out; leave --variant away`]
  if (answers === undefined && !terminal)
    return ['--quiz needs a terminal to ask in; give the answers with --answers, such as --answers 3,naive,yes']
  return []
}

interface Read {
  readonly answers: readonly (QuizAnswer | null)[]
  readonly mistakes: readonly string[]
}

/** What is missing at the end is skipped. */
function readAnswers(questions: readonly AskedQuestion[], typed: string): Read {
  const texts = typed.split(',').map((text) => text.trim())
  if (texts.length > questions.length) {
    const mistake = `--answers gives ${texts.length} answers, and there are ${questions.length} questions`
    return { answers: [], mistakes: [mistake] }
  }
  const mistakes: string[] = []
  const answers = questions.map((question, index) => {
    const text = texts[index] ?? ''
    if (text === '') return null
    const parsed = parseAnswer(question, text)
    if (parsed.ok) return parsed.answer
    mistakes.push(`--answers: '${text}' to '${question.text}': ${parsed.why}`)
    return null
  })
  return { answers, mistakes }
}
