/** What a run tells beside its result, in the virtual world. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { gremlin, smallScenario, VARIANTS } from '../../test/support/scenarios.ts'
import { temporaryFolder } from '../../test/support/temporary-folder.ts'
import { collectGroups } from '../audit/groups.ts'
import { takeNotes } from '../audit/notes.ts'
import { INVARIANTS } from '../core/invariant.ts'
import type { Outcomes } from '../core/outcomes.ts'
import { PURCHASE_CLASSES } from '../core/purchase.ts'
import type { Result } from '../core/result.ts'
import type { Stories } from '../core/story.ts'
import { runScenario } from './run.ts'
import { writeStories } from './write-stories.ts'

const outDir = temporaryFolder('stories')

const haunted = smallScenario({
  gremlins: [
    gremlin('dropped-answer', 'payment', { attempts: [1], probability: 0.3 }),
    gremlin('dropped-answer', 'inventory', { attempts: [1], probability: 0.2 }),
  ],
  variants: [VARIANTS.naive, VARIANTS.retry, VARIANTS.key, { ...VARIANTS.key, name: 'control', gremlins: 'none' }],
})

type Options = Partial<Parameters<typeof runScenario>[0]>

async function run(options: Options = {}): Promise<{ result: Result; stories: Stories; outcomes: Outcomes }> {
  const { result, folder } = await runScenario({
    scenario: haunted,
    seed: 7,
    mode: 'virtual',
    outDir,
    timeoutMs: null,
    signal: new AbortController().signal,
    onProgress() {},
    ...options,
  })
  const read = (name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8'))
  return { result, stories: read('stories.json') as Stories, outcomes: read('outcomes.json') as Outcomes }
}

const { result, stories, outcomes } = await run()

describe('stories', () => {
  it('are told of each broken invariant of each variant, and count every violation', () => {
    expect(result.variants[1]?.violations['charged-at-most-once']).toBeGreaterThan(2)
    expect(stories).toMatchObject({ schemaVersion: 1, scenario: 'e2e', seed: 7, mode: 'virtual' })
    expect(stories.variants.map(({ variant }) => variant)).toEqual(haunted.variants.map(({ name }) => name))
    for (const [index, { groups, untold }] of stories.variants.entries()) {
      const { violations } = result.variants[index] as Result['variants'][number]
      const broken = INVARIANTS.filter((name) => violations[name] > 0)
      expect([...new Set(groups.map(({ invariant }) => invariant))]).toEqual(broken)
      const all = broken.reduce((sum, name) => sum + violations[name], 0)
      expect(groups.reduce((sum, { count }) => sum + count, untold)).toBe(all)
    }
  })

  it('are about the first purchase of their group, with a proof and a diagram', () => {
    for (const { story, purchases } of stories.variants.flatMap(({ groups }) => groups)) {
      expect(story.purchase).toBe(purchases[0])
      expect(story.proof.length).toBeGreaterThan(1)
      expect(story.diagram?.messages.length).toBeGreaterThan(3)
    }
  })

  it('name a variant in which the same purchase is confirmed and broke nothing, and how it went there', () => {
    const retry = stories.variants[1]?.groups ?? []
    expect(retry.length).toBeGreaterThan(0)
    for (const { story, prevention } of retry) {
      const row = outcomes.rows.find(({ purchase }) => purchase === story.purchase)
      // The control arm is as near, and has no gremlins: that is another luck.
      expect(prevention?.variant).toBe('retry+key')
      expect(row?.cells[2]).toMatchObject({ class: 'confirmed', broken: [] })
      expect(prevention?.change).toContain('it sends an idempotency key with each request')
      expect(prevention?.diagram?.messages.length).toBeGreaterThan(3)
    }
  })
})

describe('outcomes', () => {
  it('agree with the result: classes, and who broke what', () => {
    expect(outcomes).toMatchObject({ schemaVersion: 1, total: 40, rule: 'All 40 purchases are shown.' })
    for (const [index, { orders, violations }] of result.variants.entries()) {
      const cells = outcomes.rows.flatMap(({ cells }) => cells[index] ?? [])
      const counts = PURCHASE_CLASSES.map((name) => cells.filter((cell) => cell.class === name).length)
      expect(counts).toEqual([orders.confirmed, orders.cancelled, orders.refused, orders.failed, orders.inDoubt])
      for (const name of ['charged-at-most-once', 'deducted-at-most-once', 'all-or-nothing'] as const)
        expect(cells.filter(({ broken }) => broken.includes(name))).toHaveLength(violations[name])
    }
  })

  it('say what was wanted, in the order of the traffic', () => {
    expect(outcomes.rows.map(({ purchase }) => purchase)).toEqual(Array.from({ length: 40 }, (_, n) => `p-${n + 1}`))
    expect(outcomes.rows[0]).toMatchObject({ kind: 'order', product: 'console' })
    expect(outcomes.differing).toBeGreaterThan(5)
    expect(outcomes.rows.flatMap(({ cells }) => cells).some((cell) => (cell?.strikes ?? 0) > 0)).toBe(true)
  })
})

describe('a run that came to no good end', () => {
  it('is told as far as it went, where it was cut short', async () => {
    const stop = new AbortController()
    const cut = await run({
      signal: stop.signal,
      onProgress: ({ phase, variant }) => {
        if (phase === 'traffic' && variant === 'retry') stop.abort('enough')
      },
    })
    const names = cut.result.variants.map(({ name }) => name)
    expect(cut.result.interrupted).toContain('enough')
    expect(names).toEqual(['naive', 'retry'])
    expect(cut.stories.variants.map(({ variant }) => variant)).toEqual(names)
    expect(cut.outcomes.variants).toEqual(names)
    expect(cut.stories.variants[0]?.groups.length).toBeGreaterThan(0)
  })

  it('is told of the variants that were finished, where the lab failed', async () => {
    const failed = await run({
      strikesOf: async (variant) => {
        if (variant === 'retry') throw new Error('planted')
        return []
      },
    })
    expect(failed.result).toMatchObject({ verdict: 'ERROR', error: expect.stringContaining('planted') })
    expect(failed.stories.variants.map(({ variant }) => variant)).toEqual(['naive'])
    expect(failed.outcomes.rows).toHaveLength(40)
  })

  it('is told, and has nothing to tell, where no variant was finished', async () => {
    const failed = await run({ strikesOf: () => Promise.reject(new Error('planted')) })
    expect([failed.stories.variants, failed.outcomes.rows]).toEqual([[], []])
  })
})

it('ends with a clear error where a story cannot be told', async () => {
  const groups = collectGroups(haunted)
  groups.violation({ invariant: 'no-order-lost', purchase: 'p-1', sentence: 'p-1 is odd', rows: [], strikes: [] })
  const notes = { ...takeNotes({ scenario: haunted, trafficStartMs: 0 }).notes(), groups: groups.found() }
  const [first] = result.variants
  const told = writeStories(result, join(outDir, 'nowhere'), [{ result: first as Result['variants'][number], notes }])
  await expect(told).rejects.toThrow(/^the result is in .*nowhere, but its stories cannot be told: /)
})
