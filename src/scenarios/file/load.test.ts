import { describe, expect, it } from 'vitest'
import { changed, GOOD, mistakesIn } from '../../../test/support/scenario-text.ts'
import { loadText } from '../../../test/support/shipped-scenarios.ts'
import { EDGES } from '../../core/topology.ts'

describe('a good file', () => {
  it('gives scenarios with defaults filled in', () => {
    const [scenario] = loadText(GOOD).scenarios
    expect(scenario).toMatchObject({
      name: 'one',
      about: '',
      baseCurrency: 'USD',
      ratesMicro: {},
      products: [{ name: 'console', priceCents: 50_000, stock: 10, weight: 1 }],
      accounts: [{ name: 'alice', currency: 'USD', openingCents: 100_000, weight: 1 }],
      traffic: { orders: 10, ratePerSecond: 5, arrivals: 'poisson', shape: { kind: 'constant' }, mostUnits: 1 },
      buyers: { patienceMs: 2_000, refreshes: 0, pauseMs: 100 },
      expectations: { naive: { holds: [], violated: [], allowed: [], bounds: [] } },
    })
  })

  it('keeps a gremlin’s own options apart from the wrapper’s fields', () => {
    const text = changed(
      ['scenarios', 'one', 'gremlins'],
      [{ latency: { on: 'payment', fromMs: 5, toMs: 9, probability: 0.5, window: { fromMs: 100, toMs: 200 } } }],
    )
    expect(loadText(text).scenarios[0]?.gremlins).toEqual([
      {
        name: 'latency@payment',
        gremlin: 'latency',
        on: 'payment',
        operations: [],
        purchases: [],
        attempts: [],
        at: [],
        probability: 0.5,
        fromMs: 100,
        toMs: 200,
        options: { distribution: 'uniform', fromMs: 5, toMs: 9 },
      },
    ])
  })

  it('makes one setting for each service, and names them apart', () => {
    const text = changed(
      ['scenarios', 'one', 'gremlins'],
      [
        { 'dropped-answer': { on: ['inventory', 'payment'] } },
        { 'dropped-answer': { on: 'inventory', attempts: [2] } },
        { 'dropped-answer': { on: ['bank', 'fx'], name: 'mine' } },
      ],
    )
    expect(loadText(text).scenarios[0]?.gremlins.map(({ name }) => name)).toEqual([
      'dropped-answer@inventory',
      'dropped-answer@payment',
      'dropped-answer@inventory-2',
      'mine@bank',
      'mine@fx',
    ])
  })

  it.each([
    ['constant', { kind: 'constant' }],
    [{ ramp: { toPerSecond: 50 } }, { kind: 'ramp', toPerSecond: 50 }],
    [
      { spike: { spikePerSecond: 50, fromMs: 10, toMs: 20 } },
      { kind: 'spike', spikePerSecond: 50, fromMs: 10, toMs: 20 },
    ],
  ])('reads the shape %j', (written, shape) => {
    expect(loadText(changed(['scenarios', 'one', 'traffic', 'shape'], written)).scenarios[0]?.traffic.shape).toEqual(
      shape,
    )
  })

  it('reads bounds and rates', () => {
    const text = changed(['scenarios', 'one', 'expect'], { naive: { p99MsAtMost: 900, violated: ['books-balance'] } })
    expect(loadText(text).scenarios[0]?.expectations.naive).toEqual({
      holds: [],
      violated: ['books-balance'],
      allowed: [],
      bounds: [{ metric: 'p99-ms-at-most', value: 900 }],
    })
    expect(loadText(changed(['scenarios', 'one', 'rates'], { EUR: 0.921234 })).scenarios[0]?.ratesMicro).toEqual({
      EUR: 921_234,
    })
  })
})

describe('variants', () => {
  const variantsOf = (text: string) => loadText(text).scenarios[0]?.variants ?? []

  it('write out * for every edge, and let a named edge win, with either arrow', () => {
    const text = changed(['variants', 'retry', 'edges'], {
      'order->payment': [],
      '*': ['idempotency-key'],
      'payment→bank': ['timeout'],
    })
    const bad = mistakesIn(text)
    // A timeout has an option without a default.
    expect(bad).toEqual([expect.stringContaining('variants.retry.edges.payment→bank[0].afterMs: is missing')])
    const good = changed(['variants', 'retry', 'edges'], { 'order->payment': [], '*': ['idempotency-key'] })
    const retry = variantsOf(good).find(({ name }) => name === 'retry')
    expect(Object.keys(retry?.edges ?? {})).toEqual([...EDGES])
    expect(retry?.edges['order→payment']).toEqual([])
    expect(retry?.edges['payment→fx']).toEqual([{ policy: 'idempotency-key', options: {} }])
  })

  it('fill in the options of their policies and workflow', () => {
    const [naive, retry] = variantsOf(GOOD)
    expect(naive?.workflow).toEqual({ workflow: 'sequential', options: { stock: 'ask-then-deduct' } })
    expect(retry?.workflow).toEqual({ workflow: 'sequential', options: { stock: 'reserve' } })
    expect(retry?.edges['order→payment'][0]).toMatchObject({
      policy: 'retry',
      options: { maxAttempts: 3, jitter: 'full' },
    })
  })

  it('can be written in place and extend others, also others in place', () => {
    const text = changed(
      ['scenarios', 'one', 'variants'],
      [
        'retry',
        { second: { extends: 'first', buyer: { key: 'per-purchase' } } },
        { first: { extends: 'retry', participants: { keys: 'as-taught' }, edges: { 'payment->fx': [] } } },
      ],
    )
    const [retry, second] = variantsOf(text)
    expect(second).toMatchObject({
      name: 'second',
      participants: { keys: 'as-taught', history: 'inline', holds: 'counted', reservationMs: null },
      buyer: { key: 'per-purchase' },
      edges: { 'order→payment': retry?.edges['order→payment'], 'payment→fx': [] },
    })
  })
})
