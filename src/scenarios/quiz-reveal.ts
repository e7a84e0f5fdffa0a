/** What came out: the answers to a scenario's questions, computed from the result of the run and from nothing else. */

import type { InvariantName } from '../core/invariant.ts'
import {
  type AskedQuestion,
  type ContestMetric,
  isContest,
  NO_VARIANT,
  POINTS_CLOSE,
  POINTS_RIGHT,
  type QuizAnswer,
  type QuizTopic,
  type Revealed,
  type Score,
  type VariantMetric,
} from '../core/quiz.ts'
import type { Result, VariantResult } from '../core/result.ts'
import type { Stories, StoryGroup } from '../core/story.ts'

/** @param said the answer to each question, null where it was skipped */
export function reveal(
  asked: readonly AskedQuestion[],
  said: readonly (QuizAnswer | null)[],
  result: Result,
): readonly Revealed[] {
  return asked.map((each, index) => {
    const answer = said[index] ?? null
    const truth = truthOf(each.question.of, result)
    return { asked: each, said: answer, truth, score: scoreOf(answer, truth, each.question.within) }
  })
}

/** Any of these is right; empty where the run says nothing of it. */
export function truthOf(topic: QuizTopic, { variants }: Result): readonly QuizAnswer[] {
  if (isContest(topic)) {
    const names = topic.among.length > 0 ? topic.among : variants.map(({ name }) => name)
    const running = variants.filter(({ name }) => names.includes(name))
    // Of a run that was cut short nobody knows who would have won.
    if (running.length < Math.max(2, topic.among.length)) return []
    return winners(topic.metric, running, topic.invariant)
  }
  const variant = variants.find(({ name }) => name === topic.variant)
  if (!variant) return []
  const figure = figureOf(topic, variant)
  return figure === undefined ? [] : [figure]
}

type OfVariant = Exclude<QuizTopic, { readonly among: readonly string[] }>

function figureOf(topic: OfVariant, variant: VariantResult): QuizAnswer | undefined {
  switch (topic.metric) {
    case 'violations':
      return variant.violations[topic.invariant]
    case 'passes':
      return variant.violations[topic.invariant] === 0 ? 'yes' : 'no'
    case 'good-percent': {
      const focus = variant.kinds.find(({ kind }) => kind === topic.kind)?.focus
      return focus && focus.arrived > 0 ? Math.round((100 * focus.good) / focus.arrived) : undefined
    }
    case 'strikes':
      return variant.gremlins.find(({ name }) => name === topic.gremlin)?.strikes
    default:
      return countOf(topic.metric, variant)
  }
}

function countOf(metric: VariantMetric, { orders, transactions, lossCents }: VariantResult): number {
  switch (metric) {
    case 'confirmed':
    case 'cancelled':
    case 'refused':
    case 'failed':
      return orders[metric]
    case 'in-doubt':
      return orders.inDoubt
    case 'refused-by-lock':
      return transactions.refusedByLock
    case 'money-lost':
      return lossCents
  }
}

function winners(
  metric: ContestMetric,
  variants: readonly VariantResult[],
  invariant: InvariantName | null,
): readonly string[] {
  if (metric === 'fastest') {
    const answered = variants.flatMap(({ name, latencyMs: { p99 } }) => (p99 === null ? [] : { name, figure: p99 }))
    const least = Math.min(...answered.map(({ figure }) => figure))
    return answered.filter(({ figure }) => figure === least).map(({ name }) => name)
  }
  const figures = variants.map((variant) => ({ name: variant.name, figure: mostOf(metric, variant, invariant) }))
  const most = Math.max(...figures.map(({ figure }) => figure))
  return most === 0 ? [NO_VARIANT] : figures.filter(({ figure }) => figure === most).map(({ name }) => name)
}

function mostOf(
  metric: 'lost-most' | 'most-violations',
  variant: VariantResult,
  invariant: InvariantName | null,
): number {
  if (metric === 'lost-most') return variant.lossCents
  if (invariant !== null) return variant.violations[invariant]
  return Object.values(variant.violations).reduce((sum, count) => sum + count, 0)
}

export function scoreOf(said: QuizAnswer | null, truth: readonly QuizAnswer[], within: number): Score {
  if (truth.length === 0) return 'unknown'
  if (said === null) return 'skipped'
  if (truth.includes(said)) return 'right'
  const near = truth.some((true_) => {
    return typeof true_ === 'number' && typeof said === 'number' && Math.abs(said - true_) <= within * true_
  })
  return near ? 'close' : 'wrong'
}

export interface Points {
  readonly points: number
  /** Points that could be had: of questions that the run says something of. */
  readonly of: number
}

export function pointsOf(revealed: readonly Revealed[]): Points {
  const known = revealed.filter(({ score }) => score !== 'unknown')
  const points = known.map(({ score }) => (score === 'right' ? POINTS_RIGHT : score === 'close' ? POINTS_CLOSE : 0))
  return { points: points.reduce<number>((sum, each) => sum + each, 0), of: POINTS_RIGHT * known.length }
}

export interface MatchingStory {
  readonly variant: string
  readonly group: StoryGroup
}

/** The story that shows why it came out so; null where there is none: nothing was broken, or it is about speed. */
export function storyOf({ asked, truth }: Revealed, stories: Stories | null): MatchingStory | null {
  const topic = asked.question.of
  const name = isContest(topic) ? winnerWithStory(topic.metric, truth) : topic.variant
  const groups = stories?.variants.find(({ variant }) => variant === name)?.groups ?? []
  const group = groups.find((each) => isAbout(topic, each))
  return name !== undefined && group ? { variant: name, group } : null
}

function winnerWithStory(metric: ContestMetric, truth: readonly QuizAnswer[]): string | undefined {
  const [first] = truth
  return metric !== 'fastest' && typeof first === 'string' && first !== NO_VARIANT ? first : undefined
}

/** Invariants whose violations are what an order in doubt is about. */
const OF_DOUBT: readonly InvariantName[] = ['no-order-lost', 'all-or-nothing']
/** Invariants whose violations cost money. */
const OF_MONEY: readonly InvariantName[] = [
  'charged-at-most-once',
  'deducted-at-most-once',
  'never-oversold',
  'all-or-nothing',
]

function isAbout(topic: QuizTopic, { invariant, story }: StoryGroup): boolean {
  switch (topic.metric) {
    case 'violations':
    case 'passes':
      return invariant === topic.invariant
    case 'most-violations':
      return topic.invariant === null || invariant === topic.invariant
    case 'money-lost':
    case 'lost-most':
      return OF_MONEY.includes(invariant)
    case 'in-doubt':
      return OF_DOUBT.includes(invariant)
    case 'strikes':
      return story.proof.some(({ cites }) => {
        return cites.some((cite) => cite.source === 'strike' && cite.gremlin === topic.gremlin)
      })
    default:
      return false
  }
}
