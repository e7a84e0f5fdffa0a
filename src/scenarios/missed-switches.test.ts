import { expect, test } from 'vitest'
import { changed, sample } from '../../test/support/scenario-text.ts'
import { loadText } from '../../test/support/shipped-scenarios.ts'
import { missedSwitches } from './missed-switches.ts'

const SWITCHES = [
  { atMs: 900, policy: 'retry', on: false },
  { atMs: 1_000, policy: 'retry', edge: 'order→payment', on: true },
  { atMs: 1_001, policy: 'retry', on: false },
]

test('what was due after the last buyer had gone was missed by the variants that have it', () => {
  const [scenario] = loadText(changed(['scenarios', 'one'], { ...sample(), switches: SWITCHES })).scenarios
  const missed = (tookMs: number) =>
    Object.fromEntries(
      scenario!.variants.map((variant) => [
        variant.name,
        missedSwitches(scenario!, variant, tookMs).map(({ atMs }) => atMs),
      ]),
    )
  expect(missed(1_000)).toEqual({ naive: [], retry: [1_001] })
  expect(missed(950)).toEqual({ naive: [], retry: [1_000, 1_001] })
  expect(missed(2_000)).toEqual({ naive: [], retry: [] })
})
