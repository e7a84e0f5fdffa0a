/** What becomes of the pool, and of the other variants, while a variant's plan is being made. */

import { expect, it } from 'vitest'
import { exampleResult } from '../../test/support/example-result.ts'
import { smallScenario, VARIANTS } from '../../test/support/scenarios.ts'
import { takeNotes } from '../audit/notes.ts'
import type { VariantResult } from '../core/result.ts'
import type { Plan } from '../runtime/real/plan.ts'
import type { AuditedVariant } from './audit-variant.ts'
import { spreadVariants, type VariantWorkers } from './spread-variants.ts'

const [EXAMPLE] = exampleResult().variants as readonly [VariantResult, ...VariantResult[]]
const scenario = smallScenario({ variants: [VARIANTS.naive, VARIANTS.retry, VARIANTS.key] })
const notes = takeNotes({ scenario, trafficStartMs: 0 }).notes()
const [first, second, third] = scenario.variants.map(({ name }) => name) as [string, string, string]

/** Threads that only note what they are told. What they are to do is over when the test says so. */
function pretendPool() {
  const told: string[] = []
  const atWork = new Map<string, () => void>()
  const pool: VariantWorkers = {
    count: 2,
    work({ plan }) {
      told.push(`work ${plan.variant}`)
      return new Promise((resolve) =>
        atWork.set(plan.variant, () => resolve({ result: { ...EXAMPLE, name: plan.variant }, notes })),
      )
    },
    stop: (reason) => void told.push(`stop: ${reason}`),
    end: async () => void told.push('end'),
  }
  return { pool, told, finish: (variant: string) => atWork.get(variant)?.() }
}

/** Plans that are ready, or not to be had, when the test says so. */
function spreadOver(pool: VariantWorkers, plans: Record<string, Promise<void>>, signal = new AbortController().signal) {
  const done: AuditedVariant[] = []
  const ended = spreadVariants(
    {
      variants: scenario.variants,
      threads: 2,
      network: 'fast',
      signal,
      reason: () => 'enough',
      async planOf({ name }): Promise<Plan> {
        await plans[name]
        return { scenario, variant: name, folder: '/nowhere', seed: 1 }
      },
      onNews() {},
      open: () => pool,
    },
    done,
  )
  return { ended, names: () => done.map(({ result }) => result.name) }
}

/** Until all that waits for nothing but promises has happened; no chain of them is as long as this. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await Promise.resolve()
}

it('ends the pool where a plan cannot be had, after those at work, and begins nothing more', async () => {
  const { pool, told, finish } = pretendPool()
  const { ended, names } = spreadOver(pool, { [second]: Promise.reject(new Error('the journal is gone')) })
  const heard = ended.then(
    () => 'nothing',
    (error: Error) => error.message,
  )
  await settle()
  expect(told).toEqual([`work ${first}`])
  finish(first)
  expect(await heard).toBe('the journal is gone')
  expect(told).toEqual([`work ${first}`, 'end'])
  expect(names()).toEqual([first])
})

it('does not begin a variant whose plan was being made when the run was cut short', async () => {
  const { pool, told, finish } = pretendPool()
  const plan = Promise.withResolvers<void>()
  const stop = new AbortController()
  const { ended, names } = spreadOver(pool, { [second]: plan.promise }, stop.signal)
  await settle()
  stop.abort()
  plan.resolve()
  await settle()
  expect(told).toEqual([`work ${first}`, 'stop: enough'])
  finish(first)
  await ended
  expect(told).toEqual([`work ${first}`, 'stop: enough', 'end'])
  expect(names()).toEqual([first])
})

it('keeps what a later variant came to when an earlier one was never begun', async () => {
  const { pool, told, finish } = pretendPool()
  const plan = Promise.withResolvers<void>()
  const stop = new AbortController()
  const { ended, names } = spreadOver(pool, { [first]: plan.promise }, stop.signal)
  await settle()
  finish(second)
  await settle()
  expect(told).toEqual([`work ${second}`, `work ${third}`])
  stop.abort()
  plan.resolve()
  finish(third)
  await ended
  expect(names()).toEqual([second, third])
  expect(told.at(-1)).toBe('end')
})
