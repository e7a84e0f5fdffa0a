/** Variants whose policies stand where they do something else than they are there for, or nothing at all. */

import type { PolicySetting, Variant } from '../../core/pattern.ts'
import { callerOf, EDGES, type Edge } from '../../core/topology.ts'
import { WORKFLOWS } from '../../patterns/workflows/catalogue.ts'
import type { Mistakes, Place } from './mistakes.ts'

/** What is wrong on an edge and what to do about it; undefined: nothing. */
type Rule = (policies: readonly PolicySetting[], edge: Edge, variant: Variant) => string | undefined

const PERMITS = ['bulkhead', 'shared-pool', 'adaptive-limit']
const BREAKERS = ['breaker', 'breaker-as-taught']
/** Only these edges carry the steps of an order that can be tried again later. */
const PUT_OFF: readonly Edge[] = ['order→inventory', 'order→payment']
/** Elsewhere every request does something. */
const QUERIED: readonly Edge[] = ['order→inventory']
/** A look at the stock, and a quote: what was true a while ago may serve. */
const REPEATED: readonly Edge[] = ['order→inventory', 'payment→fx']

function at(policies: readonly PolicySetting[], name: string): number {
  return policies.findIndex(({ policy }) => policy === name)
}

function has(policies: readonly PolicySetting[], name: string): boolean {
  return at(policies, name) >= 0
}

const permitsInsideTimeout: Rule = (policies) => {
  const lastTimeout = policies.findLastIndex(({ policy }) => policy === 'timeout')
  const outside = policies.slice(0, Math.max(0, lastTimeout)).find(({ policy }) => PERMITS.includes(policy))
  if (!outside) return undefined
  const { policy } = outside
  return `${policy} stands outside timeout, which would free its permit while the call still goes on; list timeout before ${policy}`
}

/** Two requests of one permit: the slower one goes on when the permit is free again. */
const permitsInsideHedge: Rule = (policies) => {
  const outside = policies.slice(0, Math.max(0, at(policies, 'hedge'))).find(({ policy }) => PERMITS.includes(policy))
  if (!outside) return undefined
  const { policy } = outside
  return `${policy} stands outside hedge, whose second request would have no permit of its own; list hedge before ${policy}`
}

function twoBreakers(policies: readonly PolicySetting[]): string | undefined {
  const breakers = policies.filter(({ policy }) => BREAKERS.includes(policy)).map(({ policy }) => policy)
  if (breakers.length < 2) return undefined
  return `${breakers.join(' and ')} would count the same calls, and each other's refusals; remove one of them`
}

const probesBehindBreaker: Rule = (policies) => {
  const probing = at(policies, 'health-check')
  if (probing < 0) return undefined
  const before = policies.slice(0, probing)
  const own = before.find(({ policy }) => policy === 'breaker')
  if (own && own.options.engine !== 'opossum') return undefined
  const other = own ? 'a breaker with engine: opossum' : has(before, 'breaker-as-taught') ? 'breaker-as-taught' : ''
  if (other !== '')
    return `health-check asks only while the breaker of our own is open, and cannot tell ${other} anything; use breaker without an engine, or remove health-check`
  return 'health-check asks only while the breaker before it is open, and there is none; list breaker before health-check'
}

const fallbackOutermost: Rule = (policies) => {
  // A key is no reason to fail, so it hides nothing from whatever stands outside it.
  const hidden = policies.find(({ policy }, index) => {
    return policy !== 'fallback' && policy !== 'idempotency-key' && has(policies.slice(index), 'fallback')
  })
  if (!hidden) return undefined
  return `fallback stands inside ${hidden.policy}, which would never see the failures that it is there for; list fallback first`
}

const pendingWhereTriedAgain: Rule = (policies, edge, { workflow }) => {
  const pending = policies.some(({ policy, options }) => policy === 'fallback' && options.answer === 'pending')
  if (!pending) return undefined
  if (!PUT_OFF.includes(edge))
    return `fallback with answer: pending puts off steps of an order, and there are none; it belongs on ${PUT_OFF.join(' and ')}`
  if (!WORKFLOWS[workflow.workflow]?.postpones) {
    const able = Object.values(WORKFLOWS).filter(({ postpones }) => postpones)
    return `the workflow ${workflow.workflow} tries nothing again later, as answer: pending wants it; use the workflow ${able.map(({ name }) => name).join(' or ')}, or remove fallback`
  }
  if (has(policies, 'idempotency-key')) return undefined
  return 'what fallback with answer: pending puts off may have been done already, and would be done twice; add idempotency-key'
}

const lastKnownWhereRepeated: Rule = (policies, edge) => {
  const lastKnown = policies.some(({ policy, options }) => policy === 'fallback' && options.answer === 'last-known')
  if (!lastKnown || REPEATED.includes(edge)) return undefined
  return `fallback with answer: last-known answers queries and exchange rates, and there are none; it belongs on ${REPEATED.join(' and ')}`
}

const hedgeOfWhatCanBeRepeated: Rule = (policies, edge) => {
  if (!has(policies, 'hedge') || has(policies, 'idempotency-key') || QUERIED.includes(edge)) return undefined
  return 'hedge sends nothing twice that has no key, and only queries need none; add idempotency-key, or remove hedge'
}

const accountsAtTheDoor: Rule = (policies) => {
  if (!policies.some(({ policy, options }) => policy === 'rate-limit' && options.per === 'account')) return undefined
  return 'rate-limit per account is for buyers, whose account not every call names; give it per: everybody, or move it to the door'
}

const onePool: Rule = (policies, edge, { edges }) => {
  const pools = policies.filter(({ policy }) => policy === 'shared-pool')
  if (pools.length > 1)
    return 'each call would need two permits of the one shared-pool, and could wait for itself; remove one of them'
  const [pool] = pools
  // Told at the first edge that differs from the first of its service.
  const first = EDGES.filter((other) => callerOf(other) === callerOf(edge))
    .flatMap((other) => edges[other])
    .find(({ policy }) => policy === 'shared-pool')
  if (!pool || !first || JSON.stringify(sorted(pool)) === JSON.stringify(sorted(first))) return undefined
  return `the ${callerOf(edge)} service has one shared-pool, and other options for it elsewhere; give it the same ones on every edge`
}

function sorted({ options }: PolicySetting) {
  return Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1))
}

const RULES: readonly Rule[] = [
  permitsInsideTimeout,
  permitsInsideHedge,
  twoBreakers,
  probesBehindBreaker,
  fallbackOutermost,
  pendingWhereTriedAgain,
  lastKnownWhereRepeated,
  hedgeOfWhatCanBeRepeated,
  accountsAtTheDoor,
  onePool,
]

const AT_THE_DOOR = ['rate-limit', 'bulkhead', 'shared-pool', 'adaptive-limit', 'breaker']

/** Why a policy makes no sense on buyers' requests, which come in and do not go out. */
const NOT_AT_THE_DOOR: Readonly<Record<string, string>> = {
  timeout: 'would answer the buyer while the order goes on; deadlineMs says how long an order may take',
  retry: 'would place the order again; buyers do that themselves, with refreshes',
  hedge: 'would place the order twice',
  fallback: 'would answer in the place of an order that nobody has accepted',
  'idempotency-key': "lets a caller's key travel, and the buyer's comes or does not; see buyer.key",
  'health-check': 'asks a dependency, and behind the door there is none',
  'breaker-as-taught': 'is there to be compared on calls that fail; use breaker',
}

function wrongAtTheDoor({ door }: Variant): string[] {
  const wrong = [...new Set(door.map(({ policy }) => policy))].filter((policy) => !AT_THE_DOOR.includes(policy))
  const refused = wrong.map((policy) => {
    const why = NOT_AT_THE_DOOR[policy] ?? 'is a policy of calls'
    return `door: ${policy} ${why}; remove it (what can stand there: ${AT_THE_DOOR.join(', ')})`
  })
  const twice = twoBreakers(door)
  return twice === undefined ? refused : [...refused, `door: ${twice}`]
}

/** Notes at the variant's name which policies stand in the wrong place, with the edges where they do. */
export function noteOrder(variant: Variant, place: Place, mistakes: Mistakes): void {
  for (const rule of RULES) {
    const found = EDGES.flatMap((edge) => {
      const wrong = rule(variant.edges[edge], edge, variant)
      return wrong === undefined ? [] : [{ edge, wrong }]
    })
    for (const [wrong, same] of Map.groupBy(found, (each) => each.wrong))
      mistakes.add(place, `${same.map(({ edge }) => edge).join(', ')}: ${wrong}`, 'key')
  }
  for (const wrong of wrongAtTheDoor(variant)) mistakes.add(place, wrong, 'key')
}
