/** Whatever is killed, and whenever: a run ends with a true verdict or a clear error. Who is killed here was not struck. */

import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { RESULT_FILE } from '../../src/core/run-folder.ts'
import { SERVICES, type ServiceName } from '../../src/core/topology.ts'
import type { Laboratory } from '../../src/runtime/real/laboratory.ts'
import type { Progress } from '../../src/scenarios/progress.ts'
import { lookUntil, type Run, readRows, remainsOf, run, type Traces, variantOf, violatedIn } from '../support/runs.ts'
import { smallScenario, VARIANTS } from '../support/scenarios.ts'
import { mountSmallDisk } from '../support/small-disk.ts'

const ORDERS = 60
/** So many that the last one is far away when the first ones are heard of. */
const MORE_THAN_ENOUGH = 10_000
/** The lab's bound is 4 s on two idle cores; here other work may run beside it. */
const STARTED_WITHIN_MS = 10_000

function kill(laboratory: Laboratory, victim: string): void {
  const pid = laboratory.pids()[victim]
  if (pid === undefined) throw new Error(`${victim} has no process`)
  process.kill(pid, 'SIGKILL')
}

function tracesOf(laboratory: Laboratory): Traces {
  const pids = Object.values(laboratory.pids()).filter((pid) => pid !== undefined)
  return { pids, ports: Object.values(laboratory.ports) }
}

/** Runs a scenario, tells `watch` of its progress with the laboratory at hand, and looks what the run left behind. */
async function runAndWatch(
  variants: readonly string[],
  watch: (progress: Progress, laboratory: Laboratory) => void,
  orders = ORDERS,
) {
  let laboratory: Laboratory | undefined
  let startedMs = 0
  const beganMs = performance.now()
  const ran = await run(
    smallScenario({
      traffic: { orders, ratePerSecond: 120 },
      variants: variants.map((name) => ({ ...VARIANTS.key, name })),
    }),
    {
      onStarted(opened) {
        laboratory = opened
        startedMs = performance.now() - beganMs
      },
      onProgress(progress) {
        if (laboratory) watch(progress, laboratory)
      },
    },
  )
  if (!laboratory) throw new Error(`the laboratory never started: ${ran.result.error}`)
  return { ...ran, startedMs, remains: await remainsOf(tracesOf(laboratory)) }
}

describe('a service that is killed once in the middle of the traffic', () => {
  let ran: Run
  let startedMs: number
  let remains: string[]

  beforeAll(async () => {
    const killed = new Set<string>()
    // The variants are named after the service that dies in them.
    const watched = await runAndWatch(SERVICES, ({ phase, variant, ordersDone }, laboratory) => {
      if (phase !== 'traffic' || variant === null || ordersDone < 5 || killed.has(variant)) return
      killed.add(variant)
      kill(laboratory, variant)
    })
    ran = watched
    startedMs = watched.startedMs
    remains = watched.remains
  })

  it('was ready soon', () => {
    expect(startedMs).toBeLessThan(STARTED_WITHIN_MS)
    process.stdout.write(`all processes ready after ${Math.round(startedMs)} ms\n`)
  })

  it('leaves no process and no port behind', () => {
    expect(remains).toEqual([])
    expect(ran.result).toMatchObject({ error: null, interrupted: null })
    expect(existsSync(path.join(ran.folder, RESULT_FILE))).toBe(true)
  })

  it.each(SERVICES)('%s: is back, and its death is on record', (service) => {
    const { restarts, unexplainedDeaths, orders, quietAfterMs } = variantOf(ran.result, service)
    expect({ restarts, unexplainedDeaths }).toEqual({ restarts: { [service]: 1 }, unexplainedDeaths: { [service]: 1 } })
    expect(orders.arrived).toBe(ORDERS)
    expect(quietAfterMs).not.toBeNull()
  })

  it.each(SERVICES.filter((service) => service !== 'order'))('%s: retries and keys make it good', (service) => {
    const variant = variantOf(ran.result, service)
    expect(violatedIn(variant)).toEqual([])
    expect(variant).toMatchObject({ verdict: 'PASS', lossCents: 0, orders: { confirmed: ORDERS } })
  })

  it('order: what it had in hand is in doubt, and the verdict says so', () => {
    const { violations, verdict, orders } = variantOf(ran.result, 'order')
    const rows = readRows(ran.folder, 'order', 'order', 'SELECT purchase, kind FROM ledger')
    const accepted = rows.filter(({ kind }) => kind === 'accepted').map(({ purchase }) => purchase)
    const ended = new Set(rows.filter(({ kind }) => kind !== 'accepted').map(({ purchase }) => purchase))
    const open = accepted.filter((purchase) => !ended.has(purchase))
    expect(violations['no-order-lost']).toBe(open.length)
    expect(orders).toMatchObject({ inDoubt: open.length, confirmed: ended.size })
    // A confirmed order's message dies with the process as well, so there may be a violation without an order in doubt.
    expect(verdict).toBe(violatedIn(variantOf(ran.result, 'order')).length > 0 ? 'FAIL' : 'PASS')
  })
})

describe('what cannot go on', () => {
  it('is given up when a service dies again and again', async () => {
    const victim: ServiceName = 'inventory'
    let last: number | undefined
    let timer: NodeJS.Timeout | undefined
    const { result, remains } = await runAndWatch(['first', 'second'], ({ phase, variant }, laboratory) => {
      if (phase !== 'traffic' || variant !== 'second' || timer) return
      timer = setInterval(() => {
        const pid = laboratory.pids()[victim]
        if (pid !== last) kill(laboratory, victim)
        last = pid
      }, 20)
    })
    clearInterval(timer)
    expect(result.verdict).toBe('ERROR')
    expect(result.error).toMatch(/^inventory died by SIGKILL without a gremlin's strike, 3 times: giving up on it/)
    expect(result.error).not.toMatch(/\n\s+at /)
    // What was finished before is kept.
    expect(result.variants.map(({ name, verdict }) => [name, verdict])).toEqual([['first', 'PASS']])
    expect(remains).toEqual([])
  })

  it('is an error when the traffic is killed', async () => {
    const killed = new Set<string>()
    const { result, remains } = await runAndWatch(
      ['only'],
      ({ phase, ordersDone }, laboratory) => {
        if (phase !== 'traffic' || ordersDone < 5 || killed.has('traffic')) return
        killed.add('traffic')
        kill(laboratory, 'traffic')
      },
      MORE_THAN_ENOUGH,
    )
    expect(result).toMatchObject({ verdict: 'ERROR', variants: [], error: "the traffic's process died (SIGKILL)." })
    expect(remains).toEqual([])
  })

  it('is an error, and nothing is left, when whoever was told of the start throws', async () => {
    let traces: Traces | undefined
    const { result } = await run(smallScenario({}), {
      onStarted(laboratory) {
        traces = tracesOf(laboratory)
        throw new Error('no')
      },
    })
    expect(result).toMatchObject({ verdict: 'ERROR', error: expect.stringContaining('Error: no') })
    expect(
      await lookUntil(
        () => remainsOf(traces!),
        (seen) => seen.length === 0,
        10_000,
      ),
    ).toEqual([])
  })

  // Where the traffic fills it, and where not even the services come up.
  it.each([8 * 1024 * 1024, 512 * 1024])(
    'is an error in one line when the disk is full after %i bytes',
    async (bytes) => {
      const disk = mountSmallDisk(bytes)
      if ('why' in disk) {
        process.stdout.write(`not tested: ${disk.why}\n`)
        return
      }
      let traces: Traces = { pids: [], ports: [] }
      const ended = run(smallScenario({ traffic: { orders: 10_000, ratePerSecond: 300 } }), {
        outDir: disk.folder,
        onStarted(laboratory) {
          traces = tracesOf(laboratory)
        },
      }).then(
        ({ result }) => result.error,
        (error: Error) => error.message,
      )
      expect(await ended).toMatch(
        /^([a-z]+: )?no space is left on the disk that holds the run's folder$|^ENOSPC: no space left on device[^\n]*$/,
      )
      expect(await remainsOf(traces)).toEqual([])
      const files = readdirSync(disk.folder, { recursive: true, encoding: 'utf8' })
      expect(files.filter((file) => file.endsWith('.half'))).toEqual([])
    },
  )
})
