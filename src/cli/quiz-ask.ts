/** Asks the questions of a scenario in a terminal, one after the other. */

import { createInterface, type Interface } from 'node:readline'
import type { AskedQuestion, QuizAnswer } from '../core/quiz.ts'
import { parseAnswer } from '../scenarios/quiz.ts'
import type { Io } from './io.ts'
import { showQuestion } from './quiz-show.ts'

export interface AskingIn {
  readonly input: NodeJS.ReadableStream
  /** Where the questions are shown and what is typed is echoed. */
  readonly output: NodeJS.WritableStream
}

/** Whether people can be asked. What is printed may go elsewhere; the questions are on stderr. */
export function canAsk(io: Io): boolean {
  return process.stdin.isTTY === true && io.stderr.isTTY && io.env.TERM !== 'dumb'
}

/** One answer for each question, null where it was skipped. `left`: Ctrl-C, or there is nothing more to read. */
export async function askQuestions(
  questions: readonly AskedQuestion[],
  { input, output }: AskingIn = { input: process.stdin, output: process.stderr },
): Promise<readonly (QuizAnswer | null)[] | 'left'> {
  const lines = createInterface({ input, output, terminal: 'isTTY' in output && output.isTTY === true, prompt: '> ' })
  const typed = queueOf(lines)
  const answers: (QuizAnswer | null)[] = []
  try {
    for (const [index, question] of questions.entries()) {
      output.write(showQuestion(question, { number: index + 1, of: questions.length }))
      const answer = await askOne(
        question,
        () => {
          lines.prompt()
          return typed.next()
        },
        output,
      )
      if (answer === 'left') {
        output.write('\n')
        return 'left'
      }
      answers.push(answer.said)
    }
    return answers
  } finally {
    // Gives the terminal back as it was.
    lines.close()
  }
}

/** Without a text: nobody types any more. */
interface Typed {
  readonly text?: string
}

const LEFT: Typed = {}

interface Queue {
  next(): Promise<Typed>
}

/** A paste of more is cut off. */
const MOST_TYPED_AHEAD = 100

/** Whoever types ahead is heard, up to a limit. */
function queueOf(lines: Interface): Queue {
  const waiting: Typed[] = []
  let wants: ((typed: Typed) => void) | undefined
  let gone = false
  const hear = (typed: Typed) => {
    if (wants) {
      wants(typed)
      wants = undefined
    } else if (waiting.length < MOST_TYPED_AHEAD) waiting.push(typed)
  }
  const leave = () => {
    gone = true
    if (wants) hear(LEFT)
  }
  lines.on('line', (text) => hear({ text }))
  lines.once('SIGINT', leave)
  lines.once('close', leave)
  return {
    next() {
      const first = waiting.shift()
      if (first || gone) return Promise.resolve(first ?? LEFT)
      return new Promise((resolve) => {
        wants = resolve
      })
    },
  }
}

/** Asks again until the answer can be one. */
async function askOne(
  question: AskedQuestion,
  next: () => Promise<Typed>,
  output: NodeJS.WritableStream,
): Promise<{ readonly said: QuizAnswer | null } | 'left'> {
  for (;;) {
    const { text: typed } = await next()
    if (typed === undefined) return 'left'
    if (typed.trim() === '') return { said: null }
    const parsed = parseAnswer(question, typed)
    if (parsed.ok) return { said: parsed.answer }
    output.write(`  ${parsed.why}\n`)
  }
}
