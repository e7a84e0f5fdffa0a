import { expect, it } from 'vitest'
import { gremlin, smallScenario, VARIANTS } from '../../test/support/scenarios.ts'
import { requireSteadyState } from './require-steady-state.ts'
import { warmUpOf } from './warm-up.ts'

const calm = warmUpOf(smallScenario({ variants: [VARIANTS.naive] }))
const lossy = { ...calm, gremlins: [gremlin('dropped-request', 'payment', { purchases: ['p-1'] })] }

it.each(['fast', 'wire'] as const)('is there when every order is confirmed (%s)', async (network) => {
  await requireSteadyState({ scenario: calm, variant: 'naive', seed: 1 }, network)
})

it.each(['fast', 'wire'] as const)('is not when one is lost (%s)', async (network) => {
  await expect(requireSteadyState({ scenario: lossy, variant: 'naive', seed: 1 }, network)).rejects.toThrow(
    'no steady state: only 39 of 40 warm-up orders were confirmed although no gremlin was loose',
  )
})
