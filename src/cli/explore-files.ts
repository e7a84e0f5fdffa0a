/** The files of an exploration, in a folder of its own: what an earlier one found stays as it is. */

import { join, relative } from 'node:path'
import { type ExploredPlace, openExploredFolder } from '../scenarios/folders.ts'
import { reasonOf } from './failure.ts'
import type { Io } from './io.ts'
import { writeWhole } from './write-file.ts'

export interface ExploreFiles {
  /** The file's path as seen from where the user is; null: it could not be written, and `failures` says why. */
  write(fileName: string, text: string): string | null
  /** To be told after what was found, which may have taken long to find. */
  failures(): readonly string[]
}

/** The folder is made with the first file: who finds nothing leaves nothing. */
export function openExploreFiles(place: ExploredPlace, io: Io): ExploreFiles {
  const names = new Set<string>()
  const failures = new Set<string>()
  let folder: string | undefined

  function openFolder(): string | undefined {
    try {
      folder ??= openExploredFolder(place)
    } catch (error) {
      failures.add(`cannot write into ${join(place.outDir, place.scenario)}: ${reasonOf(error)}`)
    }
    return folder
  }

  return {
    write(fileName, text) {
      const own = openFolder()
      if (own === undefined) return null
      const file = join(own, freeName(fileName, names))
      try {
        writeWhole(file, text)
      } catch (error) {
        failures.add(`cannot write ${file}: ${reasonOf(error)}`)
        return null
      }
      return relative(io.cwd, file)
    },
    failures: () => [...failures],
  }
}

function freeName(wanted: string, names: Set<string>): string {
  let name = wanted
  for (let n = 2; names.has(name); n++) name = wanted.replace(/\.yaml$/, `-${n}.yaml`)
  names.add(name)
  return name
}
