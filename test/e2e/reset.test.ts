/** Between variants: warm processes, fresh stores, and nothing that one life can do to the next. */

import { existsSync } from 'node:fs'
import { connect } from 'node:net'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Row } from '../../src/core/env.ts'
import { SERVICES } from '../../src/core/topology.ts'
import { type Laboratory, openLaboratory } from '../../src/runtime/real/laboratory.ts'
import { placeOrder, post, publishedLedger } from '../support/http.ts'
import { CHILD_ENTRY, isListening, lookUntil, pause, readRows, temporaryFolder } from '../support/runs.ts'
import { gremlin, smallScenario, VARIANTS } from '../support/scenarios.ts'

const LATE = 'late-one'
/** In which the next life has to begin, on a busy machine too. */
const LATE_MS = 3_000

const scenario = smallScenario({
  traffic: { orders: 1, ratePerSecond: 0.001, arrivals: 'poisson' },
  quietWithinMs: 100,
  gremlins: [
    gremlin('latency', 'bank', { purchases: [LATE], options: { fromMs: LATE_MS, toMs: LATE_MS } }),
    gremlin('outage', 'fx'),
  ],
})
const folder = temporaryFolder()
const variant = VARIANTS.key.name
const planOf = (round: string) => ({ scenario, variant, folder: path.join(folder, round), seed: 42 })

let laboratory: Laboratory

beforeAll(async () => {
  laboratory = await openLaboratory(CHILD_ENTRY, planOf('first'))
})

afterAll(() => laboratory?.close())

function ledgerOf(round: string, service: string): Row[] {
  return readRows(folder, round, service, 'SELECT purchase, kind FROM ledger ORDER BY seq')
}

it('keeps the processes and their ports, and forgets everything else', async () => {
  const pids = laboratory.pids()
  const ports = { ...laboratory.ports }
  expect(new Set(Object.values(pids)).size).toBe(SERVICES.length + 1)
  const before = await placeOrder(laboratory.ports.order, 'same')
  expect(before).toMatchObject({ status: 201, body: { orderId: 'o-1' } })

  await laboratory.prepare(planOf('second'))
  expect(laboratory.pids()).toEqual(pids)
  expect(laboratory.ports).toEqual(ports)
  for (const service of SERVICES) expect(await publishedLedger(laboratory.ports[service])).toEqual([])

  // The key is new to this life: the order is a new one, numbered from the start.
  expect(await placeOrder(laboratory.ports.order, 'same')).toMatchObject({ status: 201, body: { orderId: 'o-1' } })
  const charges = (await publishedLedger(laboratory.ports.bank)).filter(({ amount }) => amount > 0)
  expect(charges).toHaveLength(1)
})

it('leaves the stores of the life before whole: closed, and with all that was written', async () => {
  await laboratory.prepare(planOf('third'))
  for (const round of ['first', 'second']) {
    // Looked for before the files are opened: whoever opens one makes a log again.
    const logs = SERVICES.filter((service) => existsSync(path.join(folder, round, 'ledgers', `${service}.db-wal`)))
    expect(logs).toEqual([])
    expect(ledgerOf(round, 'bank').map(({ purchase }) => purchase)).toEqual(['same', 'same'])
    expect(ledgerOf(round, 'order').map(({ kind }) => kind)).toEqual(['accepted', 'confirmed'])
  }
})

it('fences work that was under way: it writes into neither life, and ends an outage', async () => {
  const end = new AbortController()
  const driving = laboratory.drive(end.signal, { progress: () => undefined, waitingForQuiet: () => undefined })
  // Gremlins are loose when fx has gone deaf.
  const isDeaf = await lookUntil(
    () => isListening(laboratory.ports.fx),
    (listening) => !listening,
    10_000,
  )
  expect(isDeaf).toBe(false)
  const late = placeOrder(laboratory.ports.order, LATE).catch(() => undefined)
  const isOnItsWay = async () => (await publishedLedger(laboratory.ports.inventory)).length
  expect(await lookUntil(isOnItsWay, (entries) => entries === 1, 10_000)).toBe(1)
  end.abort()
  await laboratory.prepare(planOf('fourth'))
  await pause(LATE_MS)
  await late
  await driving

  for (const service of SERVICES) expect(await publishedLedger(laboratory.ports[service]), service).toEqual([])
  expect(ledgerOf('third', 'inventory')).toMatchObject([{ purchase: LATE }])
  expect(ledgerOf('third', 'bank')).toEqual([])
  // The next life is in order.
  const quote = await post(
    laboratory.ports.fx,
    '/do/quote',
    { to: 'EUR' },
    { 'faultline-purchase': 'next', 'idempotency-key': 'next' },
  )
  expect(quote).toMatchObject({ status: 200, body: { rateMicro: 920_000 } })
  expect(await placeOrder(laboratory.ports.order, LATE)).toMatchObject({ status: 201, body: { orderId: 'o-1' } })
})

it('cuts off what is still on its way from the life before', async () => {
  const body = JSON.stringify({ order: 'o-0', text: 'A message from another life.' })
  const head = [
    'POST /do/notify HTTP/1.1',
    'host: 127.0.0.1',
    'content-type: application/json',
    `content-length: ${body.length}`,
    'faultline-purchase: from-before',
    'idempotency-key: from-before',
  ]
  const socket = connect({ port: laboratory.ports.notification, host: '127.0.0.1' })
  // What it is told is of no interest, but somebody has to listen.
  socket.on('error', () => undefined).resume()
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  await new Promise<void>((resolve) =>
    socket.write(`${head.join('\r\n')}\r\n\r\n${body.slice(0, 10)}`, () => resolve()),
  )

  await laboratory.prepare(planOf('fifth'))
  socket.end(body.slice(10))
  await closed
  expect(await publishedLedger(laboratory.ports.notification)).toEqual([])
})
