/**
 * From the journals of one variant to what can be seen of it. Takes each line once, as it is written, and keeps nothing that grows
 * with the run. Each node's lines come in their order; lines of different nodes come as they are read. See docs/live.md.
 */

import { type Change, changeInWords } from '../core/change.ts'
import type { JournalLine } from '../core/event.ts'
import type { Violation } from '../core/invariant.ts'
import type { VariantView } from '../core/live.ts'
import type { Variant } from '../core/pattern.ts'
import type { Scenario } from '../core/scenario.ts'
import { SERVICES, type ServiceName } from '../core/topology.ts'
import { followBreakers } from './breakers.ts'
import { followBuyers } from './buyers.ts'
import { countCoins } from './coins.ts'
import { followCompartments } from './compartments.ts'
import { openFeed } from './feed.ts'
import { tellLine } from './feed-journal.ts'
import { watchDeaths } from './feed-services.ts'
import type { Moment } from './moment.ts'
import { followOrders } from './orders.ts'
import { followService } from './service.ts'

export interface CollectorOptions {
  readonly scenario: Scenario
  readonly variant: Variant
}

export interface Collector {
  /** One line of the journal of a service or of the traffic. */
  line(line: JournalLine): void
  /** A change was made; times are on the clock of the journals. */
  changed(change: Change, atMs: number): void
  /** The audit that runs along has found something. */
  violated(violation: Pick<Violation, 'invariant' | 'purchase' | 'sentence'>, atMs: number): void
  /** A script says something. */
  said(caption: string, atMs: number): void
  view(moment: Moment): VariantView
}

export function collectVariant({ scenario, variant }: CollectorOptions): Collector {
  const services = new Map(SERVICES.map((service) => [service, followService(service, scenario)]))
  const breakers = followBreakers(variant)
  const compartments = followCompartments(variant)
  const orders = followOrders(scenario.buyers)
  const buyers = followBuyers(scenario)
  const coins = countCoins()
  const feed = openFeed()
  const deaths = watchDeaths(scenario, feed.add)
  const incarnations = new Map<string, number>()

  /** What stands in a service's memory ends with its life. */
  function endLife(node: string): void {
    breakers.begin(node)
    compartments.begin(node)
  }

  /** Whether a line is of a life that has a successor already. */
  function isPast({ node, incarnation }: JournalLine): boolean {
    const known = incarnations.get(node) ?? 0
    if (incarnation > known && services.has(node as ServiceName)) {
      incarnations.set(node, incarnation)
      endLife(node)
    }
    return incarnation < known
  }

  function follow(line: JournalLine): void {
    compartments.line(line)
    if (line.type === 'policy') breakers.policy(line)
    if (line.type === 'strike' && line.fatal) endLife(line.node)
  }

  return {
    line(line) {
      if (!isPast(line)) follow(line)
      services.get(line.node as ServiceName)?.line(line)
      if (line.type === 'toss' || line.type === 'strike') coins.line(line)
      else if (line.type === 'order') orders.line(line)
      else if (line.type === 'asked' || line.type === 'told' || line.type === 'left') {
        orders.line(line)
        buyers.line(line)
      }
      deaths.line(line)
      const news = tellLine(line)
      if (news) feed.add(news)
    },
    changed(change, atMs) {
      const words = changeInWords(change)
      feed.add({ kind: 'change', atMs, about: words, once: words, again: words })
    },
    violated: ({ invariant, sentence }, atMs) =>
      feed.add({ kind: 'violation', atMs, about: invariant, once: sentence, again: `${invariant} was broken` }),
    said: (caption, atMs) => feed.add({ kind: 'caption', atMs, about: caption, once: caption, again: caption }),
    view(moment) {
      const { nowMs, trafficStartMs, planned, phase, ghost, trafficOn, soFar, policies, workflow, verdict } = moment
      const startMs = trafficStartMs ?? nowMs
      return {
        name: variant.name,
        summary: variant.summary,
        ...{ phase, ghost, trafficOn, soFar, policies, workflow, verdict },
        elapsedMs: Math.max(0, nowMs - startMs),
        services: [...services.values()].map((service) => service.view(moment)),
        breakers: breakers.view(nowMs),
        compartments: compartments.view(),
        orders: orders.view(planned),
        goodputPerSecond: buyers.goodputPerSecond(nowMs, trafficStartMs),
        latencyMs: buyers.latencyMs(),
        gremlins: coins.view(moment.gremlins),
        feed: feed.lines(nowMs, startMs),
      }
    },
  }
}
