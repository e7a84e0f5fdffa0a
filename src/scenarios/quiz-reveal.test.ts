/** Answers come from the result alone, and a wrong prediction is called wrong. */

import { describe, expect, it } from 'vitest'
import { exampleResult } from '../../test/support/example-result.ts'
import { exampleStories } from '../../test/support/example-stories.ts'
import type { QuizAnswer, QuizTopic, Revealed } from '../core/quiz.ts'
import type { Result, VariantResult } from '../core/result.ts'
import { questionsOf } from './quiz.ts'
import { pointsOf, reveal, scoreOf, storyOf, truthOf } from './quiz-reveal.ts'

const RESULT = exampleResult()

function withVariant(name: string, change: (variant: VariantResult) => Partial<VariantResult>): Result {
  const variants = RESULT.variants.map((each) => (each.name === name ? { ...each, ...change(each) } : each))
  return { ...RESULT, variants }
}

const FOCUS = { arrived: 40, good: 9, unanswered: 0, latencyMs: { p50: 1, p90: 1, p99: 1, max: 1 } }
const STOCK = { ...FOCUS, kind: 'stock', goodputPerSecond: 1, refusals: {}, focus: FOCUS, goodput: [] } as const

describe('the truth', () => {
  it.each<[QuizTopic, QuizAnswer]>([
    [{ metric: 'violations', variant: 'retry', invariant: 'deducted-at-most-once' }, 57],
    [{ metric: 'passes', variant: 'retry', invariant: 'deducted-at-most-once' }, 'no'],
    [{ metric: 'passes', variant: 'retry', invariant: 'never-oversold' }, 'yes'],
    [{ metric: 'confirmed', variant: 'naive' }, 226],
    [{ metric: 'cancelled', variant: 'naive' }, 0],
    [{ metric: 'refused', variant: 'naive' }, 9],
    [{ metric: 'failed', variant: 'naive' }, 61],
    [{ metric: 'in-doubt', variant: 'naive' }, 4],
    [{ metric: 'money-lost', variant: 'naive' }, 912_000],
    [{ metric: 'strikes', variant: 'naive', gremlin: 'warehouse-dies' }, 34],
    [{ metric: 'lost-most', among: [], invariant: null }, 'retry'],
    [{ metric: 'lost-most', among: ['naive', 'retry+key'], invariant: null }, 'naive'],
    [{ metric: 'fastest', among: [], invariant: null }, 'retry+key'],
    [{ metric: 'most-violations', among: [], invariant: null }, 'retry'],
    [{ metric: 'most-violations', among: [], invariant: 'all-or-nothing' }, 'naive'],
    [{ metric: 'most-violations', among: [], invariant: 'never-oversold' }, 'none'],
    [{ metric: 'lost-most', among: ['retry+key', 'calm'], invariant: null }, 'none'],
  ])('of %j is %j', (topic, answer) => {
    const calm = { ...RESULT.variants[3], name: 'calm' } as VariantResult
    expect(
      truthOf(topic, {
        ...RESULT,
        variants: [...RESULT.variants, calm].slice(0, 'among' in topic && topic.among.includes('calm') ? 5 : 4),
      }),
    ).toEqual([answer])
  })

  it('of locks and of kinds comes from their own figures', () => {
    const locked = withVariant('naive', ({ transactions }) => ({
      transactions: { ...transactions, refusedByLock: 13 },
    }))
    expect(truthOf({ metric: 'refused-by-lock', variant: 'naive' }, locked)).toEqual([13])
    const kinds = withVariant('naive', () => ({ kinds: [STOCK] }))
    expect(truthOf({ metric: 'good-percent', variant: 'naive', kind: 'stock' }, kinds)).toEqual([23])
  })

  it('is any of those that came out alike', () => {
    const alike = withVariant('naive', () => ({ lossCents: 1_150_000 }))
    expect(truthOf({ metric: 'lost-most', among: [], invariant: null }, alike)).toEqual(['naive', 'retry'])
  })

  it.each<[string, QuizTopic, Result]>([
    ['of a variant that did not run', { metric: 'confirmed', variant: 'saga' }, RESULT],
    ['of a gremlin that was not there', { metric: 'strikes', variant: 'naive', gremlin: 'nobody' }, RESULT],
    ['of a kind that nobody came for', { metric: 'good-percent', variant: 'naive', kind: 'stock' }, RESULT],
    [
      'of a kind that nobody came for in the focus',
      { metric: 'good-percent', variant: 'naive', kind: 'stock' },
      withVariant('naive', () => ({ kinds: [{ ...STOCK, focus: { ...FOCUS, arrived: 0, good: 0 } }] })),
    ],
    ['of a contest that one was missing in', { metric: 'fastest', among: ['naive', 'saga'], invariant: null }, RESULT],
    [
      'of a contest with one variant',
      { metric: 'lost-most', among: [], invariant: null },
      { ...RESULT, variants: RESULT.variants.slice(0, 1) },
    ],
  ])('%s is not known', (_, topic, result) => {
    expect(truthOf(topic, result)).toEqual([])
  })

  it('of who was fastest leaves out who answered nobody', () => {
    const nothing = { p50: null, p90: null, p99: null, max: null }
    const mute = withVariant('retry+key', () => ({ latencyMs: nothing }))
    expect(truthOf({ metric: 'fastest', among: [], invariant: null }, mute)).toEqual(['retry+key-as-taught'])
  })
})

describe('a prediction', () => {
  it.each<[QuizAnswer | null, readonly QuizAnswer[], number, string]>([
    [57, [57], 0, 'right'],
    [56, [57], 0, 'wrong'],
    [46, [57], 0.2, 'close'],
    [69, [57], 0.2, 'wrong'],
    [68, [57], 0.2, 'close'],
    [1, [0], 0.9, 'wrong'],
    [0, [0], 0, 'right'],
    ['retry', ['naive', 'retry'], 0, 'right'],
    ['saga', ['naive'], 1, 'wrong'],
    [null, [57], 1, 'skipped'],
    [57, [], 1, 'unknown'],
    [null, [], 0, 'unknown'],
  ])('of %j where it is %j within %d is %s', (said, truth, within, score) => {
    expect(scoreOf(said, truth, within)).toBe(score)
  })
})

const QUIZ = [
  { ask: 'One', of: { metric: 'violations', variant: 'retry', invariant: 'charged-at-most-once' }, within: 0.2 },
  { ask: 'Two', of: { metric: 'lost-most', among: [], invariant: null }, within: 0 },
  { ask: 'Three', of: { metric: 'confirmed', variant: 'naive' }, within: 0 },
  { ask: 'Four', of: { metric: 'confirmed', variant: 'saga' }, within: 0 },
] as const

function revealed(said: readonly (QuizAnswer | null)[]): readonly Revealed[] {
  return reveal(questionsOf({ ...RESULT.configuration, quiz: QUIZ }), said, RESULT)
}

describe('a round', () => {
  it('tells the planted wrong answer from the right and the close one', () => {
    const round = revealed([22, 'naive', 226, 3])
    expect(round.map(({ score }) => score)).toEqual(['close', 'wrong', 'right', 'unknown'])
    expect(round.map(({ truth }) => truth)).toEqual([[23], ['retry'], [226], []])
    expect(pointsOf(round)).toEqual({ points: 3, of: 6 })
  })

  it('counts what was skipped or not answered as nothing', () => {
    expect(pointsOf(revealed([null, 'retry']))).toEqual({ points: 2, of: 6 })
  })
})

describe('the story of an answer', () => {
  const stories = exampleStories()
  const about = (of: QuizTopic, truth: readonly QuizAnswer[]) => {
    const [asked] = questionsOf({ ...RESULT.configuration, quiz: [{ ask: 'x', of, within: 0 }] })
    if (!asked) throw new Error('nothing is asked')
    const found = storyOf({ asked, said: null, truth, score: 'skipped' }, stories)
    return found && `${found.variant} ${found.group.invariant}`
  }

  it.each<[QuizTopic, readonly QuizAnswer[], string | null]>([
    [{ metric: 'violations', variant: 'retry', invariant: 'history-complete' }, [3], 'retry history-complete'],
    [{ metric: 'passes', variant: 'retry', invariant: 'never-oversold' }, ['yes'], null],
    [{ metric: 'money-lost', variant: 'naive' }, [912_000], 'naive all-or-nothing'],
    [{ metric: 'lost-most', among: [], invariant: null }, ['retry'], 'retry charged-at-most-once'],
    [{ metric: 'lost-most', among: [], invariant: null }, ['none'], null],
    [
      { metric: 'most-violations', among: [], invariant: 'deducted-at-most-once' },
      ['retry'],
      'retry deducted-at-most-once',
    ],
    [{ metric: 'fastest', among: [], invariant: null }, ['retry'], null],
    [{ metric: 'in-doubt', variant: 'naive' }, [4], 'naive all-or-nothing'],
    [{ metric: 'strikes', variant: 'retry', gremlin: 'dropped-answer@inventory' }, [4], 'retry charged-at-most-once'],
    [{ metric: 'confirmed', variant: 'naive' }, [226], null],
  ])('%j, which is %j, is %j', (topic, truth, story) => {
    expect(about(topic, truth)).toBe(story)
  })

  it('is none where no stories were told', () => {
    const [first] = revealed([1])
    expect(first && storyOf(first, null)).toBeNull()
  })
})
