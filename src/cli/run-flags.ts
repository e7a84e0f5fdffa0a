import { SHORT_FLAG } from '../core/run-folder.ts'
import type { VirtualNetwork } from '../scenarios/open-virtually.ts'
import { flagOf } from './shared-plan.ts'

export interface Adjusted {
  readonly file: string | undefined
  readonly short: boolean
  readonly network: VirtualNetwork | undefined
  readonly timesFile: string | undefined
  readonly variants: readonly string[]
  readonly orders: number | undefined
  readonly ratePerSecond: number | undefined
}

/** What it takes to run the same again. */
export function flagsOf({ file, short, network, timesFile, variants, orders, ratePerSecond }: Adjusted): string[] {
  return [
    ...flagOf('--file', file),
    ...(short ? [SHORT_FLAG] : []),
    ...(network ? [network === 'wire' ? '--virtual=wire' : '--virtual'] : []),
    ...flagOf('--calibration', timesFile),
    ...variants.flatMap((name) => flagOf('--variant', name)),
    ...flagOf('--orders', orders),
    ...flagOf('--rate', ratePerSecond),
  ]
}
