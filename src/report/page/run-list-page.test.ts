import { describe, expect, it } from 'vitest'
import { exampleResult } from '../../../test/support/example-result.ts'
import type { Result } from '../../core/result.ts'
import { headline } from '../headline.ts'
import { listedRun, listedStudy, type RunList, type RunRow } from '../run-list.ts'
import { RUN_LIST_MARK, renderRunList } from './run-list-page.ts'

function rowOf(result: Result, changes: Partial<RunRow> = {}): RunRow {
  const at = '2026-11-21T08:01:44.191Z'
  return { run: listedRun(result), path: `${result.scenario}/run-1`, at, page: 'report.html', ...changes }
}

function pageOf(rows: readonly RunRow[], changes: Partial<RunList> = {}): string {
  return renderRunList({ rows, older: 0, unreadable: [], ...changes })
}

describe('a row', () => {
  it('has scenario, seed, world, verdict, variants, headline, time and the way to the report', () => {
    const result = exampleResult()
    const page = pageOf([rowOf(result)])
    const { scenario, seed, mode, verdict, variants } = result
    for (const text of [scenario, `seed ${seed}`, mode, verdict, '2026-11-21 08:01:44']) expect(page).toContain(text)
    for (const { name } of variants) expect(page).toContain(name)
    expect(page).toContain(headline(result).slice(0, 20))
    expect(page).toContain(`href="${scenario}/run-1/report.html"`)
    expect(page).toContain(`href="${scenario}/run-1/result.json"`)
  })

  it('has a picture that says in words what it shows', () => {
    const result = exampleResult()
    const [, label = ''] = /<svg role="img" aria-label="([^"]*)"/.exec(pageOf([rowOf(result)])) ?? []
    for (const { name, verdict } of result.variants) expect(label).toContain(`${name} ${verdict}`)
    expect(label).toContain('lost $')
  })

  it('has no link to a report that is not there', () => {
    expect(pageOf([rowOf(exampleResult(), { page: null })])).not.toContain('report.html')
  })

  it('says that a run was cut short, or that the lab failed', () => {
    expect(listedRun({ ...exampleResult(), interrupted: 'by SIGINT' }).sentence).toMatch(/^Cut short\. /)
    expect(listedRun({ ...exampleResult(), error: 'no port' }).sentence).toMatch(/^The lab failed\. /)
  })

  it('may be a study', () => {
    const { scenario, title, mode, verdict } = exampleResult()
    const study = { scenario, title, mode, verdict, seeds: { first: 1, last: 3 }, runs: [1, 2, 3], reference: 'naive' }
    const run = listedStudy({ ...study, comparisons: [{ variant: 'retry' }] })
    const page = pageOf([rowOf(exampleResult(), { run, page: 'study.html' })])
    expect(page).toContain('study, seeds 1..3')
    expect(page).toContain('>0 runs and 1 study<')
    expect(page).not.toContain('<svg')
    expect(page).toContain('3 seeds together: every variant against naive.')
    expect(page).toContain('run-1/study.html"')
  })
})

describe('the page', () => {
  it('is one file that asks nobody for anything', () => {
    const page = pageOf([rowOf(exampleResult())])
    expect(page).toContain(RUN_LIST_MARK)
    expect(page).toContain("default-src 'none'")
    expect(page).not.toMatch(/(?:src|href)="(?:https?:)?\/\//)
    expect(page).not.toMatch(/@import|url\(/)
  })

  it('lets no name steer it', () => {
    const evil = `</script><img src=x onerror=alert(1)>"'&\u001b[2J\u202e`
    const result = exampleResult()
    const variants = result.variants.map((variant) => ({ ...variant, name: evil }))
    const page = pageOf([rowOf({ ...result, scenario: evil, title: evil, variants, baseCurrency: evil })], {
      unreadable: [{ path: evil, why: evil }],
    })
    expect(page).not.toContain('<img')
    expect(page.match(/<\/script>/g)).toHaveLength(1)
    expect(page).not.toMatch(/[\u001b\u202e]/)
    const [, label = ''] = /aria-label="([^"]*)"/.exec(page) ?? []
    expect(label).toContain('&lt;/script&gt;')
    // Slashes and quotes of a path are part of its address.
    expect(page).not.toMatch(/href="[^"]*[<>']/)
  })

  it('says how many it leaves out, and why some are not listed', () => {
    expect(pageOf([rowOf(exampleResult())])).toContain('>1 run<')
    expect(pageOf([rowOf(exampleResult())], { older: 1_200 })).toContain(
      'The newest: 1 run; 1,200 older folders not listed',
    )
    const unreadable = Array.from({ length: 23 }, (_, at) => ({ path: `a/run-${at}`, why: 'has no result.json' }))
    const page = pageOf([], { unreadable })
    expect(page.match(/has no result\.json/g)).toHaveLength(20)
    expect(page).toContain('and 3 more')
  })

  it('says what to do where there is no run', () => {
    const page = pageOf([])
    expect(page).toContain('npx faultline run')
    expect(page).not.toContain('<script>')
  })
})
