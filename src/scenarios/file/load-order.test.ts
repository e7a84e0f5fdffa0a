/** Variants whose policies stand where they make sense. */

import { describe, expect, it } from 'vitest'
import { changed, mistakesIn } from '../../../test/support/scenario-text.ts'
import { POLICIES } from '../../patterns/policies/catalogue.ts'

/** What the file says of a variant `mine`, without line and column. */
const said = (mine: object) =>
  mistakesIn(changed(['variants'], { naive: {}, retry: {}, mine })).map((mistake) =>
    mistake.replace(/^my\.yaml:\d+:\d+ variants\.mine: /, ''),
  )
const on = (edge: string, ...policies: unknown[]) => said({ edges: { [edge]: policies } })

const TIMEOUT = { timeout: { afterMs: 100 } }
const BULKHEAD = { bulkhead: { permits: 2 } }
const POOL = { 'shared-pool': { permits: 2 } }
const PENDING = { fallback: { answer: 'pending' } }
const LAST_KNOWN = { fallback: { answer: 'last-known' } }
const OPOSSUM = { breaker: { engine: 'opossum' } }
const PER_ACCOUNT = { 'rate-limit': { ratePerSecond: 5, burst: 2 } }
const FOR_ALL = { 'rate-limit': { ratePerSecond: 5, burst: 2, per: 'everybody' } }
const PAYMENT = 'order->payment'

describe('permits', () => {
  it.each([
    ['bulkhead', BULKHEAD],
    ['shared-pool', POOL],
    ['adaptive-limit', 'adaptive-limit'],
  ])('of %s come back when the work is done, so that timeout stands outside', (name, policy) => {
    expect(on(PAYMENT, TIMEOUT, policy)).toEqual([])
    expect(on(PAYMENT, policy)).toEqual([])
    const wrong = `order→payment: ${name} stands outside timeout, which would free its permit while the call still goes on; list timeout before ${name}`
    expect(on(PAYMENT, policy, TIMEOUT)).toEqual([wrong])
    expect(on(PAYMENT, TIMEOUT, policy, 'retry', TIMEOUT)).toEqual([wrong])
  })

  it('are for one request each, so that hedge stands outside', () => {
    expect(on(PAYMENT, 'idempotency-key', 'hedge', BULKHEAD)).toEqual([])
    expect(on(PAYMENT, 'idempotency-key', BULKHEAD, 'hedge')).toEqual([
      'order→payment: bulkhead stands outside hedge, whose second request would have no permit of its own; list hedge before bulkhead',
    ])
  })

  it('are of one pool in each service', () => {
    const pool = (permits: number) => [{ 'shared-pool': { permits } }]
    expect(said({ edges: { [PAYMENT]: pool(2), 'order->inventory': pool(2), 'payment->bank': pool(9) } })).toEqual([])
    expect(said({ edges: { 'order->inventory': pool(2), [PAYMENT]: pool(3), 'payment->bank': pool(2) } })).toEqual([
      'order→payment: the order service has one shared-pool, and other options for it elsewhere; give it the same ones on every edge',
    ])
    expect(on(PAYMENT, POOL, POOL)).toEqual([
      'order→payment: each call would need two permits of the one shared-pool, and could wait for itself; remove one of them',
    ])
  })
})

describe('breakers', () => {
  it.each([[['breaker', 'breaker']], [['breaker', 'breaker-as-taught']], [[OPOSSUM, 'retry', 'breaker']]])(
    '%j on one edge are one too many',
    (policies) => {
      expect(on(PAYMENT, ...policies)).toEqual([
        expect.stringMatching(
          /^order→payment: breaker.* and breaker.* would count the same calls.*; remove one of them$/,
        ),
      ])
    },
  )

  it('are what a health check stands behind', () => {
    expect(on(PAYMENT, 'breaker', 'retry', 'health-check')).toEqual([])
    const none =
      'order→payment: health-check asks only while the breaker before it is open, and there is none; list breaker before health-check'
    expect(on(PAYMENT, 'health-check')).toEqual([none])
    expect(on(PAYMENT, 'health-check', 'breaker')).toEqual([none])
  })

  it.each([
    ['a breaker with engine: opossum', OPOSSUM],
    ['breaker-as-taught', 'breaker-as-taught'],
  ])('other than our own hear nothing of a health check (%s)', (name, policy) => {
    expect(on(PAYMENT, policy, 'health-check')).toEqual([
      `order→payment: health-check asks only while the breaker of our own is open, and cannot tell ${name} anything; use breaker without an engine, or remove health-check`,
    ])
  })
})

describe('fallback', () => {
  it('is outermost, but for the key', () => {
    expect(on('payment->fx', LAST_KNOWN, 'retry', 'breaker')).toEqual([])
    expect(on('payment->fx', 'idempotency-key', LAST_KNOWN, 'retry')).toEqual([])
    expect(on('payment->fx', 'retry', LAST_KNOWN)).toEqual([
      'payment→fx: fallback stands inside retry, which would never see the failures that it is there for; list fallback first',
    ])
  })

  const KEYED = [PENDING, 'idempotency-key', 'retry']
  const postponing = (edges: object) =>
    said({ workflow: 'sequential-with-pending', participants: { keys: 'required' }, edges })

  it('that puts off a step needs a workflow that tries again', () => {
    const edges = { '*': ['idempotency-key'], [PAYMENT]: KEYED, 'order->inventory': KEYED }
    expect(postponing(edges)).toEqual([])
    for (const workflow of ['sequential', 'saga']) {
      expect(said({ workflow, participants: { keys: 'required' }, edges })).toEqual([
        `order→inventory, order→payment: the workflow ${workflow} tries nothing again later, as answer: pending wants it; use the workflow sequential-with-pending, or remove fallback`,
      ])
    }
  })

  it('that puts off a step belongs where the steps of an order go', () => {
    expect(postponing({ '*': ['idempotency-key'], 'payment->bank': KEYED })).toEqual([
      'payment→bank: fallback with answer: pending puts off steps of an order, and there are none; it belongs on order→inventory and order→payment',
    ])
  })

  it('that repeats an answer belongs where one may be repeated', () => {
    expect(on('order->inventory', LAST_KNOWN)).toEqual([])
    expect(on('payment->bank', LAST_KNOWN)).toEqual([
      'payment→bank: fallback with answer: last-known answers queries and exchange rates, and there are none; it belongs on order→inventory and payment→fx',
    ])
  })

  it('that puts off a step needs a key to try it under', () => {
    expect(postponing({ '*': ['idempotency-key'], [PAYMENT]: [PENDING] })).toEqual([
      expect.stringContaining('add the policy idempotency-key to order→payment'),
      'order→payment: what fallback with answer: pending puts off may have been done already, and would be done twice; add idempotency-key',
    ])
  })
})

describe('hedge', () => {
  const wrong =
    'hedge sends nothing twice that has no key, and only queries need none; add idempotency-key, or remove hedge'

  it('needs a key wherever something is done', () => {
    expect(on(PAYMENT, 'hedge', 'idempotency-key')).toEqual([])
    expect(on(PAYMENT, 'hedge')).toEqual([`order→payment: ${wrong}`])
  })

  it('needs none for a look at the stock', () => {
    expect(on('order->inventory', 'hedge')).toEqual([])
  })

  it('is told of once for all edges', () => {
    expect(on('*', 'hedge')).toEqual([
      expect.stringMatching(/^order→payment, order→notification, payment→bank, .*: hedge sends/),
    ])
  })
})

describe('the door', () => {
  it('has room for what limits buyers', () => {
    expect(said({ door: [PER_ACCOUNT, 'adaptive-limit', BULKHEAD, POOL, 'breaker'] })).toEqual([])
  })

  it('is where accounts have a limit of their own', () => {
    expect(on(PAYMENT, FOR_ALL)).toEqual([])
    expect(on(PAYMENT, PER_ACCOUNT)).toEqual([
      'order→payment: rate-limit per account is for buyers, whose account not every call names; give it per: everybody, or move it to the door',
    ])
  })

  it.each<[string, unknown, string]>([
    ['timeout', TIMEOUT, 'would answer the buyer while the order goes on; deadlineMs says how long an order may take'],
    ['retry', 'retry', 'would place the order again; buyers do that themselves, with refreshes'],
    ['hedge', 'hedge', 'would place the order twice'],
    ['fallback', PENDING, 'would answer in the place of an order that nobody has accepted'],
    [
      'idempotency-key',
      'idempotency-key',
      "lets a caller's key travel, and the buyer's comes or does not; see buyer.key",
    ],
    ['health-check', 'health-check', 'asks a dependency, and behind the door there is none'],
    ['breaker-as-taught', 'breaker-as-taught', 'is there to be compared on calls that fail; use breaker'],
  ])('has none for %s', (name, policy, why) => {
    expect(said({ door: [policy] })).toEqual([
      `door: ${name} ${why}; remove it (what can stand there: rate-limit, bulkhead, shared-pool, adaptive-limit, breaker)`,
    ])
  })

  it('says of every policy whether it can stand there', () => {
    const options: Record<string, object> = { ...TIMEOUT, ...BULKHEAD, ...POOL, ...PENDING, ...PER_ACCOUNT }
    for (const name of Object.keys(POLICIES)) {
      const found = said({ door: [{ [name]: options[name] ?? {} }] })
      expect(found.join(), name).not.toContain('is a policy of calls')
    }
  })

  it('has one breaker', () => {
    expect(said({ door: ['breaker', 'breaker'] })).toEqual([expect.stringMatching(/^door: breaker and breaker would/)])
  })
})

it('tells it of the variant that it is about, whichever of its bases said it', () => {
  const variants = { naive: {}, retry: {}, base: { edges: { [PAYMENT]: [TIMEOUT] } } }
  const text = changed(['variants'], {
    ...variants,
    mine: { extends: 'base', edges: { [PAYMENT]: [BULKHEAD, TIMEOUT] } },
  })
  const [mistake] = mistakesIn(text)
  const [, line, column] = /^my\.yaml:(\d+):(\d+) variants\.mine: order→payment: bulkhead stands/.exec(mistake!)!
  expect(text.split('\n')[Number(line) - 1]?.slice(Number(column) - 1)).toMatch(/^mine:/)
})
