/** Whole runs in the virtual world: no port, no process, and the same audit at the end. */

import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readJournals, readRows } from '../../test/support/runs.ts'
import { expecting, gremlin, type ScenarioChanges, smallScenario, VARIANTS } from '../../test/support/scenarios.ts'
import { temporaryFolder } from '../../test/support/temporary-folder.ts'
import { INVARIANTS } from '../core/invariant.ts'
import type { Result } from '../core/result.ts'
import { SERVICES } from '../core/topology.ts'
import { openVirtualLaboratory } from '../runtime/virtual/laboratory.ts'
import { composeNode } from './compose.ts'
import { driveVariant } from './drive-variant.ts'
import { runScenario } from './run.ts'

const outDir = temporaryFolder('virtual')

function run(changes: ScenarioChanges, more: Partial<Parameters<typeof runScenario>[0]> = {}) {
  const quiet = { timeoutMs: null, signal: new AbortController().signal, onProgress: () => undefined }
  return runScenario({ scenario: smallScenario(changes), seed: 42, mode: 'virtual', outDir, ...quiet, ...more })
}

function only({ variants, error }: Result) {
  const [variant] = variants
  if (!variant) throw new Error(`no variant was run: ${error}`)
  return variant
}

/** SQLite's own files beside a database come and go. */
const isWhole = (name: string) => !/-(wal|shm)$/.test(name)

describe('a run in the virtual world', () => {
  it('confirms every order where nothing is let loose, and leaves the same files as a real one', async () => {
    const { result, folder } = await run({})
    expect(result).toMatchObject({ mode: 'virtual', verdict: 'PASS', error: null })
    expect(only(result)).toMatchObject({ orders: { arrived: 40, confirmed: 40 }, lossCents: 0, restarts: {} })
    expect(only(result).quietAfterMs).toBeLessThan(100)
    const files = (at: string) =>
      readdirSync(join(folder, 'retry+key', at))
        .filter(isWhole)
        .sort()
    expect(files('ledgers')).toEqual([...SERVICES, 'traffic'].map((name) => `${name}.db`).sort())
    expect(files('journal')).toEqual([...SERVICES, 'traffic'].map((name) => `${name}-1.ndjson`).sort())
    expect(existsSync(join(folder, 'environment.json'))).toBe(true)
  })

  it('crashes services after the commit: who repeats without keys charges twice, who has keys does not', async () => {
    const { result } = await run({
      gremlins: [gremlin('crash-after-commit', 'payment', { attempts: [1], probability: 0.3 })],
      variants: [VARIANTS.retry, VARIANTS.key],
      expectations: { retry: expecting(['charged-at-most-once'], { allowed: ['history-complete'] }) },
      restartAfterMs: 50,
    })
    expect(result.error).toBeNull()
    const [retry, key] = result.variants
    expect(retry?.violations['charged-at-most-once']).toBeGreaterThan(0)
    expect(retry?.restarts.payment).toBeGreaterThan(3)
    expect(key).toMatchObject({ verdict: 'PASS', orders: { confirmed: 40 } })
    expect(key?.restarts.payment).toBeGreaterThan(3)
  })

  it('meets outages, lost answers and a switched policy as the real one does', async () => {
    const { result, folder } = await run({
      gremlins: [
        gremlin('outage', 'inventory', { fromMs: 100, toMs: 250, operations: [] }),
        gremlin('dropped-answer', 'payment', { attempts: [1], probability: 0.2 }),
        gremlin('latency', 'bank', { probability: 0.5, options: { fromMs: 50, toMs: 200 } }),
      ],
      switches: [{ atMs: 300, policy: 'retry', edge: 'order→notification', on: false }],
    })
    const variant = only(result)
    expect(variant.gremlins.map(({ strikes }) => strikes > 0)).toEqual([true, true, true])
    expect(variant.reasons).toEqual([])
    expect(variant.orders).toMatchObject({ arrived: 40, inDoubt: 0 })
    const switched = readJournals(folder, 'retry+key').filter(
      (line) => line.type === 'policy' && line.what === 'switched',
    )
    expect(switched.map(({ node, atMs }) => [node, atMs - Date.UTC(2026, 0, 1)])).toEqual([['order', 300]])
  })

  it('takes no time to wait: a mute service is given up after half a minute, in a moment', async () => {
    const { result, folder } = await run({
      gremlins: [gremlin('dropped-request', 'payment', { purchases: ['p-3'], options: { silent: true } })],
      variants: [VARIANTS.naive],
      buyers: { patienceMs: 40_000, refreshes: 0, pauseMs: 50 },
    })
    expect(only(result).orders).toMatchObject({ arrived: 40, confirmed: 39 })
    const told = `SELECT status, at_ms - ${Date.UTC(2026, 0, 1)} AS after_ms FROM told WHERE purchase = 'p-3'`
    expect(readRows(folder, 'naive', 'traffic', told)).toEqual([{ status: 'no-answer', after_ms: 30_020 }])
  })

  it('can be interrupted, and says so', async () => {
    const stop = new AbortController()
    const { result } = await run(
      { traffic: { orders: 20_000 } },
      {
        signal: stop.signal,
        onProgress: ({ phase, ordersDone }) => {
          if (phase === 'traffic' && ordersDone > 0) stop.abort('enough')
        },
      },
    )
    expect(result).toMatchObject({ verdict: 'INCONCLUSIVE', interrupted: 'enough' })
    expect(only(result).orders.arrived).toBeLessThan(20_000)
  })

  it('turns the time of a library that keeps its own', async () => {
    const opossum = { engine: 'opossum', windowMs: 100, failureRatio: 0.5, minimumCalls: 2, openMs: 60 }
    const edges = { ...VARIANTS.retry.edges, 'order→payment': [{ policy: 'breaker', options: opossum }] }
    const { result, folder } = await run({
      gremlins: [gremlin('outage', 'payment', { fromMs: 100, toMs: 250, operations: [] })],
      variants: [{ ...VARIANTS.retry, edges }],
      expectations: { retry: expecting([], { allowed: INVARIANTS }) },
    })
    expect(result.error).toBeNull()
    const said = readJournals(folder, 'retry').filter((line) => line.type === 'policy' && line.policy === 'breaker')
    const changes = said.flatMap((line) => (line.type === 'policy' && line.what !== 'refused' ? [line.what] : []))
    expect(changes[0]).toBe('opened')
    expect(changes).toContain('half-opened')
    expect(changes.at(-1)).toBe('closed')
    expect(only(result).quietAfterMs).toBeLessThan(100)
  })
})

describe('a seed', () => {
  const BREAKER = { engine: 'opossum', windowMs: 100, failureRatio: 0.5, minimumCalls: 2, openMs: 60 }
  /** With a library that keeps time by itself. */
  const guarded = {
    ...VARIANTS.key,
    name: 'guarded',
    edges: {
      ...VARIANTS.key.edges,
      'order→payment': [...VARIANTS.key.edges['order→payment'], { policy: 'breaker', options: BREAKER }],
    },
  }
  const haunted: ScenarioChanges = {
    gremlins: [
      gremlin('crash-after-commit', 'payment', { attempts: [1], probability: 0.3 }),
      gremlin('outage', 'inventory', { fromMs: 100, toMs: 250, operations: [] }),
      gremlin('dropped-answer', 'bank', { attempts: [1], probability: 0.2 }),
    ],
    variants: [VARIANTS.key, guarded],
  }
  const told = async (seed: number) => {
    const { result, folder } = await run(haunted, { seed })
    const journals = [VARIANTS.key, guarded].flatMap(({ name }) => readJournals(folder, name))
    return { result: JSON.stringify(result), journals }
  }

  it('tells the same story, however microtasks are drained, and another one than its neighbour', async () => {
    const fast = await told(7)
    expect(fast.journals.length).toBeGreaterThan(2_000)
    const happened = fast.journals.map((line) => (line.type === 'policy' ? line.what : line.type))
    expect(happened).toEqual(expect.arrayContaining(['strike', 'opened', 'half-opened', 'closed']))
    expect(fast.journals.some(({ node, incarnation }) => node === 'payment' && incarnation > 1)).toBe(true)
    const tick = Object.getOwnPropertyDescriptor(process, '_tickCallback') ?? {}
    Object.defineProperty(process, '_tickCallback', { ...tick, value: undefined })
    try {
      expect(await told(7)).toEqual(fast)
    } finally {
      Object.defineProperty(process, '_tickCallback', tick)
    }
    expect((await told(8)).journals).not.toEqual(fast.journals)
  })
})

describe('a service that never answers', () => {
  it('is found and named, since nothing is left that could happen', async () => {
    const stuck = openVirtualLaboratory(
      {
        compose(setup, trafficStartMs) {
          const parts = composeNode(setup, trafficStartMs)
          if (setup.service !== 'order') return parts
          return { ...parts, gremlins: () => () => new Promise(() => {}) }
        },
        drive: driveVariant,
      },
      {
        scenario: smallScenario({ traffic: { orders: 1 }, buyers: { patienceMs: 100, refreshes: 0, pauseMs: 1 } }),
        variant: 'retry+key',
        folder: join(outDir, 'stuck'),
        seed: 1,
      },
    )
    const watch = { progress() {}, waitingForQuiet() {} }
    const driving = stuck.drive(new AbortController().signal, watch)
    await expect(driving).rejects.toThrow(/^idle but pending: .* Still at work: order: 1 calls, 0 background tasks\.$/)
    await stuck.close()
    await stuck.close()
  })
})
