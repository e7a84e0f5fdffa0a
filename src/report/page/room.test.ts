/** What a page does without first, by parts whose weight is plain to see. */

import { expect, test } from 'vitest'
import { exampleStories } from '../../../test/support/example-stories.ts'
import { type PageBounds, type PartWays, renderWithin, type StoryPart } from './room.ts'

const DETAILS = { stories: exampleStories(), outcomes: null }
/** Bytes that no packing makes smaller. */
const NOISE = Array.from({ length: 4_000 }, (_, at) => ((at * at * 7_919 + at * 104_729) % 99_991).toString(36)).join(
  '',
)

function part(at: number, more: Partial<StoryPart> = {}): StoryPart {
  const markup = NOISE.slice(at * 1_000, (at + 1) * 1_000)
  const usual = { kin: '', drawings: [], bytes: 1_000, needed: false, opening: false }
  return { key: `part-${at}`, markup, ...usual, ...more }
}

const PARTS = [
  part(0, { needed: true, opening: true }),
  part(1, { needed: true }),
  part(2, { needed: true }),
  part(3),
  part(4),
  part(5),
  part(6),
  part(7),
]

interface Rendered {
  readonly bounds: PageBounds
  readonly ways: PartWays
}

/** A page of so many bytes, of which evidence takes 1,000 for each sample and the configuration 3,000. */
function renderedWithin(most: number): Rendered & { readonly page: string } {
  let last: Rendered | undefined
  const page = renderWithin(most, DETAILS, {
    partsOf: () => PARTS,
    render: (bounds, ways, packed) => {
      last = { bounds, ways }
      const plain = PARTS.filter(({ key }) => ways.plain.has(key)).map(({ markup }) => markup)
      const evidence = 'e'.repeat(1_000 * bounds.samples + (bounds.configuration ? 3_000 : 0))
      return [evidence, ...plain, packed ?? ''].join('')
    },
  })
  return { page, ...(last as Rendered) }
}

const shownIn = ({ ways }: Rendered) =>
  PARTS.map(({ key }) => key).filter((key) => ways.plain.has(key) || ways.packed.has(key))

test('where all fits, all stands there as it is, with all samples', () => {
  const { bounds, ways } = renderedWithin(30_000)
  expect([...ways.plain]).toEqual(PARTS.map(({ key }) => key))
  expect(bounds.samples).toBe(5)
})

test('samples make room for stories, also for those that are not needed', () => {
  const rendered = renderedWithin(12_500)
  expect(shownIn(rendered)).toHaveLength(PARTS.length)
  expect(rendered.bounds.samples).toBeLessThan(5)
  expect(rendered.bounds.configuration).toBe(true)
})

test('later shapes are left out before the configuration is, and the configuration before first shapes', () => {
  const less = renderedWithin(8_000)
  expect(shownIn(less).slice(0, 3)).toEqual(['part-0', 'part-1', 'part-2'])
  expect(shownIn(less).length).toBeLessThan(PARTS.length)
  expect(less.bounds.configuration).toBe(true)
  const least = renderedWithin(4_600)
  expect(shownIn(least).slice(0, 3)).toEqual(['part-0', 'part-1', 'part-2'])
  expect(least.bounds.configuration).toBe(false)
})

test('what is open at the beginning is never packed where it fits as it is', () => {
  for (const most of [30_000, 12_500, 8_000, 4_600]) expect(renderedWithin(most).ways.plain).toContain('part-0')
})

test('no page is larger than it may be, whatever is left out for that', () => {
  for (const most of [30_000, 12_500, 8_000, 4_600, 2_500, 500])
    expect(renderedWithin(most).page.length).toBeLessThanOrEqual(most)
})
