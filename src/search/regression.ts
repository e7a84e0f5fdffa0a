/** A shrunk violation as a scenario that passes as long as the violation is there, and as the text of its file. */

import { changeInWords } from '../core/change.ts'
import { INVARIANTS, type InvariantName } from '../core/invariant.ts'
import type { RequestKind } from '../core/purchase.ts'
import type { Expectation, Scenario } from '../core/scenario.ts'
import { writeScenario } from '../scenarios/file/write.ts'
import { withoutQuizAndScript } from '../scenarios/quiz-and-script.ts'
import type { RequestCounts, TrialViolation } from '../scenarios/trial-summary.ts'
import { kindsOf } from '../scenarios/visits.ts'
import { decide, type Shown } from './candidate.ts'
import { REQUEST_WORDS, tellStrike } from './words.ts'

export interface Regression {
  readonly scenario: Scenario
  readonly seed: number
  /** Who comes, by what they come for. */
  readonly requests: RequestCounts
  /** What happens, one sentence a line. */
  readonly story: readonly string[]
  /** What is violated in the end. */
  readonly sentence: string
  /** The scenario's file. */
  readonly text: string
  /** For the file: the name of the scenario, and `.yaml`. */
  readonly fileName: string
}

export interface About {
  readonly variant: string
  readonly what: TrialViolation['what']
  /** The scenario in which it was found. */
  readonly from: string
}

const LONGEST_NAME = 60

export function regressionOf(shown: Shown, about: About): Regression {
  const { variant, what, from } = about
  const { sentence = '' } = shown.violations.find((violation) => violation.what === what) ?? {}
  const kinds = kindsOf(shown.scenario, shown.seed, shown.visits)
  const story = tellStory(shown, kinds)
  const scenario: Scenario = {
    ...withoutQuizAndScript(decide(shown)),
    name: nameOf(about),
    title: `${variant}: ${titleOf(what)}, shrunk from ${from}`,
    about: [...story, `Then: ${sentence}.`].join('\n'),
    expectations: { [variant]: expectationOf(shown, what) },
  }
  const name = `${scenario.name}.yaml`
  const comment = [
    `What it shows, with ${variant}:`,
    ...story.map((line) => `- ${line}`),
    `Then: ${sentence}.`,
    '',
    ...howToRun(what),
  ]
  return {
    scenario,
    seed: shown.seed,
    requests: countKinds(kinds),
    story,
    sentence,
    text: writeScenario(scenario, comment.join('\n')),
    fileName: name,
  }
}

function isInvariant(what: TrialViolation['what']): what is InvariantName {
  return INVARIANTS.some((name) => name === what)
}

function titleOf(what: TrialViolation['what']): string {
  if (what === 'liveness') return 'it does not become quiet'
  return what === 'lab' ? 'the lab fails' : `${what} is violated`
}

function howToRun(what: TrialViolation['what']): string[] {
  const command = 'faultline run --virtual --file <this file>'
  if (isInvariant(what))
    return [`As long as it is so, this passes: ${command}`, 'Mended, it fails: then expect the invariant to hold.']
  return [`As long as it is so, this does not pass: ${command}`]
}

/** What is seen is expected; what was violated beside it may be. */
function expectationOf({ violations }: Shown, what: TrialViolation['what']): Expectation {
  const seen = violations.map((violation) => violation.what).filter(isInvariant)
  const beside = seen.filter((name) => name !== what)
  return { holds: [], violated: isInvariant(what) ? [what] : [], allowed: beside, bounds: [] }
}

function nameOf({ variant, what, from }: About): string {
  const name = `${variant}-${what}`
  return name.length <= LONGEST_NAME ? name : `${from}-${what}`.slice(0, LONGEST_NAME)
}

function countKinds(kinds: readonly RequestKind[]): RequestCounts {
  const counts = { order: 0, stock: 0, notification: 0, payment: 0 }
  for (const kind of kinds) counts[kind] += 1
  return counts
}

/** That somebody comes for an order goes without saying. */
function tellStory({ visits, strikes, scenario }: Shown, kinds: readonly RequestKind[]): string[] {
  const come = visits.map(({ purchase, atMs }, index) => {
    const kind = kinds[index] ?? 'order'
    const wanted = kind === 'order' ? '' : ` for a ${REQUEST_WORDS[kind].one}`
    return `${purchase}${wanted}${atMs === 0 ? '' : ` at ${atMs} ms`}`
  })
  const [first] = come
  const who = come.length === 1 ? `One buyer comes (${first}).` : `${come.length} buyers come: ${come.join(', ')}.`
  const switched = [...scenario.switches].sort((a, b) => a.atMs - b.atMs)
  const changes = switched.map((change) => `Changed at ${change.atMs} ms: ${changeInWords(change)}.`)
  if (strikes.length === 0) return [who, ...changes, 'Nothing strikes.']
  return [who, ...changes, ...strikes.map((strike) => `${capital(tellStrike(strike, scenario.gremlins))}.`)]
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
