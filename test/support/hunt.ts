/** Looks for what a variant does wrong: every single fault by itself, then seeds, in small trials of the virtual world. */

import { type Decision, decisionKey } from '../../src/core/decision.ts'
import { INVARIANTS, type InvariantName } from '../../src/core/invariant.ts'
import type { Scenario } from '../../src/core/scenario.ts'
import { composeNode } from '../../src/scenarios/compose.ts'
import { runTrial, type Trial } from '../../src/scenarios/trial.ts'
import type { Flaw } from '../planted/flaws.ts'

/** Where to look. */
export interface Ground {
  readonly scenario: Scenario
  readonly variant: string
}

export interface Hunted {
  /** In the trial that found what was looked for; empty: none did. */
  readonly violated: readonly InvariantName[]
  readonly trials: number
}

export interface HuntOptions extends Ground {
  /** Undefined: the build as it is. */
  readonly flaw?: Flaw
  /** What is looked for; undefined: whatever there is. */
  readonly invariant?: InvariantName
  readonly firstSeed: number
  /** Seeds that are tried, after the single faults. */
  readonly seeds: number
}

/** So few orders are enough for a fault by itself. */
const FEW_ORDERS = 3

export async function hunt({ scenario, variant, flaw, invariant, firstSeed, seeds }: HuntOptions): Promise<Hunted> {
  let trials = 0
  const few = { ...scenario, traffic: { ...scenario.traffic, orders: FEW_ORDERS } }
  const attempt = async (within: Scenario, seed: number, decisions?: readonly Decision[]) => {
    trials += 1
    return violatedIn(await trialOf({ scenario: within, variant }, seed, flaw, decisions))
  }
  const caught = (violated: readonly InvariantName[]) =>
    invariant === undefined ? violated.length > 0 : violated.includes(invariant)
  for (const fault of await faultsOf({ scenario: few, variant }, firstSeed)) {
    const violated = await attempt(few, firstSeed, [fault])
    if (caught(violated)) return { violated, trials }
  }
  for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
    const violated = await attempt(scenario, seed)
    if (caught(violated)) return { violated, trials }
  }
  return { violated: [], trials }
}

/** Every coin that is tossed while all is well, once. */
async function faultsOf(ground: Ground, seed: number): Promise<Decision[]> {
  const coins = new Map<string, Decision>()
  const onToss = (coin: Decision) => void coins.set(decisionKey(coin), coin)
  await runTrial({ ...ground, seed, decisions: [] }, { onToss })
  return [...coins.values()]
}

function trialOf(ground: Ground, seed: number, flaw?: Flaw, decisions?: readonly Decision[]): Promise<Trial> {
  const plan = { ...ground, seed, ...(decisions ? { decisions } : {}) }
  if (!flaw) return runTrial(plan)
  return runTrial(plan, {
    compose(setup, trafficStartMs) {
      const parts = composeNode(setup, trafficStartMs)
      return setup.service === flaw.in ? flaw.alter(parts) : parts
    },
  })
}

function violatedIn({ outcome }: Trial): InvariantName[] {
  return INVARIANTS.filter((name) => outcome.violations[name] > 0)
}
