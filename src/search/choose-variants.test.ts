import { describe, expect, it } from 'vitest'
import { expecting, smallScenario, VARIANTS } from '../../test/support/scenarios.ts'
import { loadText, SHIPPED_TEXT } from '../../test/support/shipped-scenarios.ts'
import { namedVariants, variantsToHold } from './choose-variants.ts'

const { scenarios } = loadText(SHIPPED_TEXT)
const shipped = (name: string) => {
  const scenario = scenarios.find((each) => each.name === name)!
  return variantsToHold(scenario, scenarios).map(({ variant, gremlins, brokenIn }) => [variant, gremlins, brokenIn])
}

describe('the variants that are explored', () => {
  it('are those of which no violation is expected, and no control arm', () => {
    const control = { ...VARIANTS.key, name: 'control', gremlins: 'none' } as const
    const scenario = smallScenario({
      variants: [VARIANTS.naive, VARIANTS.retry, VARIANTS.key, control],
      expectations: {
        naive: expecting(['all-or-nothing']),
        retry: expecting([], { allowed: ['all-or-nothing'] }),
      },
    })
    expect(variantsToHold(scenario, [scenario])).toEqual([
      { variant: 'retry', gremlins: 'general', brokenIn: null },
      { variant: 'retry+key', gremlins: 'general', brokenIn: null },
    ])
  })

  it('meet own gremlins alone where another scenario expects what is built like them to break', () => {
    const own = smallScenario({ variants: [{ ...VARIANTS.key, name: 'mine' }, VARIANTS.retry] })
    const other = smallScenario({ name: 'other', expectations: { 'retry+key': expecting(['no-order-lost']) } })
    expect(variantsToHold(own, [own, other])).toEqual([
      { variant: 'mine', gremlins: 'own', brokenIn: 'other' },
      { variant: 'retry', gremlins: 'general', brokenIn: null },
    ])
  })

  it('of the shipped file: two-phase commit and sagas against everything, retries with keys against what is listed', () => {
    expect(shipped('schrodingers-warehouse')).toEqual([
      ['retry+key', 'own', 'coordinator-crash'],
      ['2pc-heuristic', 'own', 'slow-coordinator'],
      ['2pc', 'general', null],
      ['saga', 'general', null],
    ])
    expect(shipped('vanishing-response').filter(([, gremlins]) => gremlins === 'general')).toEqual([
      ['degradation', 'general', null],
    ])
  })

  it('are, when named, any', () => {
    const scenario = smallScenario({ variants: [VARIANTS.naive], explore: { gremlins: 'all' } })
    expect(namedVariants(scenario, ['naive', 'naive'])).toEqual([{ variant: 'naive', gremlins: 'all', brokenIn: null }])
  })
})
