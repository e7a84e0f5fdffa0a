/** The end of a quiz's round, shown. */

import { plain } from '../scenarios/file/plain.ts'
import type { Io } from './io.ts'
import type { QuizPlan } from './quiz-plan.ts'
import { endRound, type Said } from './quiz-round.ts'
import { detailsOf, type RanRun } from './write-report.ts'

export interface RoundPlan {
  /** Null: nothing was asked. */
  readonly quiz: QuizPlan | null
  readonly outDir: string
  readonly json: boolean
}

/** Before JSON on stdout people read on stderr. Gives back what could not be written. */
export async function revealRound(
  { quiz, outDir, json }: RoundPlan,
  said: Said,
  { result, folder }: RanRun,
  io: Io,
): Promise<readonly string[]> {
  if (!quiz) return []
  const unread: string[] = []
  const { stories } = detailsOf(folder, unread)
  const round = await endRound(quiz, said, { result, stories, outDir })
  const output = json ? io.stderr : io.stdout
  output.write(round.text)
  for (const line of round.says) io.stderr.write(`${plain(line)}\n`)
  return [...unread, ...round.failures]
}
