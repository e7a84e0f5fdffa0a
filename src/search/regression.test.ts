/** What is told of a shrunk violation names what its buyers came for. */

import { expect, it } from 'vitest'
import { gremlin } from '../../test/support/scenarios.ts'
import { shippedScenario } from '../../test/support/shipped-scenarios.ts'
import type { JsonObject } from '../core/call.ts'
import { ORDERS_ONLY, type RequestKind } from '../core/purchase.ts'
import { kindsOf } from '../scenarios/visits.ts'
import { regressionOf } from './regression.ts'
import { tellStrike } from './words.ts'

const calm = shippedScenario('calm')
const about = { variant: 'saga', what: 'books-balance', from: 'calm' } as const

function regression(mix: Partial<Record<RequestKind, number>>, count: number) {
  const scenario = { ...calm, traffic: { ...calm.traffic, mix: { ...ORDERS_ONLY, order: 0, ...mix } } }
  const visits = Array.from({ length: count }, (_, index) => ({ purchase: `p-${index + 1}`, atMs: index }))
  return { ...regressionOf({ scenario, seed: 1, visits, strikes: [], violations: [] }, about), scenario, visits }
}

it.each([
  ['order', 'One buyer comes (p-1).'],
  ['payment', 'One buyer comes (p-1 for a payment).'],
  ['stock', 'One buyer comes (p-1 for a stock query).'],
  ['notification', 'One buyer comes (p-1 for a message).'],
] as const)('one that comes for %s', (kind, sentence) => {
  const { requests, story } = regression({ [kind]: 1 }, 1)
  expect(requests).toEqual({ order: 0, stock: 0, notification: 0, payment: 0, [kind]: 1 })
  expect(story[0]).toBe(sentence)
})

it('several that come for different things', () => {
  const { requests, story, scenario, visits } = regression({ order: 1, payment: 1 }, 20)
  const payments = kindsOf(scenario, 1, visits).filter((kind) => kind === 'payment').length
  expect(payments).toBeGreaterThan(0)
  expect(requests).toEqual({ order: 20 - payments, stock: 0, notification: 0, payment: payments })
  expect(story[0]?.match(/ for a payment/g)).toHaveLength(payments)
  expect(story[0]).toContain(' at 5 ms')
})

it('tells whether an error was answered after the work', () => {
  const decided = { gremlin: 'errs', purchase: 'p-1', operation: 'do', effect: 'charge', attempt: 1 } as const
  const when = (options: JsonObject) =>
    tellStrike(decided, [gremlin('error-answer', 'bank', { name: 'errs', options })])
  expect(when({})).toBe("bank answers 'do charge' of p-1 with an error")
  expect(when({ when: 'after-work' })).toBe("bank has done 'do charge' of p-1, and answers with an error")
})
