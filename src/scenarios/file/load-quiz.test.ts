/** Mistakes in questions and scripts, each with its place and the nearest name. */

import { describe, expect, it } from 'vitest'
import { changed, mistakesIn } from '../../../test/support/scenario-text.ts'
import { loadText } from '../../../test/support/shipped-scenarios.ts'
import { adjustScenario } from './adjust.ts'
import { writeScenario } from './write.ts'

const quiz = (...questions: unknown[]) => changed(['scenarios', 'one', 'quiz'], questions)
const asking = (of: unknown, more: object = {}) => quiz({ ask: 'What?', of, ...more })
const script = (value: unknown) => changed(['scenarios', 'one', 'script'], value)
const steps = (...list: unknown[]) => script({ steps: list })

describe('a question', () => {
  it.each([
    [{ confirmd: { variant: 'naive' } }, "unknown figure 'confirmd'; did you mean 'confirmed'?"],
    [
      { confirmed: { variant: 'naiv' } },
      "quiz[0].of.variant: unknown variant of this scenario 'naiv'; did you mean 'naive'?",
    ],
    [
      { violations: { variant: 'naive', invariant: 'charged-at-most-onc' } },
      "quiz[0].of.invariant: unknown value 'charged-at-most-onc'; did you mean 'charged-at-most-once'?",
    ],
    [
      { strikes: { variant: 'naive', gremlin: 'latency@paymnt' } },
      "quiz[0].of.gremlin: unknown gremlin of this scenario 'latency@paymnt'; did you mean 'latency@payment'?",
    ],
    [{ fastest: { among: ['naive', 'retri'] } }, "quiz[0].of.among[1]: unknown variant of this scenario 'retri'"],
    [{ fastest: { among: ['naive', 'naive'] } }, "quiz[0].of.among[1]: 'naive' is there twice"],
    [{ 'good-percent': { variant: 'naive', kind: 'stock' } }, "quiz[0].of.kind: nobody comes for 'stock' here"],
    [{ confirmed: { variant: 'naive', invariant: 'never-oversold' } }, 'quiz[0].of.invariant: unknown'],
    ['confirmed', 'quiz[0].of.variant: '],
    [null, 'quiz[0].of: must be the name of a figure'],
  ])('about %j is refused: %s', (of, message) => {
    const mistakes = mistakesIn(asking(of))
    expect(mistakes.join('\n')).toContain(message)
    expect(mistakes[0]).toMatch(/^my\.yaml:\d+:\d+ quiz\[0\]/)
  })

  it.each([
    [
      { ask: 'Of {order}?', of: { confirmed: { variant: 'naive' } } },
      "unknown placeholder 'order'; did you mean 'orders'?",
    ],
    [
      { ask: 'x', of: { passes: { variant: 'naive', invariant: 'never-oversold' } }, within: 0.1 },
      'nothing is close to',
    ],
    [{ ask: 'x', of: 'fastest', within: 0.1 }, 'nothing is close to'],
    [{ ask: 'x', of: { confirmed: { variant: 'naive' } }, within: 2 }, 'quiz[0].within: must be at most 1'],
    [{ ask: 'x', of: { confirmed: { variant: 'naive' } }, answer: 3 }, 'quiz[0].answer: unknown'],
    [{ of: { confirmed: { variant: 'naive' } } }, 'quiz[0].ask'],
  ])('such as %j is refused: %s', (question, message) => {
    expect(mistakesIn(quiz(question)).join('\n')).toContain(message)
  })

  it('about orders is refused where nobody comes for any', () => {
    const [scenario] = loadText(asking({ confirmed: { variant: 'naive' } })).scenarios
    if (!scenario) throw new Error('there is no scenario')
    const text = writeScenario({
      ...scenario,
      traffic: { ...scenario.traffic, mix: { order: 0, stock: 1, notification: 0, payment: 0 } },
    })
    expect(mistakesIn(text).join('\n')).toContain('counts orders, and nobody comes for any here')
  })

  it('is the same when it is written and loaded again, whatever it is about', () => {
    const text = quiz(
      { ask: 'Of {orders}?', of: { confirmed: { variant: 'naive' } }, within: 0.25 },
      { ask: 'b', of: 'lost-most' },
      { ask: 'c', of: { 'most-violations': { invariant: 'never-oversold', among: ['naive', 'retry'] } } },
      { ask: 'd', of: { strikes: { variant: 'retry', gremlin: 'latency@payment' } } },
      { ask: 'e', of: { 'good-percent': { variant: 'retry', kind: 'order' } } },
    )
    const [scenario] = loadText(text).scenarios
    if (!scenario) throw new Error('there is no scenario')
    expect(loadText(writeScenario(scenario)).scenarios).toEqual([scenario])
    const alone = adjustScenario(scenario, { variants: ['naive'] })
    if (!alone.ok) throw new Error(alone.mistakes.join())
    expect(loadText(writeScenario(alone.scenario)).scenarios[0]?.quiz).toEqual(scenario.quiz?.slice(0, 1))
  })
})

describe('a script', () => {
  it.each([
    [steps({ atMs: 0 }), 'script.steps[0]: says nothing and changes nothing'],
    [steps({ caption: 'x' }), 'script.steps[0].atMs'],
    [steps({ atMs: 0, gremlin: 'latency@paymnt', on: true }), "did you mean 'latency@payment'?"],
    [steps({ atMs: 0, on: true }), 'script.steps[0]: must name what changes'],
    [steps({ atMs: 0, policy: 'breaker', on: false }), 'no variant of this scenario has breaker'],
    [steps({ atMs: 0, captoin: 'x' }), "did you mean 'caption'?"],
    [
      steps({ atMs: 5, oneOf: [{ caption: 'a' }, { atMs: 1, caption: 'b' }] }),
      'script.steps[0].oneOf[1].atMs: must be at least 5',
    ],
    [steps({ atMs: 5, oneOf: [{ caption: 'a' }] }), 'script.steps[0].oneOf'],
    [
      steps({ atMs: 5, oneOf: [{ caption: 'a' }, [{ gremlin: 'nobody', on: true }]] }),
      'script.steps[0].oneOf[1][0].gremlin',
    ],
    [steps({ atMs: 5, caption: 'x', oneOf: [{ caption: 'a' }, { caption: 'b' }] }), 'script.steps[0].caption'],
    [
      script({ variant: 'naiv', steps: [{ atMs: 0, caption: 'x' }] }),
      "script.variant: unknown variant of this scenario 'naiv'",
    ],
    [script({ variant: 'naive', versus: 'naive', steps: [{ atMs: 0, caption: 'x' }] }), 'is on stage already'],
    [
      script({ variant: 'naive', steps: [{ atMs: 0, policy: 'retry', on: false }] }),
      'no variant of this scenario has retry',
    ],
    [script([{ atMs: 0, caption: 'x' }]), 'script: must be a mapping'],
    [script({ traffic: { orders: 0, ratePerSecond: 1 }, steps: [{ atMs: 0, caption: 'x' }] }), 'script.traffic.orders'],
  ])('is refused where it is wrong', (text, message) => {
    expect(mistakesIn(text).join('\n')).toContain(message)
  })

  it('is the same when it is written and loaded again', () => {
    const text = script({
      variant: 'retry',
      versus: 'naive',
      traffic: { orders: 30, ratePerSecond: 2 },
      steps: [
        { atMs: 0, caption: 'Hello', gremlin: 'latency@payment', on: true, probability: 0.5 },
        { atMs: 3, policy: 'retry', on: false },
        { atMs: 4, traffic: 'off', caption: '' },
        { atMs: 5, oneOf: [{ caption: 'a' }, [{ caption: 'b' }, { atMs: 9, traffic: 'on' }]] },
      ],
    })
    const [scenario] = loadText(text).scenarios
    if (!scenario) throw new Error('there is no scenario')
    expect(scenario.script?.steps).toHaveLength(4)
    expect(loadText(writeScenario(scenario)).scenarios).toEqual([scenario])
  })
})
