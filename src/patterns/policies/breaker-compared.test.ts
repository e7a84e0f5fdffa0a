/**
 * Runs one experiment after the other with our breaker and with opossum, and compares what happened with docs/breaker-compared.md.
 * To write that page again: `vitest run src/patterns/policies/breaker-compared.test.ts -u`, the file first.
 */

import { createRequire } from 'node:module'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { type Pending, standBreaker } from '../../../test/support/breaker-stand.ts'
import { drain } from '../../../test/support/fake-env.ts'
import { holdMachineTime, pass, stall } from '../../../test/support/opossum-time.ts'
import { CallError, type JsonObject } from '../../core/call.ts'
import { breaker } from './breaker.ts'

const Opossum = createRequire(import.meta.url)('opossum') as new (
  action: () => Promise<unknown>,
  options: object,
) => { fire(): Promise<unknown>; readonly opened: boolean; shutdown(): void }

beforeEach(holdMachineTime)
afterEach(() => {
  vi.useRealTimers()
})

type Standing = ReturnType<typeof standBreaker>
type Stand = (options?: JsonObject) => Standing

const SAME = { trip: 'time-window', windowMs: 10_000, failureRatio: 0.5, minimumCalls: 4, openMs: 1_000 }
const withOurs: Stand = (options) => standBreaker(breaker, { ...SAME, ...options })
const withOpossum: Stand = (options) => standBreaker(breaker, { ...SAME, engine: 'opossum', ...options })

const state = ({ told }: Standing) =>
  ({ opened: 'open', 'half-opened': 'half-open', closed: 'closed' })[told().at(-1) as 'opened'] ?? 'closed'

/** opossum may need more failures than ours, or fewer where it counts calls that are on their way. */
async function open(standing: Standing): Promise<void> {
  while (state(standing) !== 'open') await standing.failTimes(1)
}

async function halfOpen(standing: Standing): Promise<Standing> {
  await open(standing)
  await pass(standing.env, 1_000)
  return standing
}

/** How many calls come through at once, and stay there. */
async function letThrough({ ask }: Standing): Promise<number> {
  for (let through = 0; ; through++) if ((await ask()) instanceof CallError) return through
}

async function refuseTimes({ refused }: Standing, times: number): Promise<void> {
  for (let i = 0; i < times; i++) await refused()
}

/** Opens it, has it refuse some calls, closes it, and counts the failures that open it again. */
async function failuresToOpenAgain(stand: Stand, refusals: number): Promise<number> {
  const standing = stand()
  await standing.failTimes(4)
  await refuseTimes(standing, refusals)
  await pass(standing.env, 1_000)
  while (state(standing) !== 'closed') await standing.answerTimes(1)
  for (let failures = 1; ; failures++) {
    await standing.failTimes(1)
    if (state(standing) === 'open') return failures
  }
}

interface Row {
  readonly question: string
  readonly experiment: string
  run(stand: Stand): Promise<string>
  /** What opossum does when nobody takes care; shown beside. */
  plain?(): Promise<string>
}

const thresholds: readonly Row[] = [
  {
    question: 'threshold',
    experiment: 'ratio 0.5: two successes, then two failures',
    async run(stand) {
      const standing = stand()
      await standing.answerTimes(2)
      await standing.failTimes(2)
      return state(standing)
    },
  },
  {
    question: 'evaluated',
    experiment: 'minimum 4: three failures, then a success',
    async run(stand) {
      const standing = stand()
      await standing.failTimes(3)
      await standing.answerTimes(1)
      return state(standing)
    },
  },
  {
    question: 'denominator: calls in flight',
    experiment: 'ten calls on their way, four of them fail',
    async run(stand) {
      const standing = stand()
      const calls: Pending[] = []
      for (let i = 0; i < 10; i++) calls.push(await standing.admitted())
      for (const call of calls.slice(0, 4)) await call.fail()
      return state(standing)
    },
  },
  {
    question: 'a full compartment inside',
    experiment: 'ten calls that end with `bulkhead-full`',
    async run(stand) {
      const standing = stand()
      for (let i = 0; i < 10; i++) await (await standing.admitted()).fail('bulkhead-full')
      return state(standing)
    },
    async plain() {
      const circuit = new Opossum(() => new Promise(() => undefined), { capacity: 1, name: 'plain', timeout: 60_000 })
      for (let i = 0; i < 11; i++) circuit.fire().catch(() => undefined)
      await drain()
      const found = circuit.opened ? 'open' : 'closed'
      circuit.shutdown()
      return `with its own \`capacity\`: ${found}`
    },
  },
]

const windows: readonly Row[] = [
  {
    question: 'window ages while nobody calls',
    experiment: 'three failures, 60 s, one more',
    async run(stand) {
      const standing = stand()
      await standing.failTimes(3)
      await pass(standing.env, 60_000)
      await standing.failTimes(1)
      return state(standing)
    },
  },
  {
    question: 'window ages while the event loop stands still',
    experiment: 'three failures, 60 s without a timer, one more',
    async run(stand) {
      const standing = stand()
      await standing.failTimes(3)
      await stall(standing.env, 60_000)
      await standing.failTimes(1)
      return state(standing)
    },
  },
  {
    question: 'open to half-open',
    experiment: 'open for 1 s; 1 s later no timer has fired yet',
    async run(stand) {
      const standing = stand()
      await standing.failTimes(4)
      await stall(standing.env, 1_000)
      return (await standing.ask()) instanceof CallError ? 'refuses' : 'lets a trial through'
    },
  },
]

const trials: readonly Row[] = [
  {
    question: 'trials while half-open',
    experiment: 'calls let through at once',
    run: async (stand) => String(await letThrough(await halfOpen(stand()))),
  },
  {
    question: 'verdict',
    experiment: 'successes until it is closed',
    async run(stand) {
      const standing = await halfOpen(stand())
      for (let successes = 1; ; successes++) {
        await standing.answerTimes(1)
        if (state(standing) === 'closed') return String(successes)
      }
    },
  },
  {
    question: 'a neutral trial',
    experiment: 'a trial ends with a business refusal',
    async run(stand) {
      const standing = await halfOpen(stand())
      await (await standing.admitted()).fail('refused')
      return state(standing)
    },
  },
  {
    question: 'a trial that hangs',
    experiment: 'no answer for an hour, then as many calls as it lets through',
    async run(stand) {
      const standing = await halfOpen(stand())
      await standing.admitted()
      await pass(standing.env, 3_600_000)
      await standing.ask()
      await pass(standing.env, 60_000)
      return `lets ${await letThrough(standing)} through`
    },
    async plain() {
      let calls = 0
      const action = () => {
        calls += 1
        return calls === 1 ? Promise.reject(new Error('ill')) : new Promise(() => undefined)
      }
      const circuit = new Opossum(action, { name: 'plain', timeout: false, resetTimeout: 1_000 })
      await circuit.fire().catch(() => undefined)
      await vi.advanceTimersByTimeAsync(1_000)
      circuit.fire().catch(() => undefined)
      await vi.advanceTimersByTimeAsync(3_600_000)
      const before = calls
      circuit.fire().catch(() => undefined)
      await drain()
      const through = calls - before
      circuit.shutdown()
      return `without its timeout: lets ${through} through`
    },
  },
  ...(['answer', 'fail'] as const).map(
    (end): Row => ({
      question: `a call of an earlier state ${end === 'answer' ? 'succeeds' : 'fails'}`,
      experiment: 'begun while closed, ended while half-open',
      async run(stand) {
        const standing = stand()
        const old = await standing.admitted()
        await halfOpen(standing)
        await standing.admitted()
        await old[end]()
        return state(standing)
      },
    }),
  ),
]

const periods: readonly Row[] = [
  ...[0, 20].map(
    (refusals): Row => ({
      question: refusals === 0 ? 'statistics on close' : 'denominator: refused calls',
      experiment: `opened, ${refusals} calls refused, closed: failures that open it again`,
      run: async (stand) => String(await failuresToOpenAgain(stand, refusals)),
    }),
  ),
  ...[{}, { openGrowth: { factor: 2, mostMs: 3_000, jitter: 'none' } }].map(
    (growth: JsonObject): Row => ({
      question: 'openGrowth' in growth ? 'open period, growing' : 'open period, fixed',
      experiment: 'openGrowth' in growth ? 'three trials in a row fail; the lab sets it' : 'three trials in a row fail',
      async run(stand) {
        const standing = stand(growth)
        const openMs = () =>
          standing.env.recorded('policy').flatMap(({ what, amount = 0 }) => (what === 'opened' ? [amount] : []))
        await standing.failTimes(4)
        for (let i = 0; i < 3; i++) {
          await pass(standing.env, openMs().at(-1) ?? 0)
          await standing.failTimes(1)
        }
        return openMs().join(', ')
      },
    }),
  ),
  {
    question: 'refusal says when to try again',
    experiment: '400 ms into an open period of 1 s: `retryAfterMs`',
    async run(stand) {
      const standing = stand()
      await standing.failTimes(4)
      await pass(standing.env, 400)
      return String((await standing.refused()).retryAfterMs)
    },
    async plain() {
      const circuit = new Opossum(() => Promise.reject(new Error('ill')), { name: 'plain' })
      await circuit.fire().catch(() => undefined)
      const error = await circuit.fire().catch((refusal: Error) => refusal)
      circuit.shutdown()
      const known = Object.keys(error as Error).sort()
      return `its own error knows only: ${known.join(', ')}`
    },
  },
]

const HEAD = `# Our breaker beside opossum

Made by running both: [breaker-compared.test.ts](../src/patterns/policies/breaker-compared.test.ts) writes this page and fails when it
is no longer true. Both are given the same window of 10 s, a failure ratio of 0.5, a minimum of 4 calls and an open period of 1 s,
and stand in the same place: [breaker](patterns/breaker.md) with \`engine: ours\` and with \`engine: opossum\`. In brackets: what
opossum does where the lab takes care that it does not come to that.

| question | experiment | ours | opossum |
| --- | --- | --- | --- |
`

it('is what docs/breaker-compared.md says', async () => {
  const lines: string[] = []
  for (const { question, experiment, run, plain } of [...thresholds, ...windows, ...trials, ...periods]) {
    const ours = await run(withOurs)
    const theirs = await run(withOpossum)
    const beside = plain ? ` (${await plain()})` : ''
    lines.push(`| ${question} | ${experiment} | ${ours} | ${theirs}${beside} |`)
  }
  await expect(`${HEAD}${lines.join('\n')}\n`).toMatchFileSnapshot('../../../docs/breaker-compared.md')
})
