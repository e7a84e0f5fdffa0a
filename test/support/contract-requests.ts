/** What the order service owes buyers who come for no order, as part of the contract's test. */

import { expect, it } from 'vitest'
import type { ServiceName } from '../../src/core/topology.ts'
import { type HttpAnswer, type LiveServices, until } from './live-services.ts'

export interface RequestsParts {
  live(): LiveServices
  newKey(): string
  readonly wish: object
  /** Kinds of a service's rows under a key. */
  kindsUnder(service: ServiceName, under: string): Promise<string[]>
}

function brief({ status, body }: HttpAnswer): unknown[] {
  return [status, body.reason ?? null]
}

export function requestsSuite({ live, newKey, wish, kindsUnder }: RequestsParts): void {
  it('is passed on, answered, and happens once for each key', async () => {
    const stock = await live().ask('order', '/stock', { body: { product: 'console' } })
    expect([stock.status, stock.body.status, typeof stock.body.available]).toEqual([200, 'answered', 'number'])
    for (const [path, service, body] of [
      ['notifications', 'notification', { product: 'console', account: 'ada' }],
      ['payments', 'payment', wish],
    ] as const) {
      const under = newKey()
      for (const _ of [1, 2]) {
        const { status, body: said } = await live().ask('order', `/${path}`, { key: under, body })
        expect([status, said.status]).toEqual([200, 'answered'])
      }
      expect(await kindsUnder(service, `${under}/${path.slice(0, -1)}`)).toEqual(['effect'])
    }
    const refused = await live().ask('order', '/payments', { key: newKey(), body: { ...wish, account: 'poor' } })
    expect([refused.status, refused.body.status, refused.body.reason]).toEqual([422, 'refused', 'insufficient_funds'])
  })

  it('is answered 409 while the first request with its key is being worked on', async () => {
    const under = newKey()
    const pay = () => live().ask('order', '/payments', { key: under, body: wish })
    const first = await live().whileFrozen('bank', async () => {
      const asking = [pay(), pay()]
      expect(brief(await Promise.race(asking))).toEqual([409, 'in_progress'])
      return asking
    })
    await Promise.all(first)
    await until(async () => (await pay()).status === 200)
    expect(await kindsUnder('payment', `${under}/payment`)).toEqual(['effect'])
  })

  it('is degraded while its dependency is dead', async () => {
    const look = () => live().ask('order', '/stock', { body: { product: 'console' } })
    await live().kill('inventory')
    const degraded = await until(async () => {
      const answer = await look()
      return answer.status === 503 && answer
    })
    expect(degraded.body.status).toBe('degraded')
    await live().untilUp('inventory')
    await until(async () => (await look()).status === 200)
  })
}
