/** The bounds of `explore` in a scenario file. */

import { describe, expect, it } from 'vitest'
import { GOOD } from '../../../test/support/scenario-text.ts'
import { loadScenarios } from './load.ts'
import { formatMistake } from './mistakes.ts'
import { showScenario } from './show.ts'
import { writeScenario } from './write.ts'

/** The good file with a block in its scenario. */
function withExplore(block: string): string {
  const line = GOOD.split('\n').find((each) => /^\s+title:/.test(each)) as string
  const indent = /^\s+/.exec(line)?.[0] ?? ''
  return GOOD.replace(line, `${line}\n${indent}explore: ${block}`)
}

function load(block: string) {
  const loaded = loadScenarios(withExplore(block), 'my.yaml')
  if (!loaded.ok) throw new Error(loaded.mistakes.map(formatMistake).join('\n'))
  return loaded.file.scenarios[0]!
}

const mistakesOf = (block: string) => {
  const loaded = loadScenarios(withExplore(block), 'my.yaml')
  return loaded.ok ? [] : loaded.mistakes.map(formatMistake)
}

const WHOLE =
  '{ gremlins: all, orders: { from: 2, to: 9 }, rateFactor: { from: 0.5, to: 2 }, mostProbability: 0.2, mostDelayMs: 300, mostWindowMs: 800 }'

describe('what a scenario says of its exploration', () => {
  it('is kept as it is said, and nothing is where nothing is said', () => {
    expect(load(WHOLE).explore).toEqual({
      gremlins: 'all',
      orders: { from: 2, to: 9 },
      rateFactor: { from: 0.5, to: 2 },
      mostProbability: 0.2,
      mostDelayMs: 300,
      mostWindowMs: 800,
    })
    expect(load('{ gremlins: own }').explore).toEqual({ gremlins: 'own' })
    const plain = loadScenarios(GOOD, 'my.yaml')
    expect(plain.ok && plain.file.scenarios[0]).not.toHaveProperty('explore')
  })

  it('is shown', () => {
    const shown = showScenario(load(WHOLE))
    expect(shown).toContain('Explored\n  gremlins: all\n  2 to 9 requests\n  at 0.5 to 2 times the rate\n')
    expect(shown).toContain(
      'not listed strike with a probability of at most 0.2, hold up for at most 300 ms, keep a service',
    )
    expect(showScenario(load('{}'))).not.toContain('Explored')
  })

  it('is written as it was read', () => {
    const scenario = load(WHOLE)
    const again = loadScenarios(writeScenario(scenario), 'again.yaml')
    expect(again.ok && again.file.scenarios[0]?.explore).toEqual(scenario.explore)
  })

  it.each([
    ['{ gremlins: alll }', "my.yaml:LINE:COLUMN explore.gremlins: unknown value 'alll'; did you mean 'all'?"],
    ['{ order: { from: 1, to: 2 } }', "my.yaml:LINE:COLUMN explore.order: unknown key; did you mean 'orders'?"],
    ['{ orders: { from: 9, to: 2 } }', 'my.yaml:LINE:COLUMN explore.orders.to: must be at least from'],
    ['{ orders: { from: 0, to: 2 } }', 'my.yaml:LINE:COLUMN explore.orders.from: must be at least 1'],
    ['{ rateFactor: 2 }', 'my.yaml:LINE:COLUMN explore.rateFactor: must be a mapping of names to values, not 2'],
    ['{ mostProbability: 1.5 }', 'my.yaml:LINE:COLUMN explore.mostProbability: must be at most 1'],
    ['{ mostDelayMs: 0.5 }', 'my.yaml:LINE:COLUMN explore.mostDelayMs: must be a whole number, not 0.5'],
    ['{ mostWindowMs: 5 }', 'my.yaml:LINE:COLUMN explore.mostWindowMs: must be at least 20'],
  ])('%s is a mistake with a place', (block, message) => {
    const [first, ...others] = mistakesOf(block)
    expect(others).toEqual([])
    expect(first?.replace(/:\d+:\d+ /, ':LINE:COLUMN ')).toBe(message)
    expect(first).toMatch(/^my\.yaml:[1-9]\d*:[1-9]\d* /)
  })
})
