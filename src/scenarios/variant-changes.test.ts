import { describe, expect, it } from 'vitest'
import { VARIANTS, withTries } from '../../test/support/scenarios.ts'
import type { PolicySetting, Variant } from '../core/pattern.ts'
import { EDGES } from '../core/topology.ts'
import { POLICIES } from '../patterns/policies/catalogue.ts'
import { WORKFLOWS } from '../patterns/workflows/catalogue.ts'
import { POLICY_PHRASES, WORKFLOW_PHRASES } from './change-words.ts'
import { changesBetween, describeChanges, distanceOf } from './variant-changes.ts'

const { naive, retry, keyAsTaught, key } = VARIANTS

const wordsOf = (from: Variant, to: Variant) => describeChanges(changesBetween(from, to))
const distance = (from: Variant, to: Variant) => distanceOf(changesBetween(from, to))

function withPolicies(variant: Variant, policies: readonly PolicySetting[], where: readonly string[] = EDGES): Variant {
  const edges = Object.entries(variant.edges).map(([edge, own]) => [edge, where.includes(edge) ? policies : own])
  return { ...variant, edges: Object.fromEntries(edges) as Variant['edges'] }
}

const TIMEOUT: PolicySetting = { policy: 'timeout', options: { afterMs: 100 } }
const RETRY = retry.edges['order→payment'][0] as PolicySetting
const KEY = key.edges['order→payment'][0] as PolicySetting

describe('in words', () => {
  it('says what the other has: keys, and what participants and buyers do with them', () => {
    expect(wordsOf(retry, key)).toBe(
      'it sends an idempotency key with each request, participants claim the key before the work, messages to others are kept with the commit and sent until they are heard, and the buyer sends the same key with each refresh',
    )
  })

  it('says what it has not', () => expect(wordsOf(retry, naive)).toContain('it has no retry'))

  it('says which workflow it is', () => {
    const saga: Variant = { ...key, workflow: { workflow: 'saga', options: {} } }
    expect(wordsOf(key, saga)).toBe(
      'it is a saga (steps are logged before they are asked for, and undone until they are undone)',
    )
  })

  it('says which step is done otherwise', () => {
    const reserving: Variant = { ...naive, workflow: { workflow: 'sequential', options: { stock: 'reserve' } } }
    expect(wordsOf(naive, reserving)).toBe('it reserves the stock in one step')
    expect(wordsOf(reserving, naive)).toBe('it asks for the stock and then deducts blindly')
  })

  it('says where, unless it is everywhere', () => {
    expect(wordsOf(naive, withPolicies(naive, [TIMEOUT]))).toBe('it waits only so long for an answer')
    expect(wordsOf(naive, withPolicies(naive, [TIMEOUT], ['order→payment', 'payment→fx']))).toBe(
      'it waits only so long for an answer on order→payment and payment→fx',
    )
    expect(wordsOf(naive, { ...naive, door: [{ policy: 'rate-limit', options: {} }] })).toBe(
      'a rate limit refuses what a client asks too often at the door',
    )
  })

  it('says which figure is another one', () => {
    expect(wordsOf(retry, withTries(retry, 2))).toBe('its retry has maxAttempts 2 instead of 14')
  })

  it('tells one policy in two places of a path apart', () => {
    const inner: PolicySetting = { policy: 'timeout', options: { afterMs: 50 } }
    const one = withPolicies(retry, [TIMEOUT, RETRY])
    const two = withPolicies(retry, [TIMEOUT, RETRY, inner])
    expect(wordsOf(one, two)).toBe('it has one more timeout (afterMs 50)')
    expect(wordsOf(two, one)).toBe('it has one timeout less')
    expect(wordsOf(two, withPolicies(retry, [TIMEOUT, RETRY, TIMEOUT]))).toBe(
      'its timeout has afterMs 100 instead of 50',
    )
    expect(
      wordsOf(
        withPolicies(retry, [RETRY], ['order→payment']),
        withPolicies(retry, two.edges['order→payment'], ['order→payment']),
      ),
    ).toBe(
      'it waits only so long for an answer on order→payment, and it has one more timeout (afterMs 50) on order→payment',
    )
  })

  it('says when only the order of the policies is another', () => {
    const turned = withPolicies(key, [RETRY, KEY])
    expect(wordsOf(turned, key)).toBe(
      'its policies stand in another order (from the outside in: idempotency-key, retry)',
    )
  })

  it('says what whoever has voted does', () => {
    const patient: Variant = { ...key, participants: { ...key.participants, reservationMs: null } }
    const hasty: Variant = { ...key, participants: { ...key.participants, reservationMs: 1_500 } }
    expect(wordsOf(hasty, patient)).toBe('whoever has voted waits for the decision and asks for it')
    expect(wordsOf(patient, hasty)).toBe('whoever has voted lets go by itself after 1500 ms')
  })

  it('says that there is nothing', () => expect(wordsOf(key, { ...key, name: 'other' })).toBe('nothing but its name'))

  it('stops somewhere', () => {
    const many = Array.from({ length: 20 }, (_, n) => ({ weight: 1, words: `it has ${n}` }))
    expect(describeChanges(many)).toMatch(/it has 5, and 14 more things are different$/)
  })

  it('has words for every policy and every workflow', () => {
    expect(Object.keys(POLICY_PHRASES).sort()).toEqual(Object.keys(POLICIES).sort())
    expect(Object.keys(WORKFLOW_PHRASES).sort()).toEqual(Object.keys(WORKFLOWS).sort())
  })
})

describe('as a distance', () => {
  it('is none between equals, and names do not count', () => {
    expect(distance(key, { ...key, name: 'other', summary: 'other' })).toBe(0)
  })

  it('is larger to another workflow than to another policy, and smallest to another figure', () => {
    const saga: Variant = { ...retry, workflow: { workflow: 'saga', options: {} } }
    const timeout = withPolicies(retry, [RETRY, TIMEOUT])
    expect(distance(retry, saga)).toBeGreaterThan(distance(retry, timeout))
    expect(distance(retry, timeout)).toBeGreaterThan(distance(retry, withTries(retry, 2)))
  })

  it('is smaller within a family of workflows', () => {
    const workflow = (name: string): Variant => ({ ...key, workflow: { workflow: name, options: {} } })
    expect(distance(workflow('saga-as-taught'), workflow('saga'))).toBeLessThan(
      distance(workflow('saga-as-taught'), workflow('2pc')),
    )
  })

  it('grows a little with the places of a policy', () => {
    const one = withPolicies(naive, [TIMEOUT], ['order→payment'])
    expect(distance(naive, one)).toBeLessThan(distance(naive, withPolicies(naive, [TIMEOUT])))
    expect(distance(naive, withPolicies(naive, [TIMEOUT]))).toBeLessThan(distance(naive, keyAsTaught))
  })
})
