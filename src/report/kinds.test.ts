import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { exampleResult } from '../../test/support/example-result.ts'
import type { RequestKind } from '../core/purchase.ts'
import type { KindResult, Result, VariantResult } from '../core/result.ts'
import { runFacts } from './headline.ts'
import { arrivedOf, kindTable } from './kinds.ts'
import { Kinds } from './page/kinds.tsx'
import { renderTable } from './terminal/table.ts'

function kindResult(kind: RequestKind, arrived: number, good: number, p99: number | null): KindResult {
  const figures = { arrived, good, unanswered: 2, latencyMs: { p50: p99, p90: p99, p99, max: p99 } }
  const refusals = arrived > 0 ? { timeout: 3, insufficient_funds: 12 } : {}
  return { kind, ...figures, focus: figures, goodputPerSecond: good / 10, refusals, goodput: [] }
}

function mixed(kinds: readonly KindResult[], focus: Result['configuration']['focus']): Result {
  const result = exampleResult()
  return {
    ...result,
    configuration: { ...result.configuration, focus },
    variants: result.variants.map((variant, at) => (at === 0 ? { ...variant, kinds } : { ...variant, kinds: [] })),
  }
}

const ORDER = kindResult('order', 100, 31, 1_812)
const STOCK = kindResult('stock', 400, 399, 8.25)
const RESULT = mixed([ORDER, STOCK], { fromMs: 2_000, toMs: 5_500 })

describe('requests by kind, in the terminal', () => {
  it('have a row for each variant', () => {
    const [title, header, , first, second] = kindTable(RESULT, 100)
    expect(title).toBe('How each kind of request fared from 2 s to 5.5 s (good share, p99 in ms)')
    expect(header).toMatch(/^variant +order +p99 +stock +p99$/)
    expect(first).toMatch(/^\S+ +31\.0 % +1,812 +99\.8 % +8\.3$/)
    expect(second).toMatch(/– +– +– +–$/)
  })

  it('are a list where the table does not fit', () => {
    const lines = kindTable(RESULT, 34)
    expect(lines.join(' ').replaceAll(/\s+/g, ' ')).toContain('order 31.0 % (p99 1,812), stock 99.8 % (p99 8.3)')
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(34)
  })

  it('count as requests in what is said of the run', () => {
    expect(runFacts({ ...RESULT, variants: RESULT.variants.slice(0, 1) })).toMatch(/ [\d,]+ requests per variant$/)
    expect(arrivedOf(RESULT.variants[0] as VariantResult)).toBe((RESULT.variants[0]?.orders.arrived ?? 0) + 400)
  })

  it('stand in the whole report', () => {
    expect(renderTable(RESULT, { width: 120, color: false })).toContain(kindTable(RESULT, 120).join('\n'))
  })

  it('are not there where only orders came', () => {
    expect(kindTable(mixed([ORDER], { fromMs: 0, toMs: null }), 100)).toEqual([])
  })

  it('name a focus without an end, and one that is everything', () => {
    const titleOf = (fromMs: number) => kindTable(mixed([ORDER, STOCK], { fromMs, toMs: null }), 100)[0]
    expect(titleOf(1_500)).toContain('from 1.5 s on')
    expect(titleOf(0)).toContain('all the time')
  })
})

describe('requests by kind, on the page', () => {
  it('have a group of rows for each kind', () => {
    const page = renderToStaticMarkup(Kinds({ result: RESULT }))
    for (const text of ['order: good', '31.0 %', 'stock: p99', '8.3 ms', 'insufficient_funds 12, timeout 3']) {
      expect(page).toContain(text)
    }
  })

  it('are not there where only orders came', () => {
    expect(Kinds({ result: mixed([ORDER], { fromMs: 0, toMs: null }) })).toBeNull()
  })
})
