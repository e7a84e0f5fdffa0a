/** Every scenario that Faultline comes with asks two or three questions, and a run of it answers each. */

import { describe, expect, it } from 'vitest'
import { checkAgainst } from '../../test/support/schemas.ts'
import { loadText, SHIPPED_TEXT } from '../../test/support/shipped-scenarios.ts'
import { temporaryFolder } from '../../test/support/temporary-folder.ts'
import { isContest } from '../core/quiz.ts'
import type { Scenario } from '../core/scenario.ts'
import { mistakeInConfiguration } from './check-configuration.ts'
import { adjustScenario } from './file/adjust.ts'
import { parseAnswer, questionsOf } from './quiz.ts'
import { truthOf } from './quiz-reveal.ts'
import { runScenario } from './run.ts'

const outDir = temporaryFolder('quiz')
const file = loadText(SHIPPED_TEXT)
/** Enough for answers; what they are is not looked at. */
const FEW_ORDERS = 8
/** So many that each kind of request comes. */
const MORE_ORDERS = 20
const PATIENCE_MS = 120_000

/** As short as it can be: the variants that are asked about, few orders, and no stretch of time that they would have to reach. */
function shortened(scenario: Scenario): Scenario {
  const topics = scenario.quiz?.map(({ of }) => of) ?? []
  const asked = topics.flatMap((topic) => (isContest(topic) ? topic.among : topic.variant))
  const first = scenario.variants.slice(0, 2).map(({ name }) => name)
  const orders = Math.min(scenario.traffic.mix.order === 1 ? FEW_ORDERS : MORE_ORDERS, scenario.traffic.orders)
  const variants = [...new Set([...asked, ...(topics.some(isContest) ? first : [])])]
  const adjusted = adjustScenario(scenario, { variants, orders })
  if (!adjusted.ok) throw new Error(adjusted.mistakes.join('\n'))
  return { ...adjusted.scenario, focus: { fromMs: 0, toMs: null } }
}

describe.each(file.scenarios.map((scenario) => [scenario.name, scenario] as const))('%s', (_, whole) => {
  it('asks two or three questions, in its short form as well', () => {
    const texts = questionsOf(whole).map(({ text }) => text)
    expect(texts.length).toBeGreaterThanOrEqual(2)
    expect(texts.length).toBeLessThanOrEqual(3)
    expect(new Set(texts).size).toBe(texts.length)
    for (const text of texts) expect(text).not.toMatch(/[{}]/)
    expect(file.short.get(whole.name)?.quiz ?? whole.quiz).toHaveLength(texts.length)
  })

  it('answers each of them, with an answer that can be given', { timeout: PATIENCE_MS }, async () => {
    const scenario = shortened(whole)
    const { result } = await runScenario({
      scenario,
      seed: 42,
      mode: 'virtual',
      workers: 1,
      outDir,
      timeoutMs: null,
      signal: new AbortController().signal,
      onProgress: () => undefined,
    })
    const questions = questionsOf(scenario)
    expect(questions).toHaveLength(whole.quiz?.length ?? 0)
    for (const asked of questions) {
      const truth = truthOf(asked.question.of, result)
      expect(truth.length, asked.text).toBeGreaterThan(0)
      for (const answer of truth) {
        const typed = asked.kind === 'money' ? String(Number(answer) / 100) : String(answer)
        expect(parseAnswer(asked, typed), asked.text).toEqual({ ok: true, answer })
      }
    }
    // What is asked travels with the result.
    expect(mistakeInConfiguration(JSON.parse(JSON.stringify(result.configuration)))).toBeUndefined()
    expect(checkAgainst('result-1')(JSON.parse(JSON.stringify(result)))).toEqual([])
  })
})
