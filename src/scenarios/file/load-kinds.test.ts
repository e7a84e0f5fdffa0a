import { describe, expect, it } from 'vitest'
import { changed, mistakesIn, sample } from '../../../test/support/scenario-text.ts'
import { loadText } from '../../../test/support/shipped-scenarios.ts'
import type { Scenario } from '../../core/scenario.ts'
import { showScenario } from './show.ts'

const MIX = { order: 2, stock: 5, payment: 1 }

function withMix(mix: unknown, expected: object = {}, focus: object = {}): string {
  const { traffic, ...scenario } = sample() as { traffic: object }
  const mixed = { ...traffic, ...(mix === undefined ? {} : { mix }) }
  return changed(['scenarios', 'one'], { ...scenario, traffic: mixed, focus, expect: { naive: expected } })
}

const only = (text: string) => loadText(text).scenarios[0] as Scenario

describe('a mix of requests', () => {
  it('has the shares that are written, and nothing else', () => {
    expect(only(withMix(MIX)).traffic.mix).toEqual({ order: 2, stock: 5, notification: 0, payment: 1 })
    expect(only(withMix(undefined)).traffic.mix).toEqual({ order: 1, stock: 0, notification: 0, payment: 0 })
  })

  it('can be bounded kind by kind', () => {
    const kinds = { stock: { goodShareAtLeast: 0.95, p99MsAtMost: 300 }, payment: { goodShareAtMost: 0.5 } }
    expect(only(withMix(MIX, { kinds, p99MsAtMost: 900 })).expectations.naive?.bounds).toEqual([
      { metric: 'p99-ms-at-most', value: 900 },
      { kind: 'stock', metric: 'good-share-at-least', value: 0.95 },
      { kind: 'stock', metric: 'focus-p99-ms-at-most', value: 300 },
      { kind: 'payment', metric: 'good-share-at-most', value: 0.5 },
    ])
  })

  it.each<[string, string, string]>([
    ['an unknown kind', withMix({ orders: 1, stock: 1 }), "traffic.mix.orders: unknown key; did you mean 'order'?"],
    ['nobody at all', withMix({ order: 0 }), 'traffic.mix: must have a share above 0'],
    [
      'a bound on what nobody comes for',
      withMix({ order: 1 }, { kinds: { stock: { goodShareAtLeast: 1 } } }),
      "expect.naive.kinds.stock: nobody comes for 'stock' here; give it a share in traffic.mix, or remove this",
    ],
    [
      'a count of orders where nobody orders',
      withMix({ stock: 1 }, { refusedAtMost: 0 }),
      'expect.naive.refusedAtMost: counts orders, and nobody comes for any here; give order a share in traffic.mix, or remove this',
    ],
    [
      'a share beyond 1',
      withMix(MIX, { kinds: { stock: { goodShareAtLeast: 95 } } }),
      'goodShareAtLeast: must be at most 1',
    ],
    [
      'an unknown bound',
      withMix(MIX, { kinds: { stock: { goodShareAtLest: 1 } } }),
      "kinds.stock.goodShareAtLest: unknown key; did you mean 'goodShareAtLeast'?",
    ],
    ['bounds on an unknown kind', withMix(MIX, { kinds: { stok: { p99MsAtMost: 1 } } }), 'kinds.stok: '],
  ])('cannot have %s', (_, text, mistake) => {
    expect(mistakesIn(text)).toEqual([expect.stringContaining(mistake)])
  })

  it('is shown with its focus and its bounds', () => {
    const kinds = { stock: { goodShareAtLeast: 0.95, p99MsAtMost: 300 } }
    const shown = showScenario(only(withMix(MIX, { kinds }, { fromMs: 1_000, toMs: 3_000 })))
    expect(shown).toContain(
      'they come for: order 25 %, stock 62.5 %, payment 12.5 %; in focus: from 1000 ms to 3000 ms',
    )
    expect(shown).toContain('stock good share at least 0.95; stock focus p99 ms at most 300')
    expect(showScenario(only(withMix(undefined)))).not.toContain('they come for')
  })
})
