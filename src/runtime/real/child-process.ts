/** How child processes begin and end, whatever they do in between. */

import { type ChildProcess, fork } from 'node:child_process'
import type { ToChild } from './messages.ts'

const STOPPED_WITHIN_MS = 5_000

/**
 * Starts `entry` with a role. In a process group of its own: Ctrl-C in a terminal reaches the whole group, and a child that is
 * still loading its modules would die of it before it can refuse to. It ends with its parent all the same, since the channel
 * between them does.
 */
export function forkChild(entry: URL, role: string): ChildProcess {
  return fork(entry, [role], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], serialization: 'json', detached: true })
}

/** Asks a child process to stop, and kills it when it does not. Resolves when it is gone. */
export async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const late = setTimeout(() => child.kill('SIGKILL'), STOPPED_WITHIN_MS)
  if (child.connected) child.send({ type: 'stop' } satisfies ToChild, () => {})
  else child.kill('SIGKILL')
  await gone
  clearTimeout(late)
}
