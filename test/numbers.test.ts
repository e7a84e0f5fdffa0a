/** A figure is the same wherever it is shown: result.json, terminal, HTML, Markdown, JUnit, and what pictures are made from. */

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Details, NO_DETAILS } from '../src/core/details.ts'
import type { Result, VariantResult } from '../src/core/result.ts'
import { OUTCOMES_FILE, RESULT_FILE, STORIES_FILE } from '../src/core/run-folder.ts'
import { chartData } from '../src/report/charts/data.ts'
import type { ChartSpec } from '../src/report/charts/spec.ts'
import { renderJunit } from '../src/report/ci/junit.ts'
import { renderMarkdown } from '../src/report/ci/markdown.ts'
import { renderHtml } from '../src/report/page/html.tsx'
import { renderTable } from '../src/report/terminal/table.ts'
import { runScenario } from '../src/scenarios/run.ts'
import { exampleResult } from './support/example-result.ts'
import { exampleOutcomes, exampleStories } from './support/example-stories.ts'
import { shippedScenario } from './support/shipped-scenarios.ts'
import { temporaryFolder } from './support/temporary-folder.ts'

/** What is shown of a variant everywhere, as text; violations as `name count`. */
type Shown = Readonly<Record<string, string>>

const COUNTS = ['confirmed', 'cancelled', 'refused', 'failed', 'in doubt'] as const
const HEADERS = ['variant', ...COUNTS, 'p50 ms', 'p99 ms', 'goodput/s', 'money lost', 'verdict'] as const
/** The pictures that show these figures. */
const [ENDS, LOST, BROKEN] = ['orders-by-class', 'money-lost', 'violations']
const VERDICTS = /PASS|FAIL|INCONCLUSIVE|ERROR/

function shown(headers: readonly string[], cells: readonly string[], violations: string): Shown {
  const found = Object.fromEntries(headers.map((header, at) => [header, (cells[at] ?? '').trim()]))
  const figures = HEADERS.map((header) => [header, found[header] ?? `no ${header}`] as const)
  const broken = [...violations.matchAll(/([a-z]+(?:-[a-z]+)+) ([\d,]+) \(/g)].map(
    ([, name, count]) => `${name} ${count}`,
  )
  return {
    ...Object.fromEntries(figures),
    verdict: VERDICTS.exec(found.verdict ?? '')?.[0] ?? '',
    broken: broken.join(),
  }
}

function inTerminal(result: Result): Shown[] {
  const lines = renderTable(result, { width: 240, color: false }).split('\n')
  const at = lines.findIndex((line) => line.startsWith('variant '))
  const cellsOf = (line: string) => line.trim().split(/ {2,}/)
  const headers = cellsOf(lines[at] ?? '')
  return result.variants.map(({ name }) => {
    const row = lines.findIndex((line, index) => index > at && cellsOf(line)[0] === name)
    const after = lines.slice(row + 1)
    const end = after.findIndex((line) => !line.startsWith('  '))
    return shown(headers, cellsOf(lines[row] ?? ''), after.slice(0, end).join(' ').replaceAll(/\s+/g, ' '))
  })
}

function inMarkdown(result: Result, details: Details): Shown[] {
  const rows = renderMarkdown(result, details)
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) => line.slice(2, -2).split(' | '))
  const headers = rows[0] ?? []
  return result.variants.map((_, at) => {
    const cells = (rows[at + 2] ?? []).map((cell) => cell.replaceAll('\\', ''))
    return shown(headers, cells, cells.at(-1) ?? '')
  })
}

const textOf = (markup: string) =>
  markup
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll('&amp;', '&')
    .replaceAll(/\s+/g, ' ')
    .trim()

function inHtml(page: string, result: Result): Shown[] {
  const [table = ''] = /<table[^>]*>(?:(?!<\/table>).)*goodput.*?<\/table>/s.exec(page) ?? []
  const rows = table.split('<tr').slice(1)
  const cellsOf = (row: string) =>
    row
      .split(/<t[hd]/)
      .slice(1)
      .map((cell) => textOf(`<td${cell}`))
  const headers = cellsOf(rows[0] ?? '')
  return result.variants.map(({ name, summary }, at) => {
    const cells = cellsOf(rows[at + 1] ?? '')
    const named = [(cells[0] ?? '').replace(summary, '').trim(), ...cells.slice(1)]
    expect(named[0]).toBe(name)
    return shown(headers, named, cells.at(headers.indexOf('violations by kind')) ?? '')
  })
}

function inJunit(result: Result, details: Details): Shown[] {
  const cases = renderJunit([{ result, details }])
    .split('<testcase ')
    .slice(1)
    .filter((text) => text.includes('name="verdict"'))
  return result.variants.map((_, at) => {
    const text = cases[at] ?? ''
    const [line = ''] = /variant \S.*?, verdict [A-Z]+/.exec(text) ?? []
    const pairs = HEADERS.map((header) => [
      header,
      new RegExp(`(?:^|, )${header} (.*?)(?=, [a-z]|$)`).exec(line)?.[1] ?? '',
    ])
    const found = Object.fromEntries(pairs) as Record<string, string>
    return shown(
      HEADERS,
      HEADERS.map((header) => found[header] ?? ''),
      text.slice(text.indexOf(line) + line.length),
    )
  })
}

function fromJson({ variants }: Result): Shown[] {
  const rounded = (value: number | null) => (value === null ? '–' : String(value))
  return variants.map((variant) => ({
    variant: variant.name,
    ...Object.fromEntries(COUNTS.map((name) => [name, String(variant.orders[name === 'in doubt' ? 'inDoubt' : name])])),
    'p50 ms': rounded(variant.latencyMs.p50),
    'p99 ms': rounded(variant.latencyMs.p99),
    'goodput/s': rounded(variant.goodputPerSecond),
    'money lost': String(variant.lossCents / 100),
    verdict: variant.verdict,
    broken: brokenOf(variant).join(),
  }))
}

function brokenOf({ violations }: VariantResult): string[] {
  return Object.entries(violations).flatMap(([name, count]) =>
    count > 0 ? `${name} ${count.toLocaleString('en')}` : [],
  )
}

/** The number in a text, and by how much it may have been rounded. */
function numberOf(text: string): { value: number; within: number } {
  const digits = text.replaceAll(/[^\d.]/g, '')
  return { value: Number(digits), within: 0.5 * 10 ** -(digits.split('.')[1]?.length ?? 0) + 1e-9 }
}

function expectSameAs(json: Shown, text: Shown): void {
  for (const header of [...COUNTS, 'p50 ms', 'p99 ms', 'goodput/s', 'money lost']) {
    const [exact = '', said = ''] = [json[header], text[header]]
    if (exact === '–') expect(said, header).toBe('–')
    else {
      const { value, within } = numberOf(said)
      expect(
        Math.abs(value - Number(exact)),
        `${json.variant}: ${header} is ${exact}, and said to be ${said}`,
      ).toBeLessThanOrEqual(within)
    }
  }
  expect([text.variant, text.verdict, text.broken]).toEqual([json.variant, json.verdict, json.broken])
}

function rowsOf(charts: readonly ChartSpec[], id: string): Map<string, Map<string, string>> {
  const { columns, rows } = charts.find((chart) => chart.id === id)?.table ?? { columns: [], rows: [] }
  return new Map(rows.map((row) => [String(row[0]), new Map(columns.map((name, at) => [name, String(row[at])]))]))
}

function expectInPictures(charts: readonly ChartSpec[], json: readonly Shown[]): void {
  const [ends, lost, broken] = [ENDS, LOST, BROKEN].map((id) => rowsOf(charts, id))
  for (const figures of json) {
    const name = figures.variant ?? ''
    for (const count of COUNTS)
      expect(ends?.get(name)?.get(count)?.replaceAll(',', ''), `${name}: ${count}`).toBe(figures[count])
    if (lost?.size) expect(numberOf(lost.get(name)?.get('total') ?? '').value, name).toBe(Number(figures['money lost']))
    for (const pair of figures.broken?.split(',').filter(Boolean) ?? []) {
      const [promise = '', count] = pair.split(' ')
      expect(broken?.get(name)?.get(promise), `${name}: ${promise}`).toBe(count)
    }
  }
}

const CHART_JS = readFileSync(
  join(createRequire(import.meta.url).resolve('chart.js'), '..', 'chart.umd.min.js'),
  'utf8',
)

/** What the page's own script draws from. */
function embeddedIn(page: string): { id: string; config: ChartSpec['config'] }[] {
  const [, text = ''] = /<script type="application\/json" id="chart-data">(.*?)<\/script>/s.exec(page) ?? []
  return JSON.parse(text) as { id: string; config: ChartSpec['config'] }[]
}

function expectSameEverywhere(result: Result, details: Details): void {
  const page = renderHtml(result, details, { chartJs: CHART_JS })
  const json = fromJson(result)
  const terminal = inTerminal(result)
  expect(terminal.length).toBeGreaterThan(0)
  for (const [at, figures] of json.entries()) expectSameAs(figures, terminal[at] ?? {})
  // To the letter: the same rounding, the same signs.
  expect(inMarkdown(result, details)).toEqual(terminal)
  expect(inHtml(page, result)).toEqual(terminal)
  expect(inJunit(result, details)).toEqual(terminal)
  const { charts } = chartData(result)
  expectInPictures(charts, json)
  const dataOf = ({ config }: Pick<ChartSpec, 'config'>) =>
    config.data.datasets.map(({ label, data }) => ({ label, data }))
  for (const id of [ENDS, LOST, BROKEN]) {
    const [drawn, embedded] = [charts, embeddedIn(page)].map((all) =>
      all.filter((chart) => chart.id === id).map(dataOf),
    )
    expect(embedded, id).toEqual(drawn)
  }
}

describe('figures are the same everywhere', () => {
  it('of a run in which everything happens', () => {
    expectSameEverywhere(exampleResult(), { stories: exampleStories(), outcomes: exampleOutcomes() })
    expectSameEverywhere(exampleResult(), NO_DETAILS)
  })

  it.each(['double-deduction', 'coordinator-crash'])('of %s, from its files', async (name) => {
    const { folder } = await runScenario({
      scenario: shippedScenario(name),
      seed: 11,
      mode: 'virtual',
      outDir: temporaryFolder('numbers'),
      timeoutMs: null,
      signal: new AbortController().signal,
      onProgress: () => undefined,
    })
    const read = (file: string) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as never
    expectSameEverywhere(read(RESULT_FILE), { stories: read(STORIES_FILE), outcomes: read(OUTCOMES_FILE) })
  })

  it('which a test of figures would tell', () => {
    const [json = {}] = fromJson(exampleResult())
    const [terminal = {}] = inTerminal(exampleResult())
    expect(() => expectSameAs(json, { ...terminal, confirmed: '225' })).toThrow('confirmed')
    expect(() => expectSameAs(json, { ...terminal, broken: '' })).toThrow()
  })
})
