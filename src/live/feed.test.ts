import { describe, expect, it } from 'vitest'
import { line } from '../../test/support/journal-by-hand.ts'
import { order, strike, watch } from '../../test/support/live-lines.ts'
import { MOST_FEED_LINES } from '../core/live.ts'

describe('a strike', () => {
  const told = (more: Record<string, unknown>) => {
    const seen = watch()
    seen.tell(strike('payment', 1, { ...more, gremlin: `${more.kind}@payment` }))
    return seen.texts(2)
  }

  it.each([
    ['dropped-answer', {}, 'took away the answer about the charge of p-17'],
    ['dropped-request', { operation: 'commit' }, 'took away the request for the commit of the charge of p-17'],
    ['latency', { operation: 'undo' }, 'delays the undoing of the charge of p-17'],
    ['error-answer', { effect: 'odd' }, "put an error in place of the answer about 'odd' of p-17"],
    ['duplicate-delivery', {}, 'delivered twice the request for the charge of p-17'],
    ['crash-before-work', { fatal: true }, 'killed payment before it began with the charge of p-17'],
    ['crash', { fatal: true, at: 'between-steps' }, 'killed payment between steps in the charge of p-17'],
    ['pause', {}, 'holds up the work on the charge of p-17'],
    ['outage', { purchase: '', effect: '' }, 'has payment accept no connections'],
    ['partition', { purchase: '', effect: '' }, 'cuts payment off from everybody'],
    ['something-new', {}, 'struck at the charge of p-17'],
  ])('by %s is a sentence', (kind, more, sentence) => {
    expect(told({ kind, ...more })).toEqual([`${kind}@payment ${sentence}`])
  })

  it('that kills says how many calls went along', () => {
    const takes = [
      { purchase: 'p-1', effect: 'charge' },
      { purchase: 'p-2', effect: 'charge' },
    ]
    expect(told({ kind: 'crash-after-commit', fatal: true, takes })).toEqual([
      'crash-after-commit@payment killed payment after the commit, before it could answer about the charge of p-17, and 2 other calls with it',
    ])
  })

  it('by a gremlin with a name of its own says where it sits', () => {
    const seen = watch()
    seen.tell(strike('payment', 1, { gremlin: 'lost-commit' }))
    expect(seen.texts(2)).toEqual(['lost-commit at payment took away the answer about the charge of p-17'])
  })

  it('that comes again within a second is counted', () => {
    const seen = watch()
    for (let index = 0; index < 14; index++) seen.tell(strike('payment', index * 10, { purchase: `p-${index}` }))
    seen.tell(strike('payment', 1_500), strike('bank', 20))
    expect(seen.at(1_600).feed.map(({ atMs, text }) => `${atMs} ${text}`)).toEqual([
      '0 dropped-answer@payment took away the answer 14 times',
      '20 dropped-answer@bank took away the answer about the charge of p-17',
      '1500 dropped-answer@payment took away the answer about the charge of p-17',
    ])
  })
})

describe('what happens to orders', () => {
  it('is told where it goes wrong', () => {
    const seen = watch()
    const step = (afterMs: number, what: string) => line('order', afterMs, { type: 'workflow', what, effect: 'charge' })
    seen.tell(order('p-1', 1, 'accepted'), order('p-1', 2, 'failed', { reason: 'undo_refused' }))
    seen.tell(step(3, 'compensated'), step(4, 'raised'), step(5, 'forgotten'), step(6, 'decided'), step(7, 'recovered'))
    seen.tell(line('bank', 8, { type: 'workflow', what: 'heuristic', effect: 'transfer' }))
    expect(seen.texts(10)).toEqual([
      'the order of p-1 has failed (undo_refused)',
      'the charge of p-1 was taken back',
      'p-1 was raised to operations, over the charge',
      'the charge of p-1 could not be taken back, and nobody is told',
      'order took up the order of p-1 again, which a crash had left open',
      'bank was in doubt for too long and called the transfer of p-1 off by itself',
    ])
  })
})

describe('what is no journal line', () => {
  it('is told all the same: violations, changes, captions', () => {
    const seen = watch()
    seen.violated(
      { invariant: 'charged-at-most-once', purchase: 'p-1', sentence: 'p-1 was charged 2 times' },
      1_000_001,
    )
    seen.changed({ traffic: 'off' }, 1_000_002)
    seen.said('Watch the bank.', 1_000_003)
    expect(seen.at(10).feed).toEqual([
      { atMs: 1, kind: 'violation', text: 'p-1 was charged 2 times' },
      { atMs: 2, kind: 'change', text: 'nobody comes' },
      { atMs: 3, kind: 'caption', text: 'Watch the bank.' },
    ])
  })
})

describe('the feed', () => {
  it('holds the last ones, by their times', () => {
    const seen = watch()
    for (let index = 0; index < 1_000; index++) seen.tell(order(`p-${index}`, index * 1_000, 'failed'))
    seen.tell(strike('payment', 998_500))
    const { feed } = seen.at(999_000)
    expect(feed).toHaveLength(MOST_FEED_LINES)
    expect(feed.slice(-3).map(({ atMs }) => atMs)).toEqual([998_000, 998_500, 999_000])
  })

  it('lets nothing through that could steer a terminal, and no line without an end', () => {
    const seen = watch()
    seen.said(`red \u001b[31m\n\u202e${'long '.repeat(100)}`, 1_000_001)
    const [text = ''] = seen.texts(10)
    expect(text).toMatch(/^red \[31m /)
    expect(text).not.toMatch(/[\p{Cc}\p{Cf}]/u)
    expect(text).toHaveLength(200)
  })
})
