/** The report as readers have it: from a file, in a real browser. */

import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { renderHtml } from '../../src/report/page/html.tsx'
import { findChromium, launchChromium, NO_CHROMIUM } from '../support/browser.ts'
import { exampleResult } from '../support/example-result.ts'
import { exampleOutcomes, exampleStories } from '../support/example-stories.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const require = createRequire(import.meta.url)
const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8')
const CHART_JS = readFileSync(join(require.resolve('chart.js'), '..', 'chart.umd.min.js'), 'utf8')
const WIDTHS = [360, 1280, 1920]

const executable = findChromium()
if (executable === undefined) process.stderr.write(`${NO_CHROMIUM}\n`)

const file = join(temporaryFolder('browser'), 'report.html')
let browser: Browser
let page: Page
/** What the page said to the console, threw, or asked anybody for. */
let complaints: string[] = []

async function open(hash = '', how: { width?: number; dark?: boolean } = {}): Promise<void> {
  await page?.close()
  const { width = 1280, dark = false } = how
  page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme: dark ? 'dark' : 'light' })
  complaints = []
  page.on('console', (said) => ['error', 'warning'].includes(said.type()) && complaints.push(said.text()))
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('request', (request) => request.url().startsWith('data:') || complaints.push(request.url()))
  await page.goto(`${pathToFileURL(file)}${hash}`)
  complaints.splice(complaints.indexOf(String(pathToFileURL(file))), 1)
}

describe.skipIf(executable === undefined)('the report in Chromium', () => {
  beforeAll(async () => {
    const details = { stories: exampleStories(), outcomes: exampleOutcomes(300) }
    writeFileSync(file, renderHtml(exampleResult(), details, { chartJs: CHART_JS }))
    browser = await launchChromium(executable ?? '')
  })
  afterEach(() => expect(complaints).toEqual([]))
  afterAll(() => browser?.close())

  it.each(WIDTHS)('is no wider than a window of %i px', async (width) => {
    await open('', { width })
    const [content, window] = await page.evaluate<[number, number]>(
      '[document.documentElement.scrollWidth, innerWidth]',
    )
    expect(content).toBeLessThanOrEqual(window)
  })

  it.each([
    ['light', 1280, false],
    ['dark', 360, true],
  ])('can be read by everybody: %s, %i px wide', async (_, width, dark) => {
    await open('', { dark, width })
    await page.evaluate("for (const closed of document.querySelectorAll('details')) closed.open = true")
    await page.evaluate(AXE)
    const { violations } = await page.evaluate<Checked>('axe.run()')
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([])
  })
})

interface Checked {
  readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string }[] }[]
}
