/** A scenario as the text of a file that loads to the same scenario. */

import { Document, isMap, type Node, type Scalar, visit } from 'yaml'
import { isGremlinChange, isPolicyChange, isWorkflowChange, type Switch } from '../../core/change.ts'
import type { GremlinSetting } from '../../core/gremlin.ts'
import type { PolicySetting, Variant } from '../../core/pattern.ts'
import { REQUEST_KINDS } from '../../core/purchase.ts'
import type { Expectation, Scenario, Shape, TrafficPlan } from '../../core/scenario.ts'
import { EDGES, type Edge } from '../../core/topology.ts'
import { fitQuizAndScript } from '../quiz-and-script.ts'
import { BOUNDS, KIND_BOUNDS } from './resolve-expectation.ts'
import { questionBody, scriptBody } from './write-quiz-and-script.ts'

type Body = Readonly<Record<string, unknown>>

const LINE_WIDTH = 130
/** Longer ones are spread over lines. */
const MOST_IN_A_LINE = 120
/** Down to the fields of a scenario everything has a line of its own. */
const SPREAD_DEPTH = 3

/**
 * The file's text. What is as it would be without a word is left out, and variants are written in place, each one whole. Short forms
 * and what variants extend are gone by the time that a scenario is loaded, and are not written.
 *
 * @param comment for the head of the file; may have several lines
 */
export function writeScenario(scenario: Scenario, comment = ''): string {
  const body = { version: 1, scenarios: { [scenario.name]: scenarioBody(scenario) } }
  const document = new Document(body, { aliasDuplicateObjects: false })
  if (comment !== '') document.commentBefore = comment.replaceAll(/^/gm, ' ')
  visit(document, {
    Collection(_, node, path) {
      const depth = path.filter((each) => !('key' in each)).length
      if (depth > SPREAD_DEPTH && widthOf(node) <= MOST_IN_A_LINE && !isNamed(node)) node.flow = true
    },
  })
  return document.toString({ lineWidth: LINE_WIDTH })
}

function widthOf(node: Node): number {
  let width = 0
  visit(node, {
    Scalar(_, { value }: Scalar) {
      width += String(value).length + 3
    },
  })
  return width
}

/** `timeout: { afterMs: 500 }` is easier on the eye than the same in braces. */
function isNamed(node: Node): boolean {
  return isMap(node) && node.items.length === 1 && isMap(node.items[0]?.value)
}

function scenarioBody(scenario: Scenario): Body {
  const { title, about, baseCurrency, products, accounts, ratesMicro, traffic, buyers, capacity, focus } = scenario
  const { deadlineMs, restartAfterMs, quietWithinMs, seed, strikes, switches, gremlins, variants } = scenario
  // What is asked or shown of a variant that is not there any more could not be loaded.
  const { quiz, script } = fitQuizAndScript(scenario)
  const rates = Object.entries(ratesMicro).filter(([currency]) => currency !== baseCurrency)
  return withoutUndefined({
    title,
    about: unless('', about),
    baseCurrency,
    rates: unlessEmpty(Object.fromEntries(rates.map(([currency, micro]) => [currency, micro / 1_000_000]))),
    products: byName(products),
    accounts: byName(accounts),
    traffic: trafficBody(traffic),
    buyers,
    deadlineMs,
    restartAfterMs,
    quietWithinMs,
    capacity: unlessEmpty(capacity),
    focus: focus.fromMs === 0 && focus.toMs === null ? undefined : focus,
    switches: unlessEmpty(switches.map(switchBody)),
    seed,
    gremlins: unlessEmpty(gremlinBodies(gremlins)),
    // Of a window there is nothing else to say.
    strikes: strikes?.map((strike) => (strike.purchase === '' ? { gremlin: strike.gremlin } : strike)),
    variants: variants.map((variant) => ({ [variant.name]: variantBody(variant) })),
    expect: unlessEmpty(expectBodies(scenario)),
    explore: scenario.explore,
    quiz: quiz?.map(questionBody),
    script: script && scriptBody(script, switchBody),
  })
}

function switchBody({ atMs, ...change }: Switch): Body {
  if (isPolicyChange(change)) return withoutUndefined({ atMs, ...change, edge: change.edge ?? undefined })
  if (isWorkflowChange(change)) return { atMs, workflow: { [change.workflow.workflow]: change.workflow.options } }
  if (isGremlinChange(change) && change.scheduled) return { atMs, gremlin: change.gremlin, scheduled: true }
  return { atMs, ...change }
}

function withoutUndefined(body: Body): Body {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined))
}

function unless<T>(nothing: T, value: T): T | undefined {
  return value === nothing ? undefined : value
}

function unlessEmpty<T extends object>(value: T): T | undefined {
  return Object.keys(value).length === 0 ? undefined : value
}

function byName(things: readonly { readonly name: string }[]): Body {
  return Object.fromEntries(things.map(({ name, ...figures }) => [name, figures]))
}

function trafficBody({ shape, mix, exactly, ...plan }: TrafficPlan): Body {
  const onlyOrders = mix.order === 1 && REQUEST_KINDS.every((kind) => kind === 'order' || mix[kind] === 0)
  const shares = Object.fromEntries(Object.entries(mix).filter(([, share]) => share > 0))
  return withoutUndefined({ ...plan, shape: shapeBody(shape), mix: onlyOrders ? undefined : shares, exactly })
}

function shapeBody({ kind, ...figures }: Shape): Body | undefined {
  return kind === 'constant' ? undefined : { [kind]: figures }
}

/** A name is written where it is not the one that the gremlin would be given without. */
function gremlinBodies(gremlins: readonly GremlinSetting[]): Body[] {
  const names = new Set<string>()
  return gremlins.map(({ name, gremlin, on, options, probability, fromMs, toMs, ...only }) => {
    const wanted = `${gremlin}@${on}`
    let given = wanted
    for (let n = 2; names.has(given); n++) given = `${wanted}-${n}`
    names.add(name)
    const { at, operations, purchases, attempts } = only
    const body = withoutUndefined({
      name: unless(given, name),
      on,
      at: unlessEmpty(at),
      operations: unlessEmpty(operations),
      purchases: unlessEmpty(purchases),
      attempts: unlessEmpty(attempts),
      probability: unless(1, probability),
      window: fromMs === 0 && toMs === null ? undefined : { fromMs, toMs },
      ...options,
    })
    return { [gremlin]: body }
  })
}

function variantBody({ summary, workflow, edges, door, participants, buyer, gremlins }: Variant): Body {
  return withoutUndefined({
    summary: unless('', summary),
    workflow: unlessEmpty(workflow.options) ? { [workflow.workflow]: workflow.options } : workflow.workflow,
    participants,
    buyer,
    gremlins: unless('all', gremlins),
    door: unlessEmpty(policyBodies(door)),
    edges: unlessEmpty(edgeBodies(edges)),
  })
}

/** Most edges are alike: those that are not are named. */
function edgeBodies(edges: Variant['edges']): Body {
  const alike = Map.groupBy(EDGES, (edge) => JSON.stringify(edges[edge]))
  const [most = []] = [...alike.values()].sort((a, b) => b.length - a.length)
  const others = EDGES.filter((edge) => !most.includes(edge)).map((edge) => [edge, policyBodies(edges[edge])])
  const every = policyBodies(edges[most[0] as Edge])
  return { ...(every.length > 0 ? { '*': every } : {}), ...Object.fromEntries(others) }
}

function policyBodies(settings: readonly PolicySetting[]): unknown[] {
  return settings.map(({ policy, options }) => (unlessEmpty(options) ? { [policy]: options } : policy))
}

function expectBodies({ expectations }: Scenario): Body {
  const written = Object.entries(expectations).map(([variant, each]) => [variant, expectationBody(each)] as const)
  return Object.fromEntries(written.filter(([, body]) => Object.keys(body).length > 0))
}

function expectationBody({ holds, violated, allowed, bounds }: Expectation): Body {
  const fields: Record<string, number> = {}
  const kinds: Record<string, Record<string, number>> = {}
  for (const bound of bounds) {
    if ('kind' in bound) {
      const [field] = KIND_BOUNDS.find(([, metric]) => metric === bound.metric) ?? []
      if (field) kinds[bound.kind] = { ...kinds[bound.kind], [field]: bound.value }
    } else {
      const [field] = BOUNDS.find(([, metric]) => metric === bound.metric) ?? []
      if (field) fields[field] = bound.value
    }
  }
  return withoutUndefined({
    holds: unlessEmpty(holds),
    violated: unlessEmpty(violated),
    allowed: unlessEmpty(allowed),
    ...fields,
    kinds: unlessEmpty(kinds),
  })
}
