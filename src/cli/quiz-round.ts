/** A round of the quiz around a run: questions before, the answers and the score after it. */

import type { QuizAnswer } from '../core/quiz.ts'
import type { Result } from '../core/result.ts'
import type { Stories } from '../core/story.ts'
import { reveal } from '../scenarios/quiz-reveal.ts'
import type { Io } from './io.ts'
import type { QuizPlan } from './quiz-plan.ts'

export type Said = readonly (QuizAnswer | null)[]

/** What is said to each question; `left`: whoever was asked went away. */
export async function askRound({ questions, answers, leftOut }: QuizPlan, io: Io): Promise<Said | 'left'> {
  for (const text of leftOut) io.stderr.write(`not asked, since this run leaves out what it is about: ${text}\n`)
  if (answers) return answers
  const { askQuestions } = await import('./quiz-ask.ts')
  return askQuestions(questions)
}

export interface Ended {
  readonly result: Result
  readonly stories: Stories | null
  readonly outDir: string
}

/** What is to be shown, and what keeping the score has to say. `failures`: what could not be written. */
export interface RevealedRound {
  readonly text: string
  readonly says: readonly string[]
  readonly failures: readonly string[]
}

/** Reveals the answers and keeps the score. */
export async function endRound(plan: QuizPlan, said: Said, { result, stories, outDir }: Ended): Promise<RevealedRound> {
  const [{ showRevealed }, { keepRound, roundOf }] = await Promise.all([
    import('./quiz-show.ts'),
    import('./quiz-scores.ts'),
  ])
  const { scenario, seed } = result
  const revealed = reveal(plan.questions, said, result)
  const played = roundOf({ player: plan.player, scenario, seed, revealed }, new Date())
  return { text: showRevealed(revealed, stories), ...(await keepRound(outDir, played)) }
}
