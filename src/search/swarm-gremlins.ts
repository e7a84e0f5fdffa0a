/** Which gremlins a swarm lets loose, how strong, and when. */

import type { JsonObject } from '../core/call.ts'
import type { GremlinSetting } from '../core/gremlin.ts'
import type { ExploreBounds } from '../core/scenario.ts'
import { SERVICES, type ServiceName } from '../core/topology.ts'
import { momentsOf } from '../scenarios/file/moments.ts'
import { isWindowed } from '../scenarios/file/windowed.ts'
import type { SwarmLuck } from './swarm-luck.ts'

export interface SwarmSite {
  readonly luck: SwarmLuck
  readonly bounds: ExploreBounds
  readonly orders: number
  /** About how long this swarm's buyers keep coming. */
  readonly spanMs: number
  /** This over how long the scenario's own do. */
  readonly stretch: number
}

const GENERAL = [
  'latency',
  'dropped-answer',
  'dropped-request',
  'duplicate-delivery',
  'crash-before-work',
  'crash-after-commit',
  'error-answer',
  'outage',
  'kill',
] as const
/** These wait for moments that have names, or cut off both ways. */
const PARTICULAR = ['crash', 'pause', 'partition'] as const
type Kind = (typeof GENERAL)[number] | (typeof PARTICULAR)[number]

const LEAST_WINDOW_MS = 20
const LEAST_DELAY_MS = 5
/** A gremlin that strikes these attempts only, or fewer. */
const MOST_ATTEMPTS = 3
const DELAYS: readonly string[] = ['fromMs', 'toMs', 'meanMs', 'stdDevMs']

function tidyProbability(probability: number): number {
  // One that waits until somebody lets it loose does not strike before.
  if (probability === 0) return 0
  return Math.max(0.001, Math.round(probability * 1_000) / 1_000)
}

/** One of the scenario's own; undefined: not in this swarm. */
export function drawOwn(own: GremlinSetting, site: SwarmSite): GremlinSetting | undefined {
  const { luck, orders } = site
  const { name, purchases, probability } = own
  if (luck.coin('absent', name)) return undefined
  const everybody = Array.from({ length: orders }, (_, index) => `p-${index + 1}`)
  const most = Math.min(purchases.length, orders)
  return {
    ...own,
    ...drawWindow(own, site),
    options: milder(own.options, luck.between({ from: 0.2, to: 1 }, 'mildness', name)),
    attempts: drawAttempts(own, luck),
    // Who is named by the scenario may not come at all here; others are named, so that it is still about a few.
    purchases: most === 0 ? [] : luck.some(everybody, luck.whole({ from: 1, to: most }, 'how-many', name), 'who', name),
    probability: most > 0 ? probability : tidyProbability(probability * luck.share('strength', name)),
  }
}

function drawAttempts({ name, gremlin, attempts }: GremlinSetting, luck: SwarmLuck): readonly number[] {
  if (isWindowed(gremlin) || luck.coin('own-attempts', name)) return attempts
  return firstAttempts(luck, name)
}

function firstAttempts(luck: SwarmLuck, name: string): number[] {
  return Array.from({ length: luck.whole({ from: 1, to: MOST_ATTEMPTS }, 'attempts', name) }, (_, index) => index + 1)
}

/** Delays no longer than the scenario's own. */
function milder(options: JsonObject, factor: number): JsonObject {
  const scaled = Object.entries(options).map(([key, value]) => [
    key,
    DELAYS.includes(key) && typeof value === 'number' ? Math.ceil(value * factor) : value,
  ])
  return Object.fromEntries(scaled) as JsonObject
}

type Window = Pick<GremlinSetting, 'fromMs' | 'toMs'>

/** Moved, and no longer than the scenario has it. */
function drawWindow({ name, fromMs, toMs }: GremlinSetting, site: SwarmSite): Window {
  const { luck, stretch } = site
  if (toMs === null) return fromMs === 0 ? drawSpell(name, site) : { fromMs: Math.round(fromMs * stretch), toMs }
  const lengths = [(toMs - fromMs) * Math.min(1, stretch), toMs - fromMs].map((ms) => Math.max(LEAST_WINDOW_MS, ms))
  const lengthMs = luck.magnitude({ from: lengths[0] as number, to: lengths[1] as number }, 'window-length', name)
  return beginning(name, lengthMs, site)
}

function beginning(name: string, lengthMs: number, { luck, spanMs }: SwarmSite): { fromMs: number; toMs: number } {
  const fromMs = Math.round(luck.between({ from: 0, to: spanMs }, 'window-begin', name))
  return { fromMs, toMs: fromMs + Math.max(LEAST_WINDOW_MS, Math.round(lengthMs)) }
}

/** For a gremlin without a window: the whole run, or a part of it. */
function drawSpell(name: string, site: SwarmSite): Window {
  const { luck, spanMs } = site
  if (luck.coin('whole-run', name)) return { fromMs: 0, toMs: null }
  return beginning(name, luck.between({ from: 0.1, to: 1 }, 'window-length', name) * spanMs, site)
}

/** Those that no scenario has to list. */
export function drawFurther(site: SwarmSite): GremlinSetting[] {
  const { luck, bounds } = site
  if (bounds.gremlins === 'own') return []
  const kinds: readonly Kind[] = bounds.gremlins === 'all' ? [...GENERAL, ...PARTICULAR] : GENERAL
  const loose = kinds.filter((kind) => luck.coin('kind', kind))
  const unwell = SERVICES.filter((service) => luck.coin('unwell', service))
  return unwell.flatMap((on) =>
    loose.flatMap((kind) => (luck.coin('both', `${kind} ${on}`) ? [drawFurtherOne(kind, on, site)] : [])),
  )
}

function drawFurtherOne(kind: Kind, on: ServiceName, site: SwarmSite): GremlinSetting {
  const { luck, bounds } = site
  const name = `any-${kind}-${on}`
  const windowed = isWindowed(kind)
  const waits = kind === 'crash' || kind === 'pause'
  const moments = momentsOf(on)
  return {
    name,
    gremlin: kind,
    on,
    operations: [],
    purchases: [],
    attempts: windowed || luck.coin('every-attempt', name) ? [] : firstAttempts(luck, name),
    at: waits ? luck.some(moments, luck.whole({ from: 1, to: moments.length }, 'how-many', name), 'at', name) : [],
    // Squared: mostly weak, seldom strong.
    probability: windowed ? 1 : tidyProbability(bounds.mostProbability * luck.share('strength', name) ** 2),
    ...(windowed
      ? beginning(name, luck.magnitude({ from: LEAST_WINDOW_MS, to: bounds.mostWindowMs }, 'window-length', name), site)
      : drawSpell(name, site)),
    options: drawOptions(kind, name, site),
  }
}

function drawOptions(kind: Kind, name: string, { luck, bounds }: SwarmSite): JsonObject {
  switch (kind) {
    case 'latency':
      return { distribution: 'uniform', ...drawDelay(name, luck, bounds) }
    case 'pause':
      return drawDelay(name, luck, bounds)
    case 'dropped-request':
      return { silent: luck.coin('silent', name) }
    case 'error-answer':
      return {
        status: luck.pick([500, 503], 'status', name),
        when: luck.pick(['before-work', 'after-work'], 'when', name),
      }
    case 'dropped-answer':
    case 'duplicate-delivery':
    case 'crash-before-work':
    case 'crash-after-commit':
    case 'crash':
    case 'outage':
    case 'kill':
    case 'partition':
      return {}
  }
}

function drawDelay(name: string, luck: SwarmLuck, { mostDelayMs }: ExploreBounds): { fromMs: number; toMs: number } {
  const toMs = Math.round(
    luck.magnitude({ from: Math.min(LEAST_DELAY_MS, mostDelayMs), to: mostDelayMs }, 'delay', name),
  )
  return { fromMs: Math.floor(toMs * luck.share('least-delay', name)), toMs }
}
