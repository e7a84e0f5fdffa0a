import { expect, test } from 'vitest'
import { emptyResult, exampleResult } from '../../test/support/example-result.ts'
import { INVARIANTS } from '../core/invariant.ts'
import type { Result, VariantResult } from '../core/result.ts'
import { gremlinTitle, harm, headline, reproduceCommand, runFacts, verdictSentence } from './headline.ts'

function only(...names: readonly string[]): Result {
  const result = exampleResult()
  return { ...result, variants: result.variants.filter((variant) => names.includes(variant.name)) }
}

test('the worst variant is set against the best, with figures', () => {
  expect(headline(exampleResult())).toBe(
    'retry charged 23 of 300 buyers more than once, took the goods of 57 of 300 purchases from stock more than once and ' +
      'cost $11,500.00; retry+key, with the same luck, harmed none and cost nothing.',
  )
})

test('where even the best breaks something, it says so', () => {
  expect(headline(only('retry', 'retry+key-as-taught'))).toContain(
    'retry+key-as-taught, with the same luck, still took the goods of 2 of 300 purchases from stock more than once and cost $1,000.00.',
  )
})

test('of variants that did equally well, the first behind the worst stands against it', () => {
  const result = exampleResult()
  const named = (name: string) => ({ ...(only('retry+key').variants[0] as VariantResult), name })
  const [worst] = only('retry').variants as [VariantResult]
  const against = (...variants: readonly VariantResult[]) => headline({ ...result, variants })
  expect(against(named('calm'), worst, named('cure'), named('other'))).toContain('; cure, with the same luck,')
  expect(against(named('calm'), worst)).toContain('; calm, with the same luck,')
})

test('a count that is no part of the purchases stands by itself', () => {
  const variant = only('retry').variants[0] as VariantResult
  const many = { ...variant, violations: { ...variant.violations, 'charged-at-most-once': 301 } }
  expect(harm(many, 'USD')).toMatch(/^charged 301 buyers more than once/)
})

test('luck is not mentioned where nothing struck', () => {
  const result = exampleResult()
  const variants = result.variants.map((variant) => ({ ...variant, gremlins: [] }))
  expect(headline({ ...result, variants })).not.toContain('luck')
})

test('clean runs, lone variants, empty runs and no runs have their own sentence', () => {
  const clean = only('retry+key')
  expect(headline(clean)).toBe('retry+key broke no promise and lost no money, although gremlins struck 111 times.')
  const calm = clean.variants.map((variant) => ({ ...variant, gremlins: [] }))
  const twice: Result = {
    ...clean,
    variants: [...calm, ...calm],
    configuration: { ...clean.configuration, gremlins: [] },
  }
  expect(headline(twice)).toBe('No variant broke a promise or lost money; no gremlin was let in.')
  expect(headline(only('retry'))).toMatch(/^retry charged 23 of 300 buyers .* and cost \$11,500\.00\.$/)
  expect(headline(emptyResult())).toBe('No order arrived, so this run shows nothing.')
  expect(headline({ ...emptyResult(), variants: [] })).toBe('No variant was run.')
})

test('every invariant has words for its harm, in singular and plural', () => {
  const variant = only('retry+key').variants[0] as VariantResult
  for (const name of INVARIANTS) {
    for (const violations of [1, 2]) {
      const said = harm({ ...variant, violations: { ...variant.violations, [name]: violations } }, 'USD')
      expect(said).toContain(String(violations))
      expect(said).not.toContain('undefined')
    }
  }
})

test('a verdict is explained and names who caused it', () => {
  expect(verdictSentence(exampleResult())).toContain('(retry)')
  expect(verdictSentence({ ...exampleResult(), verdict: 'PASS' })).toContain('mistakes included')
  expect(verdictSentence({ ...exampleResult(), verdict: 'ERROR' })).toContain('prove nothing')
  expect(verdictSentence(emptyResult())).toContain('cannot say')
})

test('the command reproduces the run, also where a name needs quoting', () => {
  expect(reproduceCommand(exampleResult())).toBe('npx faultline run schrodingers-warehouse --seed 42')
  expect(reproduceCommand({ ...exampleResult(), flags: ['--orders', '50'] })).toBe(
    'npx faultline run schrodingers-warehouse --seed 42 --orders 50',
  )
  expect(reproduceCommand({ ...exampleResult(), scenario: "o'hara; ls" })).toBe(
    "npx faultline run 'o'\\''hara; ls' --seed 42",
  )
})

test('the size of the run is told, also where variants differ', () => {
  expect(runFacts(exampleResult())).toBe('seed 42 · real services · 300 orders per variant')
  const calibrated = { ...exampleResult(), mode: 'virtual', calibration: 'sha256:0' } as const
  expect(runFacts(calibrated)).toContain('calibrated virtual services')
  const [first, ...rest] = exampleResult().variants as [VariantResult, ...VariantResult[]]
  const cut = { ...first, orders: { ...first.orders, arrived: 12 } }
  expect(runFacts({ ...exampleResult(), variants: [cut, ...rest] })).toContain('12–300 orders')
})

test('a gremlin that was named by default is not named twice', () => {
  expect(gremlinTitle({ name: 'outage@bank', gremlin: 'outage', on: 'bank' })).toBe('outage on bank')
  expect(gremlinTitle({ name: 'bank-holiday', gremlin: 'outage', on: 'bank' })).toBe('bank-holiday (outage on bank)')
})
