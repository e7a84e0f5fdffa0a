import { describe, expect, it } from 'vitest'
import { agreementResult } from '../../test/support/example-agreement.ts'
import { exampleDependencies, NO_CALLS } from '../../test/support/example-dependencies.ts'
import { emptyResult, exampleResult } from '../../test/support/example-result.ts'
import { type DependencyResult, MOST_BREAKER_CHANGES } from '../core/dependency.ts'
import { EDGES } from '../core/topology.ts'
import { dependencyRows, filledUp, policiesInWords, variantsWithPolicies } from './dependencies.ts'
import { renderHtml } from './page/html.tsx'
import { renderTable } from './terminal/table.ts'

const NO_CHART_JS = { chartJs: '/* chart.js */' }
const NONE = { stories: null, outcomes: null }

function resultWith(dependencies: readonly DependencyResult[]) {
  const result = exampleResult()
  const [first] = result.variants
  return { ...result, variants: [{ ...first!, dependencies }] }
}

const BEGINS = '<section aria-labelledby='

/** The section, or nothing. */
function section(page: string): string {
  const [, found = ''] = page.split(`${BEGINS}"dependencies">`)
  return found.split(BEGINS)[0] ?? ''
}

describe('the figures of the paths', () => {
  it('leave out what no path has, and have a dash where only others have it', () => {
    const rows = dependencyRows(exampleDependencies()).map(({ row }) => row)
    expect(rows).toContainEqual(['failures', 'timeout 27, reset 9', 'server-error 12', '–'])
    expect(rows).toContainEqual([
      'refused by',
      'bulkhead: full 26, bulkhead: waited too long 4',
      'breaker: try again in … ms 1,120',
      '–',
    ])
    expect(rows).toContainEqual(['hedges', '14, 6 won', '–', '–'])
    expect(rows).toContainEqual(['waited, p99', '198 ms', '–', '–'])
    expect(rows).toContainEqual(['breaker', '–', '2 openings, 1,810 ms', '–'])
    expect(dependencyRows([{ ...NO_CALLS, calls: 3 }]).map(({ row }) => row)).toEqual([['calls', '3']])
  })

  it('are of interest where a policy spoke, and not where calls were only made', () => {
    const silent = { ...NO_CALLS, calls: 10, failures: { reset: 2 }, mostInFlight: 4 }
    expect(variantsWithPolicies(resultWith([silent]))).toEqual([])
    expect(variantsWithPolicies(resultWith([{ ...silent, retries: 1 }]))).toHaveLength(1)
    expect(variantsWithPolicies(emptyResult())).toEqual([])
  })

  it('in words are one line, only where something was refused or stood in', () => {
    expect(policiesInWords(resultWith(exampleDependencies()).variants[0]!)).toBe(
      'refused by breaker 1,120, bulkhead 30; fallbacks: pending 118; 52 retries; 2 breaker openings',
    )
    expect(policiesInWords(resultWith([{ ...NO_CALLS, retries: 9 }]).variants[0]!)).toBe('')
    const waiting = { ...resultWith(exampleDependencies()).variants[0]!, toldPending: 97 }
    expect(policiesInWords(waiting)).toContain('; fallbacks: pending 118; 97 orders told pending; 52 retries')
  })

  it('a compartment is worth a picture when calls waited for it, or did not get in', () => {
    expect(filledUp({ ...NO_CALLS, mostInFlight: 9 })).toBe(false)
    expect(filledUp({ ...NO_CALLS, mostQueued: 1 })).toBe(true)
    expect(filledUp({ ...NO_CALLS, refusals: { 'shared-pool': 1 } })).toBe(true)
    expect(filledUp({ ...NO_CALLS, refusals: { breaker: 1 } })).toBe(false)
  })
})

describe('on the page', () => {
  const found = section(renderHtml(exampleResult(), NONE, NO_CHART_JS))

  it('is a table for each variant in which policies spoke, reached from the top', () => {
    expect(found.match(/<h3>/g)).toHaveLength(1)
    expect(found).toContain('<h3>retry</h3>')
    expect(renderHtml(exampleResult(), NONE, NO_CHART_JS)).toContain('href="#dependencies"')
  })

  it('is nothing where no policy spoke', () => {
    for (const result of [emptyResult(), agreementResult()]) {
      expect(renderHtml(result, NONE, NO_CHART_JS)).not.toContain('dependencies"')
    }
  })

  it('has a labelled picture of each breaker and each compartment, with the gremlin’s window', () => {
    const labels = [...found.matchAll(/<svg[^>]* role="img" aria-label="([^"]+)"/g)].map(([, label]) => label)
    expect(labels).toEqual([
      'Breaker on order→payment in retry: 2 openings, open for 1,810 ms in all, first open after 5.1 s.',
      'Calls on order→inventory in retry over time: at most 8 calls on their way and 20 in line.',
    ])
    expect(found.match(/<rect /g)).toHaveLength(2)
    expect(found).toMatch(/>O<\/text>/)
    expect(found).toMatch(/>H<\/text>/)
  })

  it('draws a breaker that flutters without an end, and no number that is none', () => {
    const changes = Array.from({ length: MOST_BREAKER_CHANGES }, (_, at) => ({
      atMs: 20 * at,
      state: at % 2 === 0 ? ('open' as const) : ('closed' as const),
      detail: '</svg>',
    }))
    const fluttering = { ...NO_CALLS, breaker: { openings: 4_000, openMs: 9_000, changes } }
    const page = renderHtml(resultWith([fluttering]), NONE, NO_CHART_JS)
    expect(page).toContain('Only its first 200 changes are drawn.')
    expect(section(page)).not.toMatch(/NaN|Infinity|undefined/)
  })

  it('weighs little, however many paths have much to show', () => {
    const [first, second] = exampleDependencies()
    const long = (counts: readonly number[]) => Array.from({ length: 120 }, (_, at) => 10 + (at % 7) + (counts[0] ?? 0))
    const { mostInFlight, mostQueued, calls } = first!.series
    const series = { bucketMs: 100, calls: long(calls), refused: long(calls), mostInFlight: long(mostInFlight) }
    const heavy = EDGES.map((edge) => ({
      ...first!,
      ...second!,
      edge,
      mostQueued: 20,
      series: { ...series, mostQueued },
    }))
    const found = section(renderHtml(resultWith(heavy), NONE, NO_CHART_JS))
    expect(Buffer.byteLength(found)).toBeLessThan(45_000)
    expect(found).toContain('Drawn are the 5 paths with the most refusals')
  })

  it('whatever a journal says stays text', () => {
    const hostile = '"><script>alert(1)</script>'
    const words = { [hostile]: 3 }
    const page = renderHtml(
      resultWith([{ ...exampleDependencies()[1]!, refusals: words, fallbacks: words, failures: words }]),
      NONE,
      NO_CHART_JS,
    )
    expect(page.match(/<script/g)).toHaveLength(3)
  })
})

it('in the terminal it is one line for each variant that refused something', () => {
  const text = renderTable(exampleResult(), { width: 120, color: false })
  const at = text.split('\n').indexOf('What the policies did')
  expect(text.split('\n').slice(at + 1, at + 3)).toEqual([
    '  retry: refused by breaker 1,120, bulkhead 30; fallbacks: pending 118; 52 retries; 2 breaker openings',
    '',
  ])
  expect(renderTable(agreementResult(), { width: 120, color: false })).not.toContain('What the policies did')
})
