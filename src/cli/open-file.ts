/** Shows a file in whatever program the system has for it. */

import { spawn } from 'node:child_process'
import { plain } from '../scenarios/file/plain.ts'
import { reasonOf } from './failure.ts'
import type { Io } from './io.ts'

/** `start` of Windows is a word of its shell, which would read the path as a command line; what it calls takes a path as it is. */
const OPENERS: Readonly<Partial<Record<NodeJS.Platform, string>>> = { darwin: 'open', win32: 'explorer.exe' }

/** The program that opens a file as if it were clicked on. */
export function openerOf(platform: NodeJS.Platform): string {
  return OPENERS[platform] ?? 'xdg-open'
}

/**
 * Starts the system's opener and does not wait for it: it may live as long as a browser does. Where there is none, one line on
 * stderr says so; nothing else depends on it.
 */
export async function openFile(file: string, io: Io): Promise<void> {
  const opener = openerOf(process.platform)
  const failure = await new Promise<unknown>((resolve) => {
    const child = spawn(opener, [file], { cwd: io.cwd, env: { ...io.env }, detached: true, stdio: 'ignore' })
    child.once('spawn', () => resolve(undefined))
    child.once('error', resolve)
    child.unref()
  })
  if (failure === undefined) return
  const absent = (failure as NodeJS.ErrnoException).code === 'ENOENT'
  const why = absent ? `this machine has no ${opener}` : reasonOf(failure)
  io.stderr.write(`${plain(`cannot open the report: ${why}; open ${file} yourself`)}\n`)
}
