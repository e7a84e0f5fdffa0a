import { describe, expect, test } from 'vitest'
import { buildRun, buildStrike, type RunBuilder, START_MS } from '../../../test/support/build-facts.ts'
import {
  answered,
  asked,
  committed,
  heard,
  keyed,
  line,
  order,
  place,
  RESET,
  received,
  sent,
  sentences,
  tell,
} from '../../../test/support/journal-by-hand.ts'

const LOST_ANSWER = [
  asked(0),
  place(0.3),
  order(0.3, 'accepted'),
  sent(0.4),
  received('inventory', 0.7),
  committed('inventory', 0.8),
  answered('inventory', 0.9, 0),
  heard(1.3, 0.9, RESET),
]

function twice(othersAtMs: readonly number[] = []): RunBuilder {
  const run = buildRun()
  const strike = buildStrike('p-1', { gremlin: 'dropped-answer@inventory', atMs: START_MS + 0.7 })
  const purchase = run
    .purchase('p-1')
    .accept('o-1')
    .deduct(1, 'k-1')
    .deduct(1, 'k-2')
    .charge()
    .finish('confirmed', 'o-1')
    .notify()
    .history()
    .strike(strike)
  for (const atMs of othersAtMs) {
    purchase.strike(buildStrike('p-1', { gremlin: 'another', effect: 'quote', atMs: START_MS + atMs }))
  }
  return run
}

const SECOND_TRY = [
  sent(30, { attempt: 2 }),
  received('inventory', 30.5, { attempt: 2 }),
  committed('inventory', 30.9),
  answered('inventory', 30.9, 200),
  heard(33.1, 3.1, { attempt: 2 }),
]

describe('a second effect', () => {
  test('of a retry without a key', () => {
    const story = tell({
      run: twice(),
      lines: [...LOST_ANSWER, ...SECOND_TRY],
      invariant: 'deducted-at-most-once',
      times: { inventory: [0.8, 30.9] },
    })
    expect(story.title).toBe('The goods of p-1 were taken twice')
    expect(sentences(story)).toEqual([
      'believed: The order service heard a reset from inventory after 0.9 ms and asked again at 30.0 ms without a key. It could not know whether the deduction had happened.',
      'because: Inventory had committed the deduction at 0.8 ms, and its answer was lost on the way.',
      "fact: Inventory's ledger has two deductions of 1 piece of console (entry 1, at 0.8 ms, under key k-1; entry 2, at 30.9 ms, under key k-2).",
      'because: Inventory did the deduction for each of two requests: the one it received at 0.7 ms, and the one it received at 30.5 ms (try 2).',
      'therefore: p-1 took stock 2 times (2 units, 1 ordered) for one purchase.',
      'cause: At 0.7 ms dropped-answer@inventory struck inventory: it took away the answer about the deduction.',
      'missing: No idempotency key travels to inventory in retry, so it takes a second request for a second purchase.',
    ])
  })

  test('names only the strikes that led to it, not what was over before or came after', () => {
    const story = tell({
      run: twice([-20, 30.6]),
      lines: [asked(-30), ...LOST_ANSWER, ...SECOND_TRY],
      invariant: 'deducted-at-most-once',
      times: { inventory: [0.8, 30.9] },
    })
    const causes = sentences(story).filter((sentence) => sentence.startsWith('cause:'))
    expect(causes).toHaveLength(1)
    expect(causes[0]).toContain('dropped-answer@inventory')
  })

  test('of two clicks under different keys', () => {
    const run = buildRun()
    run
      .purchase('p-1')
      .ask(2)
      .accept('o-1')
      .accept('o-2')
      .deduct(1, 'p-1/1/deduct')
      .deduct(1, 'p-1/2/deduct')
      .tell('left')
      .tell('confirmed')
    const lines = [
      asked(0, 1, 'p-1/1'),
      place(0.3, 1, 'p-1/1'),
      order(0.3, 'accepted'),
      sent(0.4, { key: 'p-1/1/deduct' }),
      line('traffic', 800, { type: 'left', effect: 'order', attempt: 1 }),
      asked(900, 2, 'p-1/2'),
      place(900.3, 2, 'p-1/2'),
      order(900.3, 'accepted', null, 'o-2'),
      sent(900.4, { key: 'p-1/2/deduct' }),
      received('inventory', 900.8, { key: 'p-1/1/deduct' }),
      committed('inventory', 901),
      received('inventory', 902, { key: 'p-1/2/deduct', attempt: 2 }),
      committed('inventory', 903),
    ]
    const times = { inventory: [901, 903] }
    const story = tell({
      run,
      lines,
      invariant: 'deducted-at-most-once',
      times,
      variant: keyed('as-taught', 'per-attempt'),
    })
    expect(sentences(story)).toContain(
      'believed: The buyer heard nothing from the order service for 800.0 ms and asked again under another key.',
    )
    expect(sentences(story)).toContain(
      'believed: The order service took that for two orders: o-1, accepted at 0.3 ms and o-2, accepted at 900.3 ms.',
    )
    expect(sentences(story).at(-1)).toBe(
      'missing: In retry each click brings a key of its own, so no key says that the second click is the same purchase.',
    )
    expect(sentences(story)).toContain('cause: No gremlin struck this purchase before that: none was needed.')
  })

  test('of one request that was delivered twice under a key that is looked up and not claimed', () => {
    const run = buildRun()
    const strike = buildStrike('p-1', { gremlin: 'twins', kind: 'duplicate-delivery', atMs: START_MS + 0.7 })
    run.purchase('p-1').accept('o-1').deduct(1, 'o-1/deduct').deduct(1, 'o-1/deduct').strike(strike)
    const key = 'o-1/deduct'
    const lines = [
      sent(0.4, { key }),
      received('inventory', 0.7, { key }),
      committed('inventory', 2.8),
      committed('inventory', 2.9),
      answered('inventory', 3, 200),
      heard(3.4, 3),
    ]
    const times = { inventory: [2.8, 2.9] }
    const story = tell({
      run,
      lines,
      invariant: 'deducted-at-most-once',
      times,
      variant: keyed('as-taught', 'per-attempt'),
    })
    expect(sentences(story)).toContain(
      'because: The network delivered that one request twice at the same moment, at 0.3 ms.',
    )
    expect(sentences(story).at(-1)).toBe(
      'missing: Keys are looked up here and not claimed: while the first request with a key still works, a second one finds nothing under it and works as well.',
    )
  })

  test('that nobody has a journal line of is told as such', () => {
    const story = tell({
      run: twice(),
      lines: [],
      invariant: 'deducted-at-most-once',
      variant: keyed('required', 'per-purchase'),
    })
    expect(sentences(story)).toContain('because: No journal says which request made entry 1 and entry 2.')
    expect(sentences(story).at(-1)).toBe(
      'missing: The configuration of retry lacks nothing here: the same key has one effect, and a service did not keep to it.',
    )
    expect(story.diagram).toBeNull()
  })
})

describe('an order that is half done', () => {
  function left(): RunBuilder {
    const run = buildRun()
    run
      .purchase('p-1')
      .accept('o-1')
      .deduct()
      .finish('cancelled', 'o-1')
      .tell('cancelled', { reason: 'reset', atMs: START_MS + 1.8 })
    return run
  }

  test('since an answer was lost', () => {
    const lines = [...LOST_ANSWER, order(1.3, 'cancelled', 'reset')]
    const story = tell({
      run: left(),
      lines,
      invariant: 'buyer-told-the-truth',
      times: { inventory: [0.8] },
      variant: { name: 'naive' },
    })
    expect(sentences(story)).toEqual([
      'believed: The order service ended o-1 as cancelled (reset) at 1.3 ms.',
      'because: It had asked inventory for the deduction and heard a reset from inventory after 0.9 ms: perhaps it had happened, perhaps not.',
      "believed: The buyer was told 'cancelled' (reset) at 1.8 ms, and takes it to have come to nothing.",
      "fact: Inventory's ledger has one deduction of 1 piece of console (entry 1, at 0.8 ms).",
      "fact: The bank's ledger has no charge for it; the order service's has o-1 as cancelled (entry 2).",
      'because: Inventory had committed the deduction at 0.8 ms, and its answer was lost on the way.',
      'because: No journal tells that anybody asked to take the deduction back.',
      "therefore: The buyer of p-1 was told 'cancelled' (reset), but goods have been taken.",
      "cause: No strike on this purchase's path is on record before that.",
      'missing: A step without an answer is taken for one that did not happen in naive: it is neither resolved nor undone.',
    ])
  })

  test('since a participant let go by itself', () => {
    const run = buildRun()
    run.purchase('p-1').accept('o-1').charge().finish('confirmed', 'o-1')
    const heuristic = { type: 'workflow', what: 'heuristic', detail: 'let go' }
    const lines = [asked(0), order(0.3, 'accepted'), line('inventory', 1_500, heuristic), order(1_700, 'confirmed')]
    const participants = { keys: 'required', history: 'outbox', holds: 'counted', reservationMs: 1_500 } as const
    const story = tell({ run, lines, invariant: 'all-or-nothing', variant: { name: '2pc-heuristic', participants } })
    expect(sentences(story)).toContain(
      "because: Inventory let the deduction go by itself at 1,500 ms, without its coordinator's decision.",
    )
    expect(sentences(story).at(-1)).toContain(
      'In 2pc-heuristic a participant lets go by itself after 1,500 ms (a heuristic decision)',
    )
  })

  test('since a compensation was tried once and forgotten', () => {
    const forgotten = { type: 'workflow', what: 'forgotten', detail: 'o-1' }
    const undo = { operation: 'undo' }
    const lines = [
      order(0.3, 'accepted'),
      sent(0.4, undo),
      heard(1.4, 1, { ...undo, ...RESET }),
      line('order', 1.5, forgotten),
      order(1.6, 'cancelled'),
    ]
    const variant = { name: 'saga-as-taught', workflow: { workflow: 'saga-as-taught', options: {} } }
    const story = tell({ run: left(), lines, invariant: 'all-or-nothing', variant })
    expect(sentences(story)).toContain(
      'because: The order service asked for the undoing of the deduction once, and heard a reset from inventory after 1.0 ms.',
    )
    expect(sentences(story).at(-1)).toContain('a compensation that fails is written to a log and forgotten')
  })
})

test('an order that died with its service is lost, and no log remembers it', () => {
  const run = buildRun()
  const strike = buildStrike('p-1', {
    gremlin: 'between',
    kind: 'crash',
    node: 'order',
    fatal: true,
    atMs: START_MS + 3,
  })
  run.purchase('p-1').accept('o-1').strike(strike)
  const story = tell({
    run,
    lines: [asked(0), order(0.3, 'accepted')],
    invariant: 'no-order-lost',
    variant: { name: 'naive' },
  })
  expect(sentences(story)).toEqual([
    'believed: The order service accepted o-1 at 0.3 ms.',
    'because: It was killed at 3.0 ms: what it knew of o-1 beyond its ledger and log died with it.',
    'because: No later life of it wrote anything about this purchase.',
    "fact: The order service's ledger has o-1 as accepted (entry 1).",
    'therefore: Order o-1 of p-1 was accepted and never came to an end.',
    'cause: At 3.0 ms between struck the order service: it killed the order service in the middle of the deduction.',
    "missing: The variant naive keeps no log of an order's steps, so a restart forgets what it was doing.",
  ])
})

test('a kill by the clock is about nobody, and says whom it took along', () => {
  const run = buildRun()
  const clock = { gremlin: 'reaper', kind: 'kill', node: 'order', purchase: '', effect: '', fatal: true } as const
  const takes = [{ purchase: 'p-1', effect: 'order' }]
  run
    .purchase('p-1')
    .accept('o-1')
    .strike(buildStrike('', { ...clock, takes, atMs: START_MS + 3 }))
  const lines = [asked(0), order(0.3, 'accepted')]
  const story = tell({ run, lines, invariant: 'no-order-lost', variant: { name: 'naive' } })
  const cause = sentences(story).find((sentence) => sentence.startsWith('cause: '))
  expect(cause).toMatch(
    /^cause: At 3\.0 ms reaper struck the order service: it killed the order service, and took .+ of p-1 along\.$/,
  )
})

test('two buyers are enough to sell what is not there', () => {
  const run = buildRun({ products: [{ name: 'console', priceCents: 50_000, stock: 0, weight: 1 }] })
  run.purchase('p-1').accept('o-1').deduct()
  const stock = { effect: 'stock', operation: 'query' }
  const lines = [
    asked(0),
    sent(0.4, stock),
    received('inventory', 0.7, stock),
    answered('inventory', 0.7, 200, stock),
    heard(1.1, 0.7, stock),
    sent(1.2),
    received('inventory', 40),
    committed('inventory', 40.2),
  ]
  const story = tell({ run, lines, invariant: 'never-oversold', times: { inventory: [40.2] } })
  expect(sentences(story)).toEqual([
    'believed: The order service asked for the stock at 0.4 ms, heard at 1.1 ms that there was enough, and asked for the deduction at 1.2 ms.',
    'because: Inventory had said so at 0.7 ms and deducted at 40.2 ms: in the 39.5 ms between, others took what was left.',
    "fact: Inventory's ledger has one deduction of 1 piece of console (entry 1, at 40.2 ms).",
    'therefore: Stock of console fell to -1 when p-1 took 1 unit of the 0 left.',
    'cause: No gremlin struck this purchase before that: two buyers who want the last unit at once are enough.',
    'missing: The variant retry asks for the stock and then deducts blindly: nothing makes the deduction depend on what is there at that moment.',
  ])
})

test('what is told once is forgotten', () => {
  const run = buildRun()
  run.purchase('p-1').accept('o-1').deduct().charge().finish('confirmed', 'o-1').history()
  const notify = { effect: 'notify', to: 'notification' }
  const lines = [
    order(0.3, 'accepted'),
    order(30, 'confirmed'),
    sent(30.1, notify),
    heard(31.1, 1, { effect: 'notify', from: 'notification', ...RESET }),
  ]
  const story = tell({ run, lines, invariant: 'notified-exactly-once' })
  expect(story.title).toBe('Nobody told the buyer of p-1')
  expect(sentences(story)).toContain(
    'because: The order service told notification at 29.8 ms, heard a reset from notification after 1.0 ms and did not tell it again.',
  )
  expect(sentences(story).at(-1)).toContain('In retry the notification is told once, in passing, and forgotten')
})
