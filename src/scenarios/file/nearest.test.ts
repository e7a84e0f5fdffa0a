import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nearest, unknownName } from './nearest.ts'

const SERVICES = ['order', 'payment', 'inventory', 'notification', 'bank', 'fx', 'logging']

describe('the nearest name', () => {
  it.each([
    ['inventry', 'inventory'],
    ['paymnet', 'payment'],
    ['PAYMENT', 'payment'],
    ['invent', 'inventory'],
    ['fxx', 'fx'],
    ['bonk', 'bank'],
  ])('of %s is %s', (typed, meant) => {
    expect(nearest(typed, SERVICES)).toBe(meant)
  })

  it.each(['', 'warehouse', 'zzz', 'x'.repeat(500)])('of %s is none', (typed) => {
    expect(nearest(typed, SERVICES)).toBeUndefined()
  })

  it('of a valid name is the name itself', () => {
    for (const name of SERVICES) expect(nearest(name, SERVICES)).toBe(name)
  })

  it('is found for any single slip in a long name', () => {
    const name = 'deducted-at-most-once'
    fc.assert(
      fc.property(fc.nat(name.length - 1), fc.constantFrom('drop', 'double', 'swap'), (at, slip) => {
        const [a, b] = [name.slice(0, at), name.slice(at)]
        const typed = { drop: a + b.slice(1), double: a + b[0] + b, swap: a + (b[1] ?? '') + b[0] + b.slice(2) }[slip]
        expect(nearest(typed ?? '', ['charged-at-most-once', name])).toBe(name)
      }),
    )
  })

  it('is offered, or else all names', () => {
    expect(unknownName('service', 'inventry', SERVICES)).toBe("unknown service 'inventry'; did you mean 'inventory'?")
    expect(unknownName('service', 'zzz', ['order', 'fx'])).toBe("unknown service 'zzz'; choose one of order, fx")
    expect(unknownName('variant', 'zzz', [])).toBe("unknown variant 'zzz'; there is none to choose from")
  })
})
