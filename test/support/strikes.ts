/** Every named moment of two-phase commit and of sagas, at every service that passes it: who is struck, and what has to go wrong first. */

import type { Operation } from '../../src/core/call.ts'
import type { GremlinSetting } from '../../src/core/gremlin.ts'
import type { Point } from '../../src/core/point.ts'
import type { Scenario } from '../../src/core/scenario.ts'
import type { ServiceName } from '../../src/core/topology.ts'
import { gremlin, smallScenario } from './scenarios.ts'
import { shippedScenario } from './shipped-scenarios.ts'

export const WORKFLOWS = ['2pc', 'saga'] as const
export type Workflow = (typeof WORKFLOWS)[number]

/** Who is struck, and the one moment at which it is. */
export interface Strike {
  readonly workflow: Workflow
  readonly service: ServiceName
  readonly point: Point
  readonly operation: Operation
  readonly effect?: 'deduct' | 'charge'
  /** What has to go wrong first, so that this moment comes at all. */
  readonly after?: keyof typeof CIRCUMSTANCES
}

interface Circumstances extends Pick<Partial<Scenario>, 'accounts' | 'deadlineMs'> {
  readonly gremlins?: readonly GremlinSetting[]
  /** When the second buyer comes. With the last buyer's answer the gremlins are gone, and an abort is told after it. */
  readonly secondAfterMs?: number
}

const FIRST = { purchases: ['p-1'], attempts: [1] }
const crashed = (point: Point): Circumstances => ({
  gremlins: [gremlin('crash', 'order', { ...FIRST, name: 'before', operations: [], at: [point] })],
})
const paused = (point: Point, delayMs: number): readonly GremlinSetting[] => [
  gremlin('pause', 'order', {
    ...FIRST,
    name: 'before',
    operations: [],
    at: [point],
    options: { fromMs: delayMs, toMs: delayMs },
  }),
]

const CIRCUMSTANCES = {
  'a pause past the deadline': { gremlins: paused('before-decision', 700), deadlineMs: 600, secondAfterMs: 1_300 },
  // Longer than anybody in doubt waits before it asks.
  'a pause before the decision': { gremlins: paused('before-decision', 1_500) },
  'a pause after the decision': { gremlins: paused('after-decision', 1_500) },
  'lost answers of payment': {
    gremlins: [
      gremlin('error-answer', 'payment', {
        name: 'before',
        purchases: ['p-1'],
        options: { status: 500, when: 'after-work' },
      }),
    ],
    deadlineMs: 500,
  },
  'an empty account': { accounts: [{ name: 'empty', currency: 'USD', openingCents: 0, weight: 1 }] },
  'a crash before the decision': crashed('before-decision'),
  'a crash after the decision': crashed('after-decision'),
  'a crash between the steps': crashed('between-steps'),
} as const satisfies Record<string, Circumstances>

/** Each moment at which the coordinator itself can be struck. */
const COORDINATOR: readonly Omit<Strike, 'service'>[] = [
  ...WORKFLOWS.flatMap((workflow) => [
    { workflow, point: 'before-work', operation: 'place' } as const,
    { workflow, point: 'after-commit', operation: 'place' } as const,
    { workflow, point: 'before-decision', operation: 'place' } as const,
    { workflow, point: 'while-recovering', operation: 'place', after: 'a crash before the decision' } as const,
  ]),
  { workflow: '2pc', point: 'while-recovering', operation: 'place', after: 'a crash after the decision' },
  { workflow: 'saga', point: 'while-recovering', operation: 'place', after: 'a crash between the steps' },
  { workflow: '2pc', point: 'after-vote', operation: 'prepare', effect: 'deduct' },
  { workflow: '2pc', point: 'after-vote', operation: 'prepare', effect: 'charge' },
  { workflow: '2pc', point: 'after-decision', operation: 'place' },
  { workflow: '2pc', point: 'between-commits', operation: 'commit' },
  {
    workflow: '2pc',
    point: 'before-work',
    operation: 'inquire',
    effect: 'deduct',
    after: 'a pause after the decision',
  },
  { workflow: 'saga', point: 'between-steps', operation: 'do' },
  { workflow: 'saga', point: 'while-compensating', operation: 'undo', effect: 'deduct', after: 'an empty account' },
  {
    workflow: 'saga',
    point: 'while-compensating',
    operation: 'undo',
    effect: 'charge',
    after: 'lost answers of payment',
  },
]

/** What the others are asked to do, and what it takes. */
const OPERATIONS: readonly Pick<Strike, 'workflow' | 'operation' | 'after'>[] = [
  { workflow: '2pc', operation: 'prepare' },
  { workflow: '2pc', operation: 'commit' },
  { workflow: '2pc', operation: 'abort', after: 'a pause past the deadline' },
  { workflow: 'saga', operation: 'do' },
  { workflow: 'saga', operation: 'undo', after: 'lost answers of payment' },
]

const PARTICIPANTS = ['inventory', 'payment', 'bank'] as const
const AROUND_WORK = ['before-work', 'after-commit'] as const

export const STRIKES: readonly Strike[] = [
  ...COORDINATOR.map((strike) => ({ ...strike, service: 'order' as const })),
  ...OPERATIONS.flatMap((asked) =>
    PARTICIPANTS.flatMap((service) => AROUND_WORK.map((point) => ({ ...asked, service, point }))),
  ),
  ...PARTICIPANTS.map(
    (service): Strike => ({
      workflow: '2pc',
      service,
      point: 'while-recovering',
      operation: 'inquire',
      after: service === 'bank' ? 'a pause before the decision' : 'a pause after the decision',
    }),
  ),
  ...AROUND_WORK.map(
    (point): Strike => ({
      workflow: '2pc',
      service: 'payment',
      point,
      operation: 'inquire',
      after: 'a pause before the decision',
    }),
  ),
]

export const nameOf = ({ workflow, service, ...strike }: Strike) => `${workflow}, ${service}: ${momentOf(strike)}`

export function momentOf({ point, operation, effect, after }: Omit<Strike, 'service' | 'workflow'>): string {
  const about = effect === undefined ? operation : `${operation} ${effect}`
  return `${point} (${about})${after === undefined ? '' : `, after ${after}`}`
}

function gremlinOf({ service, point, operation }: Strike): GremlinSetting {
  const about = { ...FIRST, name: 'the strike', operations: [operation] }
  if (point === 'before-work') return gremlin('crash-before-work', service, about)
  if (point === 'after-commit') return gremlin('crash-after-commit', service, about)
  return gremlin('crash', service, { ...about, at: [point] })
}

export function cellOf(strike: Strike) {
  const { workflow, effect, after } = strike
  const circumstances: Circumstances = after === undefined ? {} : CIRCUMSTANCES[after]
  const { gremlins = [], secondAfterMs = 20, ...changes } = circumstances
  const shipped = shippedScenario('coordinator-crash').variants.find(({ name }) => name === workflow)
  if (!shipped) throw new Error(`no shipped variant is called ${workflow}`)
  const scenario = smallScenario({
    traffic: { orders: 2, ratePerSecond: 1_000 / secondAfterMs },
    buyers: { patienceMs: 8_000, refreshes: 20, pauseMs: 50 },
    deadlineMs: 6_000,
    quietWithinMs: 8_000,
    gremlins: [...gremlins, gremlinOf(strike)],
    variants: [{ ...shipped, name: effect === undefined ? workflow : `${workflow} @${effect}` }],
    ...changes,
  })
  return { name: nameOf(strike), scenario }
}
