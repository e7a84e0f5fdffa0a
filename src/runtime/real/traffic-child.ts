/** The parent's side of the traffic's process. */

import type { Change } from '../../core/change.ts'
import { forkChild, stopChild } from './child-process.ts'
import { LabError } from './lab-error.ts'
import type { FromChild, ToChild, TrafficEnd, TrafficSetup } from './messages.ts'

export interface TrafficChild {
  /** Resolves when the last buyer has gone. Rejects with `LabError` when the process fails or dies. */
  drive(setup: TrafficSetup, onProgress: (ordersDone: number) => void): Promise<TrafficEnd>
  /** Nobody comes any more and everybody leaves; `drive` then resolves soon. */
  cutShort(): void
  /** Tells the traffic that goes on of a change; nothing where none does. */
  change(change: Change): void
  readonly pid: number | undefined
  stop(): Promise<void>
}

export function startTraffic(entry: URL): TrafficChild {
  const child = forkChild(entry, 'traffic')
  let stderr = ''
  let current:
    | { resolve(end: TrafficEnd): void; reject(error: Error): void; onProgress(done: number): void }
    | undefined
  let dead: LabError | undefined

  child.stderr?.on('data', (chunk: Buffer) => {
    stderr = (stderr + chunk.toString()).slice(-4_000)
  })
  child.on('message', (message) => {
    const said = message as FromChild
    if (said.type === 'driven') current?.resolve(said.end)
    else if (said.type === 'progress') current?.onProgress(said.ordersDone)
    else if (said.type === 'broken') current?.reject(new LabError(`traffic: ${said.message}`))
  })
  child.on('exit', (code, signal) => {
    dead = new LabError(`the traffic's process died (${signal ?? `exit code ${code}`}). ${stderr.trim()}`.trim())
    current?.reject(dead)
  })
  child.on('error', (error) => {
    dead = new LabError(`cannot start the traffic's process: ${error.message}`)
    current?.reject(dead)
  })

  function tell(message: ToChild): void {
    if (child.connected) child.send(message, () => {})
  }

  return {
    pid: child.pid,
    drive(setup, onProgress) {
      if (dead) return Promise.reject(dead)
      return new Promise<TrafficEnd>((resolve, reject) => {
        current = { resolve, reject, onProgress }
        tell({ type: 'drive', setup })
      }).finally(() => {
        current = undefined
      })
    },
    cutShort: () => tell({ type: 'cut-short' }),
    change: (change) => tell({ type: 'change', change }),
    stop: () => stopChild(child),
  }
}
