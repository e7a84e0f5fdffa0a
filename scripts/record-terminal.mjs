/**
 * A program in a terminal of its own: a pseudo-terminal by script(1) of util-linux, which needs no native module, and a terminal without
 * a window that draws what the program writes. Keys go in, the screen can be read.
 */

import { spawn } from 'node:child_process'
import { StringDecoder } from 'node:string_decoder'
import xterm from '@xterm/headless'

/** A frame may come in several pieces: the screen is looked at when nothing has come for so long. */
const FRAME_OVER_MS = 40
/** What a program has to end after each thing that asks it to. */
const END_WITHIN_MS = 5_000

/**
 * @typedef {object} TerminalPlan
 * @property {readonly string[]} command  the program and its arguments
 * @property {number} columns
 * @property {number} rows
 * @property {string} cwd
 * @property {(text: string) => void} [heard]  is told whatever the program writes, as it comes
 */

/**
 * @typedef {object} OpenTerminal
 * @property {() => string[]} screen  a string for each row, without blanks at its end
 * @property {(keys: string) => void} press
 * @property {(patterns: readonly RegExp[], withinMs: number) => Promise<void>} until  all of them are on the screen; rejects when they are
 *   not there in time, or when the program ends before
 * @property {Promise<number>} ended  with the exit code
 * @property {(keys: readonly string[]) => Promise<number>} end  presses one after the other until the program has ended; where none
 *   helps it is terminated, then killed
 */

/**
 * @param {TerminalPlan} plan
 * @returns {OpenTerminal}
 */
export function openTerminal({ command, columns, rows, cwd, heard }) {
  const inside = `stty cols ${columns} rows ${rows} && exec ${command.map(quote).join(' ')}`
  const child = spawn('script', ['--quiet', '--flush', '--return', '--command', inside, '/dev/null'], {
    cwd,
    env: environment(),
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const terminal = new xterm.Terminal({ cols: columns, rows, scrollback: 0, allowProposedApi: true })
  const screen = () => {
    const { active } = terminal.buffer
    return Array.from({ length: rows }, (_, row) => active.getLine(row)?.translateToString().trimEnd() ?? '')
  }
  const waiting = openWaiting(() => screen().join('\n'))
  const decoder = new StringDecoder('utf8')
  child.stdout.on('data', (bytes) => {
    const text = decoder.write(bytes)
    heard?.(text)
    terminal.write(text, waiting.written)
  })
  // The program has ended, and its end is told below.
  child.stdin.on('error', () => undefined)
  // What a program asks its terminal, such as where the cursor is.
  terminal.onData((answer) => child.stdin.write(answer))
  const ended = new Promise((resolve, reject) => {
    child.once('error', (error) => {
      reject(new Error(`cannot run script(1) of util-linux, which gives the program its terminal: ${error.message}`))
    })
    child.once('close', (code) => resolve(code ?? 1))
  })
  ended.then((code) => {
    // When all that it has written is on the screen.
    terminal.write('', () => {
      waiting.fail(new Error(`it ended with ${code}. The screen:\n${screen().join('\n').trimEnd()}`))
    })
  }, waiting.fail)
  return {
    screen,
    press: (keys) => void child.stdin.write(keys),
    until: waiting.until,
    ended,
    async end(keys) {
      const asking = [...keys.map((key) => () => child.stdin.write(key)), () => child.kill('SIGTERM')]
      for (const ask of asking) {
        ask()
        if (await endsWithin(ended, END_WITHIN_MS)) return ended
      }
      child.kill('SIGKILL')
      return ended
    },
  }
}

/**
 * Those who wait for something on the screen, one after the other.
 *
 * @param {() => string} textOf
 */
function openWaiting(textOf) {
  /** @type {{ patterns: readonly RegExp[], done: () => void, fail: (error: Error) => void } | undefined} */
  let waiter
  /** @type {NodeJS.Timeout | undefined} */
  let frameOver
  /** @type {Error | undefined} */
  let over

  function look() {
    const text = textOf()
    if (waiter?.patterns.every((pattern) => pattern.test(text))) waiter.done()
  }

  return {
    written() {
      clearTimeout(frameOver)
      frameOver = setTimeout(look, FRAME_OVER_MS)
    },
    /** @param {Error} error */
    fail(error) {
      over = error
      clearTimeout(frameOver)
      look()
      waiter?.fail(error)
    },
    /** @param {readonly RegExp[]} patterns @param {number} withinMs @returns {Promise<void>} */
    until(patterns, withinMs) {
      if (over) return Promise.reject(over)
      return new Promise((resolve, reject) => {
        const late = () => {
          const missing = patterns.filter((pattern) => !pattern.test(textOf()))
          reject(new Error(`not on the screen within ${withinMs} ms: ${missing.join(' ')}\n${textOf().trimEnd()}`))
        }
        const timer = setTimeout(late, withinMs)
        const end = (/** @type {() => void} */ settle) => {
          clearTimeout(timer)
          waiter = undefined
          settle()
        }
        waiter = { patterns, done: () => end(resolve), fail: (error) => end(() => reject(error)) }
        frameOver = setTimeout(look, FRAME_OVER_MS)
      })
    },
  }
}

/** @param {Promise<unknown>} ended @param {number} withinMs @returns {Promise<boolean>} */
function endsWithin(ended, withinMs) {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), withinMs)
    const end = () => {
      clearTimeout(timer)
      resolve(true)
    }
    ended.then(end, end)
  })
}

/** The same on every machine: nothing of whoever runs this but where programs are. */
function environment() {
  const { PATH, HOME } = process.env
  const terminal = { TERM: 'xterm-256color', COLORTERM: 'truecolor', LANG: 'C.UTF-8', SHELL: '/bin/sh' }
  // Whoever opens a terminal here has set up the checkout before.
  return { PATH, HOME, ...terminal, FAULTLINE_NO_SET_UP: '1' }
}

/** @param {string} word */
function quote(word) {
  return `'${word.replaceAll("'", "'\\''")}'`
}
