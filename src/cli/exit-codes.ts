/** What the command's end says to a script. README shows the same table. */

import type { Verdict } from '../core/result.ts'

export const EXIT_CODES = {
  pass: { code: 0, about: 'pass: every expectation held' },
  fail: { code: 1, about: 'an expectation failed, or compare --fail-on-regression found a regression' },
  inconclusive: { code: 2, about: 'inconclusive: a gremlin never struck, too few chances, or not quiet in time' },
  usage: { code: 64, about: 'wrong usage: an unknown command, option, scenario or order, or a value that cannot be' },
  badFile: { code: 65, about: 'a bad scenario file' },
  labFailed: { code: 70, about: 'the lab itself failed: a service that does not start, a full disk' },
  hangup: { code: 129, about: 'stopped by SIGHUP: the terminal was closed' },
  interrupted: { code: 130, about: 'stopped by SIGINT (Ctrl-C)' },
  terminated: { code: 143, about: 'stopped by SIGTERM' },
} as const satisfies Record<string, { code: number; about: string }>

const OF_VERDICT = { PASS: 'pass', INCONCLUSIVE: 'inconclusive', FAIL: 'fail', ERROR: 'labFailed' } as const

export function exitCodeOf(verdict: Verdict): number {
  return EXIT_CODES[OF_VERDICT[verdict]].code
}

export const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
export type StopSignal = (typeof STOP_SIGNALS)[number]

const OF_SIGNAL = { SIGINT: 'interrupted', SIGTERM: 'terminated', SIGHUP: 'hangup' } as const

export function exitCodeOfSignal(signal: StopSignal): number {
  return EXIT_CODES[OF_SIGNAL[signal]].code
}

/** For the help text. */
export function describeExitCodes(): string {
  const lines = Object.values(EXIT_CODES).map(({ code, about }) => `  ${String(code).padStart(3)}  ${about}`)
  return ['Exit codes:', ...lines].join('\n')
}
