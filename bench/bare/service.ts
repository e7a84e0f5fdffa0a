/**
 * The same order flow written straight on fastify, undici and node:sqlite: the same processes, hops, commits and attempt
 * counting, and nothing of ours. What it lacks is what Faultline adds: layers, keyed luck, journal, policies, contract.
 */

import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import { Pool } from 'undici'
import { addEntry, type Body, commit, countAttempt, move, openStore, run } from './store.ts'

type Ports = Record<string, number>

const [, , role = ''] = process.argv
const RATE_MICRO = 920_000

let ports: Ports = {}
const pools = new Map<string, Pool>()

async function post(to: string, path: string, purchase: string, key: string, body: Body): Promise<Body> {
  let pool = pools.get(to)
  if (!pool) {
    pool = new Pool(`http://127.0.0.1:${ports[to]}`, { connections: 256, pipelining: 1 })
    pools.set(to, pool)
  }
  const headers = { 'content-type': 'application/json', 'faultline-purchase': purchase, 'idempotency-key': key }
  const answer = await pool.request({ path, method: 'POST', headers, body: JSON.stringify(body) })
  return (await answer.body.json()) as Body
}

function headersOf(request: FastifyRequest): { purchase: string; key: string } {
  return { purchase: String(request.headers['faultline-purchase']), key: String(request.headers['idempotency-key']) }
}

const leaves: Record<string, (purchase: string, key: string, body: Body) => Body> = {
  inventory: (purchase, key, { product, quantity }) =>
    move(purchase, 'deduct', key, [[String(product), -Number(quantity)]], { product: String(product) }),
  bank: (purchase, key, { from, to, amountCents }) =>
    move(
      purchase,
      'charge',
      key,
      [
        [String(from), -Number(amountCents)],
        [String(to), Number(amountCents)],
      ],
      { amountCents: Number(amountCents) },
    ),
  fx: (purchase, key) => move(purchase, 'quote', key, [], { rateMicro: RATE_MICRO }),
  notification: (purchase, key) => move(purchase, 'notify', key, [], { sent: 1 }),
  logging: (purchase, key) => move(purchase, 'history', key, [], { logged: 1 }),
}

let relaying = false
async function relay(): Promise<void> {
  if (relaying) return
  relaying = true
  for (;;) {
    const rows = commit(() => run('SELECT * FROM outbox ORDER BY id LIMIT 20'))
    if (rows.length === 0) break
    await Promise.all(
      rows.map((row) =>
        post('logging', '/do/history', String(row.purchase), String(row.key), JSON.parse(String(row.entry)) as Body),
      ),
    )
    commit(() => {
      for (const row of rows) run('DELETE FROM outbox WHERE id = ?', Number(row.id))
    })
  }
  relaying = false
}

async function pay(purchase: string, key: string, body: Body): Promise<Body> {
  commit(() => run("INSERT INTO claims VALUES (?, 'running', '{}') ON CONFLICT DO NOTHING RETURNING 1", key))
  let amountCents = Number(body.amountCents)
  if (body.currency !== 'USD') {
    const { rateMicro } = await post('fx', '/do/quote', purchase, `${key}/quote`, { to: String(body.currency) })
    amountCents = Math.round((amountCents * Number(rateMicro)) / 1e6)
  }
  const transfer = { from: String(body.account), to: `merchant-${body.currency}`, amountCents }
  await post('bank', '/do/charge', purchase, `${key}/charge`, transfer)
  const answer = { account: String(body.account), amountCents }
  commit(() => {
    addEntry(purchase, 'charge', 'effect', 'charged', amountCents, key)
    run("UPDATE claims SET state = 'done', answer = ? WHERE key = ?", JSON.stringify(answer), key)
    run(
      'INSERT INTO outbox (purchase, key, entry) VALUES (?, ?, ?)',
      purchase,
      `${key}/charged`,
      JSON.stringify(answer),
    )
  })
  void relay()
  return answer
}

const PRICE_CENTS = 1_000

async function place(purchase: string, key: string, body: Body): Promise<Body> {
  const currency = String(body.account).endsWith('eur') ? 'EUR' : 'USD'
  const n = commit(() => {
    const [row] = run(
      "INSERT INTO orders (purchase, key, wanted, state, answer) VALUES (?, ?, ?, 'accepted', '{}') ON CONFLICT DO NOTHING RETURNING n",
      purchase,
      key,
      JSON.stringify(body),
    )
    addEntry(purchase, 'order', 'accepted', `o-${row?.n}`, 1, key)
    return Number(row?.n)
  })
  await post('inventory', '/do/deduct', purchase, `${key}/deduct`, {
    product: body.product ?? '',
    quantity: body.quantity ?? 1,
  })
  const amountCents = PRICE_CENTS * Number(body.quantity)
  await post('payment', '/do/charge', purchase, `${key}/charge`, { account: body.account ?? '', currency, amountCents })
  const answer = { orderId: `o-${n}`, status: 'confirmed' }
  commit(() => {
    run("UPDATE orders SET state = 'confirmed', answer = ? WHERE n = ?", JSON.stringify(answer), n)
    addEntry(purchase, 'order', 'confirmed', `o-${n}`, 1, key)
  })
  void post('notification', '/do/notify', purchase, `${key}/notify`, {
    order: `o-${n}`,
    text: 'Your order is confirmed.',
  })
  return answer
}

function addRoutes(app: FastifyInstance): void {
  if (role === 'order') {
    app.post<{ Body: Body }>('/orders', async (request, reply) => {
      const { purchase, key } = headersOf(request)
      countAttempt(purchase, 'place:order')
      return reply.code(201).send(await place(purchase, key, request.body))
    })
    return
  }
  app.post<{ Body: Body; Params: { effect: string } }>('/do/:effect', async (request) => {
    const { purchase, key } = headersOf(request)
    countAttempt(purchase, `do:${request.params.effect}`)
    return role === 'payment' ? pay(purchase, key, request.body) : leaves[role]?.(purchase, key, request.body)
  })
}

const app = Fastify({ logger: false, keepAliveTimeout: 65_000 })
addRoutes(app)
await app.listen({ port: 0, host: '127.0.0.1' })
process.on('message', (message: { ports: Ports; file: string }) => {
  ports = message.ports
  openStore(message.file)
  process.send?.('ready')
})
process.on('disconnect', () => process.exit(0))
process.send?.((app.server.address() as { port: number }).port)
