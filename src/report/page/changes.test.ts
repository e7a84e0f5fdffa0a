import { expect, test } from 'vitest'
import { changedResult, manyChanges } from '../../../test/support/example-changes.ts'
import { exampleResult } from '../../../test/support/example-result.ts'
import { NO_DETAILS } from '../../core/details.ts'
import { renderHtml } from './html.tsx'

const NO_CHART_JS = { chartJs: '/* chart.js */' }
const pageOf = (result = changedResult()) => renderHtml(result, NO_DETAILS, NO_CHART_JS)

test('the page lists every change in words, with its number, time, variant, and who made it', () => {
  const page = pageOf()
  expect(page).toContain('<a href="#changes">Changes</a>')
  const section = page.slice(page.indexOf('id="changes"'))
  expect(section.slice(0, section.indexOf('</section>'))).toMatch(
    />3<\/th><td>3,050 ms<\/td><td>retry<\/td><td>by hand<\/td><td>retry off, wherever it stands<\/td>/,
  )
  expect(section).toMatch(/>2<\/th>.{1,120}<td>by the scenario<\/td><td>timeout off, on order→payment<\/td>/)
})

test('bands of breakers and compartments have a line for each change, and its number', () => {
  const bands = pageOf().match(/<svg class="band"[\s\S]*?<\/svg>/g) ?? []
  expect(bands.length).toBeGreaterThan(0)
  for (const band of bands) {
    expect(band.match(/class="change change-hand"/g)).toHaveLength(6)
    expect(band.match(/class="change change-scenario"/g)).toHaveLength(1)
    expect(band).toMatch(/viewBox="0 -40 1000 /)
  }
})

test('what the scenario switches stands with what was run, and that the command makes nothing by hand', () => {
  const page = pageOf()
  const end = page.slice(page.indexOf('id="configuration"'))
  expect(end).toContain('What the scenario changes while the traffic goes on')
  expect(end).toMatch(/2,500 ms<\/th><td>timeout off, on order→payment/)
  expect(end).toContain('7 changes made by hand are not in this command')
})

test('a page without changes speaks of none', () => {
  const page = pageOf(exampleResult())
  expect(page).not.toContain('#changes')
  expect(page).not.toContain('class="change')
  expect(page).toContain('viewBox="0 0 1000 ')
})

test('names of gremlins are text, and a thousand changes leave the page its size', () => {
  const page = pageOf(manyChanges(1_000, 9))
  expect(page).not.toContain('<img')
  expect(page).toContain('&lt;img src=x onerror=alert(1)&gt;')
  expect(Buffer.byteLength(page)).toBeLessThanOrEqual(500_000)
  expect(page).toMatch(/the first \d+ of 1,000; result\.json has all/)
})
