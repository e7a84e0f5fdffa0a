/** The form of a command: what the help says of it, its options, and what it does. */

import type { Options, PositionalOptions } from 'yargs'
import type { Io } from './io.ts'
import type { Lab } from './lab.ts'

export interface CommandLine<Arguments> {
  /** As yargs has it: `show <scenario>`. */
  readonly command: string
  readonly about: string
  readonly positionals: Readonly<Record<string, PositionalOptions>>
  readonly options: Readonly<Record<string, Options>>
  /** Options that may stand alone, and what they mean then. A value comes with `=`: the next word is never theirs. */
  readonly alone?: Readonly<Record<string, string>>
  readonly examples: readonly (readonly [string, string])[]
  /** Gives the exit code. Throws `Failure`. Whatever is slow to load is imported here. */
  run(given: Arguments, io: Io, lab: () => Promise<Lab>): Promise<number>
}
