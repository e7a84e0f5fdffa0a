/** The pages as readers have them: from a file, in a real browser, on any screen, on paper, and without scripts. */

import type { Page } from 'playwright-core'
import { beforeAll, expect, it } from 'vitest'
import { NO_DETAILS } from '../../src/core/details.ts'
import { renderHtml } from '../../src/report/page/html.tsx'
import { renderRunList } from '../../src/report/page/run-list-page.ts'
import { listedRun, listedStudy } from '../../src/report/run-list.ts'
import { renderStudyHtml } from '../../src/report/study/html.tsx'
import { changedResult, manyChanges } from '../support/example-changes.ts'
import { HARM, spoilTexts } from '../support/example-hostile.ts'
import { manyDetails, manyVariants, withLongNames } from '../support/example-many.ts'
import { exampleResult } from '../support/example-result.ts'
import { exampleOutcomes, exampleStories } from '../support/example-stories.ts'
import { exampleStudy } from '../support/example-study.ts'
import {
  browserPages,
  CHART_JS,
  describeInChromium,
  findBarriers,
  findOverhang,
  OPEN_ALL,
  until,
  VISIBLE,
} from './open.ts'

const { write, open } = browserPages('browser')
const WIDTHS = [360, 1280, 1920]

async function expectNoOverhang(page: Page, widths = WIDTHS): Promise<void> {
  expect(await findOverhang(page, widths)).toEqual([])
}

function seen(page: Page, selector: string): Promise<number> {
  return page.evaluate<number>(`${VISIBLE}(${JSON.stringify(selector)}).length`)
}

const claimsOf = (stories: ReturnType<typeof exampleStories>): number =>
  stories.variants.flatMap(({ groups }) => groups.flatMap(({ story }) => story.proof)).length
const CLOSE_ALL = "for (const open of document.querySelectorAll('details.told')) open.open = false"

describeInChromium('the report in Chromium', () => {
  const details = { stories: exampleStories(), outcomes: exampleOutcomes(300) }
  const claims = claimsOf(details.stories)
  const variants = details.outcomes.variants.length
  let address = ''
  let page: Page
  beforeAll(async () => {
    address = write('report.html', renderHtml(exampleResult(), details, { chartJs: CHART_JS }))
    page = await open(address)
  })

  it('is no wider than a window', async () => {
    await expectNoOverhang(page)
  })

  it('prints all stories, and strips and sums instead of the matrix', async () => {
    await page.evaluate(CLOSE_ALL)
    expect(await seen(page, '.claim')).toBe(0)
    expect(await seen(page, '#matrix-table')).toBe(1)
    await page.emulateMedia({ media: 'print' })
    expect(await seen(page, '.claim')).toBe(claims)
    expect(await seen(page, '#matrix-live, #matrix-table, nav, button')).toBe(0)
    expect(await seen(page, '.strip svg')).toBe(variants)
    expect(await seen(page, 'section[aria-labelledby=matrix] .figures tbody tr')).toBeGreaterThan(3)
    await page.emulateMedia({ media: null })
    // Paper itself: what stands there, and that it is as it was afterwards.
    const told =
      "document.querySelectorAll('details.told').length - document.querySelectorAll('details.told[open]').length"
    await page.evaluate(`addEventListener('beforeprint', () => { window.closedOnPaper = ${told} })`)
    await page.pdf()
    expect(await page.evaluate('window.closedOnPaper')).toBe(0)
    await until(page, "document.querySelector('details.told[open]') === null")
  })

  it('can be read by everybody, in light and in dark', async () => {
    await page.evaluate(OPEN_ALL)
    // One table beside a picture is like another, and each has hundreds of cells.
    await page.evaluate(
      "[...document.querySelectorAll('.chart details')].slice(1).forEach((one) => { one.open = false })",
    )
    expect(await findBarriers(page)).toEqual([])
    await page.emulateMedia({ colorScheme: 'dark' })
    await expectNoOverhang(page, [360])
    expect(await findBarriers(page, 'color-contrast')).toEqual([])
  })

  it('can be read without scripts', async () => {
    const still = await open(address, { scripts: false })
    for (const [selector, count] of [
      ['.stamp', 1],
      ['.headline', 1],
      ['.comparison tbody tr', variants],
      ['.strip svg', variants],
      ['#matrix-live', 0],
      ['.matrix-undrawn', 1],
      ['.undrawn', await seen(still, '.chart')],
      ['.canvas', 0],
    ] as const)
      expect(await seen(still, selector), selector).toBe(count)
    expect(await seen(still, '.chart')).toBeGreaterThan(3)
    for (const story of await still.locator('details.told').all())
      if ((await story.getAttribute('open')) === null) await story.locator('summary').first().click()
    expect(await seen(still, '.claim')).toBe(claims)
    expect(await seen(still, '.diagram svg')).toBeGreaterThan(0)
    await still.close()
  })
})

describeInChromium('a report of a run that was changed by hand', () => {
  it('draws twenty numbers in every picture over time, for everybody, on every screen', async () => {
    const result = { ...manyChanges(20), configuration: changedResult().configuration }
    const page = await open(write('changed.html', renderHtml(result, NO_DETAILS, { chartJs: CHART_JS })))
    await expectNoOverhang(page)
    // A chart is drawn once it has been near the window for a frame.
    for (const id of ['goodput-over-time', 'latency-over-time', 'breakers-over-time']) {
      await page.locator(`#${id}`).scrollIntoViewIfNeeded()
      await until(page, `Chart.getChart('canvas-${id}') !== undefined`)
    }
    const drawn = "Chart.getChart('canvas-goodput-over-time')"
    expect(await page.evaluate(`${drawn}.config.options.plugins.changes.changes.length`)).toBe(21)
    const { top, bottom } = await page.evaluate<{ top: number; bottom: number }>(
      `(({ top, bottom }) => ({ top, bottom }))(${drawn}.scales.changes)`,
    )
    expect(bottom - top).toBeGreaterThan(30)
    expect(await page.locator('section[aria-labelledby=changes] tbody tr').count()).toBe(21)
    expect(await page.evaluate("document.querySelectorAll('img').length")).toBe(0)
    expect(await findBarriers(page)).toEqual([])
    await page.emulateMedia({ colorScheme: 'dark' })
    expect(await findBarriers(page, 'color-contrast')).toEqual([])
    await page.close()
  })
})

describeInChromium('a report of nine variants with long names', () => {
  it('is no wider than a window, and prints what was packed', async () => {
    const [result, details] = withLongNames([manyVariants(9), manyDetails(9, 40)] as const)
    const page = await open(write('long.html', renderHtml(result, details, { chartJs: CHART_JS })))
    await expectNoOverhang(page)
    expect(await page.evaluate("document.querySelectorAll('[data-packed]').length")).toBeGreaterThan(50)
    // They are unpacked a while after the page has come.
    await until(page, `dispatchEvent(new Event('beforeprint')), document.querySelector('[data-packed]') === null`)
    await page.emulateMedia({ media: 'print' })
    expect(await seen(page, '.claim')).toBe(details.stories ? claimsOf(details.stories) : 0)
    await page.emulateMedia({ media: null })
    await expectNoOverhang(page)
    await page.close()
  })
})

describeInChromium('the pages beside reports in Chromium', () => {
  const at = '2026-11-21T08:01:44.191Z'
  const study = exampleStudy()

  it('list runs: found by words, for everybody, on every screen', async () => {
    const rows = Array.from({ length: 9 }, (_, run) => ({
      run: listedRun({ ...exampleResult(), seed: 1_000 + run }),
      path: `schrodingers-warehouse/run-${run}`,
      at,
      page: 'report.html',
    }))
    const list = [...rows, { run: listedStudy(study), path: 'a-study', at, page: 'study.html' }]
    const evil = { run: spoilTexts(listedRun(exampleResult())), path: HARM, at, page: null }
    const unreadable = [{ path: HARM, why: HARM }]
    const page = await open(write('index.html', renderRunList({ rows: [...list, evil], older: 3, unreadable })))
    expect(await seen(page, '.runs tbody tr')).toBe(11)
    await page.fill('.filter input', 'study warehouse')
    expect(await seen(page, '.runs tbody tr')).toBe(1)
    expect(await page.textContent('.filter output')).toBe('1 of 11')
    expect(await page.evaluate('location.hash')).toBe('#study%20warehouse')
    await page.fill('.filter input', '')
    await expectNoOverhang(page)
    expect(await findBarriers(page)).toEqual([])
    await page.emulateMedia({ colorScheme: 'dark' })
    await expectNoOverhang(page, [360])
    expect(await findBarriers(page, 'color-contrast')).toEqual([])
    expect(await page.locator('.runs tbody tr').last().textContent()).toContain(HARM)
    expect(await page.evaluate("[window.hurt, document.querySelectorAll('img, [onload]').length]")).toEqual([
      undefined,
      0,
    ])
    await page.close()
  })

  it('compare seeds: for everybody, on every screen', async () => {
    const reports = { 1: '../a-seed-1/report.html' }
    const page = await open(write('study.html', renderStudyHtml(study, { chartJs: CHART_JS, reports })))
    await page.evaluate(OPEN_ALL)
    await expectNoOverhang(page)
    expect(await seen(page, 'canvas')).toBeGreaterThan(1)
    expect(await findBarriers(page)).toEqual([])
    await page.emulateMedia({ colorScheme: 'dark' })
    await expectNoOverhang(page, [360])
    expect(await findBarriers(page, 'color-contrast')).toEqual([])
    await page.close()
  })

  it('compare seeds whose texts would do harm', async () => {
    const page = await open(
      write('evil.html', renderStudyHtml(spoilTexts(study), { chartJs: CHART_JS, reports: {} })),
      { width: 360 },
    )
    expect(await page.textContent('h1')).toContain(HARM)
    expect(await page.evaluate("[window.hurt, document.querySelectorAll('img, [onload]').length]")).toEqual([
      undefined,
      0,
    ])
    await expectNoOverhang(page, [360])
    await page.close()
  })
})
