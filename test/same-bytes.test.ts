/** A seed gives the same bytes, in whatever process it is run. */

import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { temporaryFolder } from './support/temporary-folder.ts'

const ENTRY = fileURLToPath(new URL('./support/run-virtually.ts', import.meta.url))
const folder = temporaryFolder('same-bytes')
/** Another one each time; a failure names it. */
const SEED = Math.floor(Math.random() * 1_000_000)

async function runApart(scenario: string, place: string): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [ENTRY, path.join(folder, place), scenario, `${SEED}`])
  return stdout
}

/** Result and journals by their path; all else may differ. */
function bytesOf(run: string): Map<string, string> {
  const files = readdirSync(run, { recursive: true, encoding: 'utf8' })
    .filter((file) => file === 'result.json' || file.endsWith('.ndjson'))
    .sort()
  return new Map(files.map((file) => [file, readFileSync(path.join(run, file), 'latin1')]))
}

it.each(['coordinator-crash', 'prime-day'])('%s leaves the same bytes in two processes', async (scenario) => {
  const [one, other] = await Promise.all([runApart(scenario, 'one'), runApart(scenario, 'other')])
  const [first, second] = [bytesOf(one), bytesOf(other)]
  expect([...second.keys()]).toEqual([...first.keys()])
  expect(first.size).toBeGreaterThan(10)
  const differing = [...first].filter(([file, bytes]) => second.get(file) !== bytes).map(([file]) => file)
  expect(differing, `seed ${SEED}`).toEqual([])
})
