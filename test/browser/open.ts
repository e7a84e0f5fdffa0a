/** A real Chromium for reports, where there is one: none is downloaded. */

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest'
import { temporaryFolder } from '../support/temporary-folder.ts'

const require = createRequire(import.meta.url)
const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8')
/** What pages draw their charts with. */
export const CHART_JS = readFileSync(path.join(require.resolve('chart.js'), '..', 'chart.umd.min.js'), 'utf8')

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/** The first of its usual names on the PATH, or what `FAULTLINE_CHROMIUM` says. */
function findChromium(): string | undefined {
  const given = process.env.FAULTLINE_CHROMIUM
  if (given !== undefined) return given
  const folders = (process.env.PATH ?? '').split(path.delimiter)
  return folders.flatMap((folder) => NAMES.map((name) => path.join(folder, name))).find((file) => existsSync(file))
}

const NO_CHROMIUM =
  'the report was not opened in a browser: there is no Chromium on the PATH (set FAULTLINE_CHROMIUM, or install the package chromium)'

const executable = findChromium()
if (executable === undefined) process.stderr.write(`${NO_CHROMIUM}\n`)

/** Tests that are skipped, with a printed reason, where there is no Chromium. */
export const describeInChromium = describe.skipIf(executable === undefined)

/** Only what a page from a file needs; nothing asks anybody for updates. */
function launchChromium(executablePath: string): Promise<Browser> {
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  const args = ['--disable-gpu', '--disable-quic', '--disable-component-update', '--disable-sync', ...sandbox]
  return chromium.launch({ executablePath, args })
}

interface How {
  /** With its `#`. */
  readonly hash?: string
  readonly width?: number
  readonly dark?: boolean
  readonly scripts?: boolean
  /** Do not wait until the page is there. */
  readonly soon?: boolean
}

export interface Pages {
  /** Writes a page into the folder of this test file. @returns its address */
  readonly write: (name: string, html: string) => string
  readonly open: (address: string, how?: How) => Promise<Page>
}

/**
 * One browser for one test file: call it at the top. After each test no page may have said anything to the console, thrown,
 * shown a dialog, or asked anybody for anything.
 */
export function browserPages(name: string): Pages {
  const folder = temporaryFolder(name)
  let browser: Browser | undefined
  const complaints: string[] = []
  beforeAll(async () => {
    if (executable !== undefined) browser = await launchChromium(executable)
  })
  afterEach(() => expect(complaints.splice(0), 'complaints').toEqual([]))
  afterAll(() => browser?.close())

  function listenTo(page: Page, address: string): void {
    page.on('console', (said) => ['error', 'warning'].includes(said.type()) && complaints.push(said.text()))
    page.on('pageerror', (error) => complaints.push(`threw: ${error.message}`))
    page.on('dialog', (dialog) => {
      complaints.push(`dialog: ${dialog.message()}`)
      return dialog.dismiss()
    })
    page.on('request', (request) => {
      const url = request.url()
      const itself = request.isNavigationRequest() && url.split('#', 1)[0] === address
      if (!itself && !url.startsWith('data:')) complaints.push(`asked for ${url}`)
    })
  }

  return {
    write: (file, html) => {
      writeFileSync(path.join(folder, file), html)
      return pathToFileURL(path.join(folder, file)).href
    },
    open: async (address, { hash = '', width = 1280, dark = false, scripts = true, soon = false } = {}) => {
      if (browser === undefined) throw new Error('the browser is not there yet')
      const viewport = { width, height: 900 }
      const colorScheme = dark ? 'dark' : 'light'
      const page = await browser.newPage({ viewport, colorScheme, javaScriptEnabled: scripts })
      listenTo(page, address)
      await page.goto(`${address}${hash}`, { waitUntil: soon ? 'commit' : 'load' })
      return page
    },
  }
}

interface Checked {
  readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string }[] }[]
}

/** What axe finds, each with its first element. @param rule only this one: of a page in other colours all else is as it was */
export async function findBarriers(page: Page, rule?: 'color-contrast'): Promise<string[]> {
  await page.evaluate(AXE)
  const { violations } = await page.evaluate<Checked>(`axe.run(${rule ? `{ runOnly: ['${rule}'] }` : ''})`)
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)
}

/** In a page that is wider than its window: whose text reaches beyond it, or who does, and is in no box that scrolls by itself. */
const BEYOND = `[...document.body.querySelectorAll('*')].filter((one) => {
  for (let up = one; up !== document.body; up = up.parentElement) if (getComputedStyle(up).overflowX !== 'visible') return false
  const inside = document.createRange()
  inside.selectNodeContents(one)
  return [one, inside].some((each) => each.getBoundingClientRect().right > innerWidth + 0.5)
}).slice(-10).map((one) => one.outerHTML.slice(0, 120))`

const MOST_TRIES = 30

/** What makes the page wider than each of these windows, so that a reader would have to scroll sideways. */
export async function findOverhang(page: Page, widths: readonly number[]): Promise<string[]> {
  const found: string[] = []
  for (const width of widths) {
    await page.setViewportSize({ width, height: 900 })
    const measure = () => page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')
    let overhang = await measure()
    // Charts follow the window a few frames later.
    for (let tries = 0; overhang > 0 && tries < MOST_TRIES; tries += 1) {
      await page.waitForTimeout(100)
      overhang = await measure()
    }
    if (overhang <= 0) continue
    found.push(`${overhang} px at ${width}`, ...(await page.evaluate<string[]>(BEYOND)))
  }
  return found
}

/** Waits until this is true in the page, whose policy forbids Playwright's own way of waiting. */
export async function until(page: Page, expression: string): Promise<void> {
  await expect.poll(() => page.evaluate<boolean>(expression), { timeout: 10_000, message: expression }).toBe(true)
}

/** In a page: what of these can be seen, or would be after scrolling. */
export const VISIBLE = `((selector, within = document) => [...within.querySelectorAll(selector)].filter((one) =>
  one.checkVisibility({ visibilityProperty: true }) && one.getBoundingClientRect().height > 0))`

/** In a page: opens whatever can be opened. */
export const OPEN_ALL = "for (const closed of document.querySelectorAll('details')) closed.open = true"
