/** Whether the journals of a variant are all there, and none of them was cut. */

import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { SERVICES } from '../../core/topology.ts'
import { LabError } from './lab-error.ts'

const NEWLINE = 10
const REMEDY = 'put the journals back as they were, or run the scenario again'

/**
 * Each node has a journal for each of its lives, from the first, and the traffic has one. What a line says is not looked at.
 * @param folder the journals'
 * @param torn whether the last line of a journal may be half written
 * @throws LabError for the first thing that is not so
 */
export async function checkJournals(folder: string, torn: boolean): Promise<void> {
  const lives = livesIn(await readdir(folder))
  for (const node of [...SERVICES, 'traffic']) {
    const own = lives.get(node) ?? []
    for (let life = 1; life <= Math.max(1, ...own); life += 1) {
      const file = join(folder, `${node}-${life}.ndjson`)
      if (!own.includes(life)) throw new LabError(`${file} is missing; ${REMEDY}`)
      await checkEnd(file, torn)
    }
  }
}

/** More lives than any run has are not counted up to. */
const MOST_LIVES = 100_000

function livesIn(names: readonly string[]): Map<string, number[]> {
  const lives = new Map<string, number[]>()
  for (const name of names) {
    const [, node, life] = /^(.+)-(\d{1,9})\.ndjson$/.exec(name) ?? []
    if (node === undefined || Number(life) > MOST_LIVES) continue
    lives.set(node, [...(lives.get(node) ?? []), Number(life)])
  }
  return lives
}

async function checkEnd(file: string, torn: boolean): Promise<void> {
  await using journal = await open(file)
  const { size } = await journal.stat()
  if (size === 0) throw new LabError(`${file} is empty; ${REMEDY}`)
  const { buffer, bytesRead } = await journal.read(Buffer.alloc(1), 0, 1, size - 1)
  if (!torn && (bytesRead === 0 || buffer[0] !== NEWLINE))
    throw new LabError(`${file} is cut in its last line; ${REMEDY}`)
}
