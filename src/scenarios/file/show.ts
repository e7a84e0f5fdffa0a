/** A scenario in plain words, for a terminal. */

import { changeInWords } from '../../core/change.ts'
import type { GremlinSetting } from '../../core/gremlin.ts'
import type { ParticipantOptions, PolicySetting, Variant } from '../../core/pattern.ts'
import { REQUEST_KINDS } from '../../core/purchase.ts'
import type { Bound, Buyers, Expectation, Scenario, Shape, TrafficPlan } from '../../core/scenario.ts'
import { EDGES } from '../../core/topology.ts'
import { WORKFLOWS } from '../../patterns/workflows/catalogue.ts'
import { questionsOf } from '../quiz.ts'
import { plain } from './plain.ts'

/** Everything that a run of the scenario depends on. Ends with a line break; safe to print. */
export function showScenario(scenario: Scenario): string {
  const about = scenario.about === '' ? [] : ['', ...scenario.about.split('\n').map((line) => `  ${line}`)]
  const lines = [
    `${scenario.name}: ${scenario.title}`,
    ...about,
    '',
    'Traffic',
    ...showTraffic(scenario),
    ...showCapacity(scenario),
    '',
    'Gremlins',
    ...(scenario.gremlins.length === 0 ? ['  none'] : scenario.gremlins.map((gremlin) => `  ${showGremlin(gremlin)}`)),
    ...showStrikes(scenario),
    ...showSwitches(scenario),
    ...showExplore(scenario),
    ...showAsked(scenario),
    ...scenario.variants.flatMap((variant) => ['', ...showVariant(variant, scenario.expectations[variant.name])]),
  ]
  return `${lines.map(plain).join('\n')}\n`
}

function showTraffic({ traffic, buyers, products, accounts, ...scenario }: Scenario): string[] {
  const { baseCurrency, ratesMicro } = scenario
  const rates = Object.entries(ratesMicro).map(([currency, micro]) => `${micro / 1_000_000} ${currency}`)
  const goods = products.map(({ name, priceCents, stock, weight }) => {
    return `${name} (${(priceCents / 100).toFixed(2)} ${baseCurrency}, ${stock} in stock, weight ${weight})`
  })
  const payers = accounts.map(({ name, currency, openingCents, weight }) => {
    return `${name} (${(openingCents / 100).toFixed(2)} ${currency}, weight ${weight})`
  })
  const units = traffic.mostUnits === 1 ? '1 unit each' : `1 to ${traffic.mostUnits} units each`
  return [
    `  ${traffic.orders} ${isOrdersOnly(traffic) ? 'order' : 'request'}${traffic.orders === 1 ? '' : 's'} of ${units}, ${traffic.arrivals}, ${traffic.ratePerSecond} a second${showShape(traffic.shape)}`,
    ...showVisits(traffic),
    ...(scenario.seed === undefined ? [] : [`  the seed is ${scenario.seed}, unless another is given`]),
    ...showMix(traffic, scenario.focus),
    `  buyers wait ${buyers.patienceMs} ms, then ${showRefreshes(buyers)}`,
    `  an order may take ${scenario.deadlineMs} ms; a killed service is away for ${scenario.restartAfterMs} ms; quiet within ${scenario.quietWithinMs} ms`,
    `  products: ${goods.join(', ')}`,
    `  accounts: ${payers.join(', ')}`,
    ...(rates.length > 0 ? [`  rates: 1 ${baseCurrency} = ${rates.join(' = ')}`] : []),
  ]
}

function showVisits({ exactly }: TrafficPlan): string[] {
  if (!exactly) return []
  return [`  of these come only ${exactly.map(({ purchase, atMs }) => `${purchase} at ${atMs} ms`).join(', ')}`]
}

function isOrdersOnly({ mix }: TrafficPlan): boolean {
  return REQUEST_KINDS.every((kind) => kind === 'order' || mix[kind] === 0)
}

/** Which kinds come how often, and the stretch of time that bounds on them are about. */
function showMix(traffic: TrafficPlan, { fromMs, toMs }: Scenario['focus']): string[] {
  if (isOrdersOnly(traffic) && fromMs === 0 && toMs === null) return []
  const total = REQUEST_KINDS.reduce((sum, kind) => sum + traffic.mix[kind], 0)
  const shares = REQUEST_KINDS.filter((kind) => traffic.mix[kind] > 0).map((kind) => {
    return `${kind} ${Math.round((traffic.mix[kind] / total) * 1_000) / 10} %`
  })
  const focus =
    fromMs === 0 && toMs === null ? 'all the time' : `from ${fromMs} ms ${toMs === null ? 'on' : `to ${toMs} ms`}`
  return [`  they come for: ${shares.join(', ')}; in focus: ${focus}`]
}

function showRefreshes({ refreshes, pauseMs }: Buyers): string {
  if (refreshes === 0) return 'leave'
  return `ask again ${pauseMs} ms later, ${refreshes === 1 ? 'once' : `up to ${refreshes} times`}, then leave`
}

function showShape(shape: Shape): string {
  switch (shape.kind) {
    case 'constant':
      return ''
    case 'ramp':
      return `, rising or falling to ${shape.toPerSecond} a second`
    case 'spike':
      return `, ${shape.spikePerSecond} a second from ${shape.fromMs} to ${shape.toMs} ms`
  }
}

function showCapacity({ capacity }: Scenario): string[] {
  return Object.entries(capacity).map(([service, { concurrency, serviceTimeMs, queue }]) => {
    const room = queue === 0 ? 'nobody waits' : `up to ${queue} wait`
    return `  ${service} works on ${concurrency} at a time, ${serviceTimeMs} ms and the work for each; ${room}`
  })
}

/** What is decided and not left to luck. */
function showStrikes({ strikes }: Scenario): string[] {
  if (!strikes) return []
  if (strikes.length === 0) return ['  none of them ever strikes']
  const lines = strikes.map(({ gremlin, purchase, operation, effect, attempt, at }) => {
    if (purchase === '') return `  ${gremlin}`
    const moment = at === undefined ? '' : `, at ${at}`
    return `  ${gremlin}: ${purchase}, ${operation} ${effect}, attempt ${attempt}${moment}`
  })
  return ['', 'Strikes: exactly these, whatever the probabilities say', ...lines]
}

function showSwitches({ switches }: Scenario): string[] {
  if (switches.length === 0) return []
  const lines = switches.map(({ atMs, ...change }) => `  at ${atMs} ms: ${changeInWords(change)}`)
  return ['', 'Switches', ...lines]
}

/** Not what a talk says: whoever reads this may be its audience. */
function showAsked(scenario: Scenario): string[] {
  const questions = questionsOf(scenario).map(({ text }) => `  ${text}`)
  const steps = scenario.script?.steps.length ?? 0
  return [
    ...(questions.length === 0 ? [] : ['', 'Questions, asked with --quiz', ...questions]),
    ...(steps === 0 ? [] : ['', `A talk of ${steps} ${steps === 1 ? 'step' : 'steps'}, played with --script`]),
  ]
}

function showExplore({ explore }: Scenario): string[] {
  if (!explore || Object.keys(explore).length === 0) return []
  const { gremlins, orders, rateFactor, mostProbability, mostDelayMs, mostWindowMs } = explore
  const others = [
    mostProbability === undefined ? '' : `strike with a probability of at most ${mostProbability}`,
    mostDelayMs === undefined ? '' : `hold up for at most ${mostDelayMs} ms`,
    mostWindowMs === undefined ? '' : `keep a service away for at most ${mostWindowMs} ms`,
  ].filter((part) => part !== '')
  return [
    '',
    'Explored',
    ...(gremlins === undefined ? [] : [`  gremlins: ${gremlins}`]),
    ...(orders === undefined ? [] : [`  ${orders.from} to ${orders.to} requests`]),
    ...(rateFactor === undefined ? [] : [`  at ${rateFactor.from} to ${rateFactor.to} times the rate`]),
    ...(others.length === 0 ? [] : [`  gremlins that are not listed ${others.join(', ')}`]),
  ]
}

function showGremlin(gremlin: GremlinSetting): string {
  const { operations, purchases, attempts, at, fromMs, toMs } = gremlin
  const only = [
    at.length > 0 ? `waiting at ${at.join(', ')}` : '',
    operations.length > 0 ? `on ${operations.join(', ')}` : '',
    purchases.length > 0 ? `for ${purchases.join(', ')}` : '',
    attempts.length > 0 ? `at attempt ${attempts.join(', ')}` : '',
    fromMs > 0 || toMs !== null ? `from ${fromMs} ms ${toMs === null ? 'on' : `to ${toMs} ms`}` : '',
    Object.keys(gremlin.options).length > 0 ? showOptions(gremlin.options) : '',
  ].filter((part) => part !== '')
  const named = gremlin.name.startsWith(`${gremlin.gremlin}@`) ? gremlin.name : `${gremlin.name} (${gremlin.gremlin})`
  return [`${named}: at ${gremlin.on}, probability ${gremlin.probability}`, ...only].join(', ')
}

function showVariant(variant: Variant, expectation: Expectation | undefined): string[] {
  const { name, summary, workflow, participants, buyer, door, gremlins } = variant
  return [
    `Variant ${name}${summary === '' ? '' : `: ${summary}`}`,
    `  workflow: ${workflow.workflow}${showOptions(workflow.options, ' ')}`,
    ...showEdges(variant),
    ...(door.length > 0 ? [`  door: ${showPolicies(door)}`] : []),
    `  keys: ${participants.keys} at the services, ${buyer.key} from the buyer; payment history: ${participants.history}`,
    ...(WORKFLOWS[workflow.workflow]?.operations.includes('prepare') ? [`  votes: ${showVotes(participants)}`] : []),
    ...(gremlins === 'none' ? ['  a control arm: it meets no gremlin'] : []),
    `  expected: ${showExpectation(expectation)}`,
  ]
}

function showVotes({ holds, reservationMs }: ParticipantOptions): string {
  const counting = holds === 'counted' ? 'count what others hold' : 'ignore what others hold'
  const waiting = reservationMs === null ? 'waits and asks' : `aborts by itself after ${reservationMs} ms`
  return `they ${counting}; who has voted and hears nothing ${waiting}`
}

/** Edges with the same policies share a line. */
function showEdges({ edges }: Variant): string[] {
  const grouped = Map.groupBy(EDGES, (edge) => showPolicies(edges[edge]))
  if (grouped.size === 1) return [`  every call: ${[...grouped.keys()][0]}`]
  return [...grouped].map(([policies, same]) => `  ${same.join(', ')}: ${policies}`)
}

function showPolicies(policies: readonly PolicySetting[]): string {
  if (policies.length === 0) return 'no policy'
  return policies.map(({ policy, options }) => `${policy}${showOptions(options, ' ')}`).join(', then ')
}

function showOptions(options: object, before = ''): string {
  const parts = Object.entries(options).map(
    ([key, value]) => `${key} ${typeof value === 'object' ? JSON.stringify(value) : value}`,
  )
  return parts.length === 0 ? '' : `${before}(${parts.join(', ')})`
}

function showExpectation(expectation: Expectation | undefined): string {
  if (!expectation) return 'every invariant holds'
  const { holds, violated, allowed, bounds } = expectation
  const parts = [
    violated.length > 0 ? `violates ${violated.join(', ')}` : '',
    allowed.length > 0 ? `may violate ${allowed.join(', ')}` : '',
    holds.length > 0 ? `holds ${holds.join(', ')}` : '',
    ...bounds.map(showBound),
    violated.length + allowed.length > 0 ? 'every other invariant holds' : 'every invariant holds',
  ]
  return parts.filter((part) => part !== '').join('; ')
}

function showBound(bound: Bound): string {
  const { metric, value } = bound
  const of = 'kind' in bound ? `${bound.kind} ` : ''
  return `${of}${metric.replaceAll('-', ' ')} ${value}`
}
