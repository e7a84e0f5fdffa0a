/** What is asked, and which answers can be answers. */

import { describe, expect, it } from 'vitest'
import { SCENARIO } from '../../test/support/example-scenario.ts'
import type { AskedQuestion, QuizTopic } from '../core/quiz.ts'
import type { Scenario } from '../core/scenario.ts'
import { adjustScenario } from './file/adjust.ts'
import { parseAnswer, questionsOf } from './quiz.ts'
import { withoutQuizAndScript } from './quiz-and-script.ts'

function asked(of: QuizTopic, ask = 'What?', scenario: Scenario = SCENARIO): AskedQuestion {
  const [question] = questionsOf({ ...scenario, quiz: [{ ask, of, within: 0 }] })
  if (!question) throw new Error('nothing is asked')
  return question
}

const CONFIRMED: QuizTopic = { metric: 'confirmed', variant: 'naive' }
const LOST: QuizTopic = { metric: 'money-lost', variant: 'naive' }
const PASSES: QuizTopic = { metric: 'passes', variant: 'naive', invariant: 'never-oversold' }
const LOST_MOST: QuizTopic = { metric: 'lost-most', among: [], invariant: null }
const FASTEST: QuizTopic = { metric: 'fastest', among: ['naive', 'retry'], invariant: null }
const GOOD: QuizTopic = { metric: 'good-percent', variant: 'naive', kind: 'order' }

describe('a question', () => {
  it('has the figures of the scenario in its text, as --orders has changed them', () => {
    const quiz = [
      { ask: 'Of {orders} under {variants}, {stock} in {currency}, after {patience}?', of: CONFIRMED, within: 0 },
    ]
    const adjusted = adjustScenario({ ...SCENARIO, quiz }, { orders: 7 })
    if (!adjusted.ok) throw new Error(adjusted.mistakes.join())
    const stock = SCENARIO.products.reduce((sum, product) => sum + product.stock, 0)
    const text = `Of 7 under ${SCENARIO.variants.length}, ${stock} in USD, after 3 s?`
    expect(questionsOf(adjusted.scenario)[0]?.text).toBe(text)
  })

  it('cannot move the cursor', () => {
    expect(asked(CONFIRMED, 'red \u001b[31m').text).toBe('red \ufffd[31m')
  })

  it('offers the variants that there are, and none of them where none may stand out', () => {
    const names = SCENARIO.variants.map(({ name }) => name)
    expect(asked(LOST_MOST).choices).toEqual([...names, 'none'])
    expect(asked(FASTEST).choices).toEqual(['naive', 'retry'])
    expect(asked(CONFIRMED).choices).toEqual([])
  })

  it('is not asked when its variant is left out; a contest goes on among the others', () => {
    const of: QuizTopic = { metric: 'fastest', among: SCENARIO.variants.map(({ name }) => name), invariant: null }
    const quiz = [CONFIRMED, PASSES, of].map((topic, index) => ({ ask: `${index}`, of: topic, within: 0 }))
    const left = (variants: readonly string[]) => {
      const adjusted = adjustScenario({ ...SCENARIO, quiz }, { variants })
      if (!adjusted.ok) throw new Error(adjusted.mistakes.join())
      return adjusted.scenario.quiz?.map(({ ask, of: topic }) => ({
        ask,
        among: 'among' in topic ? topic.among : null,
      }))
    }
    expect(left(['retry', 'retry+key'])).toEqual([{ ask: '2', among: ['retry', 'retry+key'] }])
    expect(left(['naive'])).toEqual([
      { ask: '0', among: null },
      { ask: '1', among: null },
    ])
    expect(left(['retry'])).toBeUndefined()
  })

  it('is gone from what is made of a finding', () => {
    const quiz = [{ ask: 'x', of: CONFIRMED, within: 0 }]
    expect(withoutQuizAndScript({ ...SCENARIO, quiz, script: { steps: [] } })).toEqual(SCENARIO)
  })
})

describe('an answer', () => {
  it.each<[QuizTopic, string, number | string]>([
    [CONFIRMED, ' 12 ', 12],
    [CONFIRMED, '0', 0],
    [LOST, '1500', 150_000],
    [LOST, '79.9', 7_990],
    [LOST, '79.90 usd', 7_990],
    [GOOD, '80', 80],
    [GOOD, '80 %', 80],
    [PASSES, 'Y', 'yes'],
    [PASSES, 'no', 'no'],
    [PASSES, '2', 'no'],
    [FASTEST, 'RETRY', 'retry'],
    [FASTEST, '2', 'retry'],
    [LOST_MOST, 'none', 'none'],
  ])('to %j may be %j', (topic, typed, answer) => {
    expect(parseAnswer(asked(topic), typed)).toEqual({ ok: true, answer })
  })

  it.each<[QuizTopic, string, RegExp]>([
    [CONFIRMED, 'many', /a whole number, such as 12/],
    [CONFIRMED, '-1', /a whole number/],
    [CONFIRMED, '1.5', /a whole number/],
    [LOST, '1.234', /an amount in USD/],
    [LOST, '5 EUR', /an amount in USD/],
    [GOOD, '101', /from 0 to 100/],
    [PASSES, 'perhaps', /unknown answer 'perhaps'; choose one of yes, no/],
    [FASTEST, 'retri', /did you mean 'retry'/],
    [FASTEST, '3', /unknown answer/],
    [FASTEST, '0', /unknown answer/],
    [FASTEST, 'none', /unknown answer/],
  ])('to %j cannot be %j', (topic, typed, why) => {
    expect(parseAnswer(asked(topic), typed)).toEqual({ ok: false, why: expect.stringMatching(why) as string })
  })
})
