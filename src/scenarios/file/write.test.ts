/** What is written loads to the same scenario. */

import { describe, expect, it } from 'vitest'
import { changed } from '../../../test/support/scenario-text.ts'
import { loadText, SHIPPED_TEXT } from '../../../test/support/shipped-scenarios.ts'
import type { Scenario } from '../../core/scenario.ts'
import { fitQuizAndScript } from '../quiz-and-script.ts'
import { writeScenario } from './write.ts'

const shipped = loadText(SHIPPED_TEXT)
const all = [
  ...shipped.scenarios.map((scenario) => [scenario.name, scenario] as const),
  ...[...shipped.short].map(([name, scenario]) => [`${name}, in short`, scenario] as const),
]

function again(scenario: Scenario, comment?: string): Scenario {
  return loadText(writeScenario(scenario, comment)).scenarios[0] as Scenario
}

describe('written and loaded again', () => {
  it.each(all)('%s is the same', (_, scenario) => {
    expect(again(scenario)).toEqual(scenario)
    for (const variant of scenario.variants) {
      const expectations = Object.fromEntries(
        Object.entries(scenario.expectations).filter(([name]) => name === variant.name),
      )
      const alone = { ...scenario, variants: [variant], expectations }
      expect(again(alone)).toEqual(fitQuizAndScript(alone))
    }
  })

  it('so is one with exact strikes, visits and a seed', () => {
    const [base] = shipped.scenarios as [Scenario]
    const [first] = base.gremlins
    const scenario: Scenario = {
      ...base,
      seed: 7,
      traffic: { ...base.traffic, exactly: [{ purchase: 'p-3', atMs: 0.25 }] },
      strikes: [
        { gremlin: first?.name ?? '', purchase: 'p-3', operation: 'do', effect: 'deduct', attempt: 1 },
        { gremlin: 'outage@fx', purchase: '', operation: 'query', effect: '', attempt: 1 },
        {
          gremlin: 'crash@order',
          purchase: 'p-3',
          operation: 'place',
          effect: 'order',
          attempt: 2,
          at: 'after-commit',
        },
      ],
      gremlins: [
        ...base.gremlins,
        {
          ...(first as (typeof base.gremlins)[0]),
          name: 'outage@fx',
          gremlin: 'outage',
          on: 'fx',
          operations: [],
          attempts: [],
        },
        {
          ...(first as (typeof base.gremlins)[0]),
          name: 'crash@order',
          gremlin: 'crash',
          on: 'order',
          operations: [],
          at: ['after-commit'],
        },
      ],
    }
    expect(again(scenario)).toEqual(scenario)
  })

  it('its names of gremlins are the same, whoever gave them', () => {
    const twice = [
      { outage: { on: ['payment', 'bank'], name: 'slow' } },
      { outage: { on: 'bank' } },
      { outage: { on: 'bank' } },
    ]
    const [scenario] = loadText(changed(['scenarios', 'one', 'gremlins'], twice)).scenarios as [Scenario]
    const last = { ...scenario, gremlins: scenario.gremlins.slice(1) }
    expect(again(scenario)).toEqual(scenario)
    expect(again(last).gremlins.map(({ name }) => name)).toEqual(['slow@bank', 'outage@bank', 'outage@bank-2'])
  })

  it('has its comment at its head, whatever is in it', () => {
    const [base] = shipped.scenarios as [Scenario]
    const text = writeScenario(base, 'Two lines\n\nand: { a third')
    expect(text).toMatch(/^# Two lines\n#\s?\n# and: \{ a third\n/)
    expect(loadText(text).scenarios).toEqual([base])
  })
})
