/** docs/openapi.yaml by itself; that the services keep to it is an end-to-end test. */

import { describe, expect, it } from 'vitest'
import { OPERATIONS } from '../src/core/call.ts'
import { ENTRY_KINDS } from '../src/core/ledger.ts'
import { SERVICES } from '../src/core/topology.ts'
import { readContract } from './support/contract.ts'

const contract = readContract(new URL('../docs/openapi.yaml', import.meta.url))

describe('the document', () => {
  it('refers to nothing that is not there', () => {
    const find = (path: string) =>
      path
        .slice(2)
        .split('/')
        .reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], contract.document)
    const references = [...JSON.stringify(contract.document).matchAll(/"\$ref":"([^"]+)"/g)].map(
      ([, path]) => path ?? '',
    )
    expect(references.length).toBeGreaterThan(50)
    expect(references.filter((path) => !path.startsWith('#/') || find(path) === undefined)).toEqual([])
  })

  it('knows what each participant is asked for', () => {
    const { schemas } = contract.document.components
    expect(Object.keys(contract.document['x-services']).toSorted()).toEqual(
      SERVICES.filter((s) => s !== 'order').toSorted(),
    )
    for (const { effects, queries } of Object.values(contract.document['x-services'])) {
      for (const { body, answer } of [...Object.values(effects), ...Object.values(queries)]) {
        expect([body in schemas, answer in schemas]).toEqual([true, true])
      }
    }
  })

  it('has a path for each operation, and each kind of entry', () => {
    const { paths, components } = contract.document
    const buyersPaths = ['/orders', '/stock', '/notifications', '/payments']
    const operations = OPERATIONS.flatMap((one) => (one === 'place' ? buyersPaths : [`/${one}/{effect}`]))
    expect(Object.keys(paths).toSorted()).toEqual([...operations, '/health', '/ledger'].toSorted())
    expect(components.schemas.LedgerEntry).toMatchObject({ properties: { kind: { enum: ENTRY_KINDS } } })
  })

  it('wants balances to say what is held', () => {
    const line = { balanceOf: 'console', account: 'console', unit: 'piece', opening: 3, balance: 3 }
    const problems = (value: object) =>
      contract.check('inventory', 'GET', '/ledger', {
        status: 200,
        type: 'application/x-ndjson',
        text: `${JSON.stringify(value)}\n`,
      })
    expect(problems({ ...line, held: 0 })).toEqual([])
    expect(problems(line)).not.toEqual([])
  })

  it('tells a pending order from one that is confirmed', () => {
    const problems = (status: number, order: object) =>
      contract.check('order', 'POST', '/orders', {
        status,
        type: 'application/json',
        text: JSON.stringify({ orderId: 'o-1', message: 'We have your order.', ...order }),
      })
    expect(problems(202, { status: 'pending', reason: 'payment_pending' })).toEqual([])
    expect(problems(202, { status: 'pending', reason: null })).not.toEqual([])
    expect(problems(202, { status: 'confirmed', reason: null })).not.toEqual([])
    expect(problems(201, { status: 'pending', reason: 'payment_pending' })).not.toEqual([])
  })

  it('knows three answers to an inquiry', () => {
    const problems = (decision: string) =>
      contract.check('payment', 'POST', '/inquire/charge', {
        status: 200,
        type: 'application/json',
        text: JSON.stringify({ decision }),
      })
    for (const decision of ['commit', 'abort', 'undecided']) expect(problems(decision)).toEqual([])
    expect(problems('maybe')).not.toEqual([])
  })
})
