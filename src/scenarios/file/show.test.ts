import { expect, it } from 'vitest'
import { loadText, SHIPPED_TEXT } from '../../../test/support/shipped-scenarios.ts'
import type { Scenario } from '../../core/scenario.ts'
import { showScenario } from './show.ts'

const { scenarios } = loadText(SHIPPED_TEXT)

it('names everything that a run depends on', () => {
  for (const scenario of scenarios) {
    const shown = showScenario(scenario)
    const names = [scenario, ...scenario.products, ...scenario.accounts, ...scenario.gremlins, ...scenario.variants]
    for (const { name } of names) expect(shown).toContain(name)
    for (const { violated } of Object.values(scenario.expectations))
      for (const name of violated) expect(shown).toContain(name)
    expect(shown).toContain(`${scenario.traffic.orders} orders`)
    expect(shown).not.toMatch(/undefined|\[object|NaN/)
  }
})

it('lets nothing steer the terminal', () => {
  const [first] = scenarios
  expect(showScenario({ ...(first as Scenario), title: 'a\u001b[2Jb\u009b31m' })).not.toMatch(/[\u001b\u009b]/)
})
