import { expect, it } from 'vitest'
import { chooseRows } from './choose-rows.ts'
import type { OutcomeNotes } from './outcomes.ts'

const CONFIRMED = 1
const REFUSED = 3

/** A variant in which every purchase was confirmed, but for some. */
function variant(length: number, others: (place: number) => number | undefined = () => undefined): OutcomeNotes {
  const ends = Uint16Array.from({ length }, (_, place) => others(place) ?? CONFIRMED)
  return { ends, strikes: new Uint16Array(length), latencies: new Uint32Array(length) }
}

it('shows all where there is room', () => {
  const { places, ...chosen } = chooseRows([variant(3), variant(3, (place) => (place === 1 ? REFUSED : undefined))])
  expect(places).toEqual([0, 1, 2])
  expect(chosen).toEqual({ total: 3, differing: 1, rule: 'All 3 purchases are shown.' })
})

it('shows all that differ first, and spaces the others evenly', () => {
  const all = [variant(1_000), variant(1_000, (place) => (place % 100 === 99 ? REFUSED : undefined))]
  const { places, total, differing, rule } = chooseRows(all, 40, 30)
  expect([total, differing, places.length]).toEqual([1_000, 10, 40])
  expect(places.filter((place) => place % 100 === 99)).toHaveLength(10)
  const others = places.filter((place) => place % 100 !== 99)
  const gaps = others.slice(1).map((place, index) => place - (others[index] ?? 0))
  expect(Math.max(...gaps) - Math.min(...gaps)).toBeLessThanOrEqual(2)
  expect(rule).toBe(
    'Of 1,000 purchases, all 10 that broke something in some variant or did not end alike in all and 30 of the 990 others are shown, evenly spaced in the order of the traffic.',
  )
})

it('spaces those that differ evenly where they are too many', () => {
  const all = [variant(10_000), variant(10_000, (place) => (place < 5_000 ? REFUSED : undefined))]
  const { places, rule } = chooseRows(all)
  expect(places).toHaveLength(2_000)
  const differing = places.filter((place) => place < 5_000)
  expect(differing).toHaveLength(1_500)
  expect(differing.filter((place) => place < 2_500)).toHaveLength(750)
  expect(rule).toContain('1,500 of the 5,000 that broke something')
  expect(rule).toContain('500 of the 5,000 others')
})

it('gives the room of others to those that differ, where there are no others', () => {
  const all = [variant(5_000), variant(5_000, () => REFUSED)]
  const { places, rule } = chooseRows(all)
  expect(places).toHaveLength(2_000)
  expect(rule).toContain('2,000 of the 5,000 that broke something')
  expect(rule).toContain('all 0 others')
})

it('counts who came in one variant only, and nobody who came in none', () => {
  const short = variant(2)
  const long = variant(5, (place) => (place === 3 ? 0 : undefined))
  expect(chooseRows([short, long])).toMatchObject({ total: 4, differing: 0, places: [0, 1, 2, 4] })
})

it('has nothing to show of a run without a purchase', () => {
  expect(chooseRows([])).toEqual({ total: 0, differing: 0, rule: 'No purchase arrived.', places: [] })
})

it('chooses the same again', () => {
  const all = [variant(9_000, (place) => (place % 7 === 0 ? REFUSED : undefined)), variant(9_000)]
  expect(chooseRows(all)).toEqual(chooseRows(all))
})
