/** Questions in a terminal: asked again until answered, skipped, left; and how they look. */

import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { exampleResult } from '../../test/support/example-result.ts'
import { SCENARIO } from '../../test/support/example-scenario.ts'
import { exampleStories } from '../../test/support/example-stories.ts'
import { questionsOf } from '../scenarios/quiz.ts'
import { reveal } from '../scenarios/quiz-reveal.ts'
import { askQuestions } from './quiz-ask.ts'
import { showRevealed } from './quiz-show.ts'

const QUESTIONS = questionsOf({
  ...SCENARIO,
  quiz: [
    {
      ask: 'How many of {orders}?',
      of: { metric: 'violations', variant: 'retry', invariant: 'deducted-at-most-once' },
      within: 0.2,
    },
    { ask: 'Who?', of: { metric: 'lost-most', among: [], invariant: null }, within: 0 },
    { ask: 'How much?', of: { metric: 'money-lost', variant: 'retry' }, within: 0 },
  ],
})

/** Types each line when its prompt is there, as people do. */
function typing(lines: readonly string[], then: 'stay' | 'leave' | 'ctrl-c' = 'stay') {
  const input = new PassThrough()
  const output = Object.assign(new PassThrough(), { isTTY: then === 'ctrl-c', columns: 80 })
  let shown = ''
  let typed = 0
  output.on('data', (chunk: Buffer) => {
    shown += chunk.toString()
    if ((shown.match(/> /g) ?? []).length <= typed) return
    const line = lines[typed++]
    if (line !== undefined) input.write(`${line}\n`)
    else if (then === 'leave') input.end()
    else if (then === 'ctrl-c') input.write('\u0003')
  })
  return { input, output, shown: () => shown }
}

describe('asking', () => {
  it('takes an answer to each question', async () => {
    const terminal = typing(['57', '2', ''])
    expect(await askQuestions(QUESTIONS, terminal)).toEqual([57, 'retry', null])
    expect(terminal.shown()).toContain('Question 1 of 3: How many of 300?\n  (a whole number; empty: skip)')
    expect(terminal.shown()).toContain('  2  retry\n')
    expect(terminal.shown()).toContain('(an amount in USD; empty: skip)')
  })

  it('asks again until the answer can be one', async () => {
    const terminal = typing(['many', '57', 'retri', 'retry', '1'])
    expect(await askQuestions(QUESTIONS, terminal)).toEqual([57, 'retry', 100])
    expect(terminal.shown()).toContain('the answer is a whole number, such as 12')
    expect(terminal.shown()).toContain("did you mean 'retry'?")
  })

  it('hears who types ahead', async () => {
    const input = new PassThrough()
    input.write('57\nretry\n3\n')
    expect(await askQuestions(QUESTIONS, { input, output: new PassThrough().resume() })).toEqual([57, 'retry', 300])
  })

  it('ends when there is nothing more to read', async () => {
    expect(await askQuestions(QUESTIONS, typing(['57'], 'leave'))).toBe('left')
  })

  it('ends with Ctrl-C', async () => {
    expect(await askQuestions(QUESTIONS, typing(['57'], 'ctrl-c'))).toBe('left')
  })
})

describe('what is revealed', () => {
  const said = [50, 'naive', null]
  const text = showRevealed(reveal(QUESTIONS, said, exampleResult()), exampleStories())

  it('is each prediction, what it is, and whether that is close', () => {
    expect(text).toContain('1. How many of 300?\n   close: you said 50, it is 57\n')
    expect(text).toContain('2. Who?\n   wrong: you said naive, it is retry\n')
    expect(text).toContain('3. How much?\n   skipped: it is 11500.00 USD\n')
    expect(text).toContain('Score: 1 of 6 points\n')
  })

  it('has the story behind it, each once', () => {
    const { title } = exampleStories().variants.find(({ variant }) => variant === 'retry')?.groups[0]?.story ?? {}
    expect(text).toContain(`Why, under retry: ${title}`)
    expect(text).toContain('Two consoles left the shelf for one purchase.')
    expect(text.match(/The same story\./g)).toHaveLength(1)
  })

  it('says when the run cannot tell, and does not count it', () => {
    const nothing = { ...exampleResult(), variants: [] }
    const unknown = showRevealed(reveal(QUESTIONS, said, nothing), null)
    expect(unknown).toContain('not counted: the run says nothing of it')
    expect(unknown).toContain('Score: 0 of 0 points')
  })

  it('cannot move the cursor, whatever a story says', () => {
    const stories = JSON.parse(JSON.stringify(exampleStories()).replaceAll('two entries', 'two \\u001b[2J entries'))
    expect(showRevealed(reveal(QUESTIONS, said, exampleResult()), stories)).not.toContain('\u001b')
  })
})
