/** Stories and the matrix on the page: what it says, how it escapes, what it leaves out. */

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { manyDetails, manyVariants } from '../../../test/support/example-many.ts'
import { exampleResult } from '../../../test/support/example-result.ts'
import { exampleOutcomes, exampleStories } from '../../../test/support/example-stories.ts'
import { type Details, NO_DETAILS } from '../../core/details.ts'
import type { Stories } from '../../core/story.ts'
import { renderHtml } from './html.tsx'

const chartFolder = dirname(createRequire(import.meta.url).resolve('chart.js'))
const chartJs = readFileSync(join(chartFolder, 'chart.umd.min.js'), 'utf8')
const NO_CHART_JS = { chartJs: '' }
const DETAILS: Details = { stories: exampleStories(), outcomes: exampleOutcomes(300) }

function withoutScripts(page: string): string {
  return page.replace(/<script[^>]*>[\s\S]*?<\/script>/g, '')
}

function textOf(markup: string): string {
  return withoutScripts(markup)
    .replace(/<style>[\s\S]*?<\/style>/, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')
}

function idsOf(page: string): string[] {
  return [...withoutScripts(page).matchAll(/ id="([^"]*)"/g)].map(([, id = '']) => id)
}

function embedded(page: string, id: string): string {
  return page.match(new RegExp(`<script type="application/json" id="${id}">([\\s\\S]*?)</script>`))?.[1] ?? ''
}

/** The markup of one story. */
function storyOn(page: string, id: string): string {
  return page.split(`<details class="told" id="${id}"`)[1]?.split('<details class="told"')[0] ?? ''
}

describe('the page of a run with stories', () => {
  const page = renderHtml(exampleResult(), DETAILS, NO_CHART_JS)
  const story = storyOn(page, 'story-retry-charged-at-most-once-1')

  test('every told group has a story under a name of its own', () => {
    const groups = exampleStories().variants.flatMap(({ variant, groups }) =>
      groups.map(({ invariant }) => `story-${variant}-${invariant}-1`),
    )
    expect(idsOf(page).filter((id) => /^story-(?!dialog).*-\d$/.test(id))).toEqual(groups)
  })

  test('a story has its count, its purchases, its proof with roles and places, and what prevents it', () => {
    const text = textOf(story)
    expect(text).toContain('p-1 was deducted twice charged-at-most-once 23 violations')
    expect(text).toContain('23 violations of this shape, 20 of them listed: p-1, p-8, p-15')
    expect(text).toContain('believed The order service took the first deduction to be uncertain.')
    expect(text).toContain('order journal, life 1, heard +0.5 ms')
    expect(text).toContain('inventory ledger, row 7 · inventory ledger, row 9')
    expect(text).toContain('therefore Two consoles left the shelf for one purchase.')
    expect(text).toContain('missing No idempotency key travels')
    expect(text).toContain(
      'In retry+key this purchase, with the same luck, broke nothing: it sends an idempotency key.',
    )
  })

  test('both diagrams are there, and a choice between them that needs no script', () => {
    expect(idsOf(story)).toEqual([
      'story-retry-charged-at-most-once-1-happened',
      'story-retry-charged-at-most-once-1-prevented',
    ])
    expect(story.match(/ name="story-retry-charged-at-most-once-1-view"/g)).toHaveLength(3)
  })

  test('the comparison, and the evidence, lead to the story', () => {
    expect(page.match(/href="#story-retry-charged-at-most-once-1"/g)).toHaveLength(3)
  })

  test('the first story is open', () => {
    expect(page.match(/<details class="told"[^>]* open=""/g)).toHaveLength(1)
  })

  test('the matrix has its sums and strips without a script', () => {
    const text = textOf(page)
    expect(text).toContain('73 of 300 purchases broke a promise somewhere, or did not end alike. All 300 purchases.')
    expect(text).toMatch(/broke a promise 66 43 43 0/)
    expect(text).toMatch(/confirmed \(C\) (?:\d+ ){4}/)
    expect(page.match(/<svg role="img" aria-label="retry: of 300 purchases, 43 broke a promise"/g)).toHaveLength(1)
  })

  test('ids are unique, links lead somewhere, headings are in order', () => {
    const ids = idsOf(page)
    expect(new Set(ids).size).toBe(ids.length)
    for (const [, target] of page.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(target)
    const levels = [...withoutScripts(page).matchAll(/<h([1-6])/g)].map(([, level]) => Number(level))
    for (const [at, level] of levels.entries()) expect(level).toBeLessThanOrEqual((levels[at - 1] ?? 0) + 1)
  })
})

describe('a run without stories or outcomes', () => {
  const page = renderHtml(exampleResult(), NO_DETAILS, NO_CHART_JS)

  test('says so in a line and has no empty section', () => {
    expect(textOf(page)).toContain('holds no stories and no purchases side by side')
    expect(idsOf(page)).not.toContain('matrix')
    expect(idsOf(page)).not.toContain('stories')
  })

  test('one of them alone is shown', () => {
    const half = renderHtml(exampleResult(), { ...DETAILS, stories: null }, NO_CHART_JS)
    expect(textOf(half)).toContain('holds no stories:')
    expect(idsOf(half)).toContain('matrix')
    expect(textOf(renderHtml(exampleResult(), DETAILS, NO_CHART_JS))).not.toContain('holds no')
  })
})

describe('hostile names', () => {
  const hostile = `</script><img src=x onerror=alert(1)>"'&\u2028<!--\u001b[31m`
  const stories = exampleStories()
  const outcomes = exampleOutcomes(5)
  const evil: Stories = {
    ...stories,
    variants: stories.variants.map((told, at) => ({
      ...told,
      variant: `${'"'.repeat(at)}${hostile}`,
      groups: told.groups.map((group) => ({
        ...group,
        purchases: [hostile],
        story: {
          ...group.story,
          title: hostile,
          purchase: hostile,
          proof: group.story.proof.map((claim) => ({ ...claim, sentence: hostile })),
        },
        prevention: group.prevention && { ...group.prevention, variant: hostile, change: hostile },
      })),
    })),
  }
  const page = renderHtml(
    exampleResult(),
    {
      stories: evil,
      outcomes: {
        ...outcomes,
        rule: hostile,
        variants: outcomes.variants.map((name) => `${name}${hostile}`),
        rows: outcomes.rows.map((row) => ({ ...row, purchase: hostile, product: hostile })),
      },
    },
    NO_CHART_JS,
  )

  test('stay text in markup and in data', () => {
    expect(withoutScripts(page)).not.toMatch(/<img|<script|<!--/)
    expect(page.match(/<script/g)).toHaveLength(4)
    expect(page).not.toContain('\u2028')
    expect(page).not.toContain('\u001b')
    expect(JSON.parse(embedded(page, 'matrix-data')).rows[0][0]).toContain('</script><img')
  })

  test('share no id, also where only punctuation tells them apart', () => {
    const ids = idsOf(page)
    expect(new Set(ids).size).toBe(ids.length)
    for (const id of ids) expect(id).toMatch(/^[\w+.-]+$/)
  })
})

/** What a reader's browser unpacks. */
function packedOn(page: string): Record<string, string> {
  return JSON.parse(gunzipSync(Buffer.from(JSON.parse(embedded(page, 'packed-stories')), 'base64')).toString())
}

describe('large runs', () => {
  let seven = ''
  function sevenVariants(): string {
    seven ||= renderHtml(manyVariants(7), manyDetails(7, 300), { chartJs })
    return seven
  }

  test('seven variants of 300 purchases with all that can be told weigh at most 500 KB, and say what is left out', () => {
    const page = sevenVariants()
    expect(Buffer.byteLength(page)).toBeLessThanOrEqual(500_000)
    for (let variant = 1; variant <= 7; variant += 1) expect(page).toContain(`id="story-variant-${variant}-`)
    expect(textOf(page)).toMatch(/further violations of rarer shapes are not told here/)
    expect(textOf(page)).toContain('Everything that was run, names resolved and defaults filled in, is in result.json')
    expect(new Set(idsOf(page)).size).toBe(idsOf(page).length)
  })

  test('what is packed is what the page would say, and nothing else', () => {
    const page = sevenVariants()
    const packed = packedOn(page)
    const referred = [page, ...Object.values(packed)].flatMap((markup) =>
      [...markup.matchAll(/ data-packed="([^"]+)"/g)].map(([, key = '']) => key),
    )
    expect(Object.keys(packed).sort()).toEqual([...new Set(referred)].sort())
    expect(referred.length).toBeGreaterThan(10)
    const shown = Object.entries(packed).find(([key]) => key.endsWith('-shown'))
    expect(shown?.[1]).toMatch(/^<div class="diagrams"><h5>What happened<.h5>.*<figure class="seq"/)
  })

  test('a diagram that many stories show is packed once, and has no ids of its own', () => {
    const packed = packedOn(sevenVariants())
    const pictures = Object.entries(packed).filter(([key]) => key.startsWith('picture-'))
    expect(Object.keys(packed).filter((key) => key.endsWith('-shown')).length).toBeGreaterThan(40)
    expect(pictures).toHaveLength(2)
    for (const [key, picture] of pictures) {
      expect(picture).toContain('<svg')
      expect(`${picture}${packed[key.replace('picture', 'words')]}`).not.toMatch(/ id=| name=/)
    }
  })

  test('what is open at the beginning needs no unpacking', () => {
    const [first = '', ...others] = sevenVariants().split('<details class="told"').slice(1)
    expect(first).toMatch(/^[^>]* open=""/)
    expect(first).toContain('<h5>The proof</h5>')
    expect(first.match(/<figure class="seq"/g)).toHaveLength(2)
    expect(first).not.toContain('data-packed')
    expect(others.filter((story) => story.includes('data-packed')).length).toBeGreaterThan(40)
  })

  test('every promise that a variant broke has its first story with its diagrams', () => {
    const page = sevenVariants()
    for (const [, id = ''] of page.matchAll(/<details class="told" id="([^"]+-1)"/g)) {
      expect(storyOn(page, id)).not.toContain('To keep this page small')
      expect(storyOn(page, id)).toMatch(new RegExp(`<figure class="seq"|data-packed="${id}-shown"`))
    }
  })

  test('nine variants of 2,000 purchases weigh at most 3 MB, with every purchase in the data', () => {
    const page = renderHtml(manyVariants(9), manyDetails(9, 2_000), { chartJs })
    expect(Buffer.byteLength(page)).toBeLessThanOrEqual(3_000_000)
    expect(JSON.parse(embedded(page, 'matrix-data')).rows).toHaveLength(2_000)
  })
})
