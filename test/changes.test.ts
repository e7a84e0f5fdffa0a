/** Everything that a scenario's switches can change, in the virtual world. */

import { describe, expect, it } from 'vitest'
import type { Switch } from '../src/core/change.ts'
import type { Scenario } from '../src/core/scenario.ts'
import { linesOf, type Run, readJournals, run } from './support/runs.ts'
import { expecting, gremlin, smallScenario, VARIANTS } from './support/scenarios.ts'

const PER_SECOND = 50
const AT_MS = 600
const NAME = VARIANTS.key.name

function scenarioWith(switches: readonly Switch[], more: Partial<Scenario> = {}): Scenario {
  return smallScenario({
    traffic: { orders: 60, ratePerSecond: PER_SECOND, mostUnits: 1 },
    gremlins: [gremlin('dropped-answer', 'payment', { attempts: [1] })],
    switches,
    variants: [VARIANTS.key],
    expectations: { [NAME]: expecting([]) },
    ...more,
  })
}

async function runVirtually(switches: readonly Switch[], more: Partial<Scenario> = {}) {
  const ran: Run = await run(scenarioWith(switches, more), { mode: 'virtual' })
  expect(ran.result.error).toBeNull()
  const lines = readJournals(ran.folder, NAME)
  const startMs = linesOf(lines, 'asked')[0]?.atMs ?? 0
  const since = ({ atMs }: { readonly atMs: number }) => atMs - startMs
  return { lines, since, variant: ran.result.variants[0]! }
}

const clean = (variant: Run['result']['variants'][number]) =>
  expect({
    violations: Object.values(variant.violations).filter((count) => count > 0),
    quiet: variant.quietAfterMs !== null,
  }).toEqual({
    violations: [],
    quiet: true,
  })

describe('a gremlin', () => {
  const [name] = scenarioWith([]).gremlins.map((each) => each.name)
  const turned = (atMs: number, on: boolean) => ({ atMs, gremlin: name ?? '', on })

  it('that is held back at first strikes only when it is let loose', async () => {
    const { lines, since, variant } = await runVirtually([turned(0, false), turned(AT_MS, true)])
    const strikes = linesOf(lines, 'strike').map(since)
    expect(strikes.length).toBeGreaterThan(10)
    expect(Math.min(...strikes)).toBeGreaterThanOrEqual(AT_MS - 20)
    expect(linesOf(lines, 'changed').map(({ node, detail }) => [node, detail])).toEqual([
      ['payment', `${name} held back`],
      ['payment', `${name} let loose`],
    ])
    clean(variant)
  })

  it('meets the same orders with more of its coins coming up', async () => {
    const seldom = [gremlin('dropped-answer', 'payment', { attempts: [1], probability: 0.1 })]
    const struck = async (switches: Switch[]) =>
      new Set(
        linesOf((await runVirtually(switches, { gremlins: seldom })).lines, 'strike').map(({ purchase }) => purchase),
      )
    const [few, many] = [await struck([]), await struck([{ ...turned(0, true), probability: 0.6 }])]
    expect(many.size).toBeGreaterThan(few.size + 10)
    expect([...few].filter((purchase) => !many.has(purchase))).toEqual([])
  })
})

it('nobody comes while the traffic is off, and then everybody as much later', async () => {
  const off: Switch[] = [
    { atMs: AT_MS, traffic: 'off' },
    { atMs: AT_MS + 2_000, traffic: 'on' },
  ]
  const { lines, since, variant } = await runVirtually(off)
  const asked = linesOf(lines, 'asked')
    .filter(({ attempt }) => attempt === 1)
    .map(since)
  expect(asked).toHaveLength(60)
  expect(asked.filter((atMs) => atMs > AT_MS && atMs < AT_MS + 1_990)).toEqual([])
  expect(asked.filter((atMs) => atMs < AT_MS).length).toBeGreaterThan(20)
  // What they waited for counts from when they came, not from when they would have come.
  expect(variant.latencyMs.p99).toBeLessThan(1_000)
  clean(variant)
})

describe('a workflow', () => {
  it.each(['saga', '2pc'])(
    '%s carries the orders that come later; those under way end as they began',
    async (workflow) => {
      const { lines, since, variant } = await runVirtually([{ atMs: AT_MS, workflow: { workflow, options: {} } }])
      const asked = linesOf(lines, 'sent').filter(({ node }) => node === 'order')
      const later = asked.filter((line) => since(line) > AT_MS + 500)
      const operations = new Set(later.map(({ operation }) => operation))
      expect(operations.has('prepare')).toBe(workflow === '2pc')
      expect(asked.some((line) => line.operation === 'prepare' && since(line) < AT_MS - 20)).toBe(false)
      clean(variant)
    },
  )

  it('is remembered for orders that a crash leaves open', async () => {
    const gremlins = [
      gremlin('crash', 'order', {
        at: ['before-decision'],
        operations: [],
        purchases: ['p-45', 'p-50'],
        attempts: [1],
      }),
    ]
    const { lines, variant } = await runVirtually([{ atMs: AT_MS, workflow: { workflow: 'saga', options: {} } }], {
      gremlins,
    })
    expect(linesOf(lines, 'strike').length).toBeGreaterThan(0)
    expect(linesOf(lines, 'workflow').some(({ what }) => what === 'recovered')).toBe(true)
    clean(variant)
  })
})
