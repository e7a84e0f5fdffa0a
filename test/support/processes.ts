/** Processes that tests start, listen to and kill. */

import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { onTestFinished } from 'vitest'

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

export interface Started {
  readonly process: ChildProcess
  readonly ended: Promise<Ended>
  stdout(): string
  stderr(): string
}

/** Starts Node on a script, in a process group of its own; whatever happens, it is gone when the test is. */
export function startNode(script: string, args: readonly string[], cwd?: string): Started {
  const child = spawn(process.execPath, [script, ...args], {
    cwd,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, FAULTLINE_NO_SET_UP: '1', NO_COLOR: '1' },
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString()
  })
  const ended = new Promise<Ended>((resolve) => child.once('close', (code, signal) => resolve({ code, signal })))
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  return { process: child, ended, stdout: () => stdout, stderr: () => stderr }
}

/** A process's parent and group, as the system knows them; undefined: there is no such process. */
function lookUp(pid: number | string): { readonly parent: number; readonly group: number } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The command may hold anything, so what follows its last bracket counts.
    const [, parent, group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return { parent: Number(parent), group: Number(group) }
  } catch {
    return undefined
  }
}

/** The process group: whom Ctrl-C in a terminal reaches. */
export function groupOf(pid: number): number | undefined {
  return lookUp(pid)?.group
}

/** What a process was started with; none where there is no such process. */
export function argumentsOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1)
  } catch {
    return []
  }
}

export function childrenOf(pid: number): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return pids.filter((name) => lookUp(name)?.parent === pid).map(Number)
}
