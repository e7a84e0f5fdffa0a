import { describe, expect, test } from 'vitest'
import { agreementResult } from '../../test/support/example-agreement.ts'
import { emptyResult, exampleResult, NO_TRANSACTIONS } from '../../test/support/example-result.ts'
import type { Result, Transactions } from '../core/result.ts'
import { anyAgreement, anyLocks } from './agreement.ts'
import { renderTable } from './terminal/table.ts'
import { displayWidth } from './terminal/terminal-text.ts'

function withTransactions(changes: Partial<Transactions>): Result {
  const [first] = exampleResult().variants
  return { ...exampleResult(), variants: [{ ...first!, transactions: { ...NO_TRANSACTIONS, ...changes } }] }
}

const SOME = { p50: 0, p90: 0, p99: 0, max: 0 }

/** The lines of the second table, up to the blank one. */
function agreementLines(width: number, result = agreementResult()): string[] {
  const lines = renderTable(result, { width, color: false }).split('\n')
  const from = lines.findIndex((line) => line.startsWith('What agreement costs'))
  if (from < 0) return []
  return lines.slice(from, lines.indexOf('', from))
}

describe('whether there is anything to tell', () => {
  test('votes, compensations, recoveries, heuristics and refusals by a lock count; messages do not', () => {
    expect(anyAgreement(exampleResult())).toBe(false)
    expect(anyAgreement(emptyResult())).toBe(false)
    expect(anyAgreement(withTransactions({ messagesPerOrder: 9 }))).toBe(false)
    for (const key of ['compensations', 'recoveries', 'heuristics', 'refusedByLock'] as const) {
      expect(anyAgreement(withTransactions({ [key]: 1 }))).toBe(true)
    }
    for (const key of ['inDoubtMs', 'lockedStockMs', 'lockedAccountMs'] as const) {
      expect(anyAgreement(withTransactions({ [key]: SOME }))).toBe(true)
    }
  })

  test('locks are measured, however short', () => {
    expect(anyLocks(withTransactions({ compensations: 4 }))).toBe(false)
    expect(anyLocks(withTransactions({ lockedAccountMs: SOME }))).toBe(true)
  })
})

describe.each([160, 120, 80, 60, 40])('the second table at %i columns', (width) => {
  const lines = agreementLines(width)

  test('fits, and has every figure of every variant', () => {
    expect(Math.max(...lines.map(displayWidth))).toBeLessThanOrEqual(width)
    const text = lines.join(' ').replace(/\s+/g, ' ')
    for (const figure of ['8.4/1,433', '9.1/1,390', '5.5/1,204', '17', '11', '2', '15.0', '41', '9', '6.2']) {
      expect(text.split(/[ ,:]+(?!\d{3})/)).toContain(figure)
    }
  })
})

test('at 80 columns times and messages have columns, and the counts a line below', () => {
  const [, header, , first, counts] = agreementLines(80)
  expect(header?.split(/ {2,}/)).toEqual(['variant', 'in doubt', 'stock locked', 'account locked', 'messages/order'])
  expect(first).toMatch(/^retry\+key +– +– +– +6\.2$/)
  expect(counts).toBe('  refused by lock 0, compensations 0, recoveries 0, heuristics 0')
})

test('where nobody agreed on anything there is no second table, and messages stand where there is room', () => {
  expect(agreementLines(160, exampleResult())).toEqual([])
  const wide = renderTable(exampleResult(), { width: 160, color: false })
  expect(wide).toMatch(/money lost +messages\/order +verdict/)
  const narrow = renderTable(exampleResult(), { width: 80, color: false })
  expect(narrow).toContain('cancelled 0, refused 9, failed 61, in doubt 4, messages/order 6.2')
})

test('messages are told once', () => {
  for (const width of [160, 80]) {
    expect(renderTable(agreementResult(), { width, color: false }).match(/messages\/order/g)).toHaveLength(1)
  }
})

test('a gremlin that waits for what a variant never does is said not to apply', () => {
  const text = renderTable(agreementResult(), { width: 120, color: false })
  expect(text).toContain(
    'till-dies (crash-after-commit on payment): retry+key does not apply, 2pc 9 of 287, saga does not apply',
  )
  expect(text).not.toContain('0 of 0')
})
