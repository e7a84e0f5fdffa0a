/**
 * Predict, then reveal: what a scenario asks before it is run. A question never holds its answer, which is computed from the
 * run's result.
 */

import type { InvariantName } from './invariant.ts'
import type { RequestKind } from './purchase.ts'

/** Figures of one variant that need nothing but its name. */
export const VARIANT_METRICS = [
  'confirmed',
  'cancelled',
  'refused',
  'failed',
  'in-doubt',
  'refused-by-lock',
  'money-lost',
] as const
export type VariantMetric = (typeof VARIANT_METRICS)[number]

/** Which variant stands out. */
export const CONTEST_METRICS = ['lost-most', 'fastest', 'most-violations'] as const
export type ContestMetric = (typeof CONTEST_METRICS)[number]

/** What can be asked: all that is known of the answer before the run. */
export type QuizTopic =
  | { readonly metric: VariantMetric; readonly variant: string }
  /** How often a variant breaks an invariant; whether it keeps it. */
  | { readonly metric: 'violations' | 'passes'; readonly variant: string; readonly invariant: InvariantName }
  /** Per cent of those who came for it within the scenario's focus and were served well. */
  | { readonly metric: 'good-percent'; readonly variant: string; readonly kind: RequestKind }
  | { readonly metric: 'strikes'; readonly variant: string; readonly gremlin: string }
  /** `among`: only these; empty: all variants. `invariant` narrows down `most-violations`; null: all of them together. */
  | {
      readonly metric: ContestMetric
      readonly among: readonly string[]
      readonly invariant: InvariantName | null
    }

export type QuizMetric = QuizTopic['metric']

export const QUIZ_METRICS: readonly QuizMetric[] = [
  'violations',
  'passes',
  ...VARIANT_METRICS,
  'good-percent',
  'strikes',
  ...CONTEST_METRICS,
]

export interface QuizQuestion {
  /** What people read. `{orders}` and the like stand for figures of the scenario; see `PLACEHOLDERS`. */
  readonly ask: string
  readonly of: QuizTopic
  /** A figure counts as close within this share of the true one; 0: only the exact figure counts. */
  readonly within: number
}

/** Words in braces that a question's text may hold. */
export const PLACEHOLDERS = ['orders', 'variants', 'stock', 'currency', 'patience'] as const
export type Placeholder = (typeof PLACEHOLDERS)[number]

export function isContest(topic: QuizTopic): topic is Extract<QuizTopic, { readonly among: readonly string[] }> {
  return 'among' in topic
}

/** What a player says, or what came out: a figure (money in cents), `yes` or `no`, or a variant's name. */
export type QuizAnswer = number | string

/** What kind of answer a question takes. */
export type AnswerKind = 'count' | 'money' | 'percent' | 'yes-no' | 'variant'

/** One question as it is put to people: ready to show, and to be answered by `parseAnswer`. */
export interface AskedQuestion {
  readonly question: QuizQuestion
  readonly text: string
  readonly kind: AnswerKind
  /** What there is to choose from; empty where a figure is asked for. */
  readonly choices: readonly string[]
  /** Of the scenario: what money is counted in. */
  readonly currency: string
}

/** `unknown`: the run says nothing of it, such as one that was cut short. */
export type Score = 'right' | 'close' | 'wrong' | 'skipped' | 'unknown'

/** A question with what was said, what came out, and what to make of it. */
export interface Revealed {
  readonly asked: AskedQuestion
  /** Null: skipped. */
  readonly said: QuizAnswer | null
  /** Any of these is right; empty: the run says nothing of it. More than one: variants that came out alike. */
  readonly truth: readonly QuizAnswer[]
  readonly score: Score
}

/** What a choice of none is called, where no variant may stand out. */
export const NO_VARIANT = 'none'

/** Points of a right answer, and of one that is close. */
export const POINTS_RIGHT = 2
export const POINTS_CLOSE = 1
