/** Reads what a variant left behind and has it judged. */

import { type AuditPlan, type AuditWatch, beginAudit } from '../audit/audit.ts'
import { collectDependencies } from '../audit/dependencies.ts'
import { takeNotes, type VariantNotes } from '../audit/notes.ts'
import type { Switch } from '../core/change.ts'
import type { DependencyResult } from '../core/dependency.ts'
import type { RunFacts } from '../core/invariant.ts'
import type { Variant } from '../core/pattern.ts'
import type { GremlinCount, VariantResult } from '../core/result.ts'
import type { Expectation, Scenario } from '../core/scenario.ts'
import { SERVICES, type ServiceName } from '../core/topology.ts'
import { WORKFLOWS } from '../patterns/workflows/catalogue.ts'
import { breathe } from '../runtime/real/breathe.ts'
import { type Evidence, openEvidence } from '../runtime/real/evidence.ts'
import type { Driven } from '../runtime/real/laboratory.ts'
import { expectPublished } from '../runtime/real/ledger-agreement.ts'
import { gremlinApplies } from './gremlin-applies.ts'
import { withAdded } from './live-added.ts'
import { missedSwitches } from './missed-switches.ts'

const EVERYTHING_HOLDS: Expectation = { holds: [], violated: [], allowed: [], bounds: [] }

export interface Judged {
  readonly scenario: Scenario
  readonly variant: Variant
  readonly folder: string
  readonly driven: Driven
  readonly interrupted: string | null
  /** Made by hand while it went on, by time. */
  readonly changes?: readonly Switch[]
}

/** What becomes of a variant: its result, and what its stories are told from. */
export interface AuditedVariant {
  readonly result: VariantResult
  readonly notes: VariantNotes
}

/** As `auditVariant`, for a run that will tell stories. */
export async function auditWithNotes(judged: Judged): Promise<AuditedVariant> {
  const { scenario, driven } = judged
  const notes = takeNotes({ scenario, trafficStartMs: driven.startedAtMs })
  const result = await auditVariant(judged, notes)
  return { result, notes: notes.notes() }
}

/** @throws LabError when a ledger's file is not what its service published */
export async function auditVariant(judged: Judged, watch?: AuditWatch): Promise<VariantResult> {
  const { variant, folder, driven, interrupted, changes = [] } = judged
  // What came when the last buyer had gone nobody has met.
  const met = changes.filter(({ atMs }) => atMs <= driven.endedAtMs - driven.startedAtMs)
  const scenario = withAdded(asMet(judged), met)
  const calls = collectDependencies({
    trafficStartMs: driven.startedAtMs,
    expectedSpanMs: driven.arrivalWindowMs + scenario.buyers.patienceMs,
  })
  const evidence = await openEvidence(folder, calls)
  try {
    const plan = auditPlanOf({ scenario, variant, driven, evidence }, calls.dependencies())
    const audit = beginAudit({ ...plan, interrupted }, watch)
    const breath = breathe()
    for (const service of SERVICES) {
      // What was still moving when it was published cannot agree; such a run is not judged to PASS anyway.
      const agreement = driven.quietAfterMs === null ? undefined : expectPublished(service, driven.published)
      for (const entry of evidence.ledgerEntries(service)) {
        agreement?.entry(entry)
        audit.entry(service, entry)
        await breath()
      }
      agreement?.end(evidence.balances(service))
    }
    for (const strike of evidence.strikes()) audit.strike(strike)
    for (const purchase of evidence.purchases()) {
      audit.purchase(purchase)
      await breath()
    }
    const { restarts, unexplainedDeaths, quietAfterMs } = driven
    return {
      name: variant.name,
      summary: summaryOf(variant),
      ...audit.end(),
      restarts,
      unexplainedDeaths,
      quietAfterMs,
      ...(changes.length > 0 ? { changes } : {}),
    }
  } finally {
    evidence.close()
  }
}

export interface Met {
  readonly scenario: Scenario
  readonly variant: Variant
  readonly driven: Omit<Driven, 'published'>
  readonly evidence: Evidence
}

/** What the audit is to know of a variant beside its evidence. @param met.scenario as this variant met it */
export function auditPlanOf(
  { scenario, variant, driven, evidence }: Met,
  dependencies: readonly DependencyResult[],
): AuditPlan {
  return {
    run: factsOf(scenario, driven, evidence),
    expectation: scenario.expectations[variant.name] ?? EVERYTHING_HOLDS,
    trafficStartMs: driven.startedAtMs,
    arrivalWindowMs: driven.arrivalWindowMs,
    scheduleErrorMs: driven.scheduleErrorMs,
    gremlins: countCoins(scenario, variant, evidence),
    journal: evidence.counts,
    dependencies,
    quiet: driven.quietAfterMs !== null,
    missedSwitches: missedSwitches(scenario, variant, driven.endedAtMs - driven.startedAtMs),
    interrupted: null,
  }
}

/** The scenario as this variant met it: a control arm is judged like a run of a scenario without gremlins. */
export function asMet({ scenario, variant }: Pick<Met, 'scenario' | 'variant'>): Scenario {
  if (variant.gremlins === 'all') return scenario
  const { strikes: _, ...others } = scenario
  return { ...others, gremlins: [] }
}

function summaryOf({ summary, gremlins }: Variant): string {
  if (gremlins === 'all') return summary
  return summary === '' ? 'Control, no gremlins.' : `${summary} (control, no gremlins)`
}

function factsOf(scenario: Scenario, driven: Met['driven'], evidence: Evidence): RunFacts {
  const balances = SERVICES.map((service) => [service, evidence.balances(service)])
  return {
    scenario,
    arrivedCount: driven.arrived,
    balances: Object.fromEntries(balances) as Record<ServiceName, RunFacts['balances'][ServiceName]>,
  }
}

function countCoins({ gremlins, traffic }: Scenario, variant: Variant, evidence: Evidence): GremlinCount[] {
  const workflow = WORKFLOWS[variant.workflow.workflow]
  if (!workflow) throw new Error(`there is no workflow '${variant.workflow.workflow}'`)
  return gremlins.map((setting) => {
    const { name, gremlin, on } = setting
    const { tossed = 0, strikes = 0 } = evidence.coins.get(name) ?? {}
    // A coin that was tossed proves that its moment was passed, whatever the catalogue says.
    const applies = tossed > 0 || gremlinApplies(setting, workflow, traffic.mix)
    return { name, gremlin, on, tossed, strikes, applies }
  })
}
