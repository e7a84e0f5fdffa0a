/** Runs over real processes, and what they leave behind. */

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll } from 'vitest'
import type { Row, Value } from '../../src/core/env.ts'
import type { JournalLine } from '../../src/core/event.ts'
import type { InvariantName } from '../../src/core/invariant.ts'
import type { Result, VariantResult } from '../../src/core/result.ts'
import { JOURNAL_FOLDER, variantFolder } from '../../src/core/run-folder.ts'
import type { Scenario } from '../../src/core/scenario.ts'
import { type RunOptions, runScenario } from '../../src/scenarios/run.ts'

export const ROOT = path.join(import.meta.dirname, '..', '..')
/** What the services of a run execute, built: as it is for those who use the lab. */
export const CHILD_ENTRY = new URL('../../dist/scenarios/child.js', import.meta.url)

const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

/** A folder that is gone when the test file is through. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'faultline-e2e-'))
  folders.push(folder)
  return folder
}

export interface Run {
  readonly result: Result
  readonly folder: string
}

export function run(scenario: Scenario, options: Partial<RunOptions> = {}): Promise<Run> {
  return runScenario({
    scenario,
    seed: 42,
    outDir: options.outDir ?? temporaryFolder(),
    timeoutMs: null,
    signal: new AbortController().signal,
    onProgress: () => undefined,
    childEntry: CHILD_ENTRY,
    ...options,
  })
}

export function variantOf({ variants, error }: Result, name: string): VariantResult {
  const found = variants.find((variant) => variant.name === name)
  if (!found) throw new Error(`no result of '${name}'; the run says: ${error}`)
  return found
}

/** Invariants with at least one violation, by name. */
export function violatedIn({ violations }: VariantResult): InvariantName[] {
  return (Object.keys(violations) as InvariantName[]).filter((name) => violations[name] > 0).sort()
}

export type LineOf<Type extends JournalLine['type']> = Extract<JournalLine, { type: Type }>

/** All journals of a variant, the traffic's too, by time. */
export function readJournals(folder: string, variant: string): JournalLine[] {
  const journals = path.join(folder, variantFolder(variant), JOURNAL_FOLDER)
  return readdirSync(journals)
    .flatMap((file) => readFileSync(path.join(journals, file), 'utf8').split('\n'))
    .filter((text) => text !== '')
    .map((text) => JSON.parse(text) as JournalLine)
    .sort((one, other) => one.atMs - other.atMs)
}

export function linesOf<Type extends JournalLine['type']>(lines: readonly JournalLine[], type: Type): LineOf<Type>[] {
  return lines.filter((line): line is LineOf<Type> => line.type === type)
}

/** Rows of a service's (or the traffic's) file, by hand: the audit has no part in it. */
export function readRows(folder: string, variant: string, node: string, sql: string, ...values: Value[]): Row[] {
  return rowsBelow(path.join(folder, variantFolder(variant)), node, sql, ...values)
}

/** The same, given the variant's own folder. */
export function rowsBelow(folder: string, node: string, sql: string, ...values: Value[]): Row[] {
  const file = path.join(folder, 'ledgers', `${node}.db`)
  const db = new DatabaseSync(file, { readOnly: true })
  try {
    return db.prepare(sql).all(...values) as Row[]
  } finally {
    db.close()
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  // A process that has ended and that nobody has asked about yet is none.
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return process.platform !== 'linux'
  }
}

export function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' })
    const answer = (listening: boolean) => {
      socket.destroy()
      resolve(listening)
    }
    socket.once('connect', () => answer(true))
    socket.once('error', () => answer(false))
  })
}

/** All that a lab has out in the world. */
export interface Traces {
  readonly pids: readonly number[]
  readonly ports: readonly number[]
}

/** What of it is still there: processes and listening ports, in words. */
export async function remainsOf({ pids, ports }: Traces): Promise<string[]> {
  const listening = await Promise.all(ports.map(isListening))
  return [
    ...pids.filter(isAlive).map((pid) => `process ${pid}`),
    ...ports.filter((_, index) => listening[index]).map((port) => `port ${port}`),
  ]
}

/** Looks until the answer is what it should be; gives the last answer when the time is up. */
export async function lookUntil<T>(
  look: () => T | Promise<T>,
  isRight: (seen: T) => boolean,
  withinMs: number,
): Promise<T> {
  const untilMs = performance.now() + withinMs
  for (;;) {
    const seen = await look()
    if (isRight(seen) || performance.now() > untilMs) return seen
    await pause(20)
  }
}

export function pause(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs))
}
