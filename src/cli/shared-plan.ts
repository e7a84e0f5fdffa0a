/** What the plans of several commands have in common. */

import { type Io, wantsColor } from './io.ts'
import { FILE_RULE, FOLDER_RULE, type Reader, readNonEmpty, type Typed } from './values.ts'

interface Places {
  readonly out: string | undefined
  readonly file: string | undefined
}

/** Where a command writes, and the scenario file that it reads, both as typed. */
export function readPlaces(read: Reader, given: { readonly out?: Typed; readonly file?: Typed }): Places {
  const out = read.one('out', given.out, FOLDER_RULE, readNonEmpty)
  const file = read.one('file', given.file, FILE_RULE, readNonEmpty)
  return { out, file }
}

/** A mistake where both are given. */
export function oneOrManySeeds({ seed, seeds }: { readonly seed?: Typed; readonly seeds?: Typed }): string[] {
  return seed !== undefined && seeds !== undefined ? ['give --seed or --seeds, not both'] : []
}

/** The words of an option, to be typed again; none where it was not given. */
export function flagOf(name: string, value: string | number | undefined): string[] {
  return value === undefined ? [] : [name, String(value)]
}

interface Showing {
  readonly json: boolean
  readonly quiet: boolean
}

/** How a command says what it found. */
export function showingOf(
  { json, quiet, color }: Showing & { readonly color?: boolean },
  io: Io,
): Showing & { readonly color: boolean } {
  return { json, quiet, color: wantsColor(io, io.stdout, color) }
}
