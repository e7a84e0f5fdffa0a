/** The lab's own services, as real processes, held to docs/openapi.yaml. */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SERVICES, type ServiceName } from '../../src/core/topology.ts'
import { readContract } from '../support/contract.ts'
import { contractPlan } from '../support/contract-plan.ts'
import { requestsSuite } from '../support/contract-requests.ts'
import {
  type Ask,
  type HttpAnswer,
  type LiveServices,
  listeningOf,
  openLiveServices,
  until,
} from '../support/live-services.ts'
import { childrenOf } from '../support/processes.ts'
import { remainsOf } from '../support/runs.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const contract = readContract(new URL('../../docs/openapi.yaml', import.meta.url))
const folder = temporaryFolder('contract')
let live: LiveServices
let before: number[]
const { ask, ledger } = {
  ask: (service: ServiceName, path: string, how: Ask = {}) => live.ask(service, path, how),
  ledger: (service: ServiceName) => live.ledger(service),
}

beforeAll(async () => {
  before = childrenOf(process.pid)
  live = await openLiveServices(contractPlan(folder), contract)
})
afterAll(() => live?.laboratory.close())

let keys = 0
/** A key that nobody used before. */
function newKey(): string {
  keys += 1
  return `key-${keys}`
}

const DEDUCTION = { product: 'console', quantity: 1 }
const CHARGE = { account: 'ada', currency: 'USD', amountCents: 300 }
const WISH = { product: 'console', quantity: 1, account: 'ada' }

const rowsUnder = async (service: ServiceName, under: string) =>
  (await ledger(service)).entries.filter((row) => row.key === under)
const kindsUnder = async (service: ServiceName, under: string) =>
  (await rowsUnder(service, under)).map(({ kind }) => kind)

function brief({ status, body }: HttpAnswer): unknown[] {
  return [status, body.reason ?? null]
}

describe('every service', () => {
  it.each(SERVICES)('%s is healthy, publishes its ledger, and listens on 127.0.0.1 only', async (service) => {
    const { body } = await ask(service, '/health', { method: 'GET', purchase: null })
    expect(body).toMatchObject({ service, status: 'up' })
    expect((await ask(service, '/query/health', { purchase: 'health-check', body: {} })).body).toEqual(body)
    await ledger(service)
    const pid = live.laboratory.pids()[service] ?? 0
    expect(listeningOf(pid)).toEqual([`127.0.0.1:${live.laboratory.ports[service]}`])
  })

  it.each([
    ...['orders', 'stock', 'notifications', 'payments'],
    ...['query', 'do', 'undo', 'prepare', 'commit', 'abort', 'inquire'].map((one) => `${one}/deduct`),
  ])('refuses at /%s what it cannot read', async (path) => {
    const service = path.includes('/') ? 'inventory' : 'order'
    const refuse = async (how: Ask) => brief(await ask(service, `/${path}`, { key: newKey(), ...how }))
    expect(await refuse({ raw: '{"half":' })).toEqual([400, 'malformed'])
    expect(await refuse({ raw: '[]' })).toEqual([400, 'malformed'])
    expect(await refuse({ purchase: 'no spaces' })).toEqual([400, 'malformed'])
    expect(await refuse({ headers: { 'faultline-remaining-ms': 'soon' } })).toEqual([400, 'malformed'])
    expect(await refuse({ key: 'k'.repeat(201) })).toEqual([400, 'malformed'])
    expect(await refuse({ raw: JSON.stringify({ a: 'x'.repeat(70_000) }) })).toEqual([413, 'malformed'])
    expect(await refuse({ raw: '<a/>', headers: { 'content-type': 'text/xml' } })).toEqual([415, 'malformed'])
  })

  it.each(['query', 'do', 'undo', 'prepare', 'commit', 'abort'])('that places orders cannot %s', async (operation) => {
    expect(brief(await ask('order', `/${operation}/order`, { key: newKey() }))).toEqual([404, 'unknown_operation'])
  })

  it('that asks nobody for a vote answers no inquiry', async () => {
    for (const service of ['inventory', 'bank', 'notification', 'order'] as const) {
      expect(brief(await ask(service, '/inquire/deduct', { key: newKey() }))).toEqual([404, 'unknown_operation'])
    }
  })

  it('has only its own questions', async () => {
    expect(brief(await ask('notification', '/query/stock'))).toEqual([404, 'unknown_query'])
    const stock = await ask('inventory', '/query/stock', { body: { product: 'console' } })
    expect(stock.body).toEqual({ product: 'console', available: 200 })
    const account = await ask('bank', '/query/account', { body: { account: 'poor' } })
    expect(account.body).toEqual({ account: 'poor', currency: 'USD', balanceCents: 10, heldCents: 0 })
    expect(brief(await ask('inventory', '/query/stock', { body: {} }))).toEqual([400, 'malformed'])
  })
})

const PARTICIPANTS: readonly (readonly [ServiceName, string, unknown])[] = [
  ['inventory', 'deduct', DEDUCTION],
  ['payment', 'charge', CHARGE],
  ['bank', 'charge', { from: 'ada', to: 'merchant-USD', amountCents: 5, currency: 'USD' }],
  ['fx', 'quote', { to: 'EUR' }],
  ['notification', 'notify', { order: 'o-1', text: 'Thank you.' }],
  ['logging', 'history', { payment: 'k', what: 'charged', account: 'ada', currency: 'USD', amountCents: 1 }],
]

describe.each(PARTICIPANTS)('%s', (service, effect, body) => {
  const post = (operation: string, under: string | null, more: unknown = body) =>
    ask(service, `/${operation}/${effect}`, { key: under, body: more })

  it('does the same key and body once, and gives the same answer', async () => {
    const under = newKey()
    const first = await post('do', under)
    expect(first.status).toBe(200)
    expect((await post('do', under)).text).toBe(first.text)
    expect(new Set(await kindsUnder(service, under))).toEqual(new Set(['effect']))
    expect(brief(await post('do', under, { ...(body as object), more: 1 }))[0]).toBe(400)
    expect(brief(await post('prepare', under))).toEqual([422, 'key_reused'])
  })

  it('wants a key', async () => {
    for (const operation of ['do', 'undo', 'prepare', 'commit', 'abort']) {
      expect(brief(await post(operation, null))).toEqual([400, 'key_missing'])
    }
  })

  it('undoes, once, and refuses what comes after the undo', async () => {
    const [done, never] = [newKey(), newKey()]
    await post('do', done)
    for (const _ of [1, 2]) expect((await post('undo', done, undefined)).body).toEqual({ undone: true })
    for (const _ of [1, 2]) expect((await post('undo', never, undefined)).body).toEqual({ undone: false })
    for (const operation of ['do', 'prepare', 'commit']) {
      expect(brief(await post(operation, never))).toEqual([410, 'undone'])
      expect(brief(await post(operation, done))).toEqual([410, 'undone'])
    }
    expect(await kindsUnder(service, never)).toEqual(['tombstone'])
    expect(new Set(await kindsUnder(service, done))).toEqual(new Set(['effect', 'reversal']))
  })

  it('prepares, commits once, and does not go back on it', async () => {
    const under = newKey()
    const vote = await post('prepare', under)
    expect(vote.body.vote).toBe('commit')
    expect(await kindsUnder(service, under)).not.toContain('effect')
    for (const _ of [1, 2]) expect((await post('commit', under, undefined)).body).toEqual({ committed: true })
    expect((await post('prepare', under)).text).toBe(vote.text)
    expect(brief(await post('abort', under, undefined))).toEqual([422, 'already_committed'])
    const kinds = await kindsUnder(service, under)
    expect(kinds.filter((kind) => kind === 'hold')).toHaveLength(kinds.filter((kind) => kind === 'release').length)
    expect(kinds).toContain('effect')
  })

  it('aborts what was prepared, or what never was', async () => {
    const [prepared, never] = [newKey(), newKey()]
    await post('prepare', prepared)
    for (const _ of [1, 2]) expect((await post('abort', prepared, undefined)).body).toEqual({ undone: true })
    expect((await post('abort', never, undefined)).body).toEqual({ undone: false })
    expect(brief(await post('commit', prepared))).toEqual([410, 'undone'])
    expect(brief(await post('commit', newKey()))).toEqual([404, 'not_prepared'])
    expect(await kindsUnder(service, prepared)).not.toContain('effect')
  })

  it('has one effect for one key, however many ask at once', async () => {
    const under = newKey()
    const answers = await Promise.all(Array.from({ length: 20 }, () => post('do', under)))
    const good = answers.filter(({ status }) => status === 200)
    expect(good.length).toBeGreaterThan(0)
    expect(new Set(good.map(({ text }) => text)).size).toBe(1)
    expect(new Set(answers.map(({ status }) => status).filter((status) => status !== 409))).toEqual(new Set([200]))
    expect((await post('do', under)).text).toBe(good[0]?.text)
    const accounts = (await rowsUnder(service, under)).map(({ account }) => account)
    expect(new Set(accounts).size).toBe(accounts.length)
  })
})

describe('payment', () => {
  const post = (operation: string, under: string, body: unknown = CHARGE) =>
    ask('payment', `/${operation}/charge`, {
      key: under,
      body: ['do', 'prepare'].includes(operation) ? body : undefined,
    })
  const bankRows = (under: string) => rowsUnder('bank', `${under}/charge`)

  it('converts, charges at the bank, and tells logging', async () => {
    const under = newKey()
    const { body } = await post('do', under, { account: 'eve', currency: 'EUR', amountCents: 300 })
    expect(body).toEqual({ account: 'eve', currency: 'EUR', amountCents: 276 })
    expect((await bankRows(under)).map(({ account, amount, unit }) => [account, amount, unit])).toEqual([
      ['eve', -276, 'EUR'],
      ['merchant-EUR', 276, 'EUR'],
    ])
    const told = await until(async () => (await rowsUnder('logging', `${under}/charged`))[0])
    expect(told).toMatchObject({ kind: 'effect', amount: 1 })
  })

  it('tells the bank what has become of a hold, and lets nothing come of what it does not know', async () => {
    const [open, done, off, never] = [newKey(), newKey(), newKey(), newKey()]
    const inquire = async (under: string) =>
      (await ask('payment', '/inquire/charge', { key: `${under}/charge` })).body.decision
    for (const under of [open, done, off]) await post('prepare', under)
    await post('commit', done)
    await post('abort', off)
    expect(await Promise.all([open, done, off].map(inquire))).toEqual(['undecided', 'commit', 'abort'])
    await post('abort', open)
    expect(await inquire(never)).toBe('abort')
    expect(brief(await post('prepare', never))).toEqual([410, 'undone'])
    expect(brief(await ask('payment', '/inquire/charge', { key: null }))).toEqual([400, 'key_missing'])
  })

  it.each(['do', 'prepare'])('stores the bank’s "no" to %s', async (operation) => {
    const under = newKey()
    const no = await post(operation, under, { ...CHARGE, account: 'poor' })
    expect(brief(no)).toEqual([422, 'insufficient_funds'])
    expect((await post(operation, under, { ...CHARGE, account: 'poor' })).text).toBe(no.text)
    expect(await bankRows(under)).toEqual([])
  })

  /** One key for each operation, with what must have been before. */
  async function prepareKeys(): Promise<[operation: string, under: string][]> {
    const all = { do: newKey(), prepare: newKey(), undo: newKey(), commit: newKey(), abort: newKey() }
    await Promise.all([post('do', all.undo), post('prepare', all.commit), post('prepare', all.abort)])
    return Object.entries(all)
  }

  /** Nobody decides what a test has prepared: whoever is left in doubt would ask for ever. */
  async function abortPrepared(all: readonly [operation: string, under: string][]): Promise<void> {
    for (const [operation, under] of all) {
      if (operation === 'prepare') expect((await post('abort', under)).status).toBe(200)
    }
  }

  it('says 409 while it waits for the bank and 504 when it has waited too long; the same key then ends it once', async () => {
    const all = await prepareKeys()
    await live.whileFrozen('bank', async () => {
      const twice = all.map(([operation, under]) => Promise.all([post(operation, under), post(operation, under)]))
      for (const answers of await Promise.all(twice)) {
        const seen = answers.map(brief).toSorted((one, other) => Number(one[0]) - Number(other[0]))
        expect(seen).toEqual([
          [409, 'in_progress'],
          [504, 'downstream'],
        ])
      }
    })
    for (const [operation, under] of all) await until(async () => (await post(operation, under)).status === 200)
    const merchantRows = await Promise.all(
      all.map(async ([operation, under]) => {
        const own = (await bankRows(under)).filter(({ account }) => account !== 'ada')
        return [operation, own.map(({ kind, amount }) => `${kind} ${amount}`)]
      }),
    )
    await abortPrepared(all)
    expect(Object.fromEntries(merchantRows)).toEqual({
      do: ['effect 300'],
      prepare: [],
      undo: ['effect 300', 'reversal -300'],
      commit: ['effect 300'],
      abort: [],
    })
  })

  it('says 503 while the bank is dead: nothing happened, and the same key works later', async () => {
    const all = await prepareKeys()
    await live.kill('bank')
    // A connection from before the crash may have to break first.
    await until(async () => (await post('do', newKey())).status === 503)
    const answers = await Promise.all(all.map(([operation, under]) => post(operation, under)))
    expect(answers.map(brief)).toEqual(all.map(() => [503, 'downstream']))
    await live.untilUp('bank')
    for (const [operation, under] of all) await until(async () => (await post(operation, under)).status === 200)
    await abortPrepared(all)
  })
})

describe('an order', () => {
  const place = (how: Ask = {}) => ask('order', '/orders', { key: newKey(), body: WISH, ...how })

  it('gives identical results for the same key, and happens once', async () => {
    const under = newKey()
    const first = await place({ key: under })
    const second = await place({ key: under })
    expect([first.status, first.body.status]).toEqual([201, 'confirmed'])
    expect([second.status, second.text]).toEqual([first.status, first.text])
    expect(await kindsUnder('order', under)).toEqual(['accepted', 'confirmed'])
    expect(await kindsUnder('inventory', `${under}/deduct`)).toEqual(['effect'])
    expect(await kindsUnder('payment', `${under}/charge`)).toEqual(['effect'])
    expect(await rowsUnder('bank', `${under}/charge/charge`)).toHaveLength(2)
    await until(async () => (await rowsUnder('notification', `${under}/notify`)).length === 1)
    const other = await place({ key: under, body: { ...WISH, quantity: 2 } })
    expect(brief(other)).toEqual([422, 'key_reused'])
  })

  it('needs no purchase and no key', async () => {
    const { status, body } = await place({ key: null, purchase: null })
    expect([status, body.status]).toEqual([201, 'confirmed'])
  })

  it('is refused without stock, cancelled without money, and not accepted for what is not sold', async () => {
    const refused = await place({ body: { ...WISH, quantity: 1_000 } })
    expect([refused.status, refused.body.status, refused.body.reason]).toEqual([422, 'refused', 'insufficient_stock'])
    const cancelled = await place({ body: { ...WISH, account: 'poor' } })
    expect([cancelled.status, cancelled.body.status]).toEqual([502, 'cancelled'])
    expect(cancelled.body.reason).toBe('insufficient_funds')
    expect(brief(await place({ body: { ...WISH, product: 'yacht' } }))).toEqual([400, 'malformed'])
  })

  it('is answered 409 while the first request with its key is being worked on', async () => {
    const under = newKey()
    const both = await live.whileFrozen('inventory', async () => {
      const asking = [place({ key: under }), place({ key: under })]
      expect(brief(await Promise.race(asking))).toEqual([409, 'in_progress'])
      return asking
    })
    expect((await Promise.all(both)).map(({ status }) => status).toSorted()).toEqual([201, 409])
  })

  it('is degraded while a breaker is open; afterwards the keys from before the crash still hold', async () => {
    const under = newKey()
    const post = () => ask('inventory', '/do/deduct', { key: under, body: DEDUCTION })
    const before = await post()
    await live.kill('inventory')
    const degraded = await until(async () => {
      const answer = await place()
      return answer.status === 503 && answer
    })
    expect(degraded.body).toMatchObject({ status: 'degraded', reason: 'temporarily_unavailable' })
    expect(degraded.body.message).toMatch(/temporarily unavailable/)
    await live.untilUp('inventory')
    const health = await ask('inventory', '/health', { method: 'GET', purchase: null })
    expect(health.body.incarnation).toBe(2)
    expect((await post()).text).toBe(before.text)
    expect(await kindsUnder('inventory', under)).toEqual(['effect'])
    await until(async () => (await place()).status === 201)
  })
})

describe('what is no order', () => requestsSuite({ live: () => live, newKey, wish: WISH, kindsUnder }))

describe('when all of it is over', () => {
  it('retries of lost answers have deducted once', async () => {
    const watch = { progress: () => undefined, waitingForQuiet: () => undefined }
    const driven = await live.laboratory.drive(new AbortController().signal, watch)
    expect([driven.arrived, driven.quietAfterMs !== null]).toEqual([8, true])
    const journals = readdirSync(join(folder, 'journal')).filter((name) => name.startsWith('inventory-'))
    const strikes = journals.flatMap((name) =>
      readFileSync(join(folder, 'journal', name), 'utf8')
        .split('\n')
        .filter((line) => line.includes('"type":"strike"')),
    )
    expect(strikes).toHaveLength(8)
    const bought = (await ledger('inventory')).entries.filter(({ purchase }) => purchase.startsWith('p-'))
    expect(bought.map(({ kind }) => kind)).toEqual(Array(8).fill('effect'))
    expect(new Set(bought.map(({ purchase }) => purchase)).size).toBe(8)
  })

  it.each(SERVICES)('the books of %s add up', async (service) => {
    const { entries, balances } = await ledger(service)
    expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, index) => index + 1))
    const moving = entries.filter(({ kind }) => kind === 'effect' || kind === 'reversal')
    for (const { account, opening, balance, held } of balances) {
      const moved = moving.filter((row) => row.account === account).reduce((sum, { amount }) => sum + amount, 0)
      expect([account, balance, held]).toEqual([account, opening + moved, 0])
    }
    if (service !== 'bank') return
    const total = (unit: string, of: 'opening' | 'balance') =>
      balances.filter((row) => row.unit === unit).reduce((sum, row) => sum + row[of], 0)
    for (const unit of ['USD', 'EUR']) expect(total(unit, 'balance')).toBe(total(unit, 'opening'))
  })

  it('everything that is documented was seen, but for what cannot be provoked', () => {
    const notProvoked: readonly (readonly [RegExp, string])[] = [
      [/ 429$|^POST \/orders 202$/, 'this variant has no rate limit at its door, and puts nothing off'],
      [/ 500$/, 'a bug ends the run, and the sequential workflow has no compensation that could fail'],
      [/^POST \/(stock|notifications|payments) 50[24]$/, 'lost answers are asked for again, without a timeout'],
      [/^POST \/(notifications 409|notifications 503|payments 503)$/, 'only inventory dies, and a message is quick'],
      [
        /^POST \/(query|inquire)\/\{effect\} 503$/,
        'a question asks nobody further down; only a flood would be refused',
      ],
    ]
    const unseen = contract.unseen()
    expect(unseen.filter((name) => !notProvoked.some(([pattern]) => pattern.test(name)))).toEqual([])
    for (const [pattern, reason] of notProvoked)
      expect([reason, unseen.some((name) => pattern.test(name))]).toEqual([reason, true])
  })

  it('no process and no port is left', async () => {
    const { laboratory } = live
    const pids = Object.values(laboratory.pids()).filter((pid) => pid !== undefined)
    expect(pids).toHaveLength(SERVICES.length + 1)
    expect(childrenOf(process.pid)).toEqual(expect.arrayContaining(pids))
    await laboratory.close()
    await laboratory.close()
    expect(await remainsOf({ pids, ports: Object.values(laboratory.ports) })).toEqual([])
    expect(childrenOf(process.pid)).toEqual(before)
  })
})
