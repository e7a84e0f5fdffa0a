import { describe, expect, it } from 'vitest'
import { parseDocument, stringify } from 'yaml'
import { loadText, SHIPPED_TEXT } from '../../../test/support/shipped-scenarios.ts'
import { WORKFLOWS } from '../../patterns/workflows/catalogue.ts'
import { gremlinApplies } from '../gremlin-applies.ts'

describe('the scenarios that Faultline comes with', () => {
  const file = loadText(SHIPPED_TEXT)
  const byName = new Map(file.scenarios.map((scenario) => [scenario.name, scenario]))

  it('are those that the documentation names, the default first', () => {
    expect([...byName.keys()]).toEqual([
      'schrodingers-warehouse',
      'double-deduction',
      'phantom-stock',
      'last-console',
      'impatient-buyer',
      'coordinator-crash',
      'slow-coordinator',
      'refused-halfway',
      'compensation-fails',
      'partition',
      'one-lost-answer',
      'calm',
      'prime-day',
      'payment-gateway',
      'vanishing-response',
      'retry-storm',
      'slow-is-worse-than-down',
    ])
    expect(file.variants.map(({ name }) => name)).toEqual([
      'naive',
      'timeout',
      'retry',
      'retry+key-as-taught',
      'retry+key',
      '2pc-as-taught',
      '2pc',
      '2pc-heuristic',
      'saga-as-taught',
      'saga',
      'unprotected',
      'control',
      'shared-pool',
      'bulkhead',
      'bulkhead+breaker',
      'bulkhead+breaker+fallback',
      'bulkhead+breaker+fallback+rate-limit',
    ])
  })

  it('expect something of every variant they run', () => {
    for (const { variants } of parseShipped()) expect(variants.expected).toEqual(variants.run)
  })

  it('differ in retries only by the key', () => {
    const retryOf = (name: string) => {
      const variant = file.variants.find((each) => each.name === name)
      return variant?.edges['order→payment'].find(({ policy }) => policy === 'retry')
    }
    expect(retryOf('retry+key')).toEqual(retryOf('retry'))
    expect(retryOf('retry+key-as-taught')).toEqual(retryOf('retry'))
  })

  it('include one without gremlins and one without chance', () => {
    expect(byName.get('calm')?.gremlins).toEqual([])
    expect(byName.get('one-lost-answer')?.gremlins).toMatchObject([
      { probability: 1, purchases: ['p-1'], attempts: [1] },
    ])
  })

  it('have a gremlin for every variant they run, unless it is a control arm or they have none at all', () => {
    for (const { name, gremlins, variants, traffic } of file.scenarios) {
      const spared = variants.filter(({ workflow: chosen, gremlins: met }) => {
        const workflow = WORKFLOWS[chosen.workflow]!
        return (
          met === 'all' &&
          gremlins.length > 0 &&
          !gremlins.some((gremlin) => gremlinApplies(gremlin, workflow, traffic.mix))
        )
      })
      expect(spared, name).toEqual([])
    }
  })

  it('survive being written as YAML again', () => {
    const again = stringify(parseDocument(SHIPPED_TEXT).toJS())
    expect(loadText(again).scenarios).toEqual(file.scenarios)
  })
})

function parseShipped() {
  const { scenarios } = parseDocument(SHIPPED_TEXT).toJS() as {
    scenarios: Record<string, { variants: (string | Record<string, object>)[]; expect: object }>
  }
  return Object.values(scenarios).map(({ variants, expect: expected }) => ({
    variants: {
      run: variants.flatMap((each) => (typeof each === 'string' ? each : Object.keys(each))),
      expected: Object.keys(expected),
    },
  }))
}
