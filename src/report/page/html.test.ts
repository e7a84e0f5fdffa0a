import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { Script } from 'node:vm'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { agreementResult } from '../../../test/support/example-agreement.ts'
import { emptyResult, exampleResult } from '../../../test/support/example-result.ts'
import { NO_DETAILS } from '../../core/details.ts'
import { INVARIANTS } from '../../core/invariant.ts'
import type { Result } from '../../core/result.ts'
import { buildCharts } from '../charts/charts.ts'
import { packChart } from './chart-data.ts'
import { renderHtml } from './html.tsx'

const chartFolder = dirname(createRequire(import.meta.url).resolve('chart.js'))
const chartJs = readFileSync(join(chartFolder, 'chart.umd.min.js'), 'utf8')
const NO_CHART_JS = { chartJs: '/* chart.js */' }

function scripts(page: string): { attributes: string; text: string }[] {
  return [...page.matchAll(/<script([^>]*)>([\s\S]*?)<\/script>/g)].map(([, attributes = '', text = '']) => ({
    attributes,
    text,
  }))
}

function unpacked(json: string): string {
  return gunzipSync(Buffer.from(JSON.parse(json), 'base64')).toString()
}

function withoutScripts(page: string): string {
  return page.replace(/<script[^>]*>[\s\S]*?<\/script>/g, '')
}

/** The text of the page as a reader has it. */
function textOf(page: string): string {
  return withoutScripts(page)
    .replace(/<style>[\s\S]*?<\/style>/, '')
    .replace(/<[^>]+>/g, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#x27;', "'")
    .replaceAll('&amp;', '&')
    .replace(/\s+/g, ' ')
}

describe.each([
  ['the full example', exampleResult()],
  ['services that agree', agreementResult()],
  ['a run in which nothing happened', emptyResult()],
  ['a run without variants', { ...emptyResult(), variants: [], error: 'no port left' }],
])('%s', (_, result) => {
  const page = renderHtml(result, NO_DETAILS, { chartJs })

  test('weighs at most 500 KB with Chart.js in it', () => {
    expect(Buffer.byteLength(page)).toBeLessThanOrEqual(500_000)
  })

  test('asks nobody for anything, and forbids itself to', () => {
    const markup = withoutScripts(page)
    expect(markup).not.toMatch(/(?:src|href|action|poster|srcset)=['"]?(?:https?:|\/\/)/i)
    expect(markup).not.toMatch(/@import|url\(/i)
    for (const { attributes } of scripts(page)) expect(attributes).not.toContain('src')
    expect(page).toContain(`http-equiv="Content-Security-Policy" content="default-src 'none';`)
  })

  test('its scripts are whole: three of them, Chart.js packed, and the one that runs parses', () => {
    const [data, packed, ...code] = scripts(page)
    expect(code).toHaveLength(1)
    expect(JSON.parse(data!.text)).toEqual(JSON.parse(JSON.stringify(buildCharts(result).map(packChart))))
    expect(unpacked(packed!.text)).toBe(chartJs)
    expect(() => new Script(code[0]?.text ?? '')).not.toThrow()
  })

  test('every canvas has a role, a label and a table beside it', () => {
    const canvases = [...page.matchAll(/<canvas id="canvas-([^"]+)" role="img" aria-label="[^"]{10,}"/g)]
    expect(canvases).toHaveLength(buildCharts(result).length)
    for (const figure of page.match(/<figure[\s\S]*?<\/figure>/g) ?? [])
      expect(figure).toMatch(/<details>[\s\S]*<table/)
  })

  test('headings are in order, every table header has a scope, ids are unique', () => {
    const levels = [...withoutScripts(page).matchAll(/<h([1-6])/g)].map(([, level]) => Number(level))
    expect(levels[0]).toBe(1)
    for (const [at, level] of levels.entries()) expect(level).toBeLessThanOrEqual((levels[at - 1] ?? 0) + 1)
    expect(withoutScripts(page)).not.toMatch(/<th(?![^>]*scope=)[ >]/)
    const ids = [...withoutScripts(page).matchAll(/ id="([^"]+)"/g)].map(([, id]) => id)
    expect(new Set(ids).size).toBe(ids.length)
    for (const [, target] of page.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(target)
  })
})

describe('what it says', () => {
  const text = textOf(renderHtml(exampleResult(), NO_DETAILS, NO_CHART_JS))

  test('verdict and headline come first', () => {
    const verdict = text.indexOf('FAIL retry charged 23 of 300 buyers more than once')
    expect(verdict).toBeGreaterThan(0)
    expect(verdict).toBeLessThan(text.indexOf('Side by side'))
  })

  test('every figure of the comparison is that of the result', () => {
    expect(text).toMatch(
      /naive No timeout, no retry, no key\. 226 0 9 61 4 18 2,950 22\.6 \$9,120\.00 all-or-nothing 61 \(expected\)/,
    )
    expect(text).toMatch(
      /retry Four attempts with a timeout, no key\. 289 0 9 2 0 20 1,891 28\.9 \$11,500\.00 .*? ✕ FAIL/,
    )
  })

  test('promises that nothing could break are called not exercised', () => {
    expect(text).toMatch(/nothing-left-locked .{1,80} eventually – not exercised/)
    expect(text).toMatch(/never-oversold .{1,80} always ✓ kept/)
  })

  test('violations come with their number, their ledger rows and the strikes on their path', () => {
    expect(text).toContain('charged-at-most-once: 23 violations (expected), first 20 of 23')
    expect(text).toContain('no-order-lost: 4 violations (expected), all shown')
    expect(text).toContain('p-8 was charged 2 times (USD 500.00 each) for one purchase')
    expect(text).toContain('bank ledger, row 3: transfer effect −$500.00 on buyer-usd, key p-8-a · +0.0 ms')
    expect(text).toMatch(
      /warehouse-dies \(crash-after-commit\) struck inventory, incarnation 2, at deduct, attempt 1 · \+18 ms/,
    )
  })

  test('gremlins, losses, seed and the command to see it again are there', () => {
    expect(text).toContain('warehouse-dies crash-after-commit inventory 34 of 290 34 of 352 34 of 340 34 of 338')
    expect(text).toMatch(/goods given away .*? \$0\.00 \$4,500\.00 \$1,000\.00 \$0\.00/)
    expect(text).toContain('npx faultline run schrodingers-warehouse --seed 42')
    expect(text).toContain('seed 42')
  })

  test('what agreement costs has its figures, and is only messages where nobody agreed on anything', () => {
    const agreed = textOf(renderHtml(agreementResult(), NO_DETAILS, NO_CHART_JS))
    expect(agreed).toMatch(/in doubt, p50 .{1,80} – 8\.4 ms – in doubt, p99 – 1,433 ms –/)
    expect(agreed).toMatch(/stock locked, p50 .{1,80} – 9\.1 ms – stock locked, p99 – 1,390 ms –/)
    expect(agreed).toMatch(/account locked, p50 .{1,80} – 5\.5 ms – account locked, p99 – 1,204 ms –/)
    expect(agreed).toMatch(/refused by lock .{1,90} 0 17 0 compensations .{1,60} 0 0 41 recoveries .{1,80} 0 11 9/)
    expect(agreed).toMatch(/heuristics .{1,80} 0 2 0 messages\/order .{1,100} 6\.2 15\.0 9\.1/)
    expect(agreed).toContain('till-dies crash-after-commit payment does not apply 9 of 287 does not apply')
    expect(text).toMatch(/No variant voted, .{1,200} messages\/order .{1,100} 6\.2 7\.0 7\.0 7\.0/)
    expect(text).not.toContain('stock locked')
  })

  test('a run that was cut short says so', () => {
    expect(textOf(renderHtml(emptyResult(), NO_DETAILS, NO_CHART_JS))).toContain(
      'Cut short: Ctrl-C before the first order.',
    )
  })
})

test('whatever a file or a service says stays text', () => {
  const hostile = `</script><script>alert(1)</script><img src=x onerror=alert(1)>"'&\u2028<!--`
  const result = exampleResult()
  const variants = result.variants.map((variant) => ({
    ...variant,
    name: `${variant.name}${hostile}`,
    summary: hostile,
    reasons: [hostile],
    invariants: variant.invariants.map((invariant) => ({
      ...invariant,
      samples: invariant.samples.map((sample) => ({ ...sample, purchase: hostile, sentence: hostile })),
    })),
  }))
  const page = renderHtml(
    { ...result, title: hostile, about: hostile, scenario: hostile, variants },
    NO_DETAILS,
    NO_CHART_JS,
  )
  expect(scripts(page)).toHaveLength(3)
  expect(withoutScripts(page)).not.toMatch(/<img|<script|<!--/)
  expect(page).not.toContain('\u2028')
  expect(JSON.parse(scripts(page)[0]!.text)[0].config.data.labels.flat().join('')).toContain('</script>')
})

test('no script may be made of text but as an element: the policy allows no more', () => {
  const page = renderHtml(emptyResult(), NO_DETAILS, NO_CHART_JS)
  expect(page).toContain("script-src 'unsafe-inline';")
  expect(page).not.toContain('unsafe-eval')
})

test('a script text cannot end its own element', () => {
  const page = renderHtml(emptyResult(), NO_DETAILS, { chartJs: 'var a = "</script><script>alert(1)"; var b = "<!--"' })
  expect(scripts(page)).toHaveLength(3)
  expect(unpacked(scripts(page)[1]?.text ?? '')).toBe('var a = "</script><script>alert(1)"; var b = "<!--"')
})

test('a run with very many violations shows fewer of each, says so, and stays within 500 KB', () => {
  const result = exampleResult()
  const broken = result.variants[1]!.invariants[0]!
  const variants: Result['variants'] = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => ({
    ...result.variants[1]!,
    name,
    violations: Object.fromEntries(INVARIANTS.map((invariant) => [invariant, 900])) as Record<
      (typeof INVARIANTS)[number],
      number
    >,
    invariants: INVARIANTS.map((invariant) => ({ ...broken, name: invariant, violations: 900 })),
  }))
  const page = renderHtml({ ...result, variants }, NO_DETAILS, { chartJs })
  expect(Buffer.byteLength(page)).toBeLessThanOrEqual(500_000)
  expect(textOf(page)).toMatch(/never-oversold: 900 violations \(expected\), first (?:10|5|2|1) of 900/)
})
