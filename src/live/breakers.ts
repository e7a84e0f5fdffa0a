/** Breakers, by what they say when their state changes. */

import type { BreakerView } from '../core/live.ts'
import type { PolicySetting, Variant } from '../core/pattern.ts'
import { EDGES, type Edge } from '../core/topology.ts'
import type { PolicyLine } from '../core/waiting.ts'

const BREAKERS: readonly string[] = ['breaker', 'breaker-as-taught']
/** More than a variant can have; of a broken journal no more are followed. */
const MOST_BREAKERS = 100

interface Breaker {
  readonly edge: string
  readonly policy: string
  state: BreakerView['state']
  /** Null: nobody said until when. */
  opensUntilMs: number | null
}

/** Where a policy may stand, and what stands there. */
export function sitesOf({ edges, door }: Variant): { edge: Edge | 'door'; policies: readonly PolicySetting[] }[] {
  return [{ edge: 'door', policies: door }, ...EDGES.map((edge) => ({ edge, policies: edges[edge] ?? [] }))]
}

/** Who holds the policies of an edge. */
export function holderOf(edge: string): string {
  return edge === 'door' ? 'order' : (edge.split('→')[0] ?? edge)
}

const closedOne = (edge: string, policy: string): Breaker => ({ edge, policy, state: 'closed', opensUntilMs: null })

export function followBreakers(variant: Variant) {
  const breakers = new Map<string, Breaker>()
  const keyOf = (edge: string, policy: string) => `${edge} ${policy}`
  for (const { edge, policies } of sitesOf(variant)) {
    for (const { policy } of policies) {
      if (BREAKERS.includes(policy)) breakers.set(keyOf(edge, policy), closedOne(edge, policy))
    }
  }

  function breakerOf({ edge, policy }: PolicyLine): Breaker | undefined {
    const key = keyOf(edge, policy)
    const known = breakers.get(key)
    if (known || breakers.size >= MOST_BREAKERS) return known
    const made = closedOne(edge, policy)
    breakers.set(key, made)
    return made
  }

  return {
    policy(line: PolicyLine): void {
      const { what, atMs, amount } = line
      if (what !== 'opened' && what !== 'half-opened' && what !== 'closed') return
      const breaker = breakerOf(line)
      if (!breaker) return
      breaker.state = what === 'opened' ? 'open' : what === 'closed' ? 'closed' : 'half-open'
      breaker.opensUntilMs = what === 'opened' && amount !== undefined ? atMs + amount : null
    },
    /** A new life begins with closed ones. */
    begin(node: string): void {
      for (const breaker of breakers.values()) {
        if (holderOf(breaker.edge) !== node) continue
        breaker.state = 'closed'
        breaker.opensUntilMs = null
      }
    },
    /** It stays open when its time is up until a call comes and is let through as a trial. */
    view: (nowMs: number): BreakerView[] =>
      [...breakers.values()].map(({ edge, policy, state, opensUntilMs }) => ({
        edge,
        policy,
        state,
        halfOpenInMs: opensUntilMs === null ? null : Math.max(0, Math.round(opensUntilMs - nowMs)),
      })),
  }
}
