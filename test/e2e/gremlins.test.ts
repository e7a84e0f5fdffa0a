/** Every gremlin of the catalogue strikes in a real run, and does what it says; then the books are in order all the same. */

import { beforeAll, describe, expect, it } from 'vitest'
import type { JournalLine } from '../../src/core/event.ts'
import type { GremlinSetting } from '../../src/core/gremlin.ts'
import type { Result } from '../../src/core/result.ts'
import { GREMLINS } from '../../src/gremlins/catalogue.ts'
import { type LineOf, linesOf, readJournals, run, variantOf, violatedIn } from '../support/runs.ts'
import { gremlin, smallScenario, VARIANTS, withTimeout } from '../support/scenarios.ts'

const FIRST = [1]
/** Longer than a busy machine holds a call up: only the request that is lost in silence takes it. */
const TIMEOUT_MS = 4_000
const LATENCY_MS = 400
const OUTAGE = { fromMs: 100, toMs: 800 }
const PARTITION = { fromMs: 150, toMs: 500 }

/**
 * Each has a purchase to itself, so that what happens to it can be told; and who crashes has a service to itself, since a crash
 * takes other calls along.
 */
const STRUCK = {
  'crash-before-work': 'p-5',
  'crash-after-commit': 'p-50',
  'dropped-answer': 'p-40',
  'dropped-request': 'p-41',
  'silently dropped request': 'p-42',
  'error before work': 'p-43',
  'error after work': 'p-44',
  'duplicate-delivery': 'p-45',
  latency: 'p-46',
  pause: 'p-47',
  crash: 'p-30',
} as const

const KILLED_AT_MS = 900
/** Each process reads the machine's clock once, at its start, and counts from there. */
const CLOCKS_APART_MS = 5

function on(purchase: string, changes: Partial<GremlinSetting> = {}): Partial<GremlinSetting> {
  return { purchases: [purchase], attempts: FIRST, ...changes }
}

const GREMLINS_LOOSE = [
  gremlin('crash-before-work', 'notification', on(STRUCK['crash-before-work'])),
  gremlin('crash-after-commit', 'bank', on(STRUCK['crash-after-commit'])),
  gremlin('dropped-answer', 'inventory', on(STRUCK['dropped-answer'])),
  gremlin('dropped-request', 'inventory', on(STRUCK['dropped-request'])),
  gremlin(
    'dropped-request',
    'inventory',
    on(STRUCK['silently dropped request'], { name: 'silent', options: { silent: true } }),
  ),
  gremlin('error-answer', 'inventory', on(STRUCK['error before work'], { options: { status: 503 } })),
  gremlin(
    'error-answer',
    'inventory',
    on(STRUCK['error after work'], { name: 'late error', options: { status: 500, when: 'after-work' } }),
  ),
  gremlin('duplicate-delivery', 'inventory', on(STRUCK['duplicate-delivery'])),
  gremlin('latency', 'inventory', on(STRUCK.latency, { options: { fromMs: LATENCY_MS, toMs: LATENCY_MS } })),
  gremlin('outage', 'logging', OUTAGE),
  gremlin('partition', 'payment', { ...PARTITION, operations: [] }),
  gremlin('pause', 'order', {
    ...on(STRUCK.pause),
    at: ['between-steps'],
    options: { fromMs: LATENCY_MS, toMs: LATENCY_MS },
  }),
  gremlin('crash', 'payment', { ...on(STRUCK.crash), at: ['after-commit'] }),
  gremlin('kill', 'fx', { operations: [], fromMs: KILLED_AT_MS, toMs: KILLED_AT_MS + 1 }),
]

/** More than whatever else the machine is busy with makes a timer late, and less than never. */
const LATE_MS = 5_000

let result: Result
let lines: JournalLine[]
/** Of the traffic, by which all windows go. */
let startMs = Number.NaN

beforeAll(async () => {
  const ran = await run(
    smallScenario({
      gremlins: GREMLINS_LOOSE,
      variants: [withTimeout(VARIANTS.key, TIMEOUT_MS)],
      traffic: { orders: 60, ratePerSecond: 40 },
    }),
    {
      onDriven(_, { startedAtMs }) {
        startMs = startedAtMs
      },
    },
  )
  result = ran.result
  expect(result.error).toBeNull()
  lines = readJournals(ran.folder, VARIANTS.key.name)
})

/** What the journals of one service say of a purchase's effect, by time. */
function story(purchase: string, node = 'inventory', effect = 'deduct') {
  return lines.filter(
    (line) => line.node === node && 'purchase' in line && line.purchase === purchase && line.effect === effect,
  )
}

/** What a caller heard about an effect, once its request had reached somebody. */
function answersTo(purchase: string, caller = 'order', effect = 'deduct'): LineOf<'heard'>[] {
  return linesOf(story(purchase, caller, effect), 'heard').filter(({ reason }) => reason !== 'connection-refused')
}

/**
 * Calls that came through in spite of a window that had opened at `fromMs`. By the clock of who should not have heard them: the
 * caller may read late what it was answered before.
 */
function receivedBy(service: string, fromMs: number, { toMs }: { readonly toMs: number }): LineOf<'received'>[] {
  const all = linesOf(lines, 'received').filter(({ node }) => node === service)
  return all.filter(({ atMs }) => atMs > fromMs && atMs < startMs + toMs - CLOCKS_APART_MS)
}

const typesOf = (told: readonly JournalLine[]) => told.map(({ type }) => type)

it('lets each gremlin of the catalogue strike once, and nothing of it is left', () => {
  expect(new Set(GREMLINS_LOOSE.map((loose) => loose.gremlin))).toEqual(new Set(Object.keys(GREMLINS)))
  const variant = variantOf(result, VARIANTS.key.name)
  expect(variant.gremlins.map(({ name, strikes }) => [name, strikes])).toEqual(
    GREMLINS_LOOSE.map(({ name }) => [name, 1]),
  )
  expect(violatedIn(variant)).toEqual([])
  expect(variant).toMatchObject({ verdict: 'PASS', orders: { arrived: 60, confirmed: 60 } })
})

describe('a crash', () => {
  it('counts as one restart of its service and as no unexplained death', () => {
    const { restarts, unexplainedDeaths } = variantOf(result, VARIANTS.key.name)
    expect({ restarts, unexplainedDeaths }).toEqual({
      restarts: { notification: 1, bank: 1, payment: 1, fx: 1 },
      unexplainedDeaths: {},
    })
    const incarnations = linesOf(lines, 'started').filter(({ node }) => node === 'bank')
    expect(incarnations.map(({ incarnation }) => incarnation)).toEqual([1, 2])
  })

  it('by the clock comes at its moment, and is about no purchase', () => {
    const [strike, ...more] = linesOf(lines, 'strike').filter(({ kind }) => kind === 'kill')
    expect(more).toEqual([])
    expect(strike).toMatchObject({ node: 'fx', purchase: '', fatal: true, incarnation: 1 })
    expect(strike!.atMs - startMs).toBeGreaterThan(KILLED_AT_MS - CLOCKS_APART_MS)
    expect(strike!.atMs - startMs).toBeLessThan(KILLED_AT_MS + LATE_MS)
  })

  it('before the work leaves nothing of that attempt', () => {
    const purchase = STRUCK['crash-before-work']
    const told = story(purchase, 'notification', 'notify')
    // The work is done by a later attempt, in the next incarnation, and tosses no coin: the gremlin wants the first one.
    expect(typesOf(told)).toEqual(['received', 'toss', 'strike', 'received', 'committed', 'answered'])
    expect(told[2]).toMatchObject({ fatal: true, incarnation: 1, attempt: 1 })
    expect(told[3]).toMatchObject({ incarnation: 2, attempt: 2 })
    expect(answersTo(purchase, 'order', 'notify')[0]).toMatchObject({ reason: 'reset', definite: false })
  })

  it('after the commit leaves the effect, and the next attempt is given the stored answer', () => {
    const purchase = STRUCK['crash-after-commit']
    const told = story(purchase, 'bank', 'charge')
    expect(typesOf(told)).toEqual(['received', 'committed', 'toss', 'strike', 'received', 'committed', 'answered'])
    expect(told[3]).toMatchObject({ fatal: true, incarnation: 1 })
    expect(told.at(-1)).toMatchObject({ incarnation: 2, status: 200 })
    expect(answersTo(purchase, 'payment', 'charge')[0]).toMatchObject({ reason: 'reset', definite: false })
  })
})

describe('a named moment', () => {
  it('can be a crash: what was committed before it is there, and whoever asks again is given it', () => {
    const own = ['received', 'committed', 'toss', 'strike', 'answered']
    const told = story(STRUCK.crash, 'payment', 'charge').filter(({ type }) => own.includes(type))
    expect(typesOf(told)).toEqual(['received', 'committed', 'toss', 'strike', 'received', 'answered'])
    expect(told[3]).toMatchObject({ kind: 'crash', fatal: true, incarnation: 1 })
    expect(told.at(-1)).toMatchObject({ incarnation: 2, status: 200 })
  })

  it('can be a pause: of one order, while the service works on for all others', () => {
    const [deducted] = answersTo(STRUCK.pause)
    const [charging] = linesOf(story(STRUCK.pause, 'order', 'charge'), 'sent')
    const [fromMs, toMs] = [deducted!.atMs, charging!.atMs]
    expect(toMs - fromMs).toBeGreaterThanOrEqual(LATENCY_MS - 1)
    const others = linesOf(lines, 'heard').filter(({ node, from }) => node === 'order' && from === 'inventory')
    expect(others.filter(({ atMs }) => atMs > fromMs && atMs < toMs).length).toBeGreaterThan(0)
  })
})

describe('a lost message', () => {
  it('as an answer: the work is done, and the caller hears a reset', () => {
    const told = story(STRUCK['dropped-answer'])
    expect(typesOf(told).slice(0, 5)).toEqual(['received', 'toss', 'strike', 'committed', 'answered'])
    expect(told[4]).toMatchObject({ status: 0 })
    expect(answersTo(STRUCK['dropped-answer']).map(({ reason, status }) => [reason, status])).toEqual([
      ['reset', 0],
      [null, 200],
    ])
  })

  it('as a request: nothing is done, and the caller hears a reset', () => {
    const told = story(STRUCK['dropped-request'])
    expect(typesOf(told).slice(0, 4)).toEqual(['received', 'toss', 'strike', 'answered'])
    expect(answersTo(STRUCK['dropped-request']).map(({ reason }) => reason)).toEqual(['reset', null])
  })

  it('as a request that is lost in silence: the caller has to time out', () => {
    const purchase = STRUCK['silently dropped request']
    expect(typesOf(story(purchase)).slice(0, 4)).toEqual(['received', 'toss', 'strike', 'answered'])
    const policies = linesOf(story(purchase, 'order'), 'policy')
    expect(policies.map(({ policy, what }) => `${policy} ${what}`)).toEqual(['timeout timeout', 'retry retry'])
    const sent = linesOf(story(purchase, 'order'), 'sent')
    expect(sent[1]!.atMs - sent[0]!.atMs).toBeGreaterThanOrEqual(TIMEOUT_MS)
    expect(answersTo(purchase).find(({ status }) => status === 200)).toBeDefined()
  })
})

describe('an error answer', () => {
  it('before the work: 5xx and no effect', () => {
    const purchase = STRUCK['error before work']
    expect(typesOf(story(purchase)).slice(0, 4)).toEqual(['received', 'toss', 'strike', 'answered'])
    expect(answersTo(purchase).map(({ status, reason }) => [status, reason])).toEqual([
      [503, 'server-error: gremlin'],
      [200, null],
    ])
  })

  it('after the work: the effect is there, and the answer denies it', () => {
    const purchase = STRUCK['error after work']
    expect(typesOf(story(purchase)).slice(0, 5)).toEqual(['received', 'toss', 'strike', 'committed', 'answered'])
    expect(answersTo(purchase).map(({ status }) => status)).toEqual([500, 200])
  })
})

it('delivers a request twice, and the caller hears one answer', () => {
  const told = story(STRUCK['duplicate-delivery'])
  expect(typesOf(told)).toEqual(['received', 'toss', 'strike', 'committed', 'committed', 'answered'])
  expect(answersTo(STRUCK['duplicate-delivery']).map(({ status }) => status)).toEqual([200])
})

it('holds a request back for as long as it says', () => {
  const [answer] = answersTo(STRUCK.latency)
  expect(answer).toMatchObject({ status: 200 })
  expect(answer!.afterMs).toBeGreaterThanOrEqual(LATENCY_MS - 1)
})

it('is an outage in its window, and over after it: callers are refused, then served', () => {
  const [strike, ...more] = linesOf(lines, 'strike').filter(({ kind }) => kind === 'outage')
  expect(more).toEqual([])
  const calls = linesOf(lines, 'heard').filter(({ from }) => from === 'logging')
  const refused = calls.filter(({ reason }) => reason === 'connection-refused')
  expect(refused.length).toBeGreaterThan(0)
  for (const { atMs, definite } of refused) {
    expect(atMs).toBeGreaterThan(strike!.atMs - CLOCKS_APART_MS)
    expect(definite).toBe(true)
  }
  // The service itself did not die, and it heard nobody while it was away.
  expect(receivedBy('logging', strike!.atMs, OUTAGE)).toEqual([])
  const lastRefused = refused.at(-1)!.atMs
  expect(calls.filter(({ atMs, status }) => atMs > lastRefused && status === 200).length).toBeGreaterThan(10)
})

it('is a partition in its window: the service lives, and nobody reaches it until it is over', () => {
  const [strike, ...more] = linesOf(lines, 'strike').filter(({ kind }) => kind === 'partition')
  expect(more).toEqual([])
  expect(strike).toMatchObject({ node: 'payment', fatal: false, incarnation: 1 })
  const calls = linesOf(lines, 'heard').filter(({ from }) => from === 'payment')
  const refused = calls.filter(({ reason }) => reason === 'connection-refused')
  expect(refused.length).toBeGreaterThan(0)
  expect(refused.every(({ atMs }) => atMs > strike!.atMs - CLOCKS_APART_MS)).toBe(true)
  expect(receivedBy('payment', strike!.atMs, PARTITION)).toEqual([])
  const endedMs = startMs + PARTITION.toMs
  expect(calls.filter(({ atMs, status }) => status === 200 && atMs > endedMs).length).toBeGreaterThan(0)
})
