/** The stories of violations in a real browser: each opens, also from its cell; no text in them runs; large pages answer soon. */

import { isDeepStrictEqual } from 'node:util'
import type { Page } from 'playwright-core'
import { beforeAll, expect, it } from 'vitest'
import type { Details } from '../../src/core/details.ts'
import { renderHtml } from '../../src/report/page/html.tsx'
import { HARM, spoilTexts } from '../support/example-hostile.ts'
import { manyDetails, manyVariants } from '../support/example-many.ts'
import { exampleResult } from '../support/example-result.ts'
import { exampleOutcomes, exampleStories } from '../support/example-stories.ts'
import { browserPages, CHART_JS, describeInChromium, OPEN_ALL, until, VISIBLE } from './open.ts'

const { write, open } = browserPages('browser-stories')

/** Far more than it takes: this is no benchmark. */
const SOON_MS = 5_000

interface Told {
  readonly variant: string
  readonly invariant: string
  readonly title: string
  readonly sentences: readonly string[]
  readonly diagrams: number
}

function toldBy({ stories }: Details): Told[] {
  return (stories?.variants ?? []).flatMap(({ variant, groups }) =>
    groups.map(({ invariant, story, prevention }) => ({
      variant,
      invariant,
      title: story.title,
      sentences: story.proof.map(({ sentence }) => sentence),
      diagrams: [story.diagram, prevention?.diagram].filter(Boolean).length,
    })),
  )
}

/** In the page: what a reader sees of a story. */
const SEEN = `((story) => ({
  variant: story.dataset.variant,
  invariant: story.dataset.invariant,
  title: story.querySelector('h4').textContent,
  sentences: ${VISIBLE}('.claim-words', story).map((words) => words.firstChild.textContent),
  diagrams: ${VISIBLE}('.diagram', story).filter((diagram) => ${VISIBLE}('svg', diagram).length > 0).length,
}))`
const ALL_SEEN = `[...document.querySelectorAll('details.told')].map(${SEEN})`
const UNPACKED = "document.querySelector('details.told[open] [data-packed]') === null"
const CLOSE_ALL = "for (const open of document.querySelectorAll('details.told')) open.open = false"

const FOCUSED = "(({ dataset: { line, column } }) => line + ':' + column)(document.activeElement)"

/** Goes to a cell by its link and by arrows, as it may be far away. */
async function goToCell(page: Page, purchase: string, column: number): Promise<string> {
  // The address may say so already.
  await page.evaluate(`location.hash = '', location.hash = '#order-${purchase}'`)
  await until(page, `document.activeElement.id === 'order-${purchase}'`)
  for (let step = 0; step <= column; step += 1) await page.keyboard.press('ArrowRight')
  return page.evaluate<string>(FOCUSED)
}

async function expectBackAt(page: Page, cell: string): Promise<void> {
  await page.keyboard.press('Escape')
  await until(page, "!document.getElementById('story-dialog').open")
  expect(await page.evaluate(FOCUSED)).toBe(cell)
  // A dialog says that it was closed with the next frame, and only then the story goes home.
  await until(page, "document.querySelector('dialog details.told') === null")
}

describeInChromium('stories in Chromium', () => {
  const details = { stories: exampleStories(), outcomes: exampleOutcomes(300) }
  const told = toldBy(details)
  let page: Page
  beforeAll(async () => {
    page = await open(write('report.html', renderHtml(exampleResult(), details, { chartJs: CHART_JS })))
  })

  it('open by a click, with proof and diagrams, and the address follows', async () => {
    await page.evaluate(CLOSE_ALL)
    const closed: Told[] = await page.evaluate(ALL_SEEN)
    expect(closed.every(({ sentences, diagrams }) => sentences.length + diagrams === 0)).toBe(true)
    for (const story of await page.locator('details.told').all()) {
      await story.locator('summary').first().click()
      const id = await story.getAttribute('id')
      await until(page, `location.hash === '#' + ${JSON.stringify(id)}`)
    }
    await until(page, UNPACKED)
    expect(await page.evaluate(ALL_SEEN)).toEqual(told)
    expect(told.length).toBeGreaterThan(5)
  })

  it('open from a broken cell, by Enter and by a click, and give the focus back', async () => {
    const found = details.outcomes.variants.map((variant, column) => {
      const rows = details.outcomes.rows.filter(({ cells }) => (cells[column]?.broken.length ?? 0) > 0)
      const stories = told.filter((story) => story.variant === variant)
      const row = rows.find(({ cells }) =>
        stories.some(({ invariant }) => cells[column]?.broken.some((name) => name === invariant)),
      )
      return { variant, column, row: row ?? rows[0], stories: row ? stories : [] }
    })
    for (const { variant, column, row, stories } of found) {
      if (row === undefined) continue
      const here = await goToCell(page, row.purchase, column)
      for (const act of ['Enter', 'click']) {
        if (act === 'Enter') await page.keyboard.press('Enter')
        else await page.click('#matrix-body td:focus')
        const words = `${row.purchase} under ${variant}: `
        expect(await page.textContent('#matrix-said')).toContain(words)
        if (stories.length === 0) {
          expect(await page.textContent('#matrix-said')).toContain('tells no story')
          continue
        }
        let seen: Told | undefined
        await page.locator('#story-dialog .claim').first().waitFor()
        expect(await page.textContent('#story-dialog-words')).toContain(words)
        const see = () => page.evaluate<Told>(`${SEEN}(document.querySelector('#story-dialog details.told'))`)
        // A packed diagram comes a moment after the words.
        const told = async () => {
          seen = await see()
          return stories.some((story) => isDeepStrictEqual(story, seen))
        }
        await expect.poll(told, { timeout: 10_000 }).toBe(true)
        expect(row.cells[column]?.broken).toContain(seen?.invariant)
        await expectBackAt(page, here)
      }
    }
    expect(found.filter(({ stories }) => stories.length > 0).length).toBeGreaterThan(0)
    // All that was lent is back in its place.
    expect(await page.evaluate<Told[]>(ALL_SEEN)).toHaveLength(told.length)
  })

  it('stay in a dialog that is opened again before it could say that it was closed', async () => {
    await page.evaluate("document.querySelector('#matrix-body td.told').click()")
    await page.locator('#story-dialog .claim').first().waitFor()
    await page.evaluate(`(async () => {
      document.getElementById('story-dialog').close()
      document.querySelector('#matrix-body td.told').click()
      for (let frame = 0; frame < 3; frame += 1) await new Promise((painted) => requestAnimationFrame(painted))
    })()`)
    expect(await page.evaluate("document.querySelector('#story-dialog[open] details.told') === null")).toBe(false)
    await page.keyboard.press('Escape')
    await until(page, "document.querySelector('dialog details.told') === null")
  })
})

describeInChromium('a page of nine variants and 2,000 rows in Chromium', () => {
  const details = manyDetails(9, 2_000)
  let page: Page

  it('answers keys soon', async () => {
    const address = write('many.html', renderHtml(manyVariants(9), details, { chartJs: CHART_JS }))
    page = await open(address, { soon: true })
    await page.focus('#matrix-body [tabindex="0"]')
    await page.keyboard.press('ArrowDown')
    const answeredMs = await page.evaluate<number>(`${FOCUSED} === '1:1' ? performance.now() : NaN`)
    process.stderr.write(`from navigation to the first answered key: ${Math.round(answeredMs)} ms\n`)
    expect(answeredMs).toBeLessThan(SOON_MS)
  })

  it('has stories that were packed, and open all the same', async () => {
    expect(await page.evaluate("document.querySelectorAll('[data-packed]').length")).toBeGreaterThan(50)
    // From a cell of the last variant, whose story nobody has looked at yet.
    const column = 8
    const groups = details.stories?.variants[column]?.groups ?? []
    const row = details.outcomes?.rows.find(({ purchase, cells }) =>
      groups.some(
        ({ invariant, purchases }) => purchases.includes(purchase) && cells[column]?.broken.includes(invariant),
      ),
    )
    const here = await goToCell(page, row?.purchase ?? '', column)
    await page.keyboard.press('Enter')
    await page.locator('#story-dialog .claim').first().waitFor()
    await expectBackAt(page, here)

    await page.evaluate(
      "for (const closed of document.querySelectorAll('details.told:not([open]) > summary')) closed.click()",
    )
    await until(page, UNPACKED)
    expect(await page.evaluate(ALL_SEEN)).toEqual(toldBy(details))
  })
})

/** Where texts of scenarios, services and ledgers stand. */
const SPOILT = [
  'title',
  'h1',
  '.eyebrow',
  '.headline',
  '.comparison .summary',
  '#matrix-table thead th:last-child',
  '#matrix-body .purchase',
  '.strip-name',
  '.told h4',
  '.claim-words',
  '.prevention',
  '.diagram figcaption',
  '.same',
]

describeInChromium('texts that would do harm, in Chromium', () => {
  it('are shown as they are: nothing runs, nothing is turned round, ids are unique', async () => {
    const details = { stories: spoilTexts(exampleStories()), outcomes: spoilTexts(exampleOutcomes()) }
    const result = spoilTexts(exampleResult())
    const page = await open(write('hostile.html', renderHtml(result, details, { chartJs: CHART_JS })))
    await page.evaluate(OPEN_ALL)
    await until(page, UNPACKED)
    const silent: Record<string, string[]> = {}
    for (const place of SPOILT) {
      const texts = await page.locator(place).allTextContents()
      const wrong = texts.length === 0 ? ['is not there'] : texts.filter((text) => !text.includes(HARM))
      if (wrong.length > 0) silent[place] = wrong
    }
    expect(silent).toEqual({})
    const column = result.variants.length
    await page.click('#matrix-body td.told')
    await page.locator('#story-dialog .claim').first().waitFor()
    expect(await page.textContent('#story-dialog-words')).toContain(HARM)
    await page.keyboard.press('Escape')
    await page.selectOption('#matrix-variant', { index: column })
    expect(await page.evaluate('[...document.querySelectorAll("#matrix-body tr")].length')).toBeGreaterThan(0)

    expect(await page.evaluate('window.hurt')).toBeUndefined()
    const strangers = `[...document.querySelectorAll('*')].filter((one) => one.matches('img, iframe, object, embed, base, style ~ style')
      || one.getAttributeNames().some((name) => name.startsWith('on')) || /^(?!#|data:,)/.test(one.getAttribute('href') ?? '#'))
      .map((one) => one.outerHTML.slice(0, 200))`
    expect(await page.evaluate(strangers)).toEqual([])
    const ids = await page.evaluate<string[]>("[...document.querySelectorAll('[id]')].map(({ id }) => id)")
    expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([])
    expect(await page.evaluate('document.body.innerText')).not.toMatch(/[\u001b\u0007\u2028\u2029\u202e\u2066\u200f]/)
  })
})
