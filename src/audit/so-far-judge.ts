/** What is wrong with one purchase so far, and what adds up over all of them. */

import type { Check, InvariantName, PurchaseFacts, RunFacts, Violation } from '../core/invariant.ts'
import type { Scenario } from '../core/scenario.ts'
import { SERVICES } from '../core/topology.ts'
import { invariantCatalogue } from './catalogue.ts'
import { lossOf, promisedUnits, totalLossCents } from './loss.ts'

/** Judged purchase by purchase. These hold on every prefix, so that nobody has to wait with them. */
const AT_ONCE = ['charged-at-most-once', 'deducted-at-most-once'] as const
/** These are judged when a purchase has settled. */
const WHEN_SETTLED = ['all-or-nothing', 'no-order-lost', 'buyer-told-the-truth', 'notified-exactly-once'] as const
/** These are judged row by row, whoever a row belongs to. */
const BY_ROW = ['never-oversold', 'money-conserved'] as const

/** What is known while the run goes on; of the others only the end knows whether they were kept. */
export const KNOWN_SO_FAR: readonly InvariantName[] = [...AT_ONCE, ...BY_ROW, ...WHEN_SETTLED]

/** What one purchase adds to the whole. */
export interface Judgement {
  readonly violations: ReadonlyMap<InvariantName, number>
  readonly lossCents: number
  /** Units that its buyer was promised and paid. */
  readonly promisedUnits: number
}

export const INNOCENT: Judgement = { violations: new Map(), lossCents: 0, promisedUnits: 0 }

/** Nobody publishes balances on the way. */
function factsSoFar(scenario: Scenario): RunFacts {
  const balances = Object.fromEntries(SERVICES.map((service) => [service, []]))
  return { scenario, arrivedCount: 0, balances: balances as unknown as RunFacts['balances'] }
}

export function beginJudging(scenario: Scenario) {
  const run = factsSoFar(scenario)
  const begin = (names: readonly InvariantName[]): Check[] => names.map((name) => invariantCatalogue[name].begin(run))
  const atOnce = begin(AT_ONCE)
  const whenSettled = begin(WHEN_SETTLED)
  const byRow = begin(BY_ROW)

  return {
    byRow: (...row: Parameters<NonNullable<Check['entry']>>): Violation[] =>
      byRow.flatMap((check) => [...(check.entry?.(...row) ?? [])]),
    /** @param settled also what is only wrong if it stays as it is */
    violations(facts: PurchaseFacts, settled: boolean): Violation[] {
      const checks = settled ? [...atOnce, ...whenSettled] : atOnce
      return checks.flatMap((check) => [...(check.purchase?.(facts) ?? [])])
    },
    judge(facts: PurchaseFacts, violations: readonly Violation[], settled: boolean): Judgement {
      const counts = new Map<InvariantName, number>()
      for (const { invariant } of violations) counts.set(invariant, (counts.get(invariant) ?? 0) + 1)
      if (!settled) return { violations: counts, lossCents: 0, promisedUnits: 0 }
      return {
        violations: counts,
        lossCents: totalLossCents(lossOf(facts, scenario)),
        promisedUnits: promisedUnits(facts, scenario),
      }
    },
  }
}

/** The sum of all judgements. */
export function sumJudgements({ products }: Scenario) {
  const counts = new Map<InvariantName, number>()
  const promised = new Map<string, number>()
  let lossCents = 0

  function count(invariant: InvariantName, more: number): void {
    counts.set(invariant, (counts.get(invariant) ?? 0) + more)
  }

  return {
    count,
    /** @param sign -1: takes back what it has added */
    add(judgement: Judgement, product: string | undefined, sign: 1 | -1): void {
      for (const [invariant, times] of judgement.violations) count(invariant, sign * times)
      lossCents += sign * judgement.lossCents
      if (product === undefined || judgement.promisedUnits === 0) return
      promised.set(product, (promised.get(product) ?? 0) + sign * judgement.promisedUnits)
    },
    violations: () =>
      KNOWN_SO_FAR.flatMap((invariant) => {
        const found = counts.get(invariant) ?? 0
        return found > 0 ? [{ invariant, count: found }] : []
      }),
    lossCents(): number {
      const oversold = products.map(
        ({ name, stock, priceCents }) => Math.max(0, (promised.get(name) ?? 0) - stock) * priceCents,
      )
      return oversold.reduce((sum, cents) => sum + cents, lossCents)
    },
  }
}
