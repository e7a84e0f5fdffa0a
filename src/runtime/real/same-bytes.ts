/** Whether two folders of journals are the same, byte for byte. */

import { type FileHandle, open, readdir } from 'node:fs/promises'
import { join } from 'node:path'

const BLOCK_BYTES = 256 * 1024

export interface SameFiles {
  readonly files: number
  /** Of the first folder's. */
  readonly bytes: number
  /** Names, in their order; also of files that only one of them has. */
  readonly differing: readonly string[]
}

/** Compares the journals in two folders, block by block. */
export async function compareJournals(one: string, other: string): Promise<SameFiles> {
  const [mine, theirs] = await Promise.all([one, other].map(journalsOf))
  const names = [...new Set([...(mine ?? []), ...(theirs ?? [])])].sort()
  const differing: string[] = []
  let bytes = 0
  for (const name of names) {
    const inBoth = mine?.includes(name) && theirs?.includes(name)
    const compared = inBoth ? await compareFiles(join(one, name), join(other, name)) : { same: false, bytes: 0 }
    bytes += compared.bytes
    if (!compared.same) differing.push(name)
  }
  return { files: names.length, bytes, differing }
}

async function journalsOf(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.endsWith('.ndjson'))
}

async function compareFiles(one: string, other: string): Promise<{ readonly same: boolean; readonly bytes: number }> {
  await using ones = await open(one)
  await using others = await open(other)
  const [mine, theirs] = [Buffer.allocUnsafe(BLOCK_BYTES), Buffer.allocUnsafe(BLOCK_BYTES)]
  for (let bytes = 0; ; ) {
    const [read, readThere] = await Promise.all([fill(ones, mine), fill(others, theirs)])
    bytes += read
    if (read !== readThere || mine.compare(theirs, 0, readThere, 0, read) !== 0) return { same: false, bytes }
    if (read === 0) return { same: true, bytes }
  }
}

/** Reads until the block is full or the file has ended. */
async function fill(handle: FileHandle, block: Buffer): Promise<number> {
  let filled = 0
  while (filled < block.length) {
    const { bytesRead } = await handle.read(block, filled, block.length - filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return filled
}
