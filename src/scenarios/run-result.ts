/** `result.json` as a whole, from what became of its variants. */

import type { Calibration } from '../core/calibration.ts'
import { type Result, type VariantResult, worstVerdict } from '../core/result.ts'
import type { Scenario } from '../core/scenario.ts'
import { digestOf } from './calibration-file.ts'
import { gapsOf } from './calibration-gaps.ts'
import type { RunOptions } from './run.ts'
import { reasonOf } from './run-limit.ts'

export function resultOf(
  { scenario, seed, flags = [], mode = 'real', calibration }: RunOptions,
  variants: readonly VariantResult[],
  signal: AbortSignal,
  error: string | null,
): Result {
  const { name, title, about, baseCurrency } = scenario
  const missing = scenario.variants.length - variants.length
  const interrupted = signal.aborted
    ? `${reasonOf(signal)}${missing > 0 ? `; ${missing} of ${scenario.variants.length} variants were not run` : ''}`
    : null
  const verdict = worstVerdict([
    ...variants.map((variant) => variant.verdict),
    ...(interrupted === null ? [] : (['INCONCLUSIVE'] as const)),
    ...(error === null ? [] : (['ERROR'] as const)),
  ])
  return {
    schemaVersion: 1,
    scenario: name,
    title,
    about,
    seed,
    flags,
    mode,
    ...(calibration ? timesOf(calibration, scenario) : {}),
    verdict,
    interrupted,
    error,
    baseCurrency,
    variants,
    configuration: scenario,
  }
}

function timesOf(calibration: Calibration, scenario: Scenario): Pick<Result, 'calibration' | 'calibrationLacks'> {
  const gaps = gapsOf(calibration, scenario)
  return { calibration: digestOf(calibration), ...(gaps.length > 0 ? { calibrationLacks: gaps } : {}) }
}
