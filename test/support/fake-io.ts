/** A command line without a process: what it prints is kept, and signals are sent by the test. */

import type { StopSignal } from '../../src/cli/exit-codes.ts'
import type { Io } from '../../src/cli/io.ts'

export interface FakeIo extends Io {
  out(): string
  err(): string
  /** Exit codes of `exit`. */
  readonly exits: readonly number[]
  /** Sends a signal to whoever listens. */
  send(signal: StopSignal): void
}

export interface FakeIoOptions {
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
  readonly isTTY?: boolean
  readonly columns?: number
  readonly stdoutError?: Error
}

export function fakeIo({ cwd, env = {}, isTTY = false, columns, stdoutError }: FakeIoOptions): FakeIo {
  const printed = { out: '', err: '' }
  const exits: number[] = []
  const listeners = new Set<(signal: StopSignal) => void>()
  const output = (to: 'out' | 'err') => ({
    write(text: string) {
      printed[to] += text
    },
    isTTY,
    columns,
  })
  return {
    stdout: output('out'),
    stderr: output('err'),
    env,
    cwd,
    onStop(heard) {
      listeners.add(heard)
      return () => listeners.delete(heard)
    },
    exit: (code) => void exits.push(code),
    flush: () => Promise.resolve(stdoutError),
    out: () => printed.out,
    err: () => printed.err,
    exits,
    send(signal) {
      for (const listener of listeners) listener(signal)
    },
  }
}
