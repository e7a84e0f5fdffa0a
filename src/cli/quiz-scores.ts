/** The file of scores: the last rounds that were played, whole or not at all, however many write at the same time. */

import { closeSync, existsSync, openSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import type { Revealed } from '../core/quiz.ts'
import { openFolder } from '../scenarios/folders.ts'
import { pointsOf } from '../scenarios/quiz-reveal.ts'
import { reasonOf } from './failure.ts'
import { writeWhole } from './write-file.ts'

export const SCORES_FILE = 'scores.json'
/** Rounds that are kept; the oldest go first. */
export const MOST_ROUNDS = 1_000
/** Broken files that are kept aside; the last place is taken again and again. */
const MOST_ASIDE = 99

const answer = z.union([z.number(), z.string().max(200)])
const round = z.strictObject({
  at: z.string().max(40),
  player: z.string().max(200).nullable(),
  scenario: z.string().max(100),
  seed: z.int().min(0),
  points: z.int().min(0),
  of: z.int().min(0),
  answers: z
    .array(
      z.strictObject({
        ask: z.string().max(1_000),
        said: answer.nullable(),
        truth: z.array(answer).max(100),
        score: z.enum(['right', 'close', 'wrong', 'skipped', 'unknown']),
      }),
    )
    .max(100),
})
const scores = z.strictObject({ schemaVersion: z.literal(1), rounds: z.array(round).max(MOST_ROUNDS) })

export type Round = z.output<typeof round>
export type Scores = z.output<typeof scores>

export interface Played {
  readonly player: string | null
  readonly scenario: string
  readonly seed: number
  readonly revealed: readonly Revealed[]
}

export function roundOf({ player, scenario, seed, revealed }: Played, at: Date): Round {
  const answers = revealed.map(({ asked, said, truth, score }) => ({ ask: asked.text, said, truth: [...truth], score }))
  return { at: at.toISOString(), player, scenario, seed, ...pointsOf(revealed), answers }
}

export interface Kept {
  /** What there is to say: that a broken file was kept aside. */
  readonly says: readonly string[]
  /** What could not be written. */
  readonly failures: readonly string[]
}

/** Adds a round to the folder's scores. */
export async function keepRound(outDir: string, played: Round): Promise<Kept> {
  const file = join(outDir, SCORES_FILE)
  try {
    openFolder(dirname(file))
    return await whileLocked(`${file}.lock`, () => {
      const { rounds, says } = readScores(file)
      const kept: Scores = { schemaVersion: 1, rounds: [...rounds, played].slice(-MOST_ROUNDS) }
      writeWhole(file, `${JSON.stringify(kept, null, 1)}\n`)
      return { says, failures: [] }
    })
  } catch (error) {
    return { says: [], failures: [`cannot write ${file}: ${reasonOf(error)}`] }
  }
}

/** None where there is no file yet. One that cannot be read is moved aside: its rounds may still be saved by hand. */
function readScores(file: string): { readonly rounds: readonly Round[]; readonly says: readonly string[] } {
  if (!existsSync(file)) return { rounds: [], says: [] }
  const read = scores.safeParse(parsed(readFileSync(file, 'utf8')))
  if (read.success) return { rounds: read.data.rounds, says: [] }
  const aside = asideOf(file)
  renameSync(file, aside)
  return { rounds: [], says: [`${file} could not be read; it is kept as ${aside}, and a new one is begun`] }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

function asideOf(file: string): string {
  const nameOf = (index: number) => file.replace(/\.json$/, `.broken-${index}.json`)
  for (let index = 1; index < MOST_ASIDE; index++) {
    if (!existsSync(nameOf(index))) return nameOf(index)
  }
  return nameOf(MOST_ASIDE)
}

const PAUSE_MS = 20
const MOST_WAITED_MS = 5_000
/** Whoever holds the lock needs milliseconds: one that is so old was left behind by a process that died. */
const LEFT_BEHIND_MS = 3_000

async function whileLocked<T>(lock: string, work: () => T): Promise<T> {
  for (let waitedMs = 0; !taken(lock); waitedMs += PAUSE_MS) {
    if (waitedMs >= MOST_WAITED_MS) throw new Error(`${lock} is in the way; remove it`)
    await pause(PAUSE_MS)
  }
  try {
    return work()
  } finally {
    rmSync(lock, { force: true })
  }
}

function taken(lock: string): boolean {
  try {
    closeSync(openSync(lock, 'wx'))
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    const found = statSync(lock, { throwIfNoEntry: false })
    if (found && Date.now() - found.mtimeMs > LEFT_BEHIND_MS) rmSync(lock, { force: true })
    return false
  }
}
