/**
 * JUnit XML for CI: a suite for each scenario and seed, with a case for each variant's verdict, for each of its expectations, and for
 * each broken promise that nobody expected to be broken. What failed tells its story.
 */

import junit, { type Builder, type TestCase, type TestSuite } from 'junit-report-builder'
import type { Details, ReportedRun } from '../../core/details.ts'
import type { Result, VariantResult } from '../../core/result.ts'
import { countByHand, handWords } from '../changes.ts'
import { type Check, checksOf } from '../checks.ts'
import { cleanAll } from '../clean-result.ts'
import { brokenPromises, brokenText, COLUMNS } from '../columns.ts'
import { doubtsOf } from '../doubts.ts'
import { headline, reproduceCommand, runFacts } from '../headline.ts'
import { cut, extentOf, NO_STORIES, type Telling, tellingsOf } from '../tellings.ts'

/** The package's types announce an ES default; its CommonJS file exports the builder itself. */
const builder = junit as unknown as Builder

/** Characters of a name, a message, and the text of one failure. */
const MOST_NAME = 300
const MOST_MESSAGE = 1_000
const MOST_TEXT = 20_000
const CUT = '\n(cut here; the rest is in report.html)'

/** One case's text. The builder's CDATA section escapes only the first end of one. */
function inSection(lines: readonly string[]): string {
  return cut(lines.join('\n'), MOST_TEXT, CUT).replaceAll(']]>', ']] >')
}

/** The builder gives no reason for what was skipped, and whoever reads JUnit looks for one in the tag. */
function skip(testCase: TestCase, reason: string): void {
  const message = cut(reason, MOST_MESSAGE)
  testCase.skipped().standardOutput(inSection([reason]))
  const build = testCase.build.bind(testCase)
  testCase.build = (parent) => {
    const element = build(parent)
    const skipped = element.children.find((child) => 'name' in child && child.name === 'skipped')
    if (skipped) (skipped as typeof element).att('message', message)
    return element
  }
}

function storyLines(telling: Telling): string[] {
  const { title, invariant, proof, prevention, see } = telling
  return [
    `${title} (${invariant}), ${extentOf(telling)}`,
    ...proof.map((sentence) => `  ${sentence}`),
    ...(prevention === null ? [] : [`  Prevented by ${prevention}`]),
    ...(see === null ? [] : [`  See it: ${see}`]),
    '',
  ]
}

/** The figures of a variant in one line, as the terminal has them. */
function figures(variant: VariantResult, currency: string): string {
  return COLUMNS.map(({ header, text }) => `${header} ${text(variant, currency)}`).join(', ')
}

function addVerdict(testCase: TestCase, result: Result, variant: VariantResult): void {
  const why = doubtsOf(variant).join(' ') || variant.verdict
  const broken = brokenPromises(variant).map(brokenText)
  const byHand = handWords(variant)
  const found = [figures(variant, result.baseCurrency), ...broken, ...(byHand === '' ? [] : [`by hand: ${byHand}`])]
  if (variant.verdict === 'FAIL') testCase.failure(cut(why, MOST_MESSAGE), 'FAIL').stacktrace(inSection([why]))
  if (variant.verdict === 'ERROR') testCase.error(cut(why, MOST_MESSAGE), 'ERROR', inSection([why]))
  if (variant.verdict === 'INCONCLUSIVE') skip(testCase, why)
  testCase.standardOutput(inSection(variant.verdict === 'INCONCLUSIVE' ? [why, ...found] : found))
}

function addCheck(testCase: TestCase, result: Result, details: Details, variant: VariantResult, check: Check): void {
  if (check.state === 'undecided') skip(testCase, check.why)
  if (check.state !== 'failed') return
  const tellings = tellingsOf(result, details, variant).filter(({ invariant }) => invariant === check.invariant)
  const text = inSection([
    check.why,
    `Run it again: ${reproduceCommand(result)}`,
    ...(tellings.length === 0 ? [figures(variant, result.baseCurrency)] : ['']),
    ...(details.stories === null && tellings.length > 0 ? [NO_STORIES] : []),
    ...tellings.flatMap(storyLines),
  ])
  testCase.failure(cut(check.why, MOST_MESSAGE), 'FAIL').stacktrace(text)
}

function addEnd(suite: TestSuite, { scenario, error, interrupted }: Result): void {
  const endCase = () => suite.testCase().className(cut(scenario, MOST_NAME)).name('ran to its end')
  if (error !== null)
    endCase().error(cut(`The lab failed: ${error}`, MOST_MESSAGE), 'ERROR', inSection([`The lab failed: ${error}`]))
  if (interrupted !== null) skip(endCase(), `Cut short: ${interrupted}`)
}

function addRun(suite: TestSuite, { result, details }: ReportedRun): void {
  suite.name(cut(`${result.scenario} (seed ${result.seed})`, MOST_NAME))
  const properties = {
    seed: `${result.seed}`,
    mode: result.mode,
    command: reproduceCommand(result),
    verdict: result.verdict,
    run: runFacts(result),
    headline: headline(result),
    ...(countByHand(result) > 0 ? { changedByHand: `${countByHand(result)}` } : {}),
  }
  for (const [name, value] of Object.entries(properties)) suite.property(name, cut(value, MOST_MESSAGE))
  for (const variant of result.variants) {
    const caseNamed = (name: string) =>
      suite
        .testCase()
        .className(cut(`${result.scenario}.${variant.name}`, MOST_NAME))
        .name(cut(name, MOST_NAME))
    addVerdict(caseNamed('verdict'), result, variant)
    for (const check of checksOf(variant)) addCheck(caseNamed(check.name), result, details, variant, check)
  }
  addEnd(suite, result)
}

/** JUnit XML of any number of runs. Control characters are removed: XML 1.0 knows no way to write them. */
export function renderJunit(runs: readonly ReportedRun[]): string {
  const report = builder.newBuilder().name('faultline')
  for (const run of runs) addRun(report.testSuite(), cleanAll(run))
  return report.build()
}
