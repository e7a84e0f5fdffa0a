/** What the matrix's data says, and what the page's script makes of it. */

import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { exampleOutcomes, exampleStories } from '../../../test/support/example-stories.ts'
import type { OutcomeCell, Outcomes } from '../../core/outcomes.ts'
import { createAnchors } from './anchors.ts'
import { MATRIX_CHOICE } from './matrix-choice.ts'
import { matrixData } from './matrix-data.ts'
import { placeStories } from './placed-stories.ts'

const FINE: OutcomeCell = { class: 'confirmed', broken: [], strikes: 0, latencyMs: 36.24 }
const BROKEN: OutcomeCell = { class: 'confirmed', broken: ['charged-at-most-once'], strikes: 2, latencyMs: 5.26 }
const SLOW: OutcomeCell = { class: 'refused', broken: [], strikes: 0, latencyMs: 1_234.5 }
const SILENT: OutcomeCell = { class: 'in-doubt', broken: ['no-order-lost'], strikes: 1, latencyMs: null }

function outcomesOf(cells: readonly (readonly (OutcomeCell | null)[])[]): Outcomes {
  return {
    ...exampleOutcomes(1),
    variants: ['plain', 'keyed'],
    rows: cells.map((row, at) => ({
      purchase: `p-${at + 1}`,
      kind: at === 4 ? 'stock' : 'order',
      intendedMs: 10 * at,
      product: 'console',
      quantity: at + 1,
      amountCents: 50_000,
      cells: row,
    })),
  }
}

const MATRIX = matrixData(
  outcomesOf([
    [FINE, FINE],
    [BROKEN, FINE],
    [SLOW, SLOW],
    [SILENT, SILENT],
    [{ ...FINE, class: null }, null],
  ]),
  [],
  'USD',
)

function run(code: string, globals: Record<string, unknown> = {}): unknown {
  const text = runInNewContext(`${MATRIX_CHOICE}; JSON.stringify(${code})`, {
    ...globals,
    URLSearchParams,
    Intl,
    data: MATRIX,
  })
  return JSON.parse(String(text))
}

function chosen(wish: Record<string, string>): unknown {
  return run('chooseRows(readMatrix(data), { ...CALM, ...wish })', { wish })
}

describe('the data', () => {
  test('names what cells share once', () => {
    expect(MATRIX.looks).toEqual([
      [0, [], 0, []],
      [0, [0], 2, []],
      [2, [], 0, []],
      [4, [1], 1, []],
      [5, [], 0, []],
    ])
    expect(MATRIX.rows[0]).toEqual(['p-1', 0, 0, 0, 36, 0, 36])
    expect(MATRIX.rows[1]).toEqual(['p-2', 10, 1, 1, 5.3, 0, 36])
    expect(MATRIX.rows[4]).toEqual(['p-5', 40, 4, 4, 36, -1, null])
    expect(MATRIX.whats[1]).toBe('2 consoles, $500.00')
    expect(MATRIX.whats[4]).toBe('look at the stock')
  })

  test('leads from a cell to the stories of its violations, by their lists', () => {
    const stories = exampleStories()
    const outcomes = exampleOutcomes(60)
    const told = placeStories(stories, 12, createAnchors())
    const rows = outcomes.rows.map((row) => ({
      ...row,
      cells: row.cells.map((_, at) => (at === 1 ? { ...BROKEN, broken: ['charged-at-most-once' as const] } : FINE)),
    }))
    const data = matrixData({ ...outcomes, rows }, told, 'USD')
    const at = data.stories.findIndex(([id]) => id === 'story-retry-charged-at-most-once-1')
    const storiesOf = (purchase: string) => {
      const row = data.rows.find(([name]) => name === purchase)
      return data.looks[Number(row?.[5])]?.[3]
    }
    expect(storiesOf('p-8')).toEqual([at])
    // On no list, and yet there is only one shape of this.
    expect(storiesOf('p-9')).toEqual([at])
  })

  test('leads nowhere from what is on no list where other shapes are not told', () => {
    const stories = exampleStories()
    const untold = { ...stories, variants: stories.variants.map((variant) => ({ ...variant, untold: 4 })) }
    const told = placeStories(untold, 12, createAnchors())
    const [row] = exampleOutcomes(1).rows
    const data = matrixData(
      { ...exampleOutcomes(1), rows: [{ ...row!, purchase: 'p-9', cells: [null, BROKEN, null, null] }] },
      told,
      'USD',
    )
    expect(data.looks).toEqual([[0, [0], 2, []]])
  })
})

test('what is no order and was never answered is told from what was', () => {
  const cells = [
    [
      { ...FINE, class: null },
      { ...FINE, class: null, latencyMs: null },
    ],
  ]
  const { looks, outcomes } = matrixData(outcomesOf(cells), [], 'USD')
  expect(looks.map(([outcome]) => outcomes[outcome]?.[1])).toEqual(['A', 'U'])
})

describe('the filter', () => {
  test('shows all, those that differ, and those that broke a promise', () => {
    expect(chosen({})).toEqual([0, 1, 2, 3, 4])
    expect(chosen({ show: 'differing' })).toEqual([1, 3, 4])
    expect(chosen({ show: 'broken' })).toEqual([1, 3])
  })

  test('asks one variant only', () => {
    expect(chosen({ show: 'broken', variant: 'keyed' })).toEqual([3])
    expect(chosen({ variant: 'keyed' })).toEqual([0, 1, 2, 3])
    expect(chosen({ show: 'differing', variant: 'keyed' })).toEqual([1, 3])
  })

  test('finds a promise, and a purchase by a part of its name', () => {
    expect(chosen({ invariant: 'no-order-lost' })).toEqual([3])
    expect(chosen({ invariant: 'no-order-lost', variant: 'plain', show: 'broken' })).toEqual([3])
    expect(chosen({ text: ' P-4 ' })).toEqual([3])
    expect(chosen({ text: 'p-77' })).toEqual([])
  })

  test('sorts by how much differs, and by latency', () => {
    expect(chosen({ sort: 'difference' })).toEqual([1, 4, 3, 0, 2])
    expect(chosen({ sort: 'latency' })).toEqual([2, 0, 1, 4, 3])
    expect(chosen({ sort: 'latency', variant: 'plain' })).toEqual([2, 0, 4, 1, 3])
  })

  test('what a variant or a promise is called that is not there filters nothing', () => {
    expect(chosen({ variant: 'nobody', invariant: 'nothing' })).toEqual([0, 1, 2, 3, 4])
  })
})

test('a wish travels in a link, and what is no wish does not', () => {
  const wish = { show: 'broken', invariant: '', variant: 'a+b & "c"', text: 'p 1', sort: 'latency' }
  const link = String(run('writeWish(wish)', { wish }))
  expect(run('readWish(link)', { link })).toEqual(wish)
  expect(run('writeWish(CALM)')).toBe('')
  expect(run('readWish("show=everything&sort=luck&x=1")')).toEqual(run('CALM'))
})

test('a cell says in a sentence what it is', () => {
  const said = (row: number, column: number) =>
    run(`describeCell(readMatrix(data), readMatrix(data).rows[${row}], ${column})`)
  expect(said(1, 0)).toBe(
    'p-2 under plain: confirmed, answered after 5.3 ms; broke charged-at-most-once; 2 strikes on its path.',
  )
  expect(said(2, 1)).toBe('p-3 under keyed: refused, answered after 1,235 ms; broke no promise; no strike on its path.')
  expect(said(3, 0)).toBe('p-4 under plain: in doubt, never answered; broke no-order-lost; 1 strike on its path.')
  expect(said(4, 0)).toBe('p-5 under plain: no order, answered after 36 ms; broke no promise; no strike on its path.')
  expect(said(4, 1)).toBe('p-5 under keyed: it never arrived.')
})
