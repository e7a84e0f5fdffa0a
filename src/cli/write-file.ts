import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { openFolder } from '../scenarios/folders.ts'

/** Writes a file so that it is there whole or not at all; makes its folder. Throws when the disk refuses. */
export function writeWhole(file: string, content: string | Uint8Array): void {
  const half = `${file}.${process.pid}.half`
  openFolder(dirname(file))
  try {
    writeFileSync(half, content)
    renameSync(half, file)
  } catch (error) {
    rmSync(half, { force: true })
    throw error
  }
}
