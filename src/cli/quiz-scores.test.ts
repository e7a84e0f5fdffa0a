/** The file of scores: bounded, never half, and a broken one is not thrown away. */

import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AskedQuestion } from '../core/quiz.ts'
import { keepRound, MOST_ROUNDS, type Round, roundOf, SCORES_FILE, type Scores } from './quiz-scores.ts'

let outDir: string
beforeEach(() => {
  outDir = mkdtempSync(join(tmpdir(), 'faultline-scores-'))
})
afterEach(() => rmSync(outDir, { recursive: true, force: true }))

const file = () => join(outDir, SCORES_FILE)
const read = () => JSON.parse(readFileSync(file(), 'utf8')) as Scores

function round(player: string): Round {
  return { at: '2026-01-01T00:00:00.000Z', player, scenario: 'calm', seed: 1, points: 1, of: 4, answers: [] }
}

describe('a round', () => {
  it('is kept with what was said and what it was', async () => {
    const asked: AskedQuestion = {
      question: { ask: 'x', of: { metric: 'confirmed', variant: 'naive' }, within: 0 },
      text: 'How many?',
      kind: 'count',
      choices: [],
      currency: 'USD',
    }
    const revealed = [
      { asked, said: 3, truth: [3], score: 'right' },
      { asked, said: null, truth: ['naive', 'retry'], score: 'skipped' },
    ] as const
    const played = roundOf({ player: null, scenario: 'calm', seed: 7, revealed }, new Date(0))
    expect(await keepRound(outDir, played)).toEqual({ says: [], failures: [] })
    expect(read()).toEqual({
      schemaVersion: 1,
      rounds: [
        {
          at: '1970-01-01T00:00:00.000Z',
          player: null,
          scenario: 'calm',
          seed: 7,
          points: 2,
          of: 4,
          answers: [
            { ask: 'How many?', said: 3, truth: [3], score: 'right' },
            { ask: 'How many?', said: null, truth: ['naive', 'retry'], score: 'skipped' },
          ],
        },
      ],
    })
    expect(readdirSync(outDir)).toEqual([SCORES_FILE])
  })

  it('pushes out the oldest when there are too many', async () => {
    const rounds = Array.from({ length: MOST_ROUNDS }, (_, index) => round(`player ${index}`))
    writeFileSync(file(), JSON.stringify({ schemaVersion: 1, rounds }))
    await keepRound(outDir, round('last'))
    expect(read().rounds).toHaveLength(MOST_ROUNDS)
    expect(read().rounds[0]?.player).toBe('player 1')
    expect(read().rounds.at(-1)?.player).toBe('last')
  })

  it('is lost by nobody when many are played at the same time', async () => {
    const players = Array.from({ length: 20 }, (_, index) => `player ${index}`)
    const kept = await Promise.all(players.map((player) => keepRound(outDir, round(player))))
    expect(kept.flatMap(({ failures }) => failures)).toEqual([])
    expect(read().rounds.map(({ player }) => player)).toEqual(expect.arrayContaining(players))
    expect(readdirSync(outDir)).toEqual([SCORES_FILE])
  })
})

describe('a file that cannot be read', () => {
  it.each([
    ['no JSON', '{ "schemaVersion": 1, "rou'],
    ['another version', '{ "schemaVersion": 2, "rounds": [] }'],
    ['another form', '{ "schemaVersion": 1, "rounds": [{ "player": 3 }] }'],
    ['nothing', ''],
  ])('such as %s is kept aside, with a line that says so', async (_, text) => {
    writeFileSync(file(), text)
    const { says, failures } = await keepRound(outDir, round('Ada'))
    expect(failures).toEqual([])
    expect(says).toEqual([expect.stringMatching(/scores\.json could not be read; it is kept as .*broken-1\.json/)])
    expect(readFileSync(join(outDir, 'scores.broken-1.json'), 'utf8')).toBe(text)
    expect(read().rounds.map(({ player }) => player)).toEqual(['Ada'])
  })

  it('does not take the place of one that was kept before', async () => {
    for (const text of ['first', 'second']) {
      writeFileSync(file(), text)
      await keepRound(outDir, round('Ada'))
    }
    expect(readFileSync(join(outDir, 'scores.broken-1.json'), 'utf8')).toBe('first')
    expect(readFileSync(join(outDir, 'scores.broken-2.json'), 'utf8')).toBe('second')
  })
})

describe('the lock', () => {
  it('of a process that died is removed', async () => {
    const lock = `${file()}.lock`
    writeFileSync(lock, '')
    const before = new Date(Date.now() - 60_000)
    utimesSync(lock, before, before)
    expect((await keepRound(outDir, round('Ada'))).failures).toEqual([])
    expect(existsSync(lock)).toBe(false)
  })
})

it('says what it cannot write, and throws nothing', async () => {
  mkdirSync(file())
  const { failures } = await keepRound(join(outDir, SCORES_FILE, 'x\0y'), round('Ada'))
  expect(failures).toEqual([expect.stringMatching(/^cannot write .*scores\.json: /)])
})
