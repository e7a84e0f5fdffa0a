/** Folders that are made, and tried. Node's own `recursive` never comes back where a file system takes no folders, as in /proc. */

import { mkdirSync, mkdtempSync, rmdirSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

/** Makes the folder and those above it that are missing. Throws, and always ends, when one of them cannot be made. */
export function makeFolders(folder: string): void {
  const wanted = resolve(folder)
  const missing: string[] = []
  for (let at = wanted; !isThere(at) && dirname(at) !== at; at = dirname(at)) missing.push(at)
  for (const each of missing.reverse()) makeOne(each)
  // What is there may be a file: then this says so.
  if (missing.length === 0) makeOne(wanted)
}

/** Makes the folder, and tries whether it takes anything: permissions alone do not tell, least of all those of root. */
export function tryFolder(folder: string): void {
  makeFolders(folder)
  rmdirSync(within(folder, () => mkdtempSync(join(folder, '.faultline-'))))
}

function isThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined
}

function makeOne(folder: string): void {
  try {
    within(dirname(folder), () => mkdirSync(folder))
  } catch (error) {
    // Somebody else may have made it meanwhile.
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw error
  }
}

/** The parent is there. That "there is no such folder" says that it takes none. */
function within<Made>(parent: string, make: () => Made): Made {
  try {
    return make()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    throw new Error(`no folder can be made in ${parent}`, { cause: error })
  }
}
