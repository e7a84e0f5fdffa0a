/** What is left of a scenario's questions and script when it has fewer variants or other gremlins than it was written with. */

import { isGremlinChange, isPolicyChange, isWorkflowChange } from '../core/change.ts'
import type { Variant } from '../core/pattern.ts'
import { isContest, type QuizQuestion } from '../core/quiz.ts'
import type { Scenario } from '../core/scenario.ts'
import { isChoice, type Talk, type TalkChoice, type TalkStep } from '../core/talk.ts'
import { standsIn } from './missed-switches.ts'
import { workflowChoices } from './workflow-choices.ts'

/** The same scenario with the questions that it can still answer, and the steps that can still be made. */
export function fitQuizAndScript(scenario: Scenario): Scenario {
  const { quiz, script, ...rest } = scenario
  const questions = quiz?.flatMap((question) => fitQuestion(question, rest) ?? []) ?? []
  const talk = script && fitTalk(script, rest)
  return { ...rest, ...(questions.length > 0 ? { quiz: questions } : {}), ...(talk ? { script: talk } : {}) }
}

/** For what is made of a scenario and is about one finding: nobody is asked anything there. */
export function withoutQuizAndScript({ quiz: _, script: __, ...rest }: Scenario): Scenario {
  return rest
}

type Rest = Omit<Scenario, 'quiz' | 'script'>

/** Undefined: it is about what is not there. A contest goes on among those that are left, if there are two at least. */
function fitQuestion(question: QuizQuestion, { variants, gremlins, traffic }: Rest): QuizQuestion | undefined {
  const names = variants.map(({ name }) => name)
  const { of: topic } = question
  if (isContest(topic)) {
    const among = topic.among.filter((name) => names.includes(name))
    if (names.length < 2 || (topic.among.length > 0 && among.length < 2)) return undefined
    return among.length === topic.among.length ? question : { ...question, of: { ...topic, among } }
  }
  if (!names.includes(topic.variant)) return undefined
  if (topic.metric === 'strikes' && !gremlins.some(({ name }) => name === topic.gremlin)) return undefined
  if (topic.metric === 'good-percent' && traffic.mix[topic.kind] === 0) return undefined
  return question
}

function fitTalk({ variant, versus, steps, ...talk }: Talk, { variants, gremlins }: Rest): Talk | undefined {
  const named = (name: string | undefined) => variants.find((each) => each.name === name)
  const stage = named(variant)
  const names = gremlins.map(({ name }) => name)
  const fits = (step: TalkStep) => canChange(step, stage ? [stage] : variants, names)
  const kept = steps.flatMap((step) => (isChoice(step) ? (fitChoice(step, fits) ?? []) : (fitStep(step, fits) ?? [])))
  if (kept.length === 0) return undefined
  return {
    ...talk,
    ...(stage ? { variant: stage.name } : {}),
    ...(versus !== undefined && named(versus) ? { versus } : {}),
    steps: kept,
  }
}

/** Undefined: one alternative or more has nothing left, so there is nothing to choose. */
function fitChoice(choice: TalkChoice, fits: (step: TalkStep) => boolean): TalkChoice | undefined {
  const oneOf = choice.oneOf.map((steps) => steps.flatMap((step) => fitStep(step, fits) ?? []))
  return oneOf.some((steps) => steps.length === 0) ? undefined : { ...choice, oneOf }
}

/** What it says is kept, whatever it can no longer change. */
function fitStep(step: TalkStep, fits: (step: TalkStep) => boolean): TalkStep | undefined {
  if (fits(step)) return step
  const { change: _, ...said } = step
  return said.caption === undefined ? undefined : said
}

function canChange({ change }: TalkStep, stage: readonly Variant[], gremlins: readonly string[]): boolean {
  if (!change) return true
  if (isPolicyChange(change)) return stage.some((variant) => standsIn(variant, change))
  if (isGremlinChange(change)) return gremlins.includes(change.gremlin)
  if (isWorkflowChange(change))
    return stage.every((variant) => workflowChoices(variant).includes(change.workflow.workflow))
  return true
}
