/** Folders for the command line, which does not reach into the runtime: made in the one place where folders of runs are. */

import { SHORT_FLAG } from '../core/run-folder.ts'
import { makeFolders, tryFolder } from '../runtime/real/make-folders.ts'
import { makeExploredFolder } from '../runtime/real/run-folder.ts'

/** Makes the folder and those above it. Throws when the disk refuses. */
export function openFolder(folder: string): void {
  makeFolders(folder)
}

/** The same, and tries whether anything can be put into it. */
export function openWritableFolder(folder: string): void {
  tryFolder(folder)
}

export interface ExploredPlace {
  readonly outDir: string
  readonly scenario: string
  readonly flags: readonly string[]
}

/** Makes a new folder for what an exploration found and gives its path. Throws when the disk refuses. */
export function openExploredFolder({ outDir, scenario, flags }: ExploredPlace): string {
  return makeExploredFolder(outDir, scenario, flags.includes(SHORT_FLAG))
}
