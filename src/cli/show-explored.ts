/** What an exploration found, as text and as JSON. */

import { REQUEST_KINDS } from '../core/purchase.ts'
import { plain } from '../scenarios/file/plain.ts'
import type { RequestCounts } from '../scenarios/trial-summary.ts'
import type { Explorand } from '../search/choose-variants.ts'
import type { Explored } from '../search/explore.ts'
import type { Finding } from '../search/findings.ts'
import type { ShrunkFinding } from '../search/shrink-findings.ts'
import { REQUEST_WORDS } from '../search/words.ts'
import type { ExplorePlan } from './explore-plan.ts'

/** A finding, how to see it again, and the file that it was written to. */
export interface ShownFinding extends ShrunkFinding {
  readonly command: string
  readonly file: string | null
}

export interface Exploration {
  readonly plan: ExplorePlan
  readonly explored: Explored
  readonly findings: readonly ShownFinding[]
  readonly tookMs: number
  /** Why it ended before all seeds were tried; null: it did not. */
  readonly ended: string | null
}

const MS_PER_SECOND = 1_000

export function formatNumber(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: value < 10 ? 1 : 0 })
}

export function counted(count: number, one: string, many = `${one}s`): string {
  return `${formatNumber(count)} ${count === 1 ? one : many}`
}

/** `3 orders, 27 payments`: those that came. */
export function countedRequests(requests: RequestCounts): string {
  const came = REQUEST_KINDS.filter((kind) => requests[kind] > 0)
  if (came.length === 0) return counted(0, 'request')
  return came.map((kind) => counted(requests[kind], REQUEST_WORDS[kind].one, REQUEST_WORDS[kind].many)).join(', ')
}

/** `violates all-or-nothing`, or what else went wrong. */
export function describeWhat({ what }: Pick<Finding, 'what'>): string {
  if (what === 'liveness') return 'does not become quiet (liveness)'
  return what === 'lab' ? 'ends with a failure of the lab' : `violates ${what}`
}

export function describeKinds({ kinds }: Pick<Finding, 'kinds'>): string {
  return kinds.length === 0 ? 'no strike' : kinds.join(' + ')
}

/** The command that explains the seed in which a finding was first seen. */
export function commandOf(finding: Finding, { scenario, variants, flags }: ExplorePlan): string {
  const { gremlins } = variants.find(({ variant }) => variant === finding.variant) as Explorand
  const which = ['--variant', finding.variant, '--gremlins', gremlins, '--seed', String(finding.seed), '--explain']
  return ['faultline', 'explore', scenario.name, ...flags, ...which].map(quoted).join(' ')
}

/** For a shell. Names are plain words; a file's name may be anything. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}

export function showExploration({ plan, explored, findings, tookMs, ended }: Exploration): string {
  const { seedsDone, trialsDone, requestsDone, strikes } = explored
  const seconds = tookMs / MS_PER_SECOND
  const rate = seconds > 0 ? `, ${formatNumber(trialsDone / seconds)} trials/s` : ''
  const lines = [
    `${plan.scenario.name}: ${counted(seedsDone, 'seed')} under ${counted(plan.variants.length, 'variant')}: ${counted(trialsDone, 'trial')}, ${countedRequests(requestsDone)}, ${counted(strikes, 'strike')}, ${formatNumber(seconds)} s${rate}`,
    ...plan.variants.map((each) => `  ${describeExplorand(each, findings, seedsDone, plan.scenario)}`),
    ...(ended === null ? [] : [`Ended before all seeds were tried: ${ended}.`]),
    '',
    findings.length === 0 ? 'No violation was found.' : `${counted(findings.length, 'distinct violation')}:`,
    ...findings.flatMap((finding) => ['', ...showFinding(finding)]),
  ]
  return `${lines.map(plain).join('\n')}\n`
}

function describeExplorand(
  { variant, gremlins, brokenIn }: Explorand,
  findings: readonly Finding[],
  seedsDone: number,
  scenario: ExplorePlan['scenario'],
): string {
  const own = findings.filter((finding) => finding.variant === variant).length
  // Nobody survives what does not come.
  const calm = gremlins === 'own' && scenario.gremlins.length === 0
  const survived = seedsDone === 0 ? 'not tried' : calm ? 'met no gremlin' : 'survived'
  const why = brokenIn === null ? '' : `, since ${brokenIn} expects what is built like it to break`
  const which = { own: "the scenario's own gremlins", general: 'own and general gremlins', all: 'all gremlins' }[
    gremlins
  ]
  return `${variant}: ${own > 0 ? counted(own, 'distinct violation') : survived} (${which}${why})`
}

function showFinding(finding: ShownFinding): string[] {
  const { variant, seed, seeds, sentence, command, shrunk, file } = finding
  return [
    `${variant} ${describeWhat(finding)}, with ${describeKinds(finding)}: ${counted(seeds, 'seed')}, the first is ${seed}`,
    ...sentence.split('\n').map((line) => `  ${line}`),
    ...(shrunk ? showShrunk(shrunk) : []),
    `  ${command}`,
    ...(file === null ? [] : [`  faultline run --virtual --file ${quoted(file)}`]),
  ]
}

function showShrunk(shrunk: NonNullable<ShownFinding['shrunk']>): string[] {
  const { requests, strikes, story, sentence, trials, stoppedEarly } = shrunk
  const early = stoppedEarly === null ? '' : `; ended early: ${stoppedEarly}`
  return [
    `  Shrunk to ${countedRequests(requests)} and ${counted(strikes, 'strike')} (${counted(trials, 'trial')}${early}):`,
    ...[...story, `Then: ${sentence}.`].map((line) => `    ${line}`),
  ]
}

/** One document; version 1. */
export function explorationAsJson({ plan, explored, findings, tookMs, ended }: Exploration): string {
  const { scenario, variants, seeds } = plan
  const { findings: _, ...others } = explored
  const counts = { ...others, ordersDone: explored.requestsDone.order }
  const told = findings.map(({ shrunk, ...finding }) => ({ ...finding, shrunk: shrunk && withoutScenario(shrunk) }))
  const body = { schemaVersion: 1, scenario: scenario.name, seeds, variants, ...counts, tookMs, ended, findings: told }
  return `${JSON.stringify(body, null, 2)}\n`
}

/** The file's text says the same. */
function withoutScenario({ scenario: _, ...shrunk }: NonNullable<ShownFinding['shrunk']>) {
  return shrunk
}
