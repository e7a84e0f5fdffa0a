/** What a service's process is made of: composes what the parent's messages name. Importing it starts nothing. */

import { isWorkflowChange } from '../core/change.ts'
import { decisionsOf } from '../core/decision.ts'
import type { Layer } from '../core/layer.ts'
import type { PolicySetting, PolicySite, Variant, WorkflowSetting } from '../core/pattern.ts'
import { callerOf, EDGES, type Edge, type ServiceName } from '../core/topology.ts'
import { unleash } from '../gremlins/wrapper.ts'
import { POLICIES } from '../patterns/policies/catalogue.ts'
import { stripKey } from '../patterns/policies/strip-key.ts'
import { switchable } from '../patterns/switchable.ts'
import { type SwitchableWorkflow, switchableWorkflow } from '../patterns/switchable-workflow.ts'
import { WORKFLOWS } from '../patterns/workflows/catalogue.ts'
import type { NodeParts, PolicySwitch } from '../runtime/life/life-state.ts'
import type { LifeSetup } from '../runtime/real/messages.ts'
import { limitCapacity } from '../services/capacity.ts'
import { SERVICE_CATALOGUE } from '../services/catalogue.ts'
import { variantOf } from './variant-of.ts'

/** The parts of one service under one variant. */
export function composeNode(setup: LifeSetup, trafficStartMs: () => number | null): NodeParts {
  const { scenario, service: name } = setup
  const decisions = decisionsOf(setup)
  const variant = variantOf(setup)
  const { baseCurrency, products, accounts, ratesMicro, deadlineMs } = scenario
  const capacity = scenario.capacity[name]
  const workflow = workflowOf(variant.workflow, setup)
  const shelf: Shelf = new Map()
  const switches: PolicySwitch[] = []
  const making = { shelf, switches }
  const gremlins = unleash(variant.gremlins === 'none' ? [] : scenario.gremlins, {
    service: name,
    trafficStartMs,
    ...(decisions ? { decisions } : {}),
    alsoHealed: setup.repeats === true,
    live: setup.live === true,
  })
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
      createWorkflow: workflow.create,
    },
    edges: edgesOf(variant, name, making),
    door: name === 'order' ? layersOf(variant.door, { edge: 'door', keyed: false }, making) : [],
    switches,
    capacity: capacity && limitCapacity(capacity),
    gremlins: gremlins.layer,
    atPoint: gremlins.atPoint,
    windows: gremlins.windows,
    changeGremlin: gremlins.change,
    changeWorkflow(setting) {
      if (name === 'order') workflow.turn(setting)
      return name === 'order'
    },
  }
}

/** The variant's workflow; one that can be exchanged where somebody may want to, which costs tables. */
function workflowOf(setting: WorkflowSetting, { scenario, live }: LifeSetup): SwitchableWorkflow {
  if (live || scenario.switches.some(isWorkflowChange)) return switchableWorkflow(setting)
  const { tables, options, create } = find(WORKFLOWS, setting.workflow, 'workflow')
  return {
    tables,
    create: (env) => create(options.parse(setting.options), env),
    turn: ({ workflow }) => {
      throw new Error(`nobody said that the workflow may become ${workflow}`)
    },
  }
}

const KEY_POLICY = 'idempotency-key'

/** What policies of one incarnation share, by scope and name. */
type Shelf = Map<string, unknown>

interface Making {
  readonly shelf: Shelf
  /** Filled while layers are made. */
  readonly switches: PolicySwitch[]
}

function edgesOf(variant: Variant, service: ServiceName, making: Making): Map<Edge, Layer[]> {
  const own = EDGES.filter((edge) => callerOf(edge) === service)
  return new Map(own.map((edge) => [edge, edgeLayers(variant.edges[edge], edge, making)]))
}

function edgeLayers(settings: readonly PolicySetting[], edge: Edge, making: Making): Layer[] {
  // Callers always derive a key; it travels only where a policy says so.
  const keyed = settings.some(({ policy }) => policy === KEY_POLICY)
  const layers = layersOf(settings, { edge, keyed }, making)
  return keyed ? layers : [...layers, stripKey]
}

function layersOf(
  settings: readonly PolicySetting[],
  site: Pick<PolicySite, 'edge' | 'keyed'>,
  { shelf, switches }: Making,
): Layer[] {
  return settings.map(({ policy: name, options }) => {
    const policy = find(POLICIES, name, 'policy')
    const place = policy.scope === 'service' ? 'service' : site.edge
    const made = policy.create(policy.options.parse(options), { ...site, shared: sharer(shelf, place) })
    // Keys travel unless somebody takes them off, so that switching this one off takes a layer that does.
    const { layer, turn } = switchable(made, name === KEY_POLICY ? stripKey : undefined)
    switches.push({ policy: name, edge: site.edge, turn })
    return layer
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
