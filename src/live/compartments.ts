/** Calls on each edge that has a limit: those that are out, and those that wait. */

import type { JournalLine } from '../core/event.ts'
import type { CompartmentView } from '../core/live.ts'
import type { PolicySetting, Variant } from '../core/pattern.ts'
import { countWaiting, type PolicyLine } from '../core/waiting.ts'
import { holderOf, sitesOf } from './breakers.ts'

/** Policies that limit how many calls are out at once, and the option that says how many. */
const LIMITS: Readonly<Record<string, string>> = {
  bulkhead: 'permits',
  'shared-pool': 'permits',
  'adaptive-limit': 'initial',
}
/** The longest line that a policy may have; who comes after is not followed. */
const MOST_WAITING = 50_000

interface Compartment {
  readonly edge: string
  inFlight: number
  /** Of each policy that has one. */
  readonly limits: Map<string, number>
  readonly waiting: ReturnType<typeof countWaiting>
}

function limitsOf(policies: readonly PolicySetting[]): Map<string, number> {
  const limits = new Map<string, number>()
  for (const { policy, options } of policies) {
    const name = Object.hasOwn(LIMITS, policy) ? LIMITS[policy] : undefined
    const limit = name === undefined ? undefined : options[name]
    if (typeof limit === 'number') limits.set(policy, limit)
  }
  return limits
}

function compartmentsOf(variant: Variant): Map<string, Compartment> {
  const limited = sitesOf(variant).filter(({ policies }) =>
    policies.some(({ policy }) => Object.hasOwn(LIMITS, policy)),
  )
  return new Map(
    limited.map(({ edge, policies }) => [
      edge,
      { edge, inFlight: 0, limits: limitsOf(policies), waiting: countWaiting(MOST_WAITING) },
    ]),
  )
}

/** Only edges where the variant limits calls: elsewhere there is no compartment. */
export function followCompartments(variant: Variant) {
  const compartments = compartmentsOf(variant)

  function enter(edge: string): void {
    const compartment = compartments.get(edge)
    if (compartment) compartment.inFlight++
  }

  function leave(edge: string): void {
    const compartment = compartments.get(edge)
    if (compartment) compartment.inFlight = Math.max(0, compartment.inFlight - 1)
  }

  function policy(line: PolicyLine): void {
    const compartment = compartments.get(line.edge)
    if (!compartment) return
    const { what, amount } = line
    if (what === 'queued') compartment.waiting.join(line)
    else if (what === 'waited' || what === 'refused') compartment.waiting.leave(line)
    else if (what === 'limit' && amount !== undefined) compartment.limits.set(line.policy, amount)
  }

  return {
    line(line: JournalLine): void {
      if (line.type === 'sent') enter(`${line.node}→${line.to}`)
      else if (line.type === 'heard') leave(`${line.node}→${line.from}`)
      else if (line.type === 'policy') policy(line)
      // Buyers pass the door; participants in doubt do not.
      else if (line.type === 'received' && line.operation === 'place') enter('door')
      else if (line.type === 'answered' && line.operation === 'place') leave('door')
    },
    /** A life has ended, and took its calls along. */
    begin(node: string): void {
      for (const compartment of compartments.values()) {
        if (holderOf(compartment.edge) !== node) continue
        compartment.inFlight = 0
        compartment.waiting.clear()
      }
    },
    /** Where two policies limit one edge the lower limit counts. */
    view: (): CompartmentView[] =>
      [...compartments.values()].map(({ edge, inFlight, limits, waiting }) => ({
        edge,
        inFlight,
        limit: limits.size === 0 ? null : Math.min(...limits.values()),
        queued: waiting.length(),
      })),
  }
}
