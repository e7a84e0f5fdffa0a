import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it } from 'vitest'
import { emptyResult, exampleResult } from '../../../test/support/example-result.ts'
import { exampleStudy } from '../../../test/support/example-study.ts'
import type { Result } from '../../core/result.ts'
import { displayWidth } from '../terminal/terminal-text.ts'
import { metricCharts, slideChart } from './chart.ts'
import { renderStudyHtml } from './html.tsx'
import { renderStudyPng } from './png.ts'
import type { Study } from './study.ts'
import { renderSeedLine, renderStudy } from './terminal.ts'

const chartFolder = dirname(createRequire(import.meta.url).resolve('chart.js'))
const chartJs = readFileSync(join(chartFolder, 'chart.umd.min.js'), 'utf8')

const EVIL = '<script>alert(1)</script>\u001b[31m\u202e&"\''
const renamed = (result: Result): Result => ({
  ...result,
  title: EVIL,
  about: EVIL,
  variants: result.variants.map((variant) => ({ ...variant, name: `${variant.name}${EVIL}` })),
})

const study = exampleStudy()
const nothing: Study = { ...study, runs: [], metrics: [], comparisons: [] }
const longNames = exampleStudy((result) => ({
  ...result,
  variants: result.variants.map((variant) => ({ ...variant, name: `${variant.name}-${'very-long-'.repeat(9)}` })),
}))

describe('in a terminal', () => {
  it.each([30, 40, 60, 80, 120, 200])('nothing is wider than %i columns', (width) => {
    for (const each of [study, nothing, longNames]) {
      const lines = renderStudy(each, { width, color: false }).split('\n')
      for (const line of lines) expect(displayWidth(line), line).toBeLessThanOrEqual(width)
    }
    const line = renderSeedLine(exampleResult(), { width })
    expect(line).not.toContain('\n')
    expect(displayWidth(line)).toBeLessThanOrEqual(width)
  })

  it('has difference and interval for each metric in 80 columns, and the means where there is room', () => {
    const narrow = renderStudy(study, { width: 80, color: false })
    expect(narrow).toMatch(/metric +(mean +)?(reference +)?difference +95 % interval/)
    expect(narrow).toMatch(/money lost +.*−\$4\d\d +−\$\d+ to −\$\d+/)
    expect(renderStudy(study, { width: 120, color: false })).toMatch(/metric +mean +reference +difference/)
  })

  it('says the same in colour', () => {
    const plain = renderStudy(study, { width: 80, color: false })
    const colored = renderStudy(study, { width: 80, color: true })
    expect(colored).toContain('\u001b[32m')
    expect(stripVTControlCharacters(colored)).toBe(plain)
  })

  it('cannot be steered by names', () => {
    const text = renderStudy(exampleStudy(renamed), { width: 80, color: false })
    expect(text).not.toMatch(/[\u001b\u202e]/)
    expect(renderSeedLine(renamed(exampleResult()), { width: 80 })).not.toMatch(/[\u001b\u202e]/)
  })

  it('has a line for a seed at which the lab failed', () => {
    const failed: Result = { ...emptyResult(), verdict: 'ERROR', error: 'bank does not start', variants: [] }
    expect(renderSeedLine(failed, { width: 80 })).toMatch(/^seed \d+: ERROR\. bank does not start$/)
  })
})

describe('as a page', () => {
  const page = renderStudyHtml(study, { chartJs, reports: { 1: '../a-seed-1/report.html' } })

  it('has every sentence, the figures, and links to the runs', () => {
    const text = page.replace(/<[^>]+>/g, '')
    for (const { orders } of study.comparisons) expect(text).toContain(orders.sentence)
    expect(page).toContain('<a href="../a-seed-1/report.html">seed 1</a>')
    expect(page).toContain('<canvas id="canvas-difference-lost"')
  })

  it('asks nobody for anything, and weighs at most 500 KB', () => {
    const markup = page.replace(/<script[^>]*>[\s\S]*?<\/script>/g, '')
    expect(markup).not.toMatch(/(?:src|href|action)=['"]?(?:https?:|\/\/)/i)
    expect(page).toContain(`http-equiv="Content-Security-Policy" content="default-src 'none';`)
    expect(Buffer.byteLength(page)).toBeLessThan(500_000)
  })

  it('escapes whatever it is given', () => {
    const evil = renderStudyHtml(exampleStudy(renamed), { chartJs: '', reports: { 1: '"><script>alert(2)</script>' } })
    expect(evil).not.toMatch(/<script>alert/)
    expect(evil.match(/<script/g)).toHaveLength(3)
    expect(evil).not.toMatch(/[\u001b\u202e]/)
  })

  it('is a page also where there is nothing to compare', () => {
    expect(renderStudyHtml(nothing, { chartJs, reports: {} })).toContain('No difference to naive')
  })
})

describe('as pictures', () => {
  it('has one for each metric in which anybody differs, with its figures beside it', () => {
    const charts = metricCharts(study)
    expect(charts.map(({ id }) => id)).toEqual(expect.arrayContaining(['difference-lost', 'difference-p99']))
    for (const { config, table } of charts) {
      expect(config.data.datasets).toHaveLength(2)
      expect(table.rows).toHaveLength(study.comparisons.length)
      expect(JSON.parse(JSON.stringify(config))).toEqual(config)
    }
  })

  it('has zero and every interval within its axis, and labels within as well', () => {
    for (const { config } of metricCharts(study)) {
      const { min, max } = (config.options.scales as Record<string, { min: number; max: number }>).x0!
      const marks = config.options.plugins as { marks: { ticks: { x0: number[] } } }
      const ends = config.data.datasets.flatMap(({ data }) => data.flat() as (number | null)[])
      for (const end of [0, ...ends, ...marks.marks.ticks.x0]) {
        if (end === null) continue
        expect(end).toBeGreaterThanOrEqual(min)
        expect(end).toBeLessThanOrEqual(max)
      }
      expect(marks.marks.ticks.x0).toContain(0)
      expect(marks.marks.ticks.x0.length).toBeGreaterThan(1)
    }
  })

  it('has four panels side by side for a slide, as a PNG that is the same each time', async () => {
    expect(slideChart(study).config.data.datasets).toHaveLength(8)
    const [one, two] = [await renderStudyPng(study), await renderStudyPng(study)]
    expect([...one.keys()]).toEqual(['study.png'])
    expect(one.get('study.png')!.equals(two.get('study.png')!)).toBe(true)
    expect(one.get('study.png')!.length).toBeGreaterThan(8_000)
    expect((await renderStudyPng(nothing)).get('study.png')!.length).toBeGreaterThan(3_000)
  })
})
