/** Verdicts of whole runs: what is calm passes, what proves nothing says so, and what nobody expected fails. */

import { expect, it } from 'vitest'
import { runScenario } from '../../src/scenarios/run.ts'
import { CHILD_ENTRY, linesOf, readJournals, run, temporaryFolder, variantOf, violatedIn } from '../support/runs.ts'
import { expecting, gremlin, smallScenario, VARIANTS } from '../support/scenarios.ts'

it('is calm without gremlins: every variant confirms every order, with nothing to complain about', async () => {
  const variants = Object.values(VARIANTS)
  const { result, folder } = await run(smallScenario({ variants }))
  expect(result).toMatchObject({ verdict: 'PASS', error: null, interrupted: null })
  expect(result.variants.map(({ name }) => name)).toEqual(variants.map(({ name }) => name))
  for (const variant of result.variants) {
    expect(variant).toMatchObject({ verdict: 'PASS', reasons: [], lossCents: 0, refreshes: 0, gremlins: [] })
    expect(variant).toMatchObject({ restarts: {}, unexplainedDeaths: {} })
    expect(variant.orders).toEqual({ arrived: 40, confirmed: 40, cancelled: 0, refused: 0, failed: 0, inDoubt: 0 })
    expect(violatedIn(variant)).toEqual([])
    const lines = readJournals(folder, variant.name)
    expect([...linesOf(lines, 'toss'), ...linesOf(lines, 'strike')]).toEqual([])
    expect(linesOf(lines, 'received').length).toBeGreaterThan(40)
  }
})

it('is inconclusive when a gremlin never strikes, whether it lacks luck or a victim', async () => {
  const gremlins = [
    gremlin('dropped-answer', 'inventory', { name: 'no luck', probability: 0 }),
    gremlin('crash-after-commit', 'payment', { name: 'no victim', purchases: ['p-41'] }),
  ]
  const { result } = await run(smallScenario({ gremlins }))
  const { verdict, reasons, gremlins: counts, orders } = variantOf(result, 'retry+key')
  expect(result).toMatchObject({ verdict: 'INCONCLUSIVE', error: null })
  expect({ verdict, confirmed: orders.confirmed }).toEqual({ verdict: 'INCONCLUSIVE', confirmed: 40 })
  expect(reasons).toEqual([
    'The gremlin no luck on inventory never struck (40 tosses).',
    'The gremlin no victim on payment never struck (0 tosses).',
  ])
  expect(counts.map(({ tossed, strikes }) => [tossed, strikes])).toEqual([
    [40, 0],
    [0, 0],
  ])
})

it('fails for a violation that nobody named and for a named one that never came, and passes for a named one', async () => {
  const scenario = smallScenario({
    gremlins: [gremlin('dropped-answer', 'inventory', { probability: 0.5, attempts: [1] })],
    variants: [
      { ...VARIANTS.retry, name: 'unnamed' },
      { ...VARIANTS.retry, name: 'named' },
      { ...VARIANTS.key, name: 'named in vain' },
    ],
    expectations: {
      named: expecting(['deducted-at-most-once']),
      'named in vain': expecting(['deducted-at-most-once']),
    },
  })
  const { result } = await run(scenario)
  const [unnamed, named, vain] = ['unnamed', 'named', 'named in vain'].map((name) => variantOf(result, name))
  expect(result).toMatchObject({ verdict: 'FAIL', error: null })

  expect(unnamed).toMatchObject({ verdict: 'FAIL' })
  const times = unnamed!.violations['deducted-at-most-once']
  expect(times).toBe(unnamed!.gremlins[0]!.strikes)
  expect(unnamed!.reasons).toEqual([`deducted-at-most-once was violated ${times} times, and no expectation names it.`])

  expect(named).toMatchObject({ verdict: 'PASS', reasons: [] })
  expect(violatedIn(named!)).toEqual(['deducted-at-most-once'])
  expect(named!.violations['deducted-at-most-once']).toBe(times)

  expect(vain).toMatchObject({ verdict: 'FAIL', lossCents: 0 })
  expect(violatedIn(vain!)).toEqual([])
  expect(vain!.reasons).toEqual([
    expect.stringContaining('deducted-at-most-once was expected to be violated, and held'),
  ])
})

it('is inconclusive when it is cut short, and keeps what was measured', async () => {
  const cut = new AbortController()
  const { result } = await runScenario({
    scenario: smallScenario({
      variants: [VARIANTS.key, { ...VARIANTS.key, name: 'too late' }],
      traffic: { orders: 10_000 },
    }),
    seed: 1,
    outDir: temporaryFolder(),
    timeoutMs: null,
    signal: cut.signal,
    childEntry: CHILD_ENTRY,
    onProgress({ phase, ordersDone }) {
      if (phase === 'traffic' && ordersDone > 10) cut.abort('the bell rang')
    },
  })
  expect(result).toMatchObject({
    verdict: 'INCONCLUSIVE',
    error: null,
    interrupted: 'the bell rang; 1 of 2 variants were not run',
  })
  const [only, ...others] = result.variants
  expect(others).toEqual([])
  expect(only).toMatchObject({ verdict: 'INCONCLUSIVE', reasons: ['The run was cut short: the bell rang.'] })
  expect(only!.orders.arrived).toBeGreaterThan(10)
  expect(only!.orders.arrived).toBeLessThan(10_000)
})
