/** Questions and script of a scenario as they stand in a file. */

import type { Switch } from '../../core/change.ts'
import { isContest, type QuizQuestion, type QuizTopic } from '../../core/quiz.ts'
import { isChoice, type Talk, type TalkStep } from '../../core/talk.ts'

type Body = Readonly<Record<string, unknown>>

export function questionBody({ ask, of, within }: QuizQuestion): Body {
  return { ask, of: topicBody(of), ...(within === 0 ? {} : { within }) }
}

function topicBody(topic: QuizTopic): Body | string {
  if (!isContest(topic)) {
    const { metric, ...about } = topic
    return { [metric]: about }
  }
  const { metric, among, invariant } = topic
  const about = { ...(among.length > 0 ? { among } : {}), ...(invariant === null ? {} : { invariant }) }
  return Object.keys(about).length > 0 ? { [metric]: about } : metric
}

/** @param switchBody how a change at its time is written */
export function scriptBody({ steps, ...talk }: Talk, switchBody: (change: Switch) => Body): Body {
  const stepBody = ({ atMs, caption, change }: TalkStep): Body => ({
    ...(change ? switchBody({ ...change, atMs }) : { atMs }),
    ...(caption === undefined ? {} : { caption }),
  })
  return {
    ...talk,
    steps: steps.map((step) => {
      return isChoice(step) ? { atMs: step.atMs, oneOf: step.oneOf.map((each) => each.map(stepBody)) } : stepBody(step)
    }),
  }
}
