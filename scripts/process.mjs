/** Runs other programs and stays out of their way: signals reach them, and their end is ours. */

import { spawn } from 'node:child_process'
import { constants } from 'node:os'

const SIGNALS = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])

/** Why a set-up ended. `exitCode` is 1, or 128 + a signal's number when somebody stopped it. */
export class SetUpError extends Error {
  /**
   * @param {string} message  one clear line
   * @param {number} exitCode
   */
  constructor(message, exitCode = 1) {
    super(message)
    this.exitCode = exitCode
  }
}

/**
 * Runs a program to its end, handing on the signals we are sent. Never throws.
 * `code` is its exit code, or 128 + the signal's number, or 127 when it could not be started; `stopped` tells by which
 * signal we were asked to end meanwhile.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} options
 * @param {(pid: number) => void} [started]
 * @returns {Promise<{ code: number, error?: Error, stopped?: NodeJS.Signals | undefined }>}
 */
export function runCommand(command, args, options, started) {
  return new Promise((resolve) => {
    // npm and the programs in node_modules/.bin are .cmd files on Windows, which only its shell can start.
    const child = spawn(command, args, { ...options, shell: process.platform === 'win32' })
    if (child.pid !== undefined) started?.(child.pid)
    /** @type {NodeJS.Signals | undefined} */
    let stopped
    /** @param {NodeJS.Signals} signal */
    const forward = (signal) => {
      stopped = signal
      // Ctrl-C in a terminal reaches the whole process group: the child has it already.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
    }
    for (const signal of SIGNALS) process.on(signal, forward)
    /** @param {{ code: number, error?: Error }} ended */
    const finish = (ended) => {
      for (const signal of SIGNALS) process.removeListener(signal, forward)
      resolve({ ...ended, stopped })
    }
    child.once('error', (error) => finish({ code: 127, error }))
    child.once('exit', (code, signal) => finish({ code: code ?? exitCodeOf(signal) }))
  })
}

/**
 * The same for a step of the set-up, which must succeed. What it prints goes to stderr.
 *
 * @param {string} root
 * @param {string} command
 * @param {readonly string[]} args
 * @param {(pid: number) => void} started
 * @param {(code: number) => string} complain
 */
export async function runStep(root, command, args, started, complain) {
  const ended = await runCommand(command, args, { cwd: root, stdio: ['ignore', 2, 2] }, started)
  if (ended.stopped) throw new SetUpError(`stopped by ${ended.stopped}`, exitCodeOf(ended.stopped))
  if (ended.error) throw new SetUpError(`cannot run ${command}: ${ended.error.message}`)
  if (ended.code !== 0) throw new SetUpError(complain(ended.code))
}

/** @param {NodeJS.Signals | null} signal */
function exitCodeOf(signal) {
  return 128 + (signal ? constants.signals[signal] : 0)
}
