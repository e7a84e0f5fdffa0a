import { expect, it } from 'vitest'
import { changed } from '../../../test/support/scenario-text.ts'
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
    expect(shown).toMatch(new RegExp(`${scenario.traffic.orders} (orders?|requests?) `))
    expect(shown).not.toMatch(/undefined|\[object|NaN/)
  }
})

it('says at which moments a gremlin waits', () => {
  const [scenario] = loadText(
    changed(['scenarios', 'one', 'gremlins'], [{ crash: { on: 'order', at: ['after-vote', 'between-steps'] } }]),
  ).scenarios
  expect(showScenario(scenario as Scenario)).toContain(
    'crash@order: at order, probability 1, waiting at after-vote, between-steps',
  )
})

it('says what votes rest on, where there are any', () => {
  const shownWith = (variant: object) =>
    showScenario(loadText(changed(['variants', 'naive'], variant)).scenarios[0] as Scenario)
  const keyed = { edges: { '*': ['idempotency-key'] } }
  const voting = (more: object) => ({ ...keyed, workflow: '2pc', participants: { keys: 'required', ...more } })
  expect(shownWith({})).not.toContain('votes:')
  expect(shownWith(voting({}))).toContain(
    'votes: they count what others hold; who has voted and hears nothing waits and asks',
  )
  expect(shownWith(voting({ holds: 'ignored', reservationMs: 800 }))).toContain(
    'votes: they ignore what others hold; who has voted and hears nothing aborts by itself after 800 ms',
  )
})

it('says what services can bear, what is switched, and who is a control arm', () => {
  const base = loadText(changed(['variants', 'naive', 'gremlins'], 'none')).scenarios[0] as Scenario
  expect(showScenario(base)).toContain('a control arm: it meets no gremlin')
  const shown = showScenario({
    ...base,
    capacity: {
      payment: { concurrency: 2, serviceTimeMs: 15, queue: 30 },
      bank: { concurrency: 1, serviceTimeMs: 0, queue: 0 },
    },
    switches: [
      { atMs: 500, policy: 'retry', edge: 'order→payment', on: false },
      { atMs: 900, policy: 'retry', edge: null, on: true },
    ],
  })
  expect(shown).toContain('payment works on 2 at a time, 15 ms and the work for each; up to 30 wait')
  expect(shown).toContain('bank works on 1 at a time, 0 ms and the work for each; nobody waits')
  expect(shown).toContain('at 500 ms: retry off, on order→payment')
  expect(shown).toContain('at 900 ms: retry on, wherever it stands')
})

it('lets nothing steer the terminal', () => {
  const [first] = scenarios
  expect(showScenario({ ...(first as Scenario), title: 'a\u001b[2Jb\u009b31m' })).not.toMatch(/[\u001b\u009b]/)
})
