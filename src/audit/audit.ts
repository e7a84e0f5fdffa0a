/** The audit of one variant: a single pass over ledgers, strikes and purchases, in memory that does not grow with them. */

import type { Switch } from '../core/change.ts'
import type { DependencyResult } from '../core/dependency.ts'
import type { JournalCounts } from '../core/event.ts'
import type { InvariantName, PurchaseFacts, RunFacts, Strike, Violation } from '../core/invariant.ts'
import { INVARIANTS } from '../core/invariant.ts'
import type { LedgerEntry } from '../core/ledger.ts'
import {
  type GremlinCount,
  type InvariantResult,
  MOST_SAMPLES,
  type Quantiles,
  type VariantResult,
} from '../core/result.ts'
import type { Expectation } from '../core/scenario.ts'
import { SERVICES, type ServiceName } from '../core/topology.ts'
import { invariantCatalogue } from './catalogue.ts'
import { classifyPurchase } from './classify.ts'
import { collectFigures } from './figures.ts'
import { expectedOf, judgeExpectations } from './judge.ts'
import { totalLossCents } from './loss.ts'
import { MOST_ATTACHED } from './violate.ts'

/** A purchase as it is put together from the traffic's record, the ledgers and the journals; the audit finds its class. */
export type PurchaseRecord = Omit<PurchaseFacts, 'class'>

export interface AuditPlan {
  readonly run: RunFacts
  readonly expectation: Expectation
  /** Milliseconds since the epoch, on the clock of the answers and strikes. */
  readonly trafficStartMs: number
  readonly arrivalWindowMs: number
  readonly scheduleErrorMs: Quantiles
  /** Tosses and strikes of each gremlin of the scenario. */
  readonly gremlins: readonly GremlinCount[]
  readonly journal: JournalCounts
  /** What became of the calls on each path, collected while the journals were read. */
  readonly dependencies: readonly DependencyResult[]
  readonly quiet: boolean
  /** Switches of this variant's policies that were due when the traffic was over. */
  readonly missedSwitches?: readonly Switch[]
  /** What cut the run short; null: nothing did. */
  readonly interrupted: string | null
}

export interface AuditInput extends AuditPlan {
  /** One service's whole ledger, by `seq`. */
  ledgerEntries(service: ServiceName): Iterable<LedgerEntry>
  /** Every strike of the variant once. */
  strikes(): Iterable<Strike>
  /** Every purchase once: those of the traffic, and those that only a ledger names. */
  purchases(): Iterable<PurchaseRecord>
}

/** All that the audit knows of a variant; the runner adds its name, restarts and deaths. */
export type AuditOutcome = Omit<VariantResult, 'name' | 'summary' | 'restarts' | 'unexplainedDeaths' | 'quietAfterMs'>

/** An audit in progress. Wants all ledger rows first, in ledger order, then all purchases; strikes at any time. */
export interface Audit {
  entry(service: ServiceName, entry: LedgerEntry): void
  strike(strike: Strike): void
  purchase(record: PurchaseRecord): void
  end(): AuditOutcome
}

/** Is shown what the audit finds, for more than a verdict needs. Nobody pays for it who does not ask. */
export interface AuditWatch {
  /** Each violation once, as it is found; one that a ledger shows comes before its purchase and without its strikes. */
  violation(violation: Violation): void
  /** Each purchase once, after what was found wrong with it. */
  purchase(facts: PurchaseFacts): void
}

/** Counts violations and keeps the first ones of each invariant. */
function collectViolations(watch: AuditWatch | undefined) {
  const counts = Object.fromEntries(INVARIANTS.map((name) => [name, 0])) as Record<InvariantName, number>
  const samples = new Map<InvariantName, Violation[]>(INVARIANTS.map((name) => [name, []]))
  /** Samples found in a ledger, which do not know the strikes of their purchase yet; no more than there are samples. */
  const waiting = new Map<string, { violation: Violation; at: Violation[] }[]>()

  return {
    counts,
    samplesOf: (name: InvariantName): readonly Violation[] => samples.get(name) ?? [],
    add(violations: Iterable<Violation>): void {
      for (const violation of violations) {
        counts[violation.invariant]++
        watch?.violation(violation)
        const kept = samples.get(violation.invariant)
        if (!kept || kept.length >= MOST_SAMPLES) continue
        kept.push(violation)
        if (violation.purchase === undefined || violation.strikes.length > 0) continue
        const others = waiting.get(violation.purchase) ?? []
        waiting.set(violation.purchase, [...others, { violation, at: kept }])
      }
    },
    addStrikes({ id, strikes }: PurchaseRecord): void {
      for (const { violation, at } of waiting.get(id) ?? []) {
        at[at.indexOf(violation)] = { ...violation, strikes: strikes.slice(0, MOST_ATTACHED) }
      }
      waiting.delete(id)
    },
  }
}

/** For a caller that must stay responsive while it feeds the audit; `auditRun` is the same in one go. */
export function beginAudit(plan: AuditPlan, watch?: AuditWatch): Audit {
  const { run, expectation } = plan
  const checks = INVARIANTS.map((name) => ({
    invariant: invariantCatalogue[name],
    check: invariantCatalogue[name].begin(run),
  }))
  const watchers = checks.flatMap(({ check }) => check.entry?.bind(check) ?? [])
  const inspectors = checks.flatMap(({ check }) => check.purchase?.bind(check) ?? [])
  const found = collectViolations(watch)
  const collected = collectFigures({ ...plan, scenario: run.scenario, arrivedCount: run.arrivedCount })

  function invariantResults(): InvariantResult[] {
    return checks.map(({ invariant: { name, kind, promise }, check }) => ({
      name,
      kind,
      promise,
      violations: found.counts[name],
      subjects: check.subjects(),
      expected: expectedOf(name, expectation),
      samples: found.samplesOf(name),
    }))
  }

  return {
    entry(service, entry) {
      for (const watch of watchers) found.add(watch(service, entry))
      collected.addEntry(entry)
    },
    strike: collected.addStrike,
    purchase(record) {
      const facts: PurchaseFacts = { ...record, class: classifyPurchase(record.rows.order) }
      for (const inspect of inspectors) found.add(inspect(facts))
      found.addStrikes(record)
      collected.addPurchase(facts)
      watch?.purchase(facts)
    },
    end() {
      for (const { check } of checks) found.add(check.end?.() ?? [])
      const { atRisk, turnedAway, ...figures } = collected.figures()
      const invariants = invariantResults()
      const { scheduleErrorMs, arrivalWindowMs, gremlins, dependencies } = plan
      const findings = { ...plan, scenario: run.scenario, invariants, figures: { ...figures, atRisk, turnedAway } }
      return {
        ...figures,
        ...judgeExpectations(findings),
        scheduleErrorMs,
        arrivalWindowMs,
        gremlins,
        dependencies,
        violations: found.counts,
        invariants,
        lossCents: totalLossCents(figures.loss),
      }
    },
  }
}

/** Audits one variant of a run. Pure: the same input gives the same outcome. */
export function auditRun(input: AuditInput): AuditOutcome {
  const audit = beginAudit(input)
  for (const service of SERVICES) {
    for (const entry of input.ledgerEntries(service)) audit.entry(service, entry)
  }
  for (const strike of input.strikes()) audit.strike(strike)
  for (const record of input.purchases()) audit.purchase(record)
  return audit.end()
}
