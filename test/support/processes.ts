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

/** The children of a process, as the system knows them. */
export function childrenOf(pid: number): number[] {
  const found: number[] = []
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
      // The command may hold anything, so what follows its last bracket counts: state, then the parent.
      if (Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === pid) found.push(Number(name))
    } catch {
      // It ended while we looked.
    }
  }
  return found
}
