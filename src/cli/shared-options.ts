/** Options and positionals that several commands have, so that they are called and explained alike in each. */

import type { Options, PositionalOptions } from 'yargs'
import { REPORTER_WORDS } from './reporters.ts'
import { DEFAULT_OUT } from './run-plan.ts'

/** May be given several times, each time with a value; none when it is not given. */
export const REPEATED = { type: 'string', array: true, default: [], requiresArg: true } as const satisfies Options

export const ONLY_VARIANTS: Options = { describe: 'Only this variant; may be repeated', ...REPEATED }

export const SCENARIO_FILE: Options = {
  describe: 'Scenario file (default: scenarios.yaml)',
  type: 'string',
  requiresArg: true,
}

export const ORDERS: Options = {
  describe: "How many orders, instead of the scenario's number",
  type: 'string',
  requiresArg: true,
}

export const RATE: Options = {
  describe: "Orders per second, instead of the scenario's rate",
  type: 'string',
  requiresArg: true,
}

/** Where a run writes. */
export const REPORTS_TO_WRITE: Options = {
  describe: `Folder for the reports (default: ${DEFAULT_OUT})`,
  type: 'string',
  requiresArg: true,
}

/** Where runs are looked for. */
export const REPORTS_TO_READ: Options = {
  describe: 'Folder of the reports',
  type: 'string',
  default: DEFAULT_OUT,
  requiresArg: true,
}

export const REPORTER: Options = {
  describe: `What to write of each run, such as html,junit; may be repeated (${REPORTER_WORDS.join(', ')}; default: html,png,json)`,
  ...REPEATED,
}

export const OPEN: Options = {
  describe: 'Show the report in the program that the system has for it',
  type: 'boolean',
  default: false,
}

export const QUIET: Options = { describe: 'No progress on stderr', type: 'boolean', default: false }

/** A run that was made before. */
export const RECORDED_RUN: PositionalOptions = {
  describe: "The run's folder, 'latest', or '<scenario>/<run>' below --out",
  type: 'string',
  default: 'latest',
}
