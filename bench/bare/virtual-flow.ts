/**
 * The hops, commits and counted attempts of a `retry+key` order, written straight onto the kernel: a few maps, no layers, no journal.
 * What the layered code in the virtual world can be measured against.
 */

import { keyedDraw } from '../../src/core/draw.ts'
import { MICROS_PER_MS, startKernel } from '../../src/runtime/virtual/kernel.ts'

const OWNER = 'bare'
const TIMEOUT_MICROS = 1_000 * MICROS_PER_MS
const PATIENCE_MICROS = 30_000 * MICROS_PER_MS
const LEG_MICROS = { least: 200, most: 600 }

interface Ask {
  readonly purchase: string
  readonly effect: string
  readonly key: string
  readonly body: Readonly<Record<string, string | number>>
}
type Answer = Readonly<Record<string, string | number>>
type Handler = (ask: Ask) => Answer | Promise<Answer>

/** One service's rows. */
function openShelf() {
  const claims = new Map<string, Answer>()
  const attempts = new Map<string, number>()
  const ledger: { purchase: string; effect: string; amount: number; key: string; atMicros: number }[] = []
  return { claims, attempts, ledger, balance: 0 }
}

/** Drives so many orders, one every `gapMicros`, to their end. Resolves with how many were confirmed. */
export async function driveBareFlow(orders: number, gapMicros: number): Promise<number> {
  const kernel = startKernel()
  const draw = keyedDraw(1)
  const handlers = makeHandlers(call, kernel.nowMicros)
  let confirmed = 0

  function legMicros(direction: string, { purchase, effect }: Ask): number {
    return LEG_MICROS.least + (LEG_MICROS.most - LEG_MICROS.least) * draw(direction, OWNER, purchase, effect, 1)
  }

  function call(to: string, ask: Ask, limitMicros = TIMEOUT_MICROS): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const limit = kernel.after(limitMicros, OWNER, () => reject(new Error('timeout')))
      const arrive = async () => {
        const answer = await (handlers[to] as Handler)({ ...ask, body: { ...ask.body } })
        kernel.after(legMicros('back', ask), OWNER, () => {
          kernel.cancel(limit)
          resolve({ ...answer })
        })
      }
      kernel.after(legMicros('there', ask), OWNER, () => void arrive())
    })
  }

  async function buy(index: number): Promise<void> {
    const purchase = `p-${index}`
    const body = { product: 'widget', quantity: 1, account: index % 2 === 0 ? 'ann-usd' : 'ben-eur' }
    const { status } = await call('order', { purchase, effect: 'order', key: purchase, body }, PATIENCE_MICROS)
    if (status === 'confirmed') confirmed += 1
  }

  await kernel.run(async () => {
    const all: Promise<void>[] = []
    for (let index = 0; index < orders; index++) {
      all.push(buy(index))
      await new Promise<void>((resolve) => kernel.after(gapMicros, OWNER, resolve))
    }
    await Promise.all(all)
  })
  await kernel.settle(PATIENCE_MICROS)
  return confirmed
}

type CallTo = (to: string, ask: Ask) => Promise<Answer>

function makeHandlers(call: CallTo, nowMicros: () => number): Readonly<Record<string, Handler>> {
  /** Counts the attempt, claims the key, books, stores the answer. */
  function leaf(amountOf: (ask: Ask) => number): Handler {
    const shelf = openShelf()
    return (ask) => {
      const known = countAndRecall(shelf, ask)
      if (known) return known
      book(shelf, ask, amountOf(ask), nowMicros())
      const answer = { done: 1, amount: amountOf(ask) }
      shelf.claims.set(ask.key, answer)
      return answer
    }
  }
  return {
    inventory: leaf(({ body }) => -Number(body.quantity)),
    bank: leaf(({ body }) => -Number(body.amountCents)),
    fx: () => ({ rateMicro: 920_000 }),
    notification: leaf(() => 0),
    logging: leaf(() => 0),
    payment: payment(call, nowMicros),
    order: order(call, nowMicros),
  }
}

function payment(call: CallTo, nowMicros: () => number): Handler {
  const shelf = openShelf()
  return async (ask) => {
    const known = countAndRecall(shelf, ask)
    if (known) return known
    const { purchase, key, body } = ask
    let amountCents = Number(body.amountCents)
    if (String(body.account).endsWith('eur')) {
      const { rateMicro } = await call('fx', {
        purchase,
        effect: 'quote',
        key: `${key}/quote`,
        body: { currency: 'EUR' },
      })
      amountCents = Math.round((amountCents * Number(rateMicro)) / 1_000_000)
    }
    const transfer = { account: body.account ?? '', amountCents }
    await call('bank', { purchase, effect: 'charge', key: `${key}/charge`, body: transfer })
    book(shelf, ask, amountCents, nowMicros())
    const answer = { charged: amountCents }
    shelf.claims.set(key, answer)
    void call('logging', { purchase, effect: 'history', key: `${key}/charged`, body: transfer })
    return answer
  }
}

function order(call: CallTo, nowMicros: () => number): Handler {
  const shelf = openShelf()
  return async (ask) => {
    const known = countAndRecall(shelf, ask)
    if (known) return known
    const { purchase, key, body } = ask
    book(shelf, ask, 0, nowMicros())
    const { product = '', quantity = 1, account = '' } = body
    await call('inventory', { purchase, effect: 'deduct', key: `${key}/deduct`, body: { product, quantity } })
    const charge = { account, amountCents: 1_000 * Number(quantity) }
    await call('payment', { purchase, effect: 'charge', key: `${key}/charge`, body: charge })
    book(shelf, ask, 1, nowMicros())
    const answer = { orderId: `o-${purchase}`, status: 'confirmed' }
    shelf.claims.set(key, answer)
    void call('notification', { purchase, effect: 'notify', key: `${key}/notify`, body: { account } })
    return answer
  }
}

type Shelf = ReturnType<typeof openShelf>

/** Counts the attempt, and gives the answer that its key already has. */
function countAndRecall({ attempts, claims }: Shelf, { purchase, effect, key }: Ask): Answer | undefined {
  const name = `${purchase} ${effect}`
  attempts.set(name, (attempts.get(name) ?? 0) + 1)
  return claims.get(key)
}

function book(shelf: Shelf, { purchase, effect, key }: Ask, amount: number, atMicros: number): void {
  shelf.balance += amount
  shelf.ledger.push({ purchase, effect, amount, key, atMicros })
}
