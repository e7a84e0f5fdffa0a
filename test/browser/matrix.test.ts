/** The paired matrix in a real browser: filter, sort, links, and the way through the page by keyboard alone. */

import type { Page } from 'playwright-core'
import { beforeAll, expect, it } from 'vitest'
import type { OutcomeCell, OutcomeRow } from '../../src/core/outcomes.ts'
import { renderHtml } from '../../src/report/page/html.tsx'
import { exampleResult } from '../support/example-result.ts'
import { exampleOutcomes, exampleStories } from '../support/example-stories.ts'
import { browserPages, CHART_JS, describeInChromium, until, VISIBLE } from './open.ts'

const { write, open } = browserPages('browser-matrix')
const outcomes = exampleOutcomes(120)
const { variants } = outcomes
const stories = exampleStories()

const LETTERS = { confirmed: 'C', cancelled: 'X', refused: 'R', failed: 'F', 'in-doubt': 'D' }

function textOf(cell: OutcomeCell | null): string {
  if (cell === null || cell.class === null) return '·'
  const ms = cell.latencyMs === null ? '–' : `${Math.round(cell.latencyMs)}`
  return `${LETTERS[cell.class]}${cell.broken.length > 0 ? '✕' : ''}${ms}`
}

/** How the matrix has these rows: their place, the purchase, and each cell. */
function shownAs(rows: readonly OutcomeRow[]): (string | number)[][] {
  return rows.map(({ purchase, cells }, at) => [at + 2, purchase, ...cells.map(textOf)])
}

/** In the page: the rows from the first to the last, which are drawn only where they can be seen. */
const SHOWN_ROWS = `(async () => {
  const box = document.getElementById('matrix-box')
  const painted = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))
  const rows = new Map()
  for (let top = 0; ; top += box.clientHeight / 2) {
    box.scrollTop = top
    await painted()
    for (const line of document.querySelectorAll('#matrix-body tr')) {
      const [name, ...cells] = line.children
      const place = Number(line.getAttribute('aria-rowindex'))
      rows.set(place, [place, name.querySelector('.purchase').textContent, ...cells.map((cell) => cell.textContent.replace(/ ?ms$/, ''))])
    }
    if (box.scrollTop + box.clientHeight >= box.scrollHeight - 1) break
  }
  return [...rows.values()].sort(([a], [b]) => a - b)
})()`

const ending = (cell: OutcomeCell | null) => JSON.stringify(cell && [cell.class, cell.broken])
const breaks = (cell: OutcomeCell | null | undefined) => (cell?.broken.length ?? 0) > 0
const endings = ({ cells }: OutcomeRow) => new Set(cells.map(ending)).size
const broken = ({ cells }: OutcomeRow) => cells.filter(breaks).length
const slowest = ({ cells }: OutcomeRow) => Math.max(...cells.map((cell) => cell?.latencyMs ?? -1))
const at = (variant: string) => variants.indexOf(variant)

interface Wish {
  readonly wish: Readonly<Record<string, string>>
  readonly fits?: (row: OutcomeRow) => boolean
  /** Those with more of it come first. */
  readonly by?: (row: OutcomeRow) => number
}

const KEY = 'retry+key'
const WISHES: readonly Wish[] = [
  { wish: {} },
  { wish: { show: 'differing' }, fits: (row) => endings(row) > 1 || broken(row) > 0 },
  { wish: { show: 'broken' }, fits: (row) => broken(row) > 0 },
  {
    wish: { invariant: 'no-order-lost' },
    fits: ({ cells }) => cells.some((cell) => cell?.broken.includes('no-order-lost')),
  },
  { wish: { variant: 'retry' }, fits: ({ cells }) => cells[at('retry')] !== null },
  {
    wish: { show: 'differing', variant: KEY },
    fits: ({ cells }) => cells.some((cell) => ending(cell) !== ending(cells[at(KEY)] ?? null)),
  },
  {
    wish: { show: 'broken', variant: 'retry', text: 'P-1', sort: 'latency' },
    fits: ({ purchase, cells }) => purchase.startsWith('p-1') && breaks(cells[at('retry')]),
  },
  { wish: { text: '17', sort: 'latency' }, fits: ({ purchase }) => purchase.includes('17'), by: slowest },
  { wish: { sort: 'difference' }, by: (row) => 100 * endings(row) + broken(row) },
  { wish: { text: 'nobody <b>' }, fits: () => false },
]

function rowsOf({ fits = () => true, by = () => 0 }: Wish): OutcomeRow[] {
  return outcomes.rows.filter(fits).sort((a, b) => by(b) - by(a) || a.intendedMs - b.intendedMs)
}

const fieldOf = (name: string) => `#matrix-filter [name=${name}]`
const hashOf = (page: Page) => page.evaluate<string>('location.hash')
const goTo = (page: Page, hash: string) => page.evaluate(`location.hash = ${JSON.stringify(hash)}`)

async function fillIn(page: Page, wish: Wish['wish']): Promise<void> {
  await page.click('#matrix-all')
  for (const [name, value] of Object.entries(wish)) {
    if (name === 'text') await page.fill(fieldOf(name), value)
    else await page.selectOption(fieldOf(name), value)
  }
}

async function expectShown(page: Page, wish: Wish): Promise<void> {
  const rows = rowsOf(wish)
  expect(await page.evaluate(SHOWN_ROWS)).toEqual(shownAs(rows))
  expect(await page.textContent('#matrix-count')).toContain(`${rows.length} of ${outcomes.total} purchases`)
  expect(await page.getAttribute('#matrix-table', 'aria-rowcount')).toBe(String(rows.length + 1))
  for (const [name, value] of Object.entries(wish.wish)) expect(await page.inputValue(fieldOf(name))).toBe(value)
}

/** Which cell has the focus: its line and column, the first column being the purchase. */
const HERE = `(({ dataset, tagName }) => dataset.line ? dataset.line + ':' + dataset.column : tagName)(document.activeElement)`

/** In the page: where the focus is, and whether it can be seen there and comes after where it was. */
const STOP = `(() => {
  const now = document.activeElement
  const last = window.stopBefore
  window.stopBefore = now
  if (now === document.body) return null
  const after = !last || last === document.body || (last.compareDocumentPosition(now) & Node.DOCUMENT_POSITION_FOLLOWING) > 0
  const { width, height } = now.getBoundingClientRect()
  return { name: now.closest('#matrix-body') ? 'matrix' : now.matches('summary') ? 'summary' : now.id || now.tagName, fine: after && width > 0 && height > 0 }
})()`
const MOST_STOPS = 600

interface Stop {
  readonly name: string
  readonly fine: boolean
}

describeInChromium('the matrix in Chromium', () => {
  let address = ''
  let page: Page
  beforeAll(async () => {
    address = write('report.html', renderHtml(exampleResult(), { stories, outcomes }, { chartJs: CHART_JS }))
    page = await open(address)
  })

  it('can be reached, and left, by Tab, as everything else: each once, in the order of the page', async () => {
    const summaries = await page.evaluate<number>(`${VISIBLE}('summary').length`)
    const stops: Stop[] = []
    while (stops.length < MOST_STOPS) {
      await page.keyboard.press('Tab')
      const stop = await page.evaluate<Stop | null>(STOP)
      if (stop === null) break
      stops.push(stop)
    }
    const named = (wanted: string) => stops.filter(({ name }) => name === wanted).length
    expect(stops.filter(({ fine }) => !fine)).toEqual([])
    expect(named('matrix')).toBe(1)
    expect(named('summary')).toBe(summaries)
    expect(named('matrix-text')).toBe(1)
  })

  it('is walked by arrows, Home, End, PageUp and PageDown', async () => {
    await page.focus('#matrix-body [tabindex="0"]')
    const last = variants.length
    const end = outcomes.rows.length - 1
    const walk: readonly (readonly [key: string, here: string])[] = [
      ['ArrowDown', '1:1'],
      ['ArrowRight', '1:2'],
      ['End', `1:${last}`],
      ['ArrowRight', `1:${last}`],
      ['PageDown', `11:${last}`],
      ['Home', '11:0'],
      ['ArrowLeft', '11:0'],
      ['ArrowUp', '10:0'],
      ['Control+End', `${end}:${last}`],
      ['ArrowDown', `${end}:${last}`],
      ['PageUp', `${end - 10}:${last}`],
      ['Control+Home', '0:0'],
      ['ArrowUp', '0:0'],
    ]
    const seen: string[][] = []
    for (const [key] of walk) {
      await page.keyboard.press(key)
      seen.push([key, await page.evaluate<string>(HERE)])
    }
    expect(seen).toEqual(walk)
    await page.keyboard.press('Control+End')
    const hidden = `(({ top, bottom }, box) => top < box.top - 1 || bottom > box.bottom + 1)(
      document.activeElement.getBoundingClientRect(), document.getElementById('matrix-box').getBoundingClientRect())`
    expect(await page.evaluate(hidden)).toBe(false)
  })

  it.each(WISHES)('shows who fits $wish, and a link to it does, too', async (wish) => {
    await fillIn(page, wish.wish)
    await expectShown(page, wish)
    const link = new URLSearchParams(wish.wish).toString()
    expect(await hashOf(page)).toBe(link === '' ? '#matrix' : `#matrix?${link}`)
    if (link === '') return
    await page.click('#matrix-all')
    await goTo(page, `#matrix?${link}`)
    const asked = `Object.entries(${JSON.stringify(wish.wish)}).every(([name, value]) => filter[name].value === value)`
    await until(page, `((filter) => ${asked})(document.getElementById('matrix-filter'))`)
    await expectShown(page, wish)
  })

  it('opens as a link says: rows, a story, a purchase', async () => {
    const inWindow =
      '((one) => one.getBoundingClientRect().top >= 0 && one.getBoundingClientRect().bottom <= innerHeight)'
    const wish = WISHES.find(({ wish: { text } }) => text === 'P-1') as Wish
    const linked = await open(address, { hash: `#matrix?${new URLSearchParams(wish.wish)}` })
    await expectShown(linked, wish)
    await linked.close()

    const id = (await page.locator('details.told').last().getAttribute('id')) ?? ''
    const story = `document.getElementById(${JSON.stringify(id)})`
    const told = await open(address, { hash: `#${id}` })
    await until(told, `${story}.open && ${VISIBLE}('.claim', ${story}).length > 0`)
    await until(told, `${inWindow}(${story}.querySelector('summary'))`)
    await told.keyboard.press('Tab')
    expect(await told.evaluate(`${story}.contains(document.activeElement)`)).toBe(true)
    await told.close()

    const order = await open(address, { hash: '#order-p-117' })
    await until(order, `${inWindow}(document.getElementById('order-p-117'))`)
    // Also one that the filter does not show.
    await fillIn(order, { text: 'nobody' })
    await goTo(order, '#order-p-17')
    await until(order, "document.activeElement.id === 'order-p-17'")
    await until(order, `${inWindow}(document.activeElement)`)
    await goTo(order, `#${id}`)
    await until(order, `document.activeElement === ${story}.querySelector('summary')`)
    await order.close()
  })

  it('bears links that lead nowhere', async () => {
    const lost = await open(address, { hash: '#order-%E0%A4%A' })
    const nowhere = ['#story-of-nobody', '#order-p-9999', '#%', '#order-%', '#"><img src=x onerror=hurt()>', '#matrix?']
    const nonsense = '#matrix?show=nothing&sort=%&variant=nobody&invariant=__proto__&text=&x'
    for (const hash of [...nowhere, nonsense]) await goTo(lost, hash)
    await expectShown(lost, { wish: { show: 'all', sort: 'order', variant: '', invariant: '' } })
    // What comes after the link is at work, too.
    await lost.locator('details.told').first().locator('[data-orders]').waitFor({ state: 'detached', timeout: 10_000 })
    await lost.close()
  })
})
