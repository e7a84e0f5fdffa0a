/** What the command line may touch of its process, so that tests can hand in something else. */

import { STOP_SIGNALS, type StopSignal } from './exit-codes.ts'

export interface Output {
  write(text: string): void
  readonly isTTY: boolean
  /** Undefined where it is no terminal. */
  readonly columns: number | undefined
}

export interface Io {
  /** Data. */
  readonly stdout: Output
  /** Progress, and what went wrong. */
  readonly stderr: Output
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  /** Calls `heard` at every stop signal until the returned function is called. */
  onStop(heard: (signal: StopSignal) => void): () => void
  /** Ends the process at once. */
  exit(code: number): void
  /** When stdout has been written: why it could not be, where that matters; a reader that went away (`head`) does not. */
  flush(): Promise<Error | undefined>
}

export function processIo(): Io {
  let failure: Error | undefined
  const outputOf = (stream: NodeJS.WriteStream, failed: (error: Error) => void): Output => {
    let gone = false
    // Without a listener EPIPE would end the process with a stack.
    stream.on('error', (error: NodeJS.ErrnoException) => {
      gone = true
      if (error.code !== 'EPIPE') failed(error)
    })
    return {
      write(text) {
        if (!gone) stream.write(text)
      },
      isTTY: stream.isTTY === true,
      get columns() {
        return stream.isTTY ? stream.columns : undefined
      },
    }
  }
  return {
    stdout: outputOf(process.stdout, (error) => {
      failure = error
    }),
    stderr: outputOf(process.stderr, () => undefined),
    env: process.env,
    cwd: process.cwd(),
    onStop(heard) {
      for (const signal of STOP_SIGNALS) process.on(signal, heard)
      return () => {
        for (const signal of STOP_SIGNALS) process.removeListener(signal, heard)
      }
    },
    exit: (code) => process.exit(code),
    async flush() {
      // The streams report a failed write later; an empty one comes after it.
      await new Promise<void>((resolve) => process.stdout.write('', () => resolve()))
      await new Promise(setImmediate)
      return failure
    },
  }
}

/** Whether to colour what goes to `output`: `--color` and `--no-color`, then NO_COLOR (no-color.org), then FORCE_COLOR, then a terminal. */
export function wantsColor(io: Io, output: Output, asked: boolean | undefined): boolean {
  if (asked !== undefined) return asked
  if (io.env.NO_COLOR) return false
  if (io.env.FORCE_COLOR && io.env.FORCE_COLOR !== '0') return true
  return output.isTTY && io.env.TERM !== 'dumb'
}

/** Whether lines on stderr can be rewritten. CI logs keep every version of such a line. */
export function isLive(io: Io): boolean {
  return io.stderr.isTTY && io.env.TERM !== 'dumb' && !io.env.CI
}
