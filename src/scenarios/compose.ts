/** What the child processes are made of: composes what the parent's messages name. Importing it starts nothing. */

import type { Layer } from '../core/layer.ts'
import type { PolicySetting, PolicySite, Variant } from '../core/pattern.ts'
import { callerOf, EDGES, type Edge, type ServiceName } from '../core/topology.ts'
import { unleash } from '../gremlins/wrapper.ts'
import { POLICIES } from '../patterns/policies/catalogue.ts'
import { stripKey } from '../patterns/policies/strip-key.ts'
import { WORKFLOWS } from '../patterns/workflows/catalogue.ts'
import type { NodeParts } from '../runtime/real/life-state.ts'
import type { NodeSetup, TrafficSetup } from '../runtime/real/messages.ts'
import type { TrafficTools } from '../runtime/real/traffic-process.ts'
import { SERVICE_CATALOGUE } from '../services/catalogue.ts'
import { drive } from '../traffic/drive.ts'

/** The parts of one service under one variant. */
export function composeNode(setup: NodeSetup, trafficStartMs: () => number | null): NodeParts {
  const { scenario, service: name } = setup
  const variant = variantOf(setup)
  const { baseCurrency, products, accounts, ratesMicro, deadlineMs } = scenario
  const workflow = find(WORKFLOWS, variant.workflow.workflow, 'workflow')
  const shelf: Shelf = new Map()
  const edges = edgesOf(variant, name, shelf)
  const gremlins = unleash(variant.gremlins === 'none' ? [] : scenario.gremlins, { service: name, trafficStartMs })
  return {
    service: SERVICE_CATALOGUE[name],
    setup: {
      baseCurrency,
      products,
      accounts,
      ratesMicro,
      deadlineMs,
      participants: variant.participants,
      workflowTables: workflow.tables,
      createWorkflow: (env) => workflow.create(workflow.options.parse(variant.workflow.options), env),
    },
    edges,
    door: name === 'order' ? layersOf(variant.door, { edge: 'door', keyed: false }, shelf) : [],
    gremlins: gremlins.layer,
    atPoint: gremlins.atPoint,
    windows: gremlins.windows,
  }
}

export function driveVariant(setup: TrafficSetup, tools: TrafficTools) {
  const { scenario, seed, trafficStartMs, saturate } = setup
  const { clock, ask, sink, signal } = tools
  return drive({
    scenario,
    seed,
    buyer: variantOf(setup).buyer,
    clock,
    ask,
    sink,
    signal,
    trafficStartMs,
    ...(saturate === null ? {} : { saturate: { concurrency: saturate } }),
  })
}

function variantOf({ scenario, variant: name }: Pick<NodeSetup, 'scenario' | 'variant'>): Variant {
  const variant = scenario.variants.find((each) => each.name === name)
  if (!variant) throw new Error(`the scenario '${scenario.name}' has no variant '${name}'`)
  return variant
}

/** What policies of one incarnation share, by scope and name. */
type Shelf = Map<string, unknown>

function edgesOf(variant: Variant, service: ServiceName, shelf: Shelf): Map<Edge, Layer[]> {
  const own = EDGES.filter((edge) => callerOf(edge) === service)
  return new Map(own.map((edge) => [edge, edgeLayers(variant.edges[edge], edge, shelf)]))
}

function edgeLayers(settings: readonly PolicySetting[], edge: Edge, shelf: Shelf): Layer[] {
  // Callers always derive a key; it travels only where a policy says so.
  const keyed = settings.some(({ policy }) => policy === 'idempotency-key')
  const layers = layersOf(settings, { edge, keyed }, shelf)
  return keyed ? layers : [...layers, stripKey]
}

function layersOf(settings: readonly PolicySetting[], site: Pick<PolicySite, 'edge' | 'keyed'>, shelf: Shelf): Layer[] {
  return settings.map(({ policy: name, options }) => {
    const policy = find(POLICIES, name, 'policy')
    const place = policy.scope === 'service' ? 'service' : site.edge
    return policy.create(policy.options.parse(options), { ...site, shared: sharer(shelf, place) })
  })
}

function sharer(shelf: Shelf, place: string): PolicySite['shared'] {
  return <T>(name: string, make: () => T): T => {
    const at = `${place} ${name}`
    if (!shelf.has(at)) shelf.set(at, make())
    return shelf.get(at) as T
  }
}

function find<T>(catalogue: Readonly<Record<string, T>>, name: string, what: string): T {
  const found = Object.hasOwn(catalogue, name) ? catalogue[name] : undefined
  if (!found) throw new Error(`there is no ${what} '${name}'`)
  return found
}
