/** Runs other programs and stays out of their way: signals reach them, and their end is ours. */

import { spawn } from 'node:child_process'
import { constants } from 'node:os'

const SIGNALS = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])

/**
 * Runs a program to its end, handing on the signals we are sent. Never throws.
 * `code` is its exit code, or 128 + the signal's number, or 127 when it could not be started.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} options
 * @returns {Promise<{ code: number, error?: Error }>}
 */
export function runCommand(command, args, options) {
  return new Promise((resolve) => {
    // npm and the programs in node_modules/.bin are .cmd files on Windows, which only its shell can start.
    const child = spawn(command, args, { ...options, shell: process.platform === 'win32' })
    /** @param {NodeJS.Signals} signal */
    const forward = (signal) => {
      // Ctrl-C in a terminal reaches the whole process group: the child has it already.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
    }
    for (const signal of SIGNALS) process.on(signal, forward)
    /** @param {{ code: number, error?: Error }} ended */
    const finish = (ended) => {
      for (const signal of SIGNALS) process.removeListener(signal, forward)
      resolve(ended)
    }
    child.once('error', (error) => finish({ code: 127, error }))
    child.once('exit', (code, signal) => finish({ code: code ?? 128 + (signal ? constants.signals[signal] : 0) }))
  })
}
