/** A terminal without a window: what is written is kept as it would be seen, and keys are pressed by the test. */

import { EventEmitter } from 'node:events'
import { PassThrough } from 'node:stream'
import xterm from '@xterm/headless'

export interface FakeTerminal {
  readonly stdin: NodeJS.ReadStream
  readonly stdout: NodeJS.WriteStream
  /** What is on the screen, when all that was written is there. */
  screen(): Promise<string[]>
  /** `alternate`: the screen of programs that use all of it. */
  which(): Promise<'normal' | 'alternate'>
  /** Everything that was written. */
  written(): string
  press(keys: string): void
  resize(columns: number, rows: number): void
  /** Whether keys come one by one. */
  raw(): boolean
}

export function openFakeTerminal(columns: number, rows: number): FakeTerminal {
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true })
  let written = ''
  let raw = false
  const stdout = Object.assign(new EventEmitter(), {
    isTTY: true,
    writable: true,
    columns,
    rows,
    write(text: string, done?: () => void) {
      written += text
      // A terminal's driver adds the return to each new line.
      terminal.write(text.replaceAll('\n', '\r\n'), done)
      return true
    },
  })
  const stdin = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode(on: boolean) {
      raw = on
    },
    ref: () => undefined,
    unref: () => undefined,
  })
  const flushed = () => new Promise<void>((resolve) => terminal.write('', resolve))
  return {
    stdin: stdin as unknown as NodeJS.ReadStream,
    stdout: stdout as unknown as NodeJS.WriteStream,
    async screen() {
      await flushed()
      const { active } = terminal.buffer
      return Array.from(
        { length: terminal.rows },
        (_, at) => active.getLine(active.viewportY + at)?.translateToString(true) ?? '',
      )
    },
    async which() {
      await flushed()
      return terminal.buffer.active.type
    },
    written: () => written,
    press: (keys) => void stdin.write(keys),
    resize(columns, rows) {
      terminal.resize(columns, rows)
      Object.assign(stdout, { columns, rows })
      stdout.emit('resize')
    },
    raw: () => raw,
  }
}
