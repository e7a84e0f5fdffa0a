/**
 * A handler whose node crashes in the middle of its work, and that goes on when the node is back: what it then writes, asks, records
 * and answers comes to nothing, in a whole world and over either wire.
 */

import { join } from 'node:path'
import { expect, it } from 'vitest'
import { startWith } from '../../test/planted/plant.ts'
import { readJournals, readRows } from '../../test/support/runs.ts'
import { gremlin, smallScenario } from '../../test/support/scenarios.ts'
import { temporaryFolder } from '../../test/support/temporary-folder.ts'
import type { Request } from '../core/call.ts'
import type { Env } from '../core/env.ts'
import type { Service } from '../core/service.ts'
import { query } from '../core/statement.ts'
import { SERVICES } from '../core/topology.ts'
import { openVirtualLaboratory } from '../runtime/virtual/laboratory.ts'
import { composeNode } from './compose.ts'
import { driveVariant } from './drive-variant.ts'
import { loadNetwork } from './open-virtually.ts'

const outDir = temporaryFolder('dead-handlers')
const VARIANT = 'retry+key'
const SUSPENDED = 'p-3'
const SCENARIO = smallScenario({
  gremlins: [gremlin('crash-after-commit', 'payment', { purchases: ['p-9'], attempts: [1] })],
})
const LEDGER = 'SELECT * FROM ledger'

/** Whatever a handler can do, tried in all ways at once. */
function tryEverything(env: Env, { purchase }: Request, succeeded: string[]): void {
  const noting = (what: string, trying: Promise<unknown>) =>
    void trying.then(
      () => succeeded.push(what),
      () => undefined,
    )
  const entry = `INSERT INTO ledger (at_ms, purchase, effect, kind, account, amount, unit, key)
    VALUES (0, ?, 'charge', 'effect', 'charged', 1, 'USD', 'ghost')`
  const body = { from: 'alice', to: 'merchant-USD', amountCents: 1, currency: 'USD' }
  noting('store', query(env.store, entry, purchase))
  noting('call', env.call('payment→bank', { operation: 'do', purchase, effect: 'charge', key: 'ghost', body }))
  noting('sleep', env.clock.sleep(1))
  noting('attempt', (async () => env.attempt(purchase, 'ghost'))())
  noting('crash', env.crash())
  // Nobody says whether it was heard; deaf, the living would confirm no order any more.
  void env.listen(false)
  env.reach(false)
  env.clock.alarm(1, () => succeeded.push('alarm'))
  env.background('ghost', () => query(env.store, entry, purchase).then(() => void succeeded.push('background')))
  env.record({ type: 'order', order: 'ghost', purchase, effect: 'order', state: 'ghost', reason: null })
}

/** A payment service whose first life stops over one charge until the second life works, and then goes on. */
function haunting() {
  const [story, succeeded]: [string[], string[]] = [[], []]
  const goOn = Promise.withResolvers<void>()
  async function stop(env: Env, request: Request) {
    story.push('suspended')
    await goOn.promise
    story.push('goes on')
    tryEverything(env, request, succeeded)
    return { status: 200, body: { ghost: true } }
  }
  function haunt(service: Service): Service {
    return startWith(service, (start, env, setup) => {
      const running = start(env, setup)
      return {
        ...running,
        handle(request) {
          if (env.incarnation === 1 && request.purchase === SUSPENDED) return stop(env, request)
          if (env.incarnation === 2) goOn.resolve()
          return running.handle(request)
        },
      }
    })
  }
  return { haunt, story, succeeded }
}

/** An order service that writes down what others answer. */
function listening(service: Service, heard: unknown[]): Service {
  return startWith(service, (start, env, setup) => {
    async function call(...given: Parameters<Env['call']>) {
      const reply = await env.call(...given)
      heard.push(reply.body)
      return reply
    }
    return start({ ...env, call }, setup)
  })
}

it.each(['fast', 'wire'] as const)('what the dead do comes to nothing: %s', async (network) => {
  const { haunt, story, succeeded } = haunting()
  const heard: unknown[] = []
  const folder = join(outDir, network)
  const laboratory = openVirtualLaboratory(
    {
      ...(await loadNetwork(network)),
      compose(setup, trafficStartMs) {
        const parts = composeNode(setup, trafficStartMs)
        if (setup.service === 'payment') return { ...parts, service: haunt(parts.service) }
        return setup.service === 'order' ? { ...parts, service: listening(parts.service, heard) } : parts
      },
      drive: driveVariant,
    },
    { scenario: SCENARIO, variant: VARIANT, folder: join(folder, VARIANT), seed: 1 },
  )
  const driven = await laboratory.drive(new AbortController().signal, { progress() {}, waitingForQuiet() {} })
  await laboratory.close()
  expect(story).toEqual(['suspended', 'goes on'])
  expect(succeeded).toEqual([])
  // It killed nobody a second time, and left nothing undone.
  expect(driven).toMatchObject({ restarts: { payment: 1 }, quietAfterMs: expect.any(Number) })
  expect(heard.length).toBeGreaterThan(0)
  expect(heard.filter((body) => JSON.stringify(body).includes('ghost'))).toEqual([])
  expect(JSON.stringify(readJournals(folder, VARIANT))).not.toContain('ghost')
  for (const service of SERVICES)
    expect(JSON.stringify(readRows(folder, VARIANT, service, LEDGER))).not.toContain('ghost')
  expect(readRows(folder, VARIANT, 'payment', "SELECT * FROM attempts WHERE effect = 'ghost'")).toEqual([])
  // The second life has done what the first one was at, once.
  const charges = `${LEDGER} WHERE purchase = ? AND kind = 'effect'`
  expect(readRows(folder, VARIANT, 'payment', charges, SUSPENDED)).toHaveLength(1)
  expect(readRows(folder, VARIANT, 'order', "SELECT state FROM orders WHERE state <> 'confirmed'")).toEqual([])
})
