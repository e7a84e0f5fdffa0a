import { describe, expect, it } from 'vitest'
import { emptyResult, exampleResult } from '../../../test/support/example-result.ts'
import { exampleOutcomes, exampleStories } from '../../../test/support/example-stories.ts'
import { HOSTILE, hostileRun } from '../../../test/support/hostile-run.ts'
import { NO_DETAILS } from '../../core/details.ts'
import { annotationsOf } from './annotations.ts'

const DETAILS = { stories: exampleStories(), outcomes: exampleOutcomes() }
const of = (level: string, lines: readonly string[]) => lines.filter((line) => line.startsWith(`::${level} `))

describe('annotations', () => {
  const lines = annotationsOf(exampleResult(), DETAILS)

  it('are an error for each failed expectation, with the first story and how to see it', () => {
    const [error, ...others] = of('error', lines)
    expect(others).toEqual([])
    expect(error).toMatch(/^::error title=schrodingers-warehouse \(seed 42\)%2C retry%3A history-complete holds::/)
    expect(error).toContain('history-complete was violated 3 times, and was expected to hold.%0Ap-1 was deducted twice')
    expect(error).toContain('%0ASee it: npx faultline order p-1 schrodingers-warehouse --variant retry')
  })

  it('are a warning for what could not be decided', () => {
    expect(of('warning', lines)).toEqual([
      '::warning title=schrodingers-warehouse (seed 42)%2C retry+key-as-taught%3A charged-at-most-once is violated::Not decided: only 7 purchases at risk, and 10 are needed',
    ])
    expect(of('warning', annotationsOf(emptyResult(), NO_DETAILS))[0]).toContain(
      '::Cut short: Ctrl-C before the first order',
    )
  })

  it('are a notice for the headline, and for each promise that was broken as expected, with its count', () => {
    const notices = of('notice', lines)
    expect(notices[0]).toMatch(/^::notice title=FAIL%3A schrodingers-warehouse \(seed 42\)::retry charged 23 /)
    expect(notices).toContain(
      '::notice title=schrodingers-warehouse (seed 42)%2C retry%3A charged-at-most-once::Broken 23 times, as the scenario expects.',
    )
    // Never one for a violation: there are more than a hundred.
    expect(notices).toHaveLength(7)
  })

  it('are an error where the lab failed', () => {
    const failed = { ...emptyResult(), error: 'no port was free', verdict: 'ERROR' } as const
    expect(of('error', annotationsOf(failed, NO_DETAILS))).toEqual([
      '::error title=calm (seed 1)::The lab failed: no port was free',
    ])
  })

  it('are at most ten of each level, and the last says how many more there are', () => {
    const result = exampleResult()
    const variants = Array.from({ length: 44 }, (_, at) => ({ ...result.variants[at % 4]!, name: `v${at}` }))
    const many = annotationsOf({ ...result, variants }, NO_DETAILS)
    expect(['error', 'warning', 'notice'].map((level) => of(level, many).length)).toEqual([10, 10, 10])
    expect(of('warning', many)[9]).toBe('::warning title=Faultline::2 more warnings; all of them are in report.html.')
    expect(of('notice', many)[9]).toContain('::58 more notices;')
  })
})

describe('hostile text', () => {
  it.each(HOSTILE)('makes no command of its own: %j', (hostile) => {
    const run = hostileRun(hostile)
    for (const line of annotationsOf(run.result, run.details)) {
      expect(line).toMatch(/^::(?:error|warning|notice) title=[^:,\n\r]*::[^\n\r]*$/)
      expect(line).not.toMatch(/[\u0000-\u001f]/)
      expect(line.length).toBeLessThan(12_000)
      expect(line.replaceAll(/%(?:25|0A|0D|3A|2C)/g, '')).not.toContain('%')
    }
  })

  it('is escaped by the rules of GitHub', () => {
    const result = { ...emptyResult(), error: '100 % of a, b: c' }
    expect(annotationsOf(result, NO_DETAILS)[0]).toContain('::The lab failed: 100 %25 of a, b: c')
    const named = annotationsOf({ ...result, scenario: 'a,b:c%' }, NO_DETAILS)
    expect(named[0]).toContain('title=a%2Cb%3Ac%25 (seed 1)::')
  })
})
