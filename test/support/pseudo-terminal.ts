/**
 * A program in a terminal as the system has them: with a driver that knows raw mode, a size, and signals when it changes. What the
 * program writes is kept on a screen by xterm, without a window. The terminal is made by `script` of util-linux, so that no native
 * package is needed.
 */

import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { readFileSync, readlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import xterm from '@xterm/headless'
import { describe } from 'vitest'
import { childrenOf } from './processes.ts'
import { isAlive, lookUntil } from './runs.ts'

/** Programs of the operating system, not of a package. */
const [SCRIPT, SET_PRIVILEGES, STTY] = ['script', 'setpriv', 'stty'] as const
/** Generous: another file may be at work beside it. */
const SEEN_WITHIN_MS = 30_000

function whyNoTerminal(): string | undefined {
  for (const program of [SCRIPT, SET_PRIVILEGES]) {
    if (!spawnSync(program, ['--version']).stdout?.includes('util-linux')) return `there is no ${program} of util-linux`
  }
  return spawnSync(STTY, ['--version']).status === 0 ? undefined : 'there is no stty of coreutils'
}

const missing = whyNoTerminal()
if (missing !== undefined) process.stderr.write(`the dashboard was not tested in a terminal: ${missing}\n`)

/** Tests that are skipped, with a printed reason, where no terminal can be made. */
export const describeInTerminal = describe.skipIf(missing !== undefined)

/** The mode of a terminal in which it may wait until a picture is whole. */
const SYNCHRONIZED = 2026

export interface WindowSize {
  readonly columns: number
  readonly rows: number
}

export interface InTerminal extends WindowSize {
  /** Its files: one folder for each terminal. */
  readonly folder: string
  readonly env?: Readonly<Record<string, string>>
  /** Its output goes through `cat`; `all`: what it has to say on stderr, too. */
  readonly piped?: 'stdout' | 'all'
}

export type PseudoTerminal = Awaited<ReturnType<typeof openPseudoTerminal>>

/** What stood on the screen before the program came: all of it was written to, as in a terminal that somebody works in. */
export const BEFORE = 'what was here before'

/** Starts Node on a script there. Call `close` when it is not needed any more, whatever happened. */
export async function openPseudoTerminal(argv: readonly string[], how: InTerminal) {
  const screen = openScreen(how.columns, how.rows)
  const { child, closed, press } = startSession(argv, how, screen)
  const noted = (name: string) => textOf(path.join(how.folder, name))
  const pid = Number(await lookUntil(() => noted('pid'), isWhole, SEEN_WITHIN_MS))
  if (!(pid > 0)) {
    child.kill('SIGKILL')
    throw new Error(`nothing was started: ${screen.written()}`)
  }
  const device = readlinkSync(`/proc/${pid}/fd/0`)
  const family = familyOf(pid)

  async function until(what: string, isRight: (text: string) => boolean): Promise<string[]> {
    // A picture comes in pieces, and what is on the screen between two of them is of two pictures.
    const isSeen = (seen: string[]) => !screen.isBeingDrawn() && isRight(seen.join('\n'))
    const lines = await lookUntil(screen.lines, isSeen, SEEN_WITHIN_MS)
    if (!isRight(lines.join('\n'))) throw new Error(`not seen: ${what}\n${lines.join('\n')}`)
    return lines
  }

  return {
    ...{ pid, press, family },
    ...{ which: screen.which, normal: screen.normal, written: screen.written, scrolled: screen.scrolled },
    /** Waits until this is on the screen. @returns all that is there then */
    shows: (pattern: RegExp) => until(String(pattern), (text) => pattern.test(text)),
    kill: (signal: NodeJS.Signals) => process.kill(pid, signal),
    /** As a window does it: it is of another size, and then the program is told. What scrolls meanwhile nobody can help. */
    async resize({ columns, rows }: WindowSize, isRight: (text: string) => boolean) {
      await screen.resize(columns, rows)
      execFileSync(STTY, ['-F', device, 'rows', String(rows), 'cols', String(columns)])
      const lines = await until(`what is right for ${columns} by ${rows}`, isRight)
      await screen.forgetScrolled()
      return lines
    },
    /** @returns its exit code, and how the terminal was before and after it */
    async ended() {
      const code = await lookUntil(() => noted('code'), isWhole, SEEN_WITHIN_MS)
      if (!isWhole(code)) throw new Error(`it goes on: ${(await screen.lines()).join('\n')}`)
      await closed
      const settings = (name: string) => noted(name).split('\n').slice(1).join('\n')
      return { code: Number(code), before: settings('before'), after: settings('after') }
    },
    /** Those of the family that are still there some time later. */
    remains: () => lookUntil(() => family().filter(isAlive), isEmpty, SEEN_WITHIN_MS),
    /** The window is closed: whoever looked at it has gone. */
    hangUp() {
      family()
      child.kill('SIGKILL')
    },
    close() {
      for (const one of [...family().filter(isAlive), ...childrenOf(child.pid!)]) endAtOnce(one)
      child.kill('SIGKILL')
    },
  }
}

const isEmpty = ({ length }: readonly unknown[]) => length === 0
/** What a shell writes ends with its line. */
const isWhole = (text: string) => text.endsWith('\n')

function startSession(argv: readonly string[], how: InTerminal, screen: ReturnType<typeof openScreen>) {
  const session = path.join(how.folder, 'session.sh')
  writeFileSync(session, sessionOf(argv, how))
  // The window closes with whoever opened it, also when that one is killed.
  const untilKilled = ['--pdeathsig', 'KILL', SCRIPT]
  const child = spawn(SET_PRIVILEGES, [...untilKilled, '-qfec', `sh ${quoted(session)}`, '/dev/null'], {
    env: { ...ownEnvironment(), ...how.env },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  child.stdout.on('data', screen.write)
  // Who has gone reads no more keys.
  child.stdin.on('error', () => undefined)
  const press = (keys: string) => void child.stdin.write(keys)
  screen.onAnswer(press)
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()))
  return { child, closed, press }
}

/** @returns the program and all that it has started and that was there at any look */
function familyOf(pid: number): () => number[] {
  const seen = new Set([pid])
  return () => {
    for (const one of seen) for (const born of childrenOf(one)) seen.add(born)
    return [...seen]
  }
}

function endAtOnce(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended by itself in the meantime.
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

/** A shell that stays in the terminal, and notes how it was before and after. A signal to all there is for the program. */
function sessionOf(argv: readonly string[], { folder, columns, rows, piped }: InTerminal): string {
  const fileOf = (name: string) => quoted(path.join(folder, name))
  const program = [process.execPath, ...argv].map(quoted).join(' ')
  const noted = `sh -c 'echo $$ > "$0"; exec "$@"' ${fileOf('pid')} ${program}; echo $? > ${fileOf('code.half')}`
  return [
    'trap : INT TERM HUP',
    `stty rows ${rows} cols ${columns}`,
    `stty -a > ${fileOf('before')}`,
    `yes '${BEFORE}' | head -n ${rows}`,
    piped ? `{ ${noted}; } ${piped === 'all' ? '2>&1 ' : ''}| cat` : noted,
    `stty -a > ${fileOf('after')}`,
    `mv ${fileOf('code.half')} ${fileOf('code')}`,
    '',
  ].join('\n')
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

/** Nothing that would change what a program shows: neither that a test runs it, nor in whose terminal, nor in which pipeline. */
function ownEnvironment(): Record<string, string> {
  const kept = ['PATH', 'HOME', 'TMPDIR', 'NODE_COMPILE_CACHE', 'FAULTLINE_NO_SET_UP']
  const own = kept.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]))
  return { ...Object.fromEntries(own), SHELL: '/bin/sh', TERM: 'xterm-256color', LANG: 'C.UTF-8' }
}

function openScreen(columns: number, rows: number) {
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 10_000 })
  const pieces: Buffer[] = []
  const flushed = () => new Promise<void>((resolve) => terminal.write('', resolve))
  let scrolled = 0
  // Whoever draws says when a picture begins and when it is whole ("synchronized output").
  let drawing = false
  const hearOf = (final: 'h' | 'l') =>
    terminal.parser.registerCsiHandler({ prefix: '?', final }, (modes) => {
      if (modes.includes(SYNCHRONIZED)) drawing = final === 'h'
      return false
    })
  hearOf('h')
  hearOf('l')
  const linesNow = () => {
    const { active } = terminal.buffer
    return Array.from({ length: terminal.rows }, (_, at) => textOfLine(active.getLine(active.baseY + at)))
  }
  // A line that was written in a wider window keeps what can no longer be seen.
  const textOfLine = (line: xterm.IBufferLine | undefined) =>
    line?.translateToString(false, 0, terminal.cols).trimEnd() ?? ''
  // Told for every line that goes out at the top. Of an empty screen nothing is lost, and it is told also when it is taken.
  terminal.onScroll(() => {
    if (terminal.buffer.active.type === 'alternate' && linesNow().some((line) => line !== '')) scrolled += 1
  })
  return {
    write(piece: Buffer) {
      pieces.push(piece)
      terminal.write(piece)
    },
    /** What a terminal says when it is asked what it can do. */
    onAnswer: (tell: (answer: string) => void) => void terminal.onData(tell),
    written: () => Buffer.concat(pieces).toString(),
    /** Whether something was shown by half when it was last looked at. */
    isBeingDrawn: () => drawing,
    /** What is on the screen now. */
    async lines() {
      await flushed()
      return linesNow()
    },
    /** All that was ever written where everything else is written, down to its last line. */
    async normal() {
      await flushed()
      const { normal } = terminal.buffer
      const lines = Array.from({ length: normal.length }, (_, at) => textOfLine(normal.getLine(at)))
      return lines.slice(0, lines.findLastIndex((line) => line !== '') + 1)
    },
    /** `alternate`: the screen of programs that use all of it. */
    async which() {
      await flushed()
      return terminal.buffer.active.type
    },
    /** Lines that were pushed out of the screen of such a program. */
    async scrolled() {
      await flushed()
      return scrolled
    },
    async forgetScrolled() {
      await flushed()
      scrolled = 0
    },
    async resize(columns: number, rows: number) {
      await flushed()
      terminal.resize(columns, rows)
    },
  }
}
