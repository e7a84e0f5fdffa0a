import { expect, it } from 'vitest'
import { buildScenario, buildStrike } from '../../test/support/build-facts.ts'
import type { Strike, Violation } from '../core/invariant.ts'
import { shapesOf, struckBy } from './shape.ts'

const shapeOf = shapesOf(buildScenario())

function shape(sentence: string, strikes: readonly Strike[] = []): string {
  const violation: Violation = { invariant: 'all-or-nothing', purchase: 'p-1', sentence, rows: [], strikes }
  return shapeOf(violation)
}

it.each([
  [
    'p-17 was charged 2 times (USD 500.00 each) for one purchase',
    'p-3 was charged 3 times (EUR 46.00 each) for one purchase',
    '# was charged # times (# each) for one purchase; no strike on its path',
  ],
  [
    'p-17 is refused, yet it is left with USD 500.00 charged and 1 unit taken',
    'p-4 is refused, yet it is left with EUR -12.50 charged and 2 units taken',
    '# is refused, yet it is left with # charged and # units taken; no strike on its path',
  ],
  [
    'order o-17 of p-17 was accepted and never came to an end',
    'order 7f0b:aa of p-9 was accepted and never came to an end',
    'order # of # was accepted and never came to an end; no strike on its path',
  ],
  [
    'p-2 left USD 5.00 of ada locked at bank under key o-2:charge',
    'p-8 left EUR 7.00 of eve locked at bank under key o-8:charge:2',
    '# left # of # locked at bank under key #; no strike on its path',
  ],
  [
    'stock of console fell to -1 when p-5 took 1 unit of the 0 left',
    'stock of game fell to -2 when p-6 took 2 units of the 0 left',
    'stock of # fell to # when # took # units of the # left; no strike on its path',
  ],
  [
    "the bank's rows of p-1 under key k1 sum to USD 1.00, not to zero",
    "the bank's rows of p-1 under key k1 sum to USD 1.00, EUR 2.00 and GBP 3.00, not to zero",
    "the bank's rows of # under key # sum to #",
  ],
])('is the same whatever is named or counted: %s', (one, other, expected) => {
  expect(shape(one)).toContain(expected)
  if (!one.startsWith('the bank')) expect(shape(other)).toBe(shape(one))
})

it('differs by what is said', () => {
  expect(shape("the buyer of p-1 was told 'refused', but money has been charged")).not.toBe(
    shape("the buyer of p-1 was told 'cancelled', but money has been charged"),
  )
})

it('differs by the kinds of strikes, and not by how many there were or in which order', () => {
  const [lost, slow] = [buildStrike('p-1'), buildStrike('p-1', { kind: 'latency', node: 'bank', effect: 'charge' })]
  expect(shape('p-1 is odd', [lost, slow, lost])).toBe(shape('p-2 is odd', [slow, lost]))
  expect(shape('p-1 is odd', [lost])).not.toBe(shape('p-1 is odd', [lost, slow]))
})

it('says what struck', () => {
  const outage = buildStrike('', { kind: 'outage', node: 'bank', effect: '' })
  expect(struckBy([buildStrike('p-1'), outage, buildStrike('p-1', { attempt: 2 })])).toBe(
    'after dropped-answer on inventory (deduct) and outage on bank',
  )
  expect(struckBy([])).toBe('no strike on its path')
})

it('takes a name of a product for text, whatever is in it', () => {
  const odd = shapesOf(buildScenario({ products: [{ name: 'a.b (new)*', priceCents: 1, stock: 1, weight: 1 }] }))
  const about = (sentence: string) =>
    odd({ invariant: 'never-oversold', purchase: 'p-1', sentence, rows: [], strikes: [] })
  expect(about('stock of a.b (new)* fell')).toBe('stock of # fell; no strike on its path')
  expect(about('stock of axb fell')).toBe('stock of axb fell; no strike on its path')
})

it('is bounded, however long a sentence is', () => {
  expect(shape('word '.repeat(10_000)).length).toBeLessThanOrEqual(400)
})
