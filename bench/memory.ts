/** Greatest memory of the parent (runner and audit) over 100,000 orders. */

import { readFileSync } from 'node:fs'
import { fork } from 'node:child_process'

const ORDERS = 100_000
const CHECK_EVERY_MS = 250

export async function benchMemory(folder: string): Promise<string[]> {
  // A process of its own: the bench's other sections must not count.
  const parent = fork(new URL('./memory-parent.ts', import.meta.url), [folder, String(ORDERS)])
  let mostKb = 0
  const timer = setInterval(() => {
    mostKb = Math.max(mostKb, residentKb(parent.pid ?? 0))
  }, CHECK_EVERY_MS)
  const summary = await new Promise<string>((resolve, reject) => {
    parent.once('message', (said) => resolve(String(said)))
    parent.once('exit', (code) => reject(new Error(`the run ended with exit code ${code}`)))
  })
  clearInterval(timer)
  parent.kill()
  return [`greatest memory of the parent over ${ORDERS} orders: ${(mostKb / 1_024).toFixed(0)} MB; bound: 300 MB. ${summary}`]
}

function residentKb(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0)
  } catch {
    return 0
  }
}
