/** Strikes, visits and the seed of a scenario: what is read, and what is a mistake. */

import { describe, expect, it } from 'vitest'
import { changed, mistakesIn } from '../../../test/support/scenario-text.ts'
import { loadText } from '../../../test/support/shipped-scenarios.ts'
import { showScenario } from './show.ts'

const ONE = ['scenarios', 'one'] as const
const GREMLINS = [
  { 'dropped-answer': { on: 'inventory' } },
  { crash: { on: 'order', at: ['between-steps'] } },
  { outage: { on: 'bank', window: { fromMs: 0, toMs: 50 } } },
]
const GOOD = { gremlin: 'dropped-answer@inventory', purchase: 'p-1', operation: 'do', effect: 'deduct' }

function withStrikes(strikes: unknown, traffic: object = { orders: 10, ratePerSecond: 5 }, more: object = {}): string {
  const products = { console: { priceCents: 50_000, stock: 10 } }
  const accounts = { alice: { currency: 'USD', openingCents: 100_000 } }
  const rest = { title: 'One', products, accounts, variants: ['naive', 'retry'] }
  return changed(ONE, { ...rest, traffic, gremlins: GREMLINS, strikes, ...more })
}

it('are read as they are, and one of a window needs no more than its name', () => {
  const moment = {
    gremlin: 'crash@order',
    purchase: 'p-2',
    operation: 'do',
    effect: 'deduct',
    attempt: 2,
    at: 'between-steps',
  }
  const [scenario] = loadText(withStrikes([GOOD, moment, { gremlin: 'outage@bank' }], undefined, { seed: 9 })).scenarios
  expect(scenario?.seed).toBe(9)
  expect(scenario?.strikes).toEqual([
    { ...GOOD, attempt: 1 },
    moment,
    { gremlin: 'outage@bank', purchase: '', operation: 'query', effect: '', attempt: 1 },
  ])
  const [without] = loadText(withStrikes(undefined)).scenarios
  expect(without).not.toHaveProperty('strikes')
  expect(without).not.toHaveProperty('seed')
  const shown = showScenario(scenario as NonNullable<typeof scenario>)
  expect(shown).toContain('the seed is 9, unless another is given')
  expect(shown).toContain('crash@order: p-2, do deduct, attempt 2, at between-steps')
})

it('says who comes when, in the order of time', () => {
  const exactly = [{ purchase: 'p-3', atMs: 20 }, { purchase: 'p-7' }]
  const [scenario] = loadText(withStrikes([], { orders: 10, ratePerSecond: 5, exactly })).scenarios
  expect(scenario?.traffic.exactly).toEqual([
    { purchase: 'p-7', atMs: 0 },
    { purchase: 'p-3', atMs: 20 },
  ])
  const shown = showScenario(scenario as NonNullable<typeof scenario>)
  expect(shown).toContain('of these come only p-7 at 0 ms, p-3 at 20 ms')
  expect(shown).toContain('none of them ever strikes')
})

describe('a mistake', () => {
  it.each<[string, object, string]>([
    ['the gremlin', { gremlin: 'dropped-answr@inventory' }, "did you mean 'dropped-answer@inventory'?"],
    ['the id of the purchase', { purchase: 'order-1' }, 'must be the id of a purchase, such as p-1'],
    ['a purchase that is never made', { purchase: 'p-11' }, 'there are only 10 orders, so the last purchase is p-10'],
    ['the operation', { operation: 'doo' }, 'unknown value'],
    ['an operation that it never meets', { operation: 'place' }, "never meets 'place' there, only query, do"],
    ['the effect', { effect: 'deduce' }, "unknown effect 'deduce'; did you mean 'deduct'?"],
    ['an effect of elsewhere', { effect: 'quote' }, "unknown effect 'quote'; choose one of deduct, stock"],
    ['the attempt', { attempt: 0 }, 'must be at least 1'],
    ['a moment where there is none', { at: 'after-commit' }, 'waits at no named moment'],
    ['an unknown key', { times: 2 }, 'unknown key'],
  ])('in %s has its line and column', (_, wrong, message) => {
    const mistakes = mistakesIn(withStrikes([{ ...GOOD, ...wrong }]))
    expect(mistakes).toHaveLength(1)
    expect(mistakes[0]).toContain(message)
    expect(mistakes[0]).toMatch(/^my\.yaml:\d+:\d+ strikes\[0\]\./)
  })

  it.each<[string, unknown, string]>([
    ['nothing but a gremlin', { gremlin: GOOD.gremlin }, 'strikes[0].effect: is missing; give one of deduct, stock'],
    [
      'a moment that is missing',
      { ...GOOD, gremlin: 'crash@order' },
      'strikes[0].at: is missing; crash@order waits at between-steps',
    ],
    [
      'a moment at which it does not wait',
      { ...GOOD, gremlin: 'crash@order', at: 'after-vote' },
      "crash@order does not wait at 'after-vote'; it waits at between-steps",
    ],
    ['a call for a window', { ...GOOD, gremlin: 'outage@bank' }, 'strikes a service for a while, not single calls'],
    ['no mapping', 'p-1', 'strikes[0]: must be a mapping'],
  ])('is %s', (_, strike, message) => {
    expect(mistakesIn(withStrikes([strike])).join('\n')).toContain(message)
  })

  it('is the same coin twice, a visitor who comes twice, and one whom a strike is about and who does not come', () => {
    expect(mistakesIn(withStrikes([GOOD, { ...GOOD, attempt: 1 }])).join()).toContain('is the same as strikes[0]')
    const visits = (...exactly: object[]) => withStrikes([GOOD], { orders: 3, ratePerSecond: 5, exactly })
    expect(mistakesIn(visits({ purchase: 'p-1' }, { purchase: 'p-1' })).join()).toContain("'p-1' comes already")
    expect(mistakesIn(visits({ purchase: 'p-4' })).join()).toContain('there are only 3 orders')
    expect(mistakesIn(visits({ purchase: 'p-2' })).join()).toContain('p-1 does not come: traffic.exactly names p-2')
  })
})

describe('a strike that no variant can meet', () => {
  const TWO_PHASE = {
    both: { workflow: '2pc', participants: { keys: 'required' }, edges: { '*': ['idempotency-key'] } },
  }
  const CONTROL = { calm: { gremlins: 'none' } }
  const VOTE = { gremlin: 'crash@order', purchase: 'p-1', operation: 'prepare', effect: 'charge', at: 'after-vote' }
  const PREPARE = { ...GOOD, operation: 'prepare' }
  const ASKED = { gremlin: 'latency@order', purchase: 'p-1', operation: 'inquire', effect: 'deduct' }
  const gremlins = [
    ...GREMLINS.filter((each) => !('crash' in each)),
    { crash: { on: 'order', at: ['between-steps', 'after-vote'] } },
    { latency: { on: 'order', fromMs: 1, toMs: 2 } },
    { latency: { on: 'fx', fromMs: 1, toMs: 2 } },
  ]
  const text = (strike: object, more: object = {}) => withStrikes([strike], undefined, { gremlins, ...more })
  const MIX = { orders: 10, ratePerSecond: 5, mix: { order: 1, stock: 1 } }

  it.each<[string, object, string]>([
    [
      'waits for a moment of other workflows',
      VOTE,
      "at: no variant of this scenario passes 'after-vote'; add a variant",
    ],
    [
      'waits for a vote, and nobody votes',
      PREPARE,
      "operation: no variant of this scenario has inventory meet 'prepare'",
    ],
    ['waits for a question that nobody asks', ASKED, "has order meet 'inquire'; add a variant whose workflow does, or"],
    ['is about what is never taken back', { ...GOOD, operation: 'undo' }, "has inventory meet 'undo'; add a variant"],
    [
      'is about an operation that the service has and nobody asks for',
      { gremlin: 'latency@fx', purchase: 'p-1', operation: 'undo', effect: 'quote' },
      "has fx meet 'undo'",
    ],
    [
      'deducts what is only looked at',
      { ...GOOD, operation: 'query' },
      "'query' is never about 'deduct', only about stock",
    ],
    [
      'places a step',
      { ...ASKED, operation: 'place' },
      "'place' is never about 'deduct', only about order, stock, notification, payment",
    ],
    [
      'is about a kind of request that nobody makes',
      { ...ASKED, operation: 'place', effect: 'stock' },
      "comes for 'stock'",
    ],
    [
      'tries a window again',
      { gremlin: 'outage@bank', attempt: 2 },
      'attempt: outage@bank strikes once, for its whole',
    ],
  ])('is a mistake where it %s', (_, strike, message) => {
    const mistakes = mistakesIn(text(strike))
    expect(mistakes.join('\n')).toContain(message)
    expect(mistakes).toHaveLength(1)
    expect(mistakes[0]).toMatch(/^my\.yaml:\d+:\d+ strikes\[0\]/)
  })

  it('is none where one variant can, though the others cannot', () => {
    for (const strike of [VOTE, PREPARE, ASKED])
      expect(mistakesIn(text(strike, { variants: ['naive', TWO_PHASE] }))).toEqual([])
    const looked = { ...ASKED, operation: 'place', effect: 'stock' }
    expect(mistakesIn(withStrikes([looked], MIX, { gremlins }))).toEqual([])
    expect(mistakesIn(text({ ...GOOD, attempt: 900 }))).toEqual([])
  })

  it.each([GOOD, { gremlin: 'outage@bank' }])('is one where all of them are control arms: %j', (strike) => {
    expect(mistakesIn(text(strike, { variants: [CONTROL] })).join()).toContain(
      'every variant of this scenario has grem',
    )
    expect(mistakesIn(text(strike, { variants: [CONTROL, 'naive'] }))).toEqual([])
  })

  it('of a control arm alone is one too', () => {
    const calm2pc = { both: { ...TWO_PHASE.both, gremlins: 'none' } }
    expect(mistakesIn(text(VOTE, { variants: ['naive', calm2pc] })).join()).toContain("passes 'after-vote'")
  })

  it('is not asked for while a variant is mistaken itself: it may be the one', () => {
    const mistakes = mistakesIn(text(VOTE, { variants: ['naive', { both: { workflow: '3pc' } }] }))
    expect(mistakes).toHaveLength(1)
    expect(mistakes[0]).toContain("unknown workflow '3pc'")
  })
})
