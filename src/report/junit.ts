/** JUnit XML for CI: a suite for each scenario and seed, a case for each expectation, and one for each variant's verdict. */

import junit, { type Builder, type TestSuite } from 'junit-report-builder'
import type { ReportedRun } from '../core/details.ts'
import type { Result, VariantResult } from '../core/result.ts'
import { cleanResult } from './clean-result.ts'
import { doubtsOf } from './doubts.ts'
import { ends, headline, runFacts } from './headline.ts'

/** The package's types announce an ES default; its CommonJS file exports the builder itself. */
const builder = junit as unknown as Builder

/** Sentences of the violations, for whoever reads the failure. */
function evidence(variant: VariantResult): string {
  return (
    variant.invariants
      .filter((invariant) => invariant.violations > 0)
      .flatMap(({ name, violations, samples }) => [
        `${name}: ${violations}${samples.length < violations ? `, first ${samples.length}` : ''}`,
        ...samples.map(({ sentence }) => `  ${sentence}`),
      ])
      .join('\n')
      // The builder's CDATA section escapes only the first of these.
      .replaceAll(']]>', ']] >')
  )
}

function addVerdict(suite: TestSuite, className: string, variant: VariantResult): void {
  const verdict = suite.testCase().className(className).name('verdict')
  const why = doubtsOf(variant).join(' ') || variant.verdict
  if (variant.verdict === 'FAIL') verdict.failure(why, 'FAIL').stacktrace(evidence(variant))
  // Not decided is not passed: a skipped case would be shown as harmless.
  if (variant.verdict === 'INCONCLUSIVE' || variant.verdict === 'ERROR')
    verdict.error(why, variant.verdict, evidence(variant))
}

function addVariant(suite: TestSuite, result: Result, variant: VariantResult): void {
  const className = `${result.scenario}.${variant.name}`
  addVerdict(suite, className, variant)
  for (const { expectation, holds, inconclusive } of variant.expectations) {
    const testCase = suite.testCase().className(className).name(expectation)
    if (inconclusive !== null) testCase.error(inconclusive, 'INCONCLUSIVE')
    else if (!holds) testCase.failure(`expected: ${expectation}`, 'FAIL').stacktrace(evidence(variant))
  }
}

function addRun(suite: TestSuite, result: Result): void {
  suite.name(`${result.scenario} (seed ${result.seed})`)
  suite.property('verdict', result.verdict).property('run', runFacts(result)).property('headline', headline(result))
  for (const variant of result.variants) addVariant(suite, result, variant)
  for (const end of ends(result)) suite.testCase().className(result.scenario).name('ran to its end').error(end, 'ERROR')
}

/** JUnit XML of any number of runs. Control characters are removed: XML 1.0 knows no way to write them. */
export function renderJunit(runs: readonly ReportedRun[]): string {
  const report = builder.newBuilder().name('faultline')
  for (const { result } of runs) addRun(report.testSuite(), cleanResult(result))
  return report.build()
}
