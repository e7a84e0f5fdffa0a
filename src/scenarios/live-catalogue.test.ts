import { describe, expect, it } from 'vitest'
import { gremlin, VARIANTS } from '../../test/support/scenarios.ts'
import { GREMLINS } from '../gremlins/catalogue.ts'
import { checkGremlinSetting, liveCatalogue } from './live-catalogue.ts'

describe('what can be set', () => {
  it('names every gremlin, with a JSON Schema of its options', () => {
    const { gremlins } = liveCatalogue(VARIANTS.key)
    expect(gremlins.map((each) => each.gremlin)).toEqual(Object.keys(GREMLINS))
    expect(gremlins.find((each) => each.gremlin === 'latency')).toMatchObject({
      place: 'call',
      options: expect.objectContaining({ oneOf: expect.any(Array) }),
    })
    expect(() => JSON.stringify(gremlins)).not.toThrow()
  })

  it('names the workflows that fit the variant, its own first', () => {
    expect(liveCatalogue(VARIANTS.key).workflows[0]).toBe('sequential')
    expect(liveCatalogue(VARIANTS.key).workflows).toContain('2pc')
    // Without keys there is nothing to name what is to be undone.
    expect(liveCatalogue(VARIANTS.naive).workflows).not.toContain('saga')
  })
})

describe('a gremlin that is set', () => {
  it('has its options filled in', () => {
    const given = gremlin('latency', 'payment', { options: { fromMs: 5, toMs: 9 } })
    const options = { distribution: 'uniform', fromMs: 5, toMs: 9 }
    expect(checkGremlinSetting(given)).toEqual({ setting: { ...given, options } })
    expect(checkGremlinSetting(gremlin('error-answer', 'payment'))).toMatchObject({
      setting: { options: { status: expect.any(Number) } },
    })
  })

  it.each<[string, ReturnType<typeof gremlin>, RegExp[]]>([
    ['is none', gremlin('latenzy', 'payment'), [/^unknown gremlin 'latenzy'; did you mean 'latency'\?$/]],
    ['lacks an option', gremlin('latency', 'payment', { options: { fromMs: 5 } }), [/^options.*toMs/]],
    [
      'has options that there are not, and wrong ones',
      gremlin('latency', 'payment', { options: { fromMs: -1, toMs: 9, colour: 'red' } }),
      [/fromMs/, /colour/],
    ],
    ['waits nowhere', gremlin('crash', 'payment'), [/^at: is missing; say at which moments crash strikes/]],
    [
      'waits where it does not',
      gremlin('error-answer', 'payment', { at: ['before-work'] }),
      [/^at: error-answer strikes around a call; remove this/],
    ],
    [
      'chooses calls and strikes none',
      gremlin('outage', 'payment', { operations: [], purchases: ['p-1'] }),
      [/^purchases: outage strikes a service for a while, not single calls/],
    ],
    [
      'ends before it begins',
      gremlin('error-answer', 'payment', { fromMs: 9, toMs: 5 }),
      [/^toMs: must be more than fromMs$/],
    ],
    [
      'waits for a moment that its service never passes',
      gremlin('crash', 'fx', { at: ['before-decision'] }),
      [/before-decision/],
    ],
  ])('is refused when it %s', (_, setting, reasons) => {
    const checked = checkGremlinSetting(setting)
    const said = 'reasons' in checked ? checked.reasons : []
    expect(said).toHaveLength(reasons.length)
    for (const [index, reason] of reasons.entries()) expect(said[index]).toMatch(reason)
  })
})
