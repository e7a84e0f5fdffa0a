/** What the dashboard watches and asks for, and the terminal that it is shown on. */

import type { Change } from '../core/change.ts'
import type { Snapshot } from '../core/live.ts'

/** A run that goes on, wherever it does. */
export interface DashboardSource {
  /** Shows each new snapshot. @returns shows no more */
  watch(see: (snapshot: Snapshot) => void): () => void
  /** Makes all of them or none. @returns why they were refused; undefined: they were made */
  change(changes: readonly Change[]): Promise<string | undefined>
  /** A script that is playing stops: somebody has pressed a key. */
  takeOver?(): void
  /** From the beginning, with the same seed. */
  restart(): Promise<void>
  /** Writes what happened so far as a scenario file. @returns the file */
  save(): Promise<string>
  /** Asks for an end in good order. It is there when `ended` settles. */
  end(): void
  /** Somebody does not want to wait for that end. */
  abort?(): void
  /** Fulfilled when there is nothing to watch any more; rejected with what broke it. The screen is closed then. */
  readonly ended: Promise<void>
}

export interface DashboardTerminal {
  readonly stdin: NodeJS.ReadStream
  readonly stdout: NodeJS.WriteStream
  readonly color: boolean
  /** Only signs of ASCII: for terminals that do not speak UTF-8. */
  readonly ascii: boolean
}

/** `over`: there was no more to watch. `asked`: somebody asked for the end, and it came. `aborted`: somebody did not wait for it. */
export type DashboardEnd = 'over' | 'asked' | 'aborted'
