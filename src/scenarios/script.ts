/** A scenario's talk as it is played: choices made, in the order of time. */

import type { Change } from '../core/change.ts'
import { keyedDraw } from '../core/draw.ts'
import type { Scenario } from '../core/scenario.ts'
import { isChoice, type TalkStep } from '../core/talk.ts'

export interface PlayedStep {
  /** After the traffic's start. */
  readonly atMs: number
  /** Shown until the next one; empty: nothing is shown any more. */
  readonly caption?: string
  readonly change?: Change
}

/** What the talk does and when; empty where there is none. The same seed makes the same choices. */
export function stepsOf({ name, script }: Pick<Scenario, 'name' | 'script'>, seed: number): readonly PlayedStep[] {
  const draw = keyedDraw(seed)
  const steps = (script?.steps ?? []).flatMap((step, index): readonly TalkStep[] => {
    if (!isChoice(step)) return [step]
    const drawn = draw('script', name, '', `step ${index}`, 1)
    return step.oneOf[Math.floor(drawn * step.oneOf.length)] ?? []
  })
  return steps.toSorted((one, other) => one.atMs - other.atMs)
}

/** How long a talk's last step leaves to be looked at. */
const AFTERWARDS_MS = 3_000

/** From the traffic's start to the end of the talk, as the script has it; 0: there is none. */
export function talkLastsMs(scenario: Pick<Scenario, 'name' | 'script'>, seed: number): number {
  const last = stepsOf(scenario, seed).at(-1)
  return last ? last.atMs + AFTERWARDS_MS : 0
}

/**
 * The scenario as a talk wants it: with the script's own traffic, and with those on stage that it names, the first one the variant
 * that changes apply to. `kept`: what was asked for by hand stays as it is.
 */
export function adjustForTalk(
  scenario: Scenario,
  kept: { readonly traffic?: boolean; readonly variants?: boolean } = {},
): Scenario {
  const { script, traffic, variants, expectations } = scenario
  if (!script) return scenario
  // Who comes when is said exactly; then no figure can change it.
  const own = kept.traffic || traffic.exactly ? undefined : script.traffic
  const named = kept.variants ? [] : [script.variant, script.versus]
  const stage = named.flatMap((name) => variants.find((each) => each.name === name) ?? [])
  const playing = script.variant !== undefined && stage.length > 0 ? stage : variants
  const names = playing.map(({ name }) => name)
  return {
    ...scenario,
    traffic: own ? { ...traffic, ...own, shape: { kind: 'constant' } } : traffic,
    variants: playing,
    expectations: Object.fromEntries(Object.entries(expectations).filter(([name]) => names.includes(name))),
  }
}
