/** `run --quiz`, with a lab that runs nothing. */

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { exampleResult } from '../../../test/support/example-result.ts'
import { exampleStories } from '../../../test/support/example-stories.ts'
import { fakeIo } from '../../../test/support/fake-io.ts'
import { fakeStudyLab } from '../../../test/support/fake-study-lab.ts'
import { STORIES_FILE } from '../../core/run-folder.ts'
import type { Lab } from '../lab.ts'
import { main } from '../main.ts'
import type { Scores } from '../quiz-scores.ts'

let cwd: string
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'faultline-quiz-'))
})
afterEach(() => rmSync(cwd, { recursive: true, force: true }))

const FILE = `version: 1
variants:
  naive: { workflow: sequential }
  retry: { edges: { '*': [retry: { maxAttempts: 3 }] } }
scenarios:
  asking:
    title: Asking
    products: { console: { priceCents: 50000, stock: 10 } }
    accounts: { alice: { currency: USD, openingCents: 100000 } }
    traffic: { orders: 10, ratePerSecond: 5 }
    variants: [naive, retry]
    quiz:
      - { ask: 'How many of {orders} twice?', of: { violations: { variant: retry, invariant: deducted-at-most-once } } }
      - { ask: Who?, of: lost-most }
      - { ask: How many?, of: { confirmed: { variant: naive } } }
  mute:
    title: Mute
    products: { console: { priceCents: 50000, stock: 10 } }
    accounts: { alice: { currency: USD, openingCents: 100000 } }
    traffic: { orders: 10, ratePerSecond: 5 }
    variants: [naive]
`

/** A run of it always comes out as the example does. */
function fakeLab(): Lab & { ran(): number } {
  let runs = 0
  return {
    ran: () => runs,
    async runScenario({ scenario, seed, outDir }) {
      runs++
      const folder = join(outDir, scenario.name, String(seed))
      mkdirSync(folder, { recursive: true })
      writeFileSync(join(folder, STORIES_FILE), JSON.stringify(exampleStories()))
      const names = scenario.variants.map(({ name }) => name)
      const { variants, ...result } = exampleResult()
      const kept = variants.filter(({ name }) => names.includes(name))
      return { folder, result: { ...result, scenario: scenario.name, seed, verdict: 'PASS', variants: kept } }
    },
    renderTable: () => 'the table\n',
    renderHtml: async () => '<html></html>',
    renderPngs: async () => new Map(),
    renderJunit: () => '',
    renderMarkdown: () => '',
    annotationsOf: () => [],
    study: fakeStudyLab(),
  }
}

async function run(...argv: string[]) {
  writeFileSync(join(cwd, 'scenarios.yaml'), FILE)
  const io = fakeIo({ cwd })
  const lab = fakeLab()
  const code = await main(['run', '--quiet', ...argv], io, () => Promise.resolve(lab))
  return { code, out: io.out(), err: io.err(), ran: lab.ran() }
}

const scores = (folder = 'reports') => JSON.parse(readFileSync(join(cwd, folder, 'scores.json'), 'utf8')) as Scores

describe('run --quiz', () => {
  it('reveals what came out, why, and the score, after the table', async () => {
    const { code, out, err } = await run('asking', '--quiz', '--answers', '57,naive', '--player', 'Ada')
    expect(err).toBe('')
    expect(code).toBe(0)
    expect(out).toMatch(/^the table\n/)
    expect(out).toContain('1. How many of 10 twice?\n   right: you said 57, it is 57\n   Why, under retry: ')
    expect(out).toContain('2. Who?\n   wrong: you said naive, it is retry\n')
    expect(out).toContain('3. How many?\n   skipped: it is 226\n')
    expect(out).toContain('Score: 2 of 6 points\n')
    expect(scores().rounds).toMatchObject([{ player: 'Ada', scenario: 'asking', seed: 42, points: 2, of: 6 }])
  })

  it('keeps the scores where the reports are', async () => {
    await run('asking', '--quiz', '--answers', '1', '--out', 'elsewhere')
    expect(scores('elsewhere').rounds).toMatchObject([{ player: null }])
  })

  it('leaves stdout to the data with --json', async () => {
    const { out, err } = await run('asking', '--quiz', '--answers', '57', '--json')
    expect(JSON.parse(out)).toMatchObject({ scenario: 'asking' })
    expect(err).toContain('Score: 2 of 6 points')
  })

  it('says which questions are about what is left out', async () => {
    const { out, err } = await run('asking', '--quiz', '--answers', '226', '--variant', 'naive')
    expect(err).toContain('not asked, since this run leaves out what it is about: How many of 10 twice?')
    expect(err).toContain('is about: Who?')
    expect(out).toContain('1. How many?\n   right: you said 226, it is 226\n')
  })

  it('says that a broken file of scores was kept aside', async () => {
    mkdirSync(join(cwd, 'reports'))
    writeFileSync(join(cwd, 'reports', 'scores.json'), 'broken')
    const { code, err } = await run('asking', '--quiz', '--answers', '57')
    expect(code).toBe(0)
    expect(err).toContain('scores.json could not be read; it is kept as')
  })

  it('without it asks nothing and keeps nothing', async () => {
    const { out } = await run('asking')
    expect(out).not.toContain('Score')
    expect(() => scores()).toThrow()
  })
})

describe('run --quiz refuses', () => {
  it.each<[string[], RegExp]>([
    [['asking', '--quiz'], /--quiz needs a terminal to ask in; give the answers with --answers, such as/],
    [['asking', '--answers', '3'], /--answers needs --quiz/],
    [['asking', '--player', 'Ada'], /--player needs --quiz/],
    [['mute', '--quiz', '--answers', '3'], /mute has no questions/],
    [['asking', 'mute', '--quiz', '--answers', '3'], /--quiz asks about one run/],
    [['asking', '--seeds', '1..2', '--quiz', '--answers', '3'], /--quiz asks about one run/],
    [['asking', '--quiz', '--answers', '1,2,3,4'], /--answers gives 4 answers, and there are 3 questions/],
    [
      ['asking', '--quiz', '--answers', 'x'],
      /--answers: 'x' to 'How many of 10 twice\?': the answer is a whole number/,
    ],
    [['asking', '--quiz', '--answers', '1,retri'], /did you mean 'retry'\?/],
    [['asking', '--quiz', '--answers', '1', '--player', ' '], /--player must be a name of 1 to 40 characters/],
    [['asking', '--quiz', '--answers', '1', '--answers', '2'], /--answers is given 2 times/],
  ])('%j', async (argv, message) => {
    const { code, err, ran } = await run(...argv)
    expect(err).toMatch(message)
    expect(code).toBe(64)
    expect(ran).toBe(0)
  })
})
