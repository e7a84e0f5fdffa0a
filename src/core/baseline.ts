/** A named baseline of one scenario, version 1: what later runs are compared with. Figures and what was asked; no journals. */

import type { Measured } from './measured.ts'

export interface Baseline {
  readonly schemaVersion: 1
  readonly baseline: string
  readonly savedAt: string
  /** The run or study that it is of, as `<scenario>/<run>`. */
  readonly from: string
  readonly measured: Measured
}

/** In the folder of the reports: `baselines/<name>/<scenario>.json`. */
export const BASELINES_FOLDER = 'baselines'
